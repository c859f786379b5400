//! What is made on one surface is seen on every other: each [maker](makers) with each [viewer](viewers).
//!
//! A maker makes one event in the calendars of a person of its own, and tells what it says ([`facts`]). A viewer looks
//! through one door, and tells what the event must look like there. All pairs are run. Where an event is rightly not to
//! be seen, [`ABSENT`] says why; a pair that is not listed there must show it, and one that is must not.
//!
//! For the next surface: a row in `makers::ALL` if it makes events, a row in `viewers::ALL` if it shows them.

mod facts;
mod makers;
mod viewers;

use kalends_harness::{Server, Settings, Store, User, Web, each_store};
use serde_json::json;

each_store![what_is_made_anywhere_is_seen_everywhere];

/// Makers, viewers that rightly show nothing of what these make, and the reason.
const ABSENT: &[(&[&str], &[&str], &str)] = &[
    (
        &["core", "core series", "core day", "academic", "legal", "import", "booking", "feed", "attached"],
        &["Fristen", "Frist"],
        "a deadline is a Frist only if it was made as one: it has a chain, and whoever made it does not verify it",
    ),
    (
        &["Frist"],
        &["busy blocks", "booking slots", "free/busy", "open slots"],
        "a Frist is transparent: what must be done by then takes no time",
    ),
    (
        &["core", "core series", "core day", "academic", "legal", "Frist", "import", "feed", "attached"],
        &["bookings"],
        "nobody booked it",
    ),
    (
        &["feed"],
        &["published feed"],
        "a feed's calendar is written by the feed, so nobody publishes it; its private address is there",
    ),
    (
        &["attached"],
        &["booking slots", "free/busy", "open slots"],
        "a public calendar that somebody reads is not their time",
    ),
];

/// Somebody with nothing but what one maker makes, and whom else that takes.
struct Stage<'s> {
    server: &'s Server,
    web: &'s Web,
    /// Whose calendars are looked at.
    ana: User,
    /// Somebody else, who may ask when she is busy.
    ben: User,
}

fn what_is_made_anywhere_is_seen_everywhere(store: Store) {
    let web = Web::start();
    let settings = Settings::new().set("FETCH_ALLOW_HOSTS", &web.host()).set("FEED_SYNC_INTERVAL", "12h");
    let server = Server::start_with(store, settings);
    let mut wrong = Vec::new();
    for (number, (maker, make)) in makers::ALL.iter().enumerate() {
        let person = |name: &str| server.register(&format!("{name}{number}@example.com"));
        let stage = Stage { server: &server, web: &web, ana: person("ana"), ben: person("ben") };
        stage.ana.put("/users/me").json(json!({"free_busy_visibility": "everyone"})).send().expect(200);
        let made = make(&stage);
        wrong.extend(viewers::ALL.iter().filter_map(|(viewer, look, promise)| {
            let shown = promise(Some(&made));
            let expected = match absent(maker, viewer) {
                None => shown,
                Some(why) => {
                    let nothing = promise(None);
                    assert_ne!(nothing, shown, "{viewer} cannot tell that it does not show {maker} ({why})");
                    nothing
                }
            };
            let seen = look(&stage, &made);
            (seen != expected)
                .then(|| format!("made: {maker}, seen: {viewer}\n expected {expected}\n found    {seen}\n"))
        }));
    }
    assert!(wrong.is_empty(), "{} pairs are wrong\n{}", wrong.len(), wrong.concat());
}

/// Why a viewer shows nothing of what a maker makes, if it does not.
fn absent(maker: &str, viewer: &str) -> Option<&'static str> {
    let rows = ABSENT.iter().filter(|(makers, viewers, _)| makers.contains(&maker) && viewers.contains(&viewer));
    let reasons: Vec<&str> = rows.map(|(_, _, why)| *why).collect();
    assert!(reasons.len() < 2, "{maker} and {viewer} stand there twice: {reasons:?}");
    reasons.first().copied()
}

#[test]
fn the_table_names_only_what_there_is() {
    let makers: Vec<&str> = makers::ALL.iter().map(|(maker, _)| *maker).collect();
    let viewers: Vec<&str> = viewers::ALL.iter().map(|(viewer, ..)| *viewer).collect();
    for (of, seen, why) in ABSENT {
        assert!(of.iter().all(|name| makers.contains(name)) && seen.iter().all(|name| viewers.contains(name)), "{why}");
    }
}
