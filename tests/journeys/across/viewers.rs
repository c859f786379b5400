//! Who shows events: each looks through one door, and tells what must be seen there.
//!
//! What differs from run to run (when something was made, or last changed) is taken out of what is seen.

use kalends_harness::{Answer, ics};
use serde_json::{Value, json};

use super::Stage;
use super::facts::{Made, Times, WEEKS, typed, with};

/// A viewer: its name; what it sees; and what it must see of an event, or of none.
type Viewer = (&'static str, fn(&Stage, &Made) -> Value, fn(Option<&Made>) -> Value);

pub(super) const ALL: &[Viewer] = &[
    ("core list", core_list, |made| occurrences(made, core)),
    ("core occurrences", core_occurrences, |made| occurrences(made, core)),
    ("core", core_get, |made| stored(made, core)),
    ("academic list", academic_list, |made| stored(made, academic)),
    ("academic range", academic_range, |made| occurrences(made, academic)),
    ("academic", academic_get, |made| stored(made, academic)),
    ("legal list", legal_list, |made| stored(made, legal)),
    ("legal range", legal_range, |made| occurrences(made, legal)),
    ("legal", legal_get, |made| stored(made, legal)),
    ("Fristen", fristen, |made| stored(made, frist)),
    ("Frist", frist_get, |made| stored(made, frist)),
    ("private feed", feed, |made| stored(made, vevent)),
    ("published feed", published_feed, |made| stored(made, vevent)),
    ("export", export, |made| stored(made, vevent)),
    ("iCal token", ical_token, |made| stored(made, vevent)),
    ("busy blocks", busy_blocks, |made| times(made, block)),
    ("free/busy", free_busy, |made| times(made, busy_time)),
    ("booking slots", booking_slots, |made| slots(made, |slot| slot.utc)),
    ("open slots", open_slots, |made| slots(made, |slot| slot.local)),
    ("bookings", bookings, |made| stored(made, booking)),
    ("user calendars", user_calendars, |made| stored(made, user_calendar)),
];

/// How an event looks, or an occurrence of it.
type Look = fn(&Made, Option<&Times>) -> Value;

/// As one, however often it takes place.
fn stored(made: Option<&Made>, look: Look) -> Value {
    made.map(|made| look(made, None)).into_iter().collect()
}

/// As its occurrences, if it is a series.
fn occurrences(made: Option<&Made>, look: Look) -> Value {
    match made {
        Some(made) if made.facts.rule.is_some() => times(Some(made), |made, at| look(made, Some(at))),
        made => stored(made, look),
    }
}

/// As the times that it takes.
fn times(made: Option<&Made>, look: impl Fn(&Made, &Times) -> Value) -> Value {
    let each = |made: &Made| made.facts.times.iter().map(|at| look(made, at)).collect();
    made.map_or(json!([]), each)
}

/// The events of a list, without what differs from run to run.
fn plain<'e>(events: impl IntoIterator<Item = &'e Value>) -> Value {
    let stamps = ["uid", "updated_by", "created_at", "updated_at", "createdAt", "updatedAt", "chain_id"];
    let mut events: Vec<Value> = events.into_iter().cloned().collect();
    for event in &mut events {
        let fields = event.as_object_mut().expect("an object");
        fields.retain(|name, _| !stamps.contains(&name.as_str()));
        for name in ["reminders", "attendees"] {
            let parts = fields.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten();
            for part in parts.filter_map(Value::as_object_mut) {
                part.remove("id");
            }
        }
    }
    Value::Array(events)
}

/// The events under a pointer of an answer.
#[track_caller]
fn listed(answer: &Answer, pointer: &str) -> Value {
    let list = answer.json.pointer(pointer).and_then(Value::as_array);
    plain(list.unwrap_or_else(|| panic!("{answer}has no list at {pointer}")))
}

// The core surface.

fn core_list(stage: &Stage, _: &Made) -> Value {
    listed(&stage.ana.between(WEEKS.utc[0], WEEKS.utc[1]), "/items")
}

fn core_occurrences(stage: &Stage, made: &Made) -> Value {
    let list = stage.ana.get(&format!("/events/{}/occurrences", made.id));
    listed(&list.query("start", WEEKS.utc[0]).query("end", WEEKS.utc[1]).send().expect(200), "/items")
}

fn core_get(stage: &Stage, made: &Made) -> Value {
    plain([&stage.ana.get(&format!("/events/{}", made.id)).send().expect(200)["event"]])
}

