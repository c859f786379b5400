//! Google Calendar, of an account that has linked none.

use kalends_harness::{Server, both_stores};
use serde_json::json;

use crate::refused;

both_stores![who_has_linked_nothing_is_told_so];

fn who_has_linked_nothing_is_told_so(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for request in [ana.post("/api/calendar/sync/google"), ana.post("/api/calendar/sync/google").json(json!({}))] {
        let answer = refused(request.send(), 400, "GOOGLE_CALENDAR_NOT_LINKED");
        assert_eq!(
            answer.json,
            json!({
                "success": false,
                "error": "Google Calendar not linked to this account. Please connect your Google account to sync calendar events.",
                "code": "GOOGLE_CALENDAR_NOT_LINKED",
                "action": "LINK_GOOGLE_ACCOUNT",
            })
        );
    }
    refused(ana.get("/api/calendar/sync/google").send(), 405, "NOT_FOUND");
}
