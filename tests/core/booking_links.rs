//! Booking links: what their owner sets, and who may.

use kalends_harness::{Server, both_stores};
use serde_json::json;

use crate::booking::{link, nine_to_twelve};

both_stores![
    a_link_is_made_with_what_it_offers,
    a_link_is_read_changed_and_deleted,
    only_the_owner_makes_links,
    all_that_is_wrong_is_said_at_once,
    a_link_changes_only_from_the_version_one_has_seen,
    only_calendars_of_ones_own_block,
    links_are_listed_in_pages,
];

fn a_link_is_made_with_what_it_offers(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let path = format!("/calendars/{work}/booking-link");
    let made = ana.post(&path).json(nine_to_twelve()).send().expect(201);
    let token = made.at("/token");
    assert!(token.len() >= 16 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{token}");
    assert!(made.at("/public_url").ends_with(&format!("/book/{token}")));
    assert_eq!(made["active"], true);
    assert_eq!(made["calendar_id"], json!(work));
    let settings = &made["settings"];
    for (field, value) in [
        ("duration_minutes", json!(30)),
        ("buffer_minutes", json!(0)),
        ("timezone", json!("America/New_York")),
        ("working_hours", nine_to_twelve()["working_hours"].clone()),
        ("minimum_notice_minutes", json!(0)),
        ("maximum_days_ahead", json!(null)),
        ("questions", json!([])),
    ] {
        assert_eq!(settings[field], value, "{field}");
    }

    let full = json!({
        "duration_minutes": 45, "timezone": "Europe/Berlin", "title": "Office hour", "description": "Room 12",
        "working_hours": {"mon": [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "17:30"}], "sun": [{"start": "00:00", "end": "24:00"}]},
        "buffer_before_minutes": 5, "buffer_after_minutes": 10, "interval_minutes": 15, "minimum_notice_minutes": 60,
        "maximum_days_ahead": 30, "daily_limit": 4, "active": false,
        "date_overrides": {"2058-12-24": [], "2058-12-31": [{"start": "10:00", "end": "11:00"}]},
        "blocking_calendar_ids": [ana.calendar("Home")], "questions": [{"label": "Why?", "required": true}],
    });
    let made = ana.post(&path).json(full.clone()).send().expect(201);
    assert_eq!(made["active"], false);
    for (field, value) in full.as_object().expect("an object") {
        assert_eq!(&made["settings"][field], value, "{field}");
    }
    assert_eq!(made["settings"]["buffer_minutes"], json!(null), "they differ");
}

fn a_link_is_read_changed_and_deleted(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let made = ana.post(&format!("/calendars/{work}/booking-link")).json(nine_to_twelve()).send().expect(201);
    let path = format!("/calendars/{work}/booking-links/{}", made.at("/token"));
    assert_eq!(ana.get(&path).send().expect(200).json, made.json);
    let public =
        format!("/booking/{}/availability?start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z", made.at("/token"));

    let change = json!({"duration_minutes": 60, "title": "Talk", "buffer_minutes": 15});
    let changed = ana.put(&path).json(change).send().expect(200);
    assert_eq!((&changed["settings"]["duration_minutes"], &changed["settings"]["title"]), (&json!(60), &json!("Talk")));
    assert_eq!(changed["settings"]["buffer_after_minutes"], 15);
    assert_eq!(changed["settings"]["working_hours"], made["settings"]["working_hours"], "what is not sent stays");
    let again = ana.put(&path).json(changed["settings"].clone()).send().expect(200);
    assert_eq!(again["settings"], changed["settings"], "what is shown can be sent back");
    let cleared = ana.put(&path).json(json!({"title": null, "buffer_after_minutes": null})).send().expect(200);
    assert_eq!(
        (&cleared["settings"]["title"], &cleared["settings"]["buffer_after_minutes"]),
        (&json!(null), &json!(0))
    );
    ana.put(&path)
        .json(json!({"timezone": null, "working_hours": null}))
        .send()
        .invalid(&["timezone", "working_hours"]);

    assert_eq!(server.anyone().get(&public).send().expect(200)["slots"].as_array().map(Vec::len), Some(3));
    assert_eq!(ana.put(&path).json(json!({"active": false})).send().expect(200)["active"], false);
    server.anyone().get(&public).send().error(404, "NOT_FOUND");
    ana.put(&path).json(json!({"active": true})).send().expect(200);
    server.anyone().get(&public).send().expect(200);
    assert_eq!(ana.delete(&path).send().expect(200).json, json!({"ok": true}));
    server.anyone().get(&public).send().error(404, "NOT_FOUND");
    ana.get(&path).send().error(404, "NOT_FOUND");
    ana.delete(&path).send().error(404, "NOT_FOUND");
    ana.put(&path).json(json!({"active": true})).send().error(404, "NOT_FOUND");
}