fn core(made: &Made, occurrence: Option<&Times>) -> Value {
    let facts = &made.facts;
    let [start, end] = occurrence.unwrap_or(&facts.times[0]).utc;
    let mut event = json!({
        "id": made.id, "calendar_id": made.calendar, "created_by": made.maker, "title": facts.title,
        "start_time": start, "end_time": end, "timezone": facts.zone, "all_day": facts.all_day,
        "is_occurrence": occurrence.is_some(), "kind": "event", "status": "confirmed", "transparency": "opaque",
        "class": "public", "reminders": [], "attendees": [], "tags": [], "attachments": [],
    });
    let texts = [("description", facts.description), ("location", facts.location), ("recurrence_rule", facts.rule)];
    for (name, text) in texts.into_iter().filter(|(_, text)| text.is_some()) {
        event[name] = json!(text);
    }
    let mut event = with(event, &facts.core);
    if occurrence.is_some() {
        event.as_object_mut().expect("an object").remove("exception_dates");
        for (name, at) in [("occurrence_start_time", start), ("occurrence_end_time", end), ("recurrence_id", start)] {
            event[name] = json!(at);
        }
    }
    event
}

fn busy_blocks(stage: &Stage, made: &Made) -> Value {
    let busy = stage.ana.get("/availability").query("calendar_id", &made.calendar);
    busy.query("start", WEEKS.utc[0]).query("end", WEEKS.utc[1]).send().expect(200)["busy"].clone()
}

fn block(made: &Made, at: &Times) -> Value {
    json!({"start": at.utc[0], "end": at.utc[1], "event_id": made.id})
}

// The academic surface.

const ACADEMIC: &str = "/api/calendar/events";

fn academic_list(stage: &Stage, _: &Made) -> Value {
    listed(&stage.ana.get(ACADEMIC).send().expect(200), "/data/events")
}

fn academic_range(stage: &Stage, _: &Made) -> Value {
    let list = stage.ana.get(ACADEMIC).query("startDate", WEEKS.utc[0]).query("endDate", WEEKS.utc[1]);
    listed(&list.send().expect(200), "/data/events")
}

fn academic_get(stage: &Stage, made: &Made) -> Value {
    plain([&stage.ana.get(&format!("{ACADEMIC}/{}", made.id)).send().expect(200)["data"]])
}

fn academic(made: &Made, occurrence: Option<&Times>) -> Value {
    let facts = &made.facts;
    let [start, end] = occurrence.unwrap_or(&facts.times[0]).utc.map(|at| at.replace('Z', ".000Z"));
    let mut event = json!({
        "id": made.id, "title": facts.title, "description": facts.description, "location": facts.location,
        "startDate": start, "endDate": end, "allDay": facts.all_day, "eventType": "MEETING", "priority": "MEDIUM",
        "color": "#3b82f6", "googleEventId": null, "googleCalendarId": null, "courseId": null, "course": null,
        "userId": made.maker, "user": {"id": made.maker, "name": null},
    });
    if occurrence.is_some() {
        event["recurrenceId"] = json!(start);
    }
    with(event, &facts.academic)
}

// The legal surface.

const LEGAL: &str = "/api/v1/calendar/events";
const FRISTEN: &str = "/api/v1/calendar/fristen";

fn legal_list(stage: &Stage, _: &Made) -> Value {
    listed(&stage.ana.get(LEGAL).send().expect(200), "/data")
}

fn legal_range(stage: &Stage, _: &Made) -> Value {
    let [from, to] = WEEKS.local.map(|day| &day[..10]);
    listed(&stage.ana.get(LEGAL).query("from", from).query("to", to).send().expect(200), "/data")
}

fn legal_get(stage: &Stage, made: &Made) -> Value {
    plain([&stage.ana.get(&format!("{LEGAL}/{}", typed("evt", &made.id))).send().expect(200).json])
}

fn legal(made: &Made, occurrence: Option<&Times>) -> Value {
    let facts = &made.facts;
    let [start, end] = occurrence.unwrap_or(&facts.times[0]).local;
    let mut event = json!({
        "id": typed("evt", &made.id), "calendar_id": made.calendar, "created_by": typed("usr", &made.maker),
        "title": facts.title, "description": facts.description, "location": facts.location, "start": start, "end": end,
        "timezone": facts.zone, "all_day": facts.all_day, "recurrence_rule": facts.rule,
        "is_occurrence": occurrence.is_some(), "type": "event", "status": "confirmed", "transparency": "opaque",
        "case_id": null, "attendees": [], "reminders": [],
    });
    if occurrence.is_some() {
        event["recurrence_id"] = json!(start);
    }
    with(event, &facts.legal)
}

