//! `kalends doctor --audit`: what fits, and that what was done past the server is told.

use kalends_harness::{Server, Settings, Store, each_store, execute, run};
use serde_json::json;

use crate::fristen::{defense, make, office, one};
use crate::with;

each_store![the_doctor_reads_the_whole_history, what_goes_with_a_calendar_or_an_account_is_told];

/// What `kalends doctor --audit` says of the history.
fn told(server: &Server) -> String {
    let checked = run(&["doctor", "--audit"], &[("DATABASE_URL", server.database().url())], "").expect_success();
    checked.stdout.lines().find(|line| line.contains("fristen")).expect("a line").to_owned()
}

fn what_goes_with_a_calendar_or_an_account_is_told(store: Store) {
    let server = Server::start_with(store, Settings::new());
    let (ana, ben, calendar) = office(&server);
    let other = ana.calendar("Second office");
    for place in [&calendar, &calendar, &other] {
        make(&ana, with(defense(), json!({"calendar_id": place})));
    }
    let bens = make(&ben, with(defense(), json!({"calendar_id": ben.calendar("His")})));
    ana.delete(&format!("/calendars/{calendar}")).send().expect(200);
    assert!(told(&server).contains("6 entries of 4 Fristen fit"), "{}", told(&server));
    ana.delete("/users/me").send().expect(200);
    assert!(told(&server).contains("7 entries of 4 Fristen fit"), "{}", told(&server));
    assert_eq!(crate::fristen::deeds(&ben, &bens), ["created"], "what is another's stays");
}

fn the_doctor_reads_the_whole_history(store: Store) {
    let server = Server::start_with(store, Settings::new());
    let database = server.database();
    let audit = |known: Option<&str>| {
        let arguments: Vec<&str> = ["doctor", "--audit"].into_iter().chain(known).collect();
        run(&arguments, &[("DATABASE_URL", database.url())], "")
    };
    let line = |stdout: &str| stdout.lines().find(|line| line.contains("fristen")).expect("a line").to_owned();
    assert!(line(&audit(None).expect_success().stdout).contains("0 entries of 0 Fristen fit"));

    let (ana, ben, calendar) = office(&server);
    let frist = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    ben.post(&format!("{}/verify", one(&frist))).send().expect(200);
    let told = line(&audit(None).expect_success().stdout);
    assert!(told.contains("2 entries of 1 Fristen fit"), "{told}");
    let noted = told.split_whitespace().last().expect("the end").to_owned();
    ana.patch(&one(&frist)).json(json!({"locked": true})).send().expect(200);
    ana.delete(&one(&frist)).send().expect(200);
    audit(Some(&noted)).expect_success();
    let forged = format!("2:{}", "0".repeat(64));
    let told = line(&audit(Some(&forged)).expect_failure().stdout);
    assert!(told.contains("entry 2") && told.contains("not the one that was noted"), "{told}");
    audit(Some("2:x")).expect_failure();

    // With a file the same is shown by the tests of the store.
    if store == Store::Postgres {
        let tamper = "alter table frist_history disable trigger frist_history_stays; \
                      update frist_history set entry = replace(entry, 'Statement', 'Stalement') where seq = 2";
        execute(database.url(), tamper).expect("the database obeys");
        let told = line(&audit(None).expect_failure().stdout);
        assert!(told.starts_with("fail") && told.contains("entry 2 of Frist"), "{told}");
    }
}
