//! The queue: nothing that was committed is forgotten, and nothing is done twice while nobody dies.

use std::sync::Arc;
use std::time::Duration;

use kalends_harness::{Database, Server, Settings, Smtp, Store, User, Worker, each_store, execute, run, wait};

each_store![
    what_is_refused_for_now_is_tried_again,
    what_is_refused_for_good_is_kept_for_the_operator,
    a_killed_servers_jobs_are_done_by_the_next,
    a_mail_server_that_is_down_loses_nothing,
    a_worker_that_is_stopped_ends_what_it_has_begun,
    the_operators_commands_tell_what_is_wrong,
];

/// A link of Ana's that offers half an hour at any time of Mondays.
fn link(ana: &User) -> String {
    ana.booking_link(&ana.calendar("Work"))
}

/// Books the half hour of this number, as somebody with an address of their own.
fn book(server: &Server, token: &str, number: usize) -> String {
    let email = format!("b{number}@example.com");
    server.anyone().book(token, number, &email).expect("an answer").expect(201);
    email
}

fn jobs(database: &Database, arguments: &[&str]) -> String {
    let all = [&["jobs"], arguments].concat();
    run(&all, &[("DATABASE_URL", database.url())], "").expect_success().stdout
}

/// The first words of the lines about mails: their ids.
fn mails(listed: &str) -> Vec<String> {
    let lines = listed.lines().filter(|line| line.contains("booking.mail"));
    lines.map(|line| line.split_whitespace().next().expect("an id").to_owned()).collect()
}

fn metric(server: &Server, line: &str) -> bool {
    server.anyone().get("/metrics").send().expect(200).text().lines().any(|told| told == line)
}

fn what_is_refused_for_now_is_tried_again(store: Store) {
    let smtp = Smtp::start();
    let server = Server::start_with(store, smtp.settings(Settings::new()));
    let ana = server.register("ana@example.com");
    let token = link(&ana);
    smtp.refuse_next("451 4.7.1 greylisted");
    smtp.refuse_next("451 4.7.1 greylisted");
    let email = book(&server, &token, 0);
    assert_eq!(smtp.wait_for(&email, 1).len(), 1);
    smtp.wait_for("ana@example.com", 1);
    assert_eq!(smtp.tried(), 4, "two went through, and two were refused first");
    wait("both to be counted", || metric(&server, "kalends_job_runs_total{kind=\"booking.mail\",ended=\"done\"} 2"));
    assert!(metric(&server, "kalends_job_runs_total{kind=\"booking.mail\",ended=\"put_off\"} 2"));
    assert_eq!(mails(&jobs(&server.database(), &["list"])), Vec::<String>::new());
}

fn what_is_refused_for_good_is_kept_for_the_operator(store: Store) {
    let smtp = Smtp::start();
    let server = Server::start_with(store, smtp.settings(Settings::new()));
    let ana = server.register("ana@example.com");
    let token = link(&ana);
    let database = server.database();
    for _ in 0..2 {
        smtp.refuse_next("550 5.1.1 no such mailbox");
    }
    let email = book(&server, &token, 0);
    wait("both to be given up", || metric(&server, "kalends_jobs{state=\"dead\"} 2"));
    let listed = jobs(&database, &["list", "--dead"]);
    let dead = mails(&listed);
    assert_eq!(dead.len(), 2, "{listed}");
    assert!(listed.contains("550") && listed.contains("no such mailbox") && listed.contains("given up"), "{listed}");
    assert_eq!(smtp.tried(), 2, "nobody is asked again who said never");

    jobs(&database, &["drop", &dead[1]]);
    jobs(&database, &["retry", &dead[0]]);
    let sent = || smtp.mails().into_iter().map(|mail| mail.to).collect::<Vec<_>>();
    wait("the one that was revived", || !sent().is_empty());
    wait("the end of it", || metric(&server, "kalends_jobs{state=\"dead\"} 0"));
    assert_eq!(sent(), [[email]], "the first was to who booked");
    assert!(jobs(&database, &["list", "--dead"]).contains("no job was given up"));
}