fn fristen(stage: &Stage, _: &Made) -> Value {
    listed(&stage.ana.get(FRISTEN).query("status", "open").send().expect(200), "/data")
}

fn frist_get(stage: &Stage, made: &Made) -> Value {
    let answer = stage.ana.get(&format!("{FRISTEN}/{}", typed("frist", &made.id))).send();
    if answer.status == 404 { json!([]) } else { plain([&answer.expect(200).json]) }
}

fn frist(made: &Made, _: Option<&Times>) -> Value {
    let facts = &made.facts;
    json!({
        "id": typed("frist", &made.id), "event_id": typed("evt", &made.id), "calendar_id": made.calendar,
        "created_by": typed("usr", &made.maker), "title": facts.title, "deadline": facts.times[0].local[0],
        "timezone": facts.zone, "case_id": facts.legal["case_id"], "status": "open", "verified": false,
        "verified_by": null, "verified_at": null, "assigned_to": null, "locked": false, "reminders": [],
        "deleted": false, "computed": null,
    })
}

fn free_busy(stage: &Stage, _: &Made) -> Value {
    let body = json!({"user_ids": [stage.ana.id], "from": WEEKS.utc[0], "to": WEEKS.utc[1]});
    let answer = stage.ben.post("/api/v1/calendar/availability/freebusy").json(body).send().expect(200);
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    answer["busy"].clone()
}

fn busy_time(made: &Made, at: &Times) -> Value {
    json!({"user_id": typed("usr", &made.maker), "start": at.utc[0], "end": at.utc[1]})
}

fn open_slots(stage: &Stage, _: &Made) -> Value {
    let body = json!({
        "user_ids": [stage.ana.id], "from": WEEKS.local[0], "to": WEEKS.local[1], "duration_minutes": 60,
        "timezone": "Europe/Berlin", "working_hours": hours(),
    });
    let answer = stage.ben.post("/api/v1/calendar/availability/open-slots").json(body).send().expect(200);
    answer["slots"].clone()
}

// iCalendar.

/// The lines of the events in a file, sorted.
fn lines(answer: &Answer) -> Value {
    let stamps = ["UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE"];
    let calendar = ics::calendar(&answer.body);
    let event = |event: &&ics::Component| {
        let lines = event.lines.iter().chain(event.parts.iter().flat_map(|alarm| &alarm.lines));
        let mut lines: Vec<String> =
            lines.filter(|line| !stamps.iter().any(|name| line.starts_with(name))).cloned().collect();
        lines.sort();
        json!(lines)
    };
    calendar.all("VEVENT").iter().map(event).collect()
}

fn vevent(made: &Made, _: Option<&Times>) -> Value {
    json!(made.facts.lines)
}

fn feed(stage: &Stage, made: &Made) -> Value {
    let url = stage.ana.get(&format!("/calendars/{}", made.calendar)).send().expect(200).at("/calendar/ical_url");
    let path = &url[url.find("/cal/").expect("a feed's address")..];
    lines(&stage.server.anyone().get(path).send().expect(200))
}

/// Where nobody has published the calendar yet and she may, she does for a while.
fn published_feed(stage: &Stage, made: &Made) -> Value {
    let path = format!("/calendars/{}", made.calendar);
    if stage.ana.get(&path).send().expect(200)["calendar"]["is_public"] == true {
        return feed(stage, made);
    }
    let publish = |public: bool| stage.ana.put(&path).json(json!({"is_public": public})).send();
    let published = publish(true);
    if published.status == 403 {
        return json!([]);
    }
    published.expect(200);
    let seen = feed(stage, made);
    publish(false).expect(200);
    seen
}

fn export(stage: &Stage, made: &Made) -> Value {
    lines(&stage.ana.get(&format!("/calendars/{}/export.ics", made.calendar)).send().expect(200))
}

fn ical_token(stage: &Stage, _: &Made) -> Value {
    let url = stage.ana.post("/api/v1/calendar/ical-tokens").send().expect(201).at("/url");
    let path = &url[url.find("/api/").expect("a feed's address")..];
    lines(&stage.server.anyone().get(path).send().expect(200))
}

