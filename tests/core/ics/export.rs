//! `GET /calendars/{id}/export.ics`: the calendar as a file.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::json;

use super::{NINE, export, file, take, text, vevent};

both_stores![
    a_calendar_is_a_file_of_its_own_name,
    an_empty_calendar_is_a_file_too,
    an_event_is_written_field_by_field,
    an_all_day_event_is_written_as_dates,
    each_zone_is_defined_once_and_utc_never,
    a_series_is_written_with_its_exceptions,
    what_attendees_should_hear_of_raises_the_sequence,
    what_is_deleted_is_not_there,
    a_large_calendar_is_written_whole,
    whoever_may_read_may_export,
    an_unchanged_calendar_is_not_sent_again,
];

fn a_calendar_is_a_file_of_its_own_name(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({"name": "Work & \"Zürich\" 🗓", "color": "#3366cc"});
    let id = ana.post("/calendars").json(body).send().expect(201).at("/calendar/id");
    let answer = ana.get(&format!("/calendars/{id}/export.ics")).send().expect(200);
    let content_type = answer.header("content-type").expect("a type").to_ascii_lowercase().replace(' ', "");
    assert_eq!(content_type, "text/calendar;charset=utf-8");
    let disposition = answer.header("content-disposition").expect("a disposition");
    assert!(disposition.starts_with("attachment; filename=\"") && disposition.contains(".ics\""), "{disposition}");
    assert!(disposition.contains("filename*=UTF-8''Work%20&%20%22Z%C3%BCrich%22%20%F0%9F%97%93.ics"), "{disposition}");

    let calendar = text::calendar(&answer.body);
    assert_eq!((calendar.line("VERSION"), calendar.line("CALSCALE")), ("VERSION:2.0", "CALSCALE:GREGORIAN"));
    assert!(calendar.line("PRODID").contains("Kalends"));
    assert_eq!(calendar.text("X-WR-CALNAME"), "Work & \"Zürich\" 🗓");
    assert_eq!(calendar.text("NAME"), "Work & \"Zürich\" 🗓");
    assert_eq!(calendar.line("REFRESH-INTERVAL"), "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    assert!(calendar.find("METHOD").is_none(), "with one, programs take it for an invitation");
}

fn an_empty_calendar_is_a_file_too(server: &mut Server) {
    let ana = server.register("ana@example.com");
    assert!(export(&ana, &ana.calendar("Empty")).parts.is_empty());
}

fn an_event_is_written_field_by_field(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.event(json!({
        "calendar_id": calendar, "title": "Réunion, part 1; 🗓", "description": "Line one\nline two\\", "location": "Room 5",
        "start_time": "2026-03-02T09:00:00-05:00", "end_time": "2026-03-02T10:30:00-05:00", "timezone": "America/New_York",
        "kind": "exam", "priority": "high", "status": "tentative", "transparency": "transparent", "class": "private",
        "color": "tomato", "url": "https://example.com/talk", "tags": ["a,b", "c"], "reminders": [15],
        "attendees": [{"email": "guest@example.com"}],
        "attachments": [{"url": "https://example.com/a.pdf", "name": "Agenda: v1", "type": "application/pdf"}],
    }));
    let exported = export(&ana, &calendar);
    let shown = exported.one("VEVENT");
    for (name, value) in [
        ("UID", made["uid"].as_str().expect("a uid")),
        ("SUMMARY", "Réunion, part 1; 🗓"),
        ("DESCRIPTION", "Line one\nline two\\"),
        ("LOCATION", "Room 5"),
    ] {
        assert_eq!(shown.text(name), value);
    }
    for line in [
        "DTSTART;TZID=America/New_York:20260302T090000",
        "DTEND;TZID=America/New_York:20260302T103000",
        "SEQUENCE:0",
        "STATUS:TENTATIVE",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "PRIORITY:1",
        "CATEGORIES:EXAM,a\\,b,c",
        "COLOR:tomato",
        "URL:https://example.com/talk",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:guest@example.com",
        "ATTACH;FMTTYPE=application/pdf;FILENAME=\"Agenda: v1\":https://example.com/a.pdf",
    ] {
        assert!(shown.lines.iter().any(|found| found == line), "{line} is missing in\n{shown}");
    }
    let stamp = |time: &str| time[..19].replace(['-', ':'], "") + "Z";
    let (created, updated) =
        (made["created_at"].as_str().expect("a time"), made["updated_at"].as_str().expect("a time"));
    assert_eq!(shown.text("CREATED"), stamp(created));
    assert_eq!(shown.text("LAST-MODIFIED"), stamp(updated));
    assert_eq!(shown.text("DTSTAMP").len(), 16);
    let alarm = shown.one("VALARM");
    assert_eq!(alarm.text("ACTION"), "DISPLAY");
    assert_eq!((alarm.text("TRIGGER"), alarm.text("DESCRIPTION")), ("-PT15M".to_owned(), shown.text("SUMMARY")));
}

fn an_all_day_event_is_written_as_dates(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Days");
    ana.event(json!({
        "calendar_id": calendar, "title": "Days", "all_day": true, "timezone": "Europe/Berlin",
        "start_time": "2026-03-28", "end_time": "2026-03-30",
    }));
    let exported = export(&ana, &calendar);
    let shown = exported.one("VEVENT");
    assert_eq!(shown.line("DTSTART"), "DTSTART;VALUE=DATE:20260328");
    assert_eq!(shown.line("DTEND"), "DTEND;VALUE=DATE:20260330");
    assert!(exported.all("VTIMEZONE").is_empty());
}

fn each_zone_is_defined_once_and_utc_never(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for (zone, offset) in
        [("Europe/Berlin", "+01:00"), ("America/New_York", "-05:00"), ("Europe/Berlin", "+01:00"), ("UTC", "Z")]
    {
        ana.event(json!({
            "calendar_id": calendar, "title": zone, "timezone": zone,
            "start_time": format!("2026-03-02T09:00:00{offset}"), "end_time": format!("2026-03-02T10:00:00{offset}"),
        }));
    }
    let exported = export(&ana, &calendar);
    let zones = exported.all("VTIMEZONE");
    let mut names: Vec<_> = zones.iter().map(|zone| zone.text("TZID")).collect();
    names.sort();
    assert_eq!(names, ["America/New_York", "Europe/Berlin"]);
    for zone in zones {
        let used = format!("DTSTART;TZID={}:", zone.text("TZID"));
        let defined = exported.parts.iter().position(|part| part == zone);
        let first =
            exported.parts.iter().position(|part| part.name == "VEVENT" && part.line("DTSTART").starts_with(&used));
        assert!(defined < first, "it is defined before it is used:\n{exported}");
        for part in &zone.parts {
            assert!(["STANDARD", "DAYLIGHT"].contains(&part.name.as_str()), "{part}");
            assert!(
                part.find("DTSTART").is_some()
                    && part.find("TZOFFSETFROM").is_some()
                    && part.find("TZOFFSETTO").is_some()
            );
        }
        assert!(!zone.parts.is_empty());
    }
    let utc = exported.all("VEVENT").into_iter().find(|event| event.text("SUMMARY") == "UTC").expect("it is there");
    assert_eq!(utc.line("DTSTART"), "DTSTART:20260302T090000Z");
}

fn a_series_is_written_with_its_exceptions(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Lectures");
    let made = ana.event(json!({
        "calendar_id": calendar, "title": "Lecture", "timezone": "America/New_York", "recurrence_rule": "FREQ=WEEKLY;COUNT=5",
        "start_time": "2026-03-02T09:00:00-05:00", "end_time": "2026-03-02T10:00:00-05:00",
        "recurrence_dates": ["2026-03-04T09:00:00-05:00"],
    }));
    let path = path_of(&made);
    let part = |occurrence: &str| format!("{path}?occurrence={occurrence}&scope=this");
    ana.delete(&part("2026-03-09T13:00:00Z")).send().expect(200);
    let moved = json!({"title": "Guest lecture", "start_time": "2026-03-17T11:00:00-04:00", "end_time": "2026-03-17T12:00:00-04:00"});
    ana.change(&part("2026-03-16T13:00:00Z"), moved);

    let exported = export(&ana, &calendar);
    let uid = made["uid"].as_str().expect("a uid");
    let series = exported.event(uid);
    assert_eq!(series.line("RRULE"), "RRULE:FREQ=WEEKLY;COUNT=5");
    assert_eq!(series.line("EXDATE"), "EXDATE;TZID=America/New_York:20260309T090000");
    assert_eq!(series.line("RDATE"), "RDATE;TZID=America/New_York:20260304T090000");
    let [_, changed] = exported.all("VEVENT")[..] else { panic!("not two VEVENTs in\n{exported}") };
    assert_eq!(changed.text("UID"), uid);
    assert_eq!(changed.line("RECURRENCE-ID"), "RECURRENCE-ID;TZID=America/New_York:20260316T090000");
    assert_eq!(changed.line("DTSTART"), "DTSTART;TZID=America/New_York:20260317T110000");
    assert_eq!(changed.text("SUMMARY"), "Guest lecture");
    assert!(changed.find("RRULE").is_none() && changed.find("EXDATE").is_none());
}

fn what_attendees_should_hear_of_raises_the_sequence(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let sequence = || export(&ana, &calendar).one("VEVENT").text("SEQUENCE").parse::<u32>().expect("a number");
    assert_eq!(sequence(), 0);
    ana.change(&path_of(&made), json!({"start_time": "2026-03-02T11:00:00Z", "end_time": "2026-03-02T12:00:00Z"}));
    assert_eq!(sequence(), 1);
    ana.change(&path_of(&made), json!({"tags": ["a"]}));
    assert_eq!(sequence(), 1);
}

fn what_is_deleted_is_not_there(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    ana.delete(&path).send().expect(200);
    assert!(export(&ana, &calendar).all("VEVENT").is_empty());
    ana.post(&format!("{path}/restore")).send().expect(200);
    assert_eq!(export(&ana, &calendar).one("VEVENT").text("SUMMARY"), "Talk");
}

fn a_large_calendar_is_written_whole(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let events: Vec<_> = (0..600).map(|number| vevent(&format!("{number}@example.com"), NINE)).collect();
    take(&ana, &calendar, file(&events));
    let exported = export(&ana, &calendar);
    let mut uids: Vec<_> = exported.all("VEVENT").iter().map(|event| event.text("UID")).collect();
    uids.sort();
    uids.dedup();
    assert_eq!((uids.len(), exported.all("VEVENT").len()), (600, 600));
}

fn whoever_may_read_may_export(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Ours");
    let path = format!("/calendars/{calendar}/export.ics");
    ben.get(&path).send().error(404, "NOT_FOUND");
    server.anyone().get(&path).send().error(401, "AUTH_REQUIRED");
    ana.share(&calendar, &ben, "viewer");
    ben.get(&path).send().expect(200);
    ana.key(json!({"calendars": ["read"]})).get(&path).send().expect(200);
    for scopes in [json!({"events": ["read", "write"]}), json!({"calendars": ["write"]})] {
        ana.key(scopes).get(&path).send().error(403, "FORBIDDEN");
    }
    ana.get("/calendars/x/export.ics").send().error(400, "VALIDATION_ERROR");
    ana.delete(&format!("/calendars/{calendar}")).send().expect(200);
    ana.get(&path).send().error(404, "NOT_FOUND");
}

fn an_unchanged_calendar_is_not_sent_again(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let path = format!("/calendars/{calendar}/export.ics");
    let first = ana.get(&path).send().expect(200);
    let etag = first.etag();
    assert_eq!(ana.get(&path).send().expect(200).body, first.body, "the same events are the same bytes");

    let none_match = ana.get(&path).header("If-None-Match", &etag).send().expect(304);
    assert_eq!((none_match.etag(), none_match.body.len()), (etag.clone(), 0));
    ana.get(&path).header("If-None-Match", &format!("\"other\", {etag}")).send().expect(304);
    ana.get(&path).header("If-None-Match", "\"other\"").send().expect(200);
    ana.get(&path).header("If-Modified-Since", &super::last_modified(&ana, &path)).send().expect(304);
    ana.get(&path).header("If-Modified-Since", "Sun, 01 Mar 2026 12:00:00 GMT").send().expect(200);
    ana.get(&path).header("If-Modified-Since", "some day").send().expect(200);

    ana.event(event(&calendar, "Another", "2026-03-03T09:00:00Z"));
    let second = ana.get(&path).header("If-None-Match", &etag).send().expect(200);
    assert_ne!(second.etag(), etag);
    let stranger = server.register("eve@example.com");
    stranger.get(&path).header("If-None-Match", &second.etag()).send().error(404, "NOT_FOUND");
}