fn a_killed_servers_jobs_are_done_by_the_next(store: Store) {
    let smtp = Smtp::start();
    let settings = smtp.settings(Settings::new());
    let mut server = Server::start_with(store, settings.clone().argument("--no-worker"));
    let ana = server.register("ana@example.com");
    let token = link(&ana);
    let emails = [0, 1, 2].map(|number| book(&server, &token, number));
    server.kill();
    let database = server.database();
    assert_eq!(mails(&jobs(&database, &["list"])).len(), 6);
    assert_eq!(smtp.tried(), 0);
    let next = Server::start_on(database, settings);
    for email in &emails {
        assert_eq!(smtp.wait_for(email, 1).len(), 1);
    }
    smtp.wait_for("ana@example.com", 3);
    wait("the end of it", || metric(&next, "kalends_jobs{state=\"running\"} 0"));
    assert_eq!(smtp.mails().len(), 6, "each once");
}

/// Killed in the middle of a mail, it is sent again once the lease has run out, and not before.
#[test]
fn a_job_is_left_to_whoever_began_it_until_the_lease_runs_out() {
    let smtp = Smtp::start();
    let settings = smtp.settings(Settings::new());
    let mut server = Server::start_with(Store::Postgres, settings.clone());
    let ana = server.register("ana@example.com");
    let token = link(&ana);
    smtp.keep_next_waiting();
    smtp.keep_next_waiting();
    let email = book(&server, &token, 0);
    wait("both to be begun", || smtp.tried() == 2);
    server.kill();
    let database = server.database();
    let next = Server::start_on(Arc::clone(&database), settings);
    let listed = jobs(&database, &["list"]);
    assert!(mails(&listed).len() == 2 && listed.matches(" running").count() == 2, "{listed}");
    let refused = run(&["jobs", "drop", &mails(&listed)[0]], &[("DATABASE_URL", database.url())], "").expect_failure();
    assert!(refused.stderr.contains("being done"), "{}", refused.stderr);
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!((smtp.tried(), smtp.mails().len()), (2, 0), "they may still be under way");
    execute(database.url(), "update jobs set run_at = now() where lease is not null").expect("time passes");
    smtp.wait_for(&email, 1);
    smtp.wait_for("ana@example.com", 1);
    wait("the end of it", || metric(&next, "kalends_jobs{state=\"running\"} 0"));
    assert_eq!(smtp.mails().len(), 2);
}

fn a_mail_server_that_is_down_loses_nothing(store: Store) {
    let smtp = Smtp::start();
    smtp.be_down(true);
    let server = Server::start_with(store, smtp.settings(Settings::new()));
    let ana = server.register("ana@example.com");
    let email = book(&server, &link(&ana), 0);
    let put_off = || jobs(&server.database(), &["list"]).lines().filter(|line| line.contains(" error")).count();
    wait("both to be put off", || put_off() == 2);
    smtp.be_down(false);
    smtp.wait_for(&email, 1);
    smtp.wait_for("ana@example.com", 1);
}

/// The worker goes on, and so do the metrics, without what they cannot know.
#[test]
fn a_store_that_does_not_tell_of_its_queue_is_asked_again() {
    let smtp = Smtp::start();
    let server = Server::start_with(Store::Postgres, smtp.settings(Settings::new()));
    let ana = server.register("ana@example.com");
    let token = link(&ana);
    let database = server.database();
    execute(database.url(), "alter table jobs rename to jobs_away").expect("it is gone");
    wait("the worker to notice", || server.log().contains("does not tell which jobs are due"));
    let told = server.anyone().get("/metrics").send().expect(200);
    assert!(told.text().contains("kalends_http_requests_total") && !told.text().contains("kalends_jobs{"), "{told}");
    execute(database.url(), "alter table jobs_away rename to jobs").expect("it is back");
    let email = book(&server, &token, 0);
    smtp.wait_for(&email, 1);
    assert_eq!(server.log().matches("does not tell which jobs are due").count(), 1, "it is said once");
}