// Booking.

/// Mondays from nine to twelve.
fn hours() -> Value {
    json!({"mon": [{"start": "09:00", "end": "12:00"}]})
}

/// The hours in which she can be had.
const SLOTS: [Times; 6] = [
    slot("2058-03-25T08:00:00Z", "2058-03-25T09:00:00Z", "2058-03-25T09:00:00+01:00", "2058-03-25T10:00:00+01:00"),
    slot("2058-03-25T09:00:00Z", "2058-03-25T10:00:00Z", "2058-03-25T10:00:00+01:00", "2058-03-25T11:00:00+01:00"),
    slot("2058-03-25T10:00:00Z", "2058-03-25T11:00:00Z", "2058-03-25T11:00:00+01:00", "2058-03-25T12:00:00+01:00"),
    slot("2058-04-01T07:00:00Z", "2058-04-01T08:00:00Z", "2058-04-01T09:00:00+02:00", "2058-04-01T10:00:00+02:00"),
    slot("2058-04-01T08:00:00Z", "2058-04-01T09:00:00Z", "2058-04-01T10:00:00+02:00", "2058-04-01T11:00:00+02:00"),
    slot("2058-04-01T09:00:00Z", "2058-04-01T10:00:00Z", "2058-04-01T11:00:00+02:00", "2058-04-01T12:00:00+02:00"),
];

const fn slot(start: &'static str, end: &'static str, local_start: &'static str, local_end: &'static str) -> Times {
    Times { utc: [start, end], local: [local_start, local_end] }
}

/// The slots that an event leaves.
fn slots(made: Option<&Made>, shown: fn(&Times) -> [&'static str; 2]) -> Value {
    let taken = |slot: &Times| {
        let overlaps = |at: &Times| at.utc[0] < slot.utc[1] && slot.utc[0] < at.utc[1];
        made.is_some_and(|made| made.facts.times.iter().any(overlaps))
    };
    let slot = |slot: &Times| {
        let [start, end] = shown(slot);
        json!({"start": start, "end": end})
    };
    SLOTS.iter().filter(|slot| !taken(slot)).map(slot).collect()
}

/// Of a link of another calendar, for which this one blocks where it may.
fn booking_slots(stage: &Stage, made: &Made) -> Value {
    let path = format!("/calendars/{}/booking-link", stage.ana.calendar("Door"));
    let link = |blocking: Value| {
        let settings = json!({
            "duration_minutes": 60, "timezone": "Europe/Berlin", "working_hours": hours(),
            "blocking_calendar_ids": blocking,
        });
        stage.ana.post(&path).json(settings).send()
    };
    let mut made = link(json!([made.calendar]));
    if made.status == 400 {
        made.invalid(&["blocking_calendar_ids[0]"]);
        made = link(json!([]));
    }
    let slots = stage.server.anyone().get(&format!("/booking/{}/availability", made.expect(201).at("/token")));
    slots.query("start", WEEKS.utc[0]).query("end", WEEKS.utc[1]).send().expect(200)["slots"].clone()
}

fn bookings(stage: &Stage, made: &Made) -> Value {
    let list = stage.ana.get(&format!("/calendars/{}/bookings", made.calendar));
    let list = list.query("start", WEEKS.utc[0]).query("end", WEEKS.utc[1]).send();
    let told = |booking: &Value| json!([booking["event_id"], booking["start"], booking["end"]]);
    // Whose calendar is another's asks in vain.
    if list.status == 403 { json!([]) } else { list.expect(200).items().iter().map(told).collect() }
}

fn booking(made: &Made, _: Option<&Times>) -> Value {
    let [start, end] = made.facts.times[0].utc;
    json!([made.id, start, end])
}

// The user-calendars surface, which tells of calendars alone.

fn user_calendars(stage: &Stage, made: &Made) -> Value {
    let list = stage.ana.get(&format!("/api/v1/users/{}/calendars", stage.ana.id)).send().expect(200);
    let list = list["calendars"]
        .as_array()
        .expect("calendars")
        .iter()
        .filter(|calendar| calendar["id"] == made.calendar.as_str());
    list.map(|calendar| json!([calendar["name"], calendar["visibility"]])).collect()
}

fn user_calendar(made: &Made, _: Option<&Times>) -> Value {
    json!([made.calendar_name, made.visibility])
}