fn only_the_owner_makes_links(server: &mut Server) {
    let [ana, bob, eve] = ["ana", "bob", "eve"].map(|name| server.register(&format!("{name}@example.com")));
    let work = ana.calendar("Work");
    ana.share(&work, &bob, "editor");
    let token = link(&ana, &work, nine_to_twelve());
    let new = format!("/calendars/{work}/booking-link");
    let one = format!("/calendars/{work}/booking-links/{token}");
    for (who, status, code) in [(&bob, 403, "FORBIDDEN"), (&eve, 404, "NOT_FOUND")] {
        who.post(&new).json(nine_to_twelve()).send().error(status, code);
        who.get(&format!("/calendars/{work}/booking-links")).send().error(status, code);
        who.get(&one).send().error(status, code);
        who.put(&one).json(json!({"active": false})).send().error(status, code);
        who.delete(&one).send().error(status, code);
        let explain = format!("{one}/explain?start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
        who.get(&explain).send().error(status, code);
        let bookings = format!("/calendars/{work}/bookings?start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
        who.get(&bookings).send().error(status, code);
    }
    server.anyone().post(&new).json(nine_to_twelve()).send().error(401, "AUTH_REQUIRED");
    ana.key(json!({"booking": ["write"]})).post(&new).json(nine_to_twelve()).send().expect(201);
    let blind = ana.key(json!({"booking": ["read"], "calendars": ["write"], "events": ["write"]}));
    blind.post(&new).json(nine_to_twelve()).send().error(403, "FORBIDDEN");
    blind.get(&one).send().expect(200);
    // A link is its calendar's, and nowhere else.
    let home = ana.calendar("Home");
    ana.get(&format!("/calendars/{home}/booking-links/{token}")).send().error(404, "NOT_FOUND");
    ana.delete(&format!("/calendars/{home}/booking-links/{token}")).send().error(404, "NOT_FOUND");
    ana.get(&one).send().expect(200);
}

fn all_that_is_wrong_is_said_at_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/calendars/{}/booking-link", ana.calendar("Work"));
    ana.post(&path).json(json!({})).send().invalid(&["duration_minutes", "timezone", "working_hours"]);
    let hours = json!({
        "mon": [{"start": "17:00", "end": "09:00"}], "tue": [{"start": "9:00", "end": "10:00"}],
        "wed": [{"start": "09:00", "end": "11:00"}, {"start": "10:00", "end": "12:00"}], "montag": [],
    });
    let body = json!({
        "duration_minutes": 0, "timezone": "Mars/Olympus", "working_hours": hours, "buffer_minutes": -1,
        "daily_limit": 0, "date_overrides": {"2058-13-01": []}, "questions": [{"label": 1}], "active": "yes",
        "blocking_calendar_ids": ["home"], "color": "red",
    });
    ana.post(&path).json(body).send().invalid(&[
        "duration_minutes",
        "timezone",
        "working_hours.mon[0].end",
        "working_hours.tue[0].start",
        "working_hours.wed[1]",
        "working_hours.montag",
        "buffer_minutes",
        "daily_limit",
        "date_overrides.2058-13-01",
        "questions[0].label",
        "active",
        "blocking_calendar_ids[0]",
        "color",
    ]);
}

fn a_link_changes_only_from_the_version_one_has_seen(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let path = format!("/calendars/{work}/booking-links/{}", link(&ana, &work, nine_to_twelve()));
    let seen = ana.get(&path).send().expect(200).etag();
    ana.put(&path).header("If-Match", &seen).json(json!({"active": false})).send().expect(200);
    ana.put(&path).header("If-Match", &seen).json(json!({"active": true})).send().error(412, "CONFLICT");
    ana.delete(&path).header("If-Match", &seen).send().error(412, "CONFLICT");
    ana.delete(&path).header("If-Match", &ana.get(&path).send().etag()).send().expect(200);
}

fn only_calendars_of_ones_own_block(server: &mut Server) {
    let [ana, bob] = ["ana", "bob"].map(|name| server.register(&format!("{name}@example.com")));
    let [work, team, secret] = [ana.calendar("Work"), bob.calendar("Team"), bob.calendar("Secret")];
    bob.share(&team, &ana, "editor");
    let path = format!("/calendars/{work}/booking-link");
    for other in [team, secret, "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10".to_owned()] {
        let mut body = nine_to_twelve();
        body["blocking_calendar_ids"] = json!([ana.calendar("Home"), other]);
        let told = ana.post(&path).json(body).send().error(400, "VALIDATION_ERROR");
        assert!(told.fields().iter().all(|field| field.starts_with("blocking_calendar_ids")), "{told}");
    }
}

fn links_are_listed_in_pages(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let made: Vec<_> = (0..3).map(|_| link(&ana, &work, nine_to_twelve())).collect();
    link(&ana, &ana.calendar("Home"), nine_to_twelve());
    let path = format!("/calendars/{work}/booking-links?limit=2");
    let first = ana.get(&path).send().expect(200);
    assert_eq!(first.each("token"), made[..2]);
    let rest = ana.get(&path).query("cursor", &first.next_cursor().expect("there is more")).send().expect(200);
    assert_eq!((rest.each("token"), rest.next_cursor()), (vec![made[2].as_str()], None));
}
