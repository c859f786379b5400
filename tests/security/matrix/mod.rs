//! Every operation of `/openapi.json`, called by everybody: nobody gets further than the table says, whoever may gets
//! through, and whatever is answered stands in the document.

mod people;
mod table;
mod things;

use kalends_harness::providers::Google;
use kalends_harness::{Answer, Caller, Page, Server, Settings, Store, Web, each_store};
use serde_json::{Value, json};

use crate::document::{Document, Operation};
use crate::forged;
use people::{People, Standing};
use table::{Line, Who, lines};
use things::Things;

each_store![everybody_gets_as_far_as_they_may, nobody_sets_what_is_not_theirs_to_set];

/// What nobody may say of a thing that they make or change, unless the document knows the field.
const NOT_YOURS: [&str; 16] = [
    "id",
    "uid",
    "owner",
    "owner_id",
    "user",
    "user_id",
    "created_by",
    "updated_by",
    "created_at",
    "updated_at",
    "deleted_at",
    "version",
    "role",
    "scopes",
    "is_admin",
    "is_owner",
];

/// What the table makes of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    LetIn,
    /// Is asked for a good credential.
    Unknown,
    /// Sees it, and may not.
    Forbidden,
    /// Does not learn that it exists.
    Hidden,
}

fn verdict(line: &Line, standing: &Standing) -> Verdict {
    use Standing::{Editor, Key, Nobody, Owner, Refused, Stranger, Viewer};
    let or = |may: bool, else_: Verdict| if may { Verdict::LetIn } else { else_ };
    match (line.who, standing) {
        (Who::Anyone, _) => Verdict::LetIn,
        (_, Nobody | Refused) => Verdict::Unknown,
        // The owner's key is as good as the owner, where it has the scopes.
        (_, Key(scopes)) => or(scopes.iter().any(|scope| line.scopes.contains(&scope.as_str())), Verdict::Forbidden),
        (_, Owner) | (Who::Person, _) => Verdict::LetIn,
        (Who::OwnerOrThemselves, who) => or(*who == Viewer, Verdict::Hidden),
        (Who::Own, _) | (_, Stranger) => Verdict::Hidden,
        (Who::Viewer, _) => Verdict::LetIn,
        (Who::Editor, who) => or(*who == Editor, Verdict::Forbidden),
        (Who::Owner, _) => Verdict::Forbidden,
    }
}

/// A server that can do everything that an operation needs: it has Google, and may fetch a calendar.
fn with_people(store: Store, check: impl for<'s> Fn(&Document, &dyn Fn() -> People<'s>)) {
    let (google, web) = (Google::start(), Web::start());
    web.serve("/a.ics", Page::calendar(&a_calendar()));
    let settings = google.settings(Settings::new()).set("JWT_SECRET", forged::KEY);
    let settings = settings.set("FETCH_ALLOW_HOSTS", &web.host()).set("ENCRYPTION_KEY", &"0123456789abcdef".repeat(4));
    let server = Server::start_with(store, settings);
    let document = Document::fetch(&server.anyone());
    check(&document, &|| People::register(&server, &google, &web));
}

fn a_calendar() -> String {
    ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", "BEGIN:VEVENT", "UID:a@example.com"]
        .into_iter()
        .chain([
            "DTSTAMP:20260101T000000Z",
            "DTSTART:20580305T090000Z",
            "SUMMARY:Talk",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ])
        .collect::<Vec<_>>()
        .join("\r\n")
}

fn everybody_gets_as_far_as_they_may(store: Store) {
    with_people(store, |document, register| {
        let operations = document.operations();
        let lines = lines();
        let mut complaints = strangers(&operations.keys().map(String::as_str).collect::<Vec<_>>(), &lines);
        let everybody = register();
        for line in &lines {
            let Some(operation) = operations.get(line.operation) else { continue };
            complaints.extend(disagreement(line, *operation));
            let own = line.last.then(register);
            complaints.extend(try_everybody(line, *operation, own.as_ref().unwrap_or(&everybody)));
        }
        assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    });
}

/// Operations without a line, and lines without an operation.
fn strangers(operations: &[&str], lines: &[Line]) -> Vec<String> {
    let missing = operations.iter().filter(|operation| !lines.iter().any(|line| line.operation == **operation));
    let missing = missing.map(|operation| format!("{operation}: has no line in table.rs; who may call it?"));
    let gone = lines.iter().filter(|line| !operations.contains(&line.operation));
    missing.chain(gone.map(|line| format!("{}: no such operation; take its line away", line.operation))).collect()
}

