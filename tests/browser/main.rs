//! The booking page in a real browser, on a phone's and on a desk's width.
//!
//! Runs where the programs for it are installed: `KALENDS_BROWSER` names a directory with the `node_modules` of
//! `package.json`, and `KALENDS_CHROMIUM` the browser. Screenshots go to `shots` in that directory.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

use std::path::{Path, PathBuf};
use std::process::Command;

use kalends_harness::{Page, Server, Settings, Store, User, Web, skip};
use serde_json::{Value, json};

#[test]
fn people_book() {
    case("book.mjs");
}

#[test]
fn bookers_cancel_and_move() {
    case("change.mjs");
}

#[test]
fn times_are_the_visitors() {
    case("clocks.mjs");
}

#[test]
fn every_page_is_sound_in_both_themes() {
    case("look.mjs");
}

#[test]
fn frames_are_for_the_allowed() {
    let (allowed, other) = (Web::start(), Web::start());
    let Some(house) = House::open(Settings::new().set("EMBED_ORIGINS", &allowed.url(""))) else { return };
    let body = json!({
        "title": "Office hour", "duration_minutes": 30, "timezone": "America/New_York",
        "working_hours": {"mon": [{"start": "09:00", "end": "12:00"}]},
    });
    let path = format!("/calendars/{}/booking-link", house.ana.calendar("Work"));
    let token = house.ana.post(&path).json(body).send().expect(201).at("/token");
    let frame = format!(
        "<!DOCTYPE html><html lang=en><title>Ours</title><link rel=icon href='data:,'><iframe title=Book width=380 \
         height=700 src='{}/book/{token}?embed&amp;from=2058-03-04'></iframe></html>",
        house.server.base()
    );
    for web in [&allowed, &other] {
        web.serve("/", Page::status(200).header("Content-Type", "text/html").body(frame.clone()));
    }
    house.run("embed.mjs", &json!({"allowed": allowed.url("/"), "other": other.url("/")}));
}

/// Runs a script against a server of its own.
#[track_caller]
fn case(script: &str) {
    if let Some(house) = House::open(Settings::new()) {
        house.run(script, &json!({}));
    }
}

/// A server with someone whom others book, and the programs to look at it.
struct House {
    server: Server,
    ana: User,
    tools: PathBuf,
    chromium: String,
}

impl House {
    /// Nothing, and it is said, where the programs are missing.
    fn open(settings: Settings) -> Option<Self> {
        let tools = std::env::var_os("KALENDS_BROWSER").map(PathBuf::from);
        let chromium = std::env::var("KALENDS_CHROMIUM").ok();
        let (Some(tools), Some(chromium)) = (tools, chromium) else {
            skip("KALENDS_BROWSER and KALENDS_CHROMIUM name no browser to look at the pages with");
            return None;
        };
        let server = Server::start_with(Store::Sqlite, settings);
        let ana = server.register("ana@example.com");
        Some(Self { server, ana, tools, chromium })
    }

    /// Runs a script, which fails by its exit.
    #[track_caller]
    fn run(&self, script: &str, more: &Value) {
        let mut given = json!({"base": self.server.base(), "access": self.ana.access, "chromium": self.chromium});
        for (name, value) in more.as_object().into_iter().flatten() {
            given[name] = value.clone();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser").join(script);
        let mut command = Command::new("node");
        command.arg(&script).env("KALENDS_BROWSER", &self.tools).env("KALENDS_GIVEN", given.to_string());
        let output = command.output().expect("node can be run");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}\n{told}", script.display());
    }
}