fn a_worker_that_is_stopped_ends_what_it_has_begun(store: Store) {
    let smtp = Smtp::start();
    let mut server = Server::start_with(store, smtp.settings(Settings::new()));
    let ana = server.register("ana@example.com");
    let token = link(&ana);
    let emails: Vec<String> = (0..12).map(|number| book(&server, &token, number)).collect();
    let status = server.stop();
    assert!(status.success(), "{status}\n{}", server.log());
    let listed = jobs(&server.database(), &["list"]);
    assert!(!listed.contains("running"), "{listed}");
    assert_eq!(smtp.mails().len() + mails(&listed).len(), 24, "{listed}");
    server.restart();
    for email in emails {
        assert_eq!(smtp.wait_for(&email, 1).len(), 1);
    }
    assert_eq!(smtp.wait_for("ana@example.com", 12).len(), 12);
}

#[test]
fn two_servers_and_two_workers_send_each_mail_once() {
    let smtp = Smtp::start();
    let database = Arc::new(Database::fresh(Store::Postgres));
    let key = ("JWT_SECRET", "0123456789abcdef0123456789abcdef");
    let settings = smtp.settings(Settings::new()).set(key.0, key.1);
    let nodes = [(); 2].map(|()| Server::start_on(Arc::clone(&database), settings.clone()));
    let url = format!("smtp://127.0.0.1:{}", smtp.port());
    let variables = [("DATABASE_URL", database.url()), ("SMTP_URL", &url), ("MAIL_FROM", "cal@example.org"), key];
    let workers = [(); 2].map(|()| Worker::start(&variables));
    let ana = nodes[0].register("ana@example.com");
    let token = link(&ana);
    let emails: Vec<String> = std::thread::scope(|scope| {
        let (nodes, token) = (&nodes, &token);
        let booking: Vec<_> =
            (0..30).map(|number| scope.spawn(move || book(&nodes[number % 2], token, number))).collect();
        booking.into_iter().map(|each| each.join().expect("it is booked")).collect()
    });
    for email in &emails {
        smtp.wait_for(email, 1);
    }
    smtp.wait_for("ana@example.com", 30);
    wait("the end of it", || metric(&nodes[1], "kalends_jobs{state=\"running\"} 0"));
    assert_eq!(smtp.mails().len(), 60, "each once");
    for worker in workers {
        let status = worker.stop();
        assert!(status.success(), "{status}");
    }
}

#[test]
fn a_worker_alone_does_what_a_server_without_one_leaves() {
    let smtp = Smtp::start();
    let server = Server::start_with(Store::Postgres, smtp.settings(Settings::new()).argument("--no-worker"));
    let ana = server.register("ana@example.com");
    let email = book(&server, &link(&ana), 0);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(smtp.tried(), 0);
    let url = format!("smtp://127.0.0.1:{}", smtp.port());
    let database = server.database();
    let worker =
        Worker::start(&[("DATABASE_URL", database.url()), ("SMTP_URL", &url), ("MAIL_FROM", "cal@example.org")]);
    smtp.wait_for(&email, 1);
    assert!(worker.stop().success());
}

fn the_operators_commands_tell_what_is_wrong(store: Store) {
    let database = Database::fresh(store);
    let url = [("DATABASE_URL", database.url())];
    assert!(jobs(&database, &["list"]).contains("no job waits"));
    for command in ["retry", "drop"] {
        let unknown = run(&["jobs", command, "0198d0a2-0000-7000-8000-000000000000"], &url, "").expect_failure();
        assert!(unknown.stderr.contains("job not found"), "{}", unknown.stderr);
        let wrong = run(&["jobs", command, "7"], &url, "").expect_failure();
        assert!(wrong.stderr.contains("is not a UUID"), "{}", wrong.stderr);
        run(&["jobs", command], &url, "").expect_failure();
    }
    let secret = "smtp://u:hunter2@127.0.0.1:1";
    let lonely = run(&["serve"], &[url[0], ("SMTP_URL", secret)], "").expect_failure();
    assert!(lonely.stderr.contains("MAIL_FROM") && !lonely.stderr.contains("hunter2"), "{}", lonely.stderr);
    let mail = [url[0], ("SMTP_URL", secret), ("MAIL_FROM", "cal@example.org")];
    let doctor = run(&["doctor"], &mail, "").expect_failure();
    assert!(doctor.stdout.contains("127.0.0.1:1") && !doctor.stdout.contains("hunter2"), "{}", doctor.stdout);
}