/// Where the document says something else of who may call.
fn disagreement(line: &Line, operation: Operation<'_>) -> Option<String> {
    let told = operation.scopes();
    let same = told == line.scopes && operation.is_open() == (line.who == Who::Anyone);
    (!same).then(|| format!("{}: the document asks for {told:?}, the table for {:?}", line.operation, line.scopes))
}

fn try_everybody(line: &Line, operation: Operation<'_>, people: &People<'_>) -> Vec<String> {
    let others = people::scopes().into_iter().filter(|scope| !line.scopes.contains(&scope.as_str()));
    let others: Vec<String> = others.collect();
    let without = people.key(&others.iter().map(String::as_str).collect::<Vec<_>>());
    let without = ("a key for all else".to_owned(), Standing::Key(others), without);
    let callers = people.callers().iter().chain([&without]);
    let (in_, out): (Vec<_>, Vec<_>) = callers.partition(|(_, who, _)| verdict(line, who) == Verdict::LetIn);

    let mut complaints = Vec::new();
    let mut complain = |name: &str, what: String, answer: &Answer| {
        complaints.push(format!("{} by {name}: {what}; {answer}", line.operation));
    };
    let things = Things::new(people);
    prepare(line, &things, people);
    for (name, standing, caller) in out {
        let answer = call(line, caller, &things);
        let expected = match verdict(line, standing) {
            Verdict::Unknown => 401,
            Verdict::Forbidden => 403,
            Verdict::Hidden | Verdict::LetIn => 404,
        };
        if answer.status != expected {
            complain(name, format!("expected {expected}"), &answer);
        }
        if let Some(complaint) = operation.complaint(&answer) {
            complain(name, complaint, &answer);
        }
    }
    let mut excepted = false;
    for (at, (name, _, caller)) in in_.into_iter().enumerate() {
        // The first gets what the others were refused, which is still there.
        let fresh = (at > 0).then(|| Things::new(people));
        let things = fresh.as_ref().unwrap_or(&things);
        if fresh.is_some() {
            prepare(line, things, people);
        }
        let answer = call(line, caller, things);
        excepted |= line.or == Some(answer.status);
        if !(200..300).contains(&answer.status) && line.or != Some(answer.status) {
            complain(name, "expected to be let in".to_owned(), &answer);
        }
        if let Some(complaint) = operation.complaint(&answer) {
            complain(name, complaint, &answer);
        }
    }
    if line.or.is_some() && !excepted {
        complaints.push(format!("{}: nobody is told {:?}; take that away", line.operation, line.or));
    }
    complaints
}

/// What the owner does first.
fn prepare(line: &Line, things: &Things<'_>, people: &People<'_>) {
    if let Some(before) = line.before {
        let (method, _) = before.split_once(' ').expect("a method and a path");
        people.owner.request(method, &things.path(before)).send().expect(200);
    }
}

fn call(line: &Line, caller: &Caller, things: &Things<'_>) -> Answer {
    call_with(line, caller, things, |body| body)
}

fn call_with(line: &Line, caller: &Caller, things: &Things<'_>, change: impl Fn(String) -> String) -> Answer {
    let (method, _) = line.operation.split_once(' ').expect("a method and a path");
    let mut path = things.path(line.operation);
    if !line.query.is_empty() {
        let encode = |text: String| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        path = format!("{path}?{}", things.fill(line.query, encode));
    }
    let mut request = caller.request(method, &path);
    if let Some((kind, body)) = line.body {
        request = request.body(kind, change(things.fill(body, |text| text)));
    }
    request.send()
}

fn nobody_sets_what_is_not_theirs_to_set(store: Store) {
    with_people(store, |document, register| {
        let operations = document.operations();
        let people = register();
        let mut complaints = Vec::new();
        for line in lines() {
            let Some(known) = operations.get(line.operation).and_then(|operation| operation.fields()) else { continue };
            let expected = operations[line.operation].invalid();
            let things = Things::new(&people);
            for field in NOT_YOURS.into_iter().filter(|field| !known.contains(field)) {
                let answer = call_with(&line, &people.owner, &things, |body| {
                    let mut body: Value = serde_json::from_str(&body).expect("a JSON body");
                    body[field] = json!(people.stranger.id);
                    body.to_string()
                });
                if answer.status != expected || !answer.text().contains(field) {
                    complaints.push(format!("{} took {field}: {answer}", line.operation));
                }
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    });
}
