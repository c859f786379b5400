//! Contacts: an address book of one's own, and vCard files in and out of it.

use kalends_harness::{Answer, Request, Server, User, both_stores};
use serde_json::{Value, json};

both_stores![
    a_contact_is_made_read_changed_and_deleted,
    all_that_is_wrong_with_a_contact_is_said_at_once,
    a_contact_is_somebody,
    a_contact_changes_only_from_the_version_one_has_seen,
    nobody_else_sees_a_contact,
    a_key_reaches_what_its_scopes_say,
    contacts_are_found_by_any_text_in_them,
    contacts_are_listed_in_pages_that_lose_nothing,
    a_deleted_contact_can_be_had_back,
    an_account_takes_its_contacts_along,
    a_file_is_imported_once,
    what_a_contact_has_no_field_for_comes_out_again,
    bad_cards_are_told_and_good_ones_taken,
    bad_files_are_refused,
    a_large_address_book_goes_out_and_in,
];

/// Makes a contact and answers with it.
#[track_caller]
fn contact(user: &User, body: Value) -> Value {
    user.post("/contacts").json(body).send().expect(201)["contact"].clone()
}

fn path(contact: &Value) -> String {
    format!("/contacts/{}", contact["id"].as_str().expect("a contact has an id"))
}

/// A form with this file.
fn form(request: Request, file: impl AsRef<[u8]>) -> Request {
    let head =
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.vcf\"\r\nContent-Type: text/vcard\r\n\r\n";
    let body = [head.as_slice(), file.as_ref(), b"\r\n--x--\r\n"].concat();
    request.body("multipart/form-data; boundary=x", body)
}

#[track_caller]
fn import(user: &User, file: &str) -> Answer {
    form(user.post("/contacts/import"), file).send().expect(200)
}

/// contacts, created, updated, unchanged
fn counts(answer: &Answer) -> [u64; 4] {
    ["contacts", "created", "updated", "unchanged"].map(|name| answer["imported"][name].as_u64().expect("a count"))
}

fn a_contact_is_made_read_changed_and_deleted(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({
        "first_name": " Zoë ", "last_name": "O'Brien", "email": "Zoe@Example.com", "phone": "+49 (30) 1",
        "company": "ACME; Sons", "notes": "one\n\ttwo",
    });
    let made = ana.post("/contacts").json(body.clone()).send().expect(201);
    for same in ["last_name", "email", "phone", "company", "notes"] {
        assert_eq!(made["contact"][same], body[same], "{same}");
    }
    assert_eq!(made["contact"]["first_name"], "Zoë");
    assert!(made.at("/contact/created_at").ends_with('Z'));
    let path = path(&made["contact"]);
    assert_eq!(ana.get(&path).send().expect(200)["contact"], made["contact"]);

    let changed = ana.put(&path).json(json!({"phone": null, "company": "Other"})).send().expect(200);
    assert_eq!(changed["contact"].get("phone"), None, "what is none is left out");
    assert_eq!((&changed["contact"]["company"], &changed["contact"]["first_name"]), (&json!("Other"), &json!("Zoë")));
    assert_eq!(ana.get(&path).send().expect(200)["contact"], changed["contact"]);

    assert_eq!(ana.delete(&path).send().expect(200).json, json!({"ok": true}));
    ana.get(&path).send().error(404, "NOT_FOUND");
    ana.put(&path).json(json!({"phone": "1"})).send().error(404, "NOT_FOUND");
    ana.delete(&path).send().error(404, "NOT_FOUND");
    assert!(ana.get("/contacts").send().expect(200).items().is_empty());
}

fn all_that_is_wrong_with_a_contact_is_said_at_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let make = |body: Value| ana.post("/contacts").json(body).send();
    make(json!({"first_name": "é".repeat(101), "last_name": 5, "email": "ann", "phone": "none", "nick": "x"}))
        .invalid(&["first_name", "last_name", "email", "phone", "nick"]);
    make(json!({"first_name": "a\nb", "company": "x".repeat(201), "notes": "x".repeat(20_001)})).invalid(&[
        "first_name",
        "company",
        "notes",
    ]);
    make(json!({"first_name": "é".repeat(100), "phone": "1".repeat(50), "notes": "x".repeat(20_000)})).expect(201);
    make(json!({"phone": "1".repeat(51)})).invalid(&["phone"]);
    ana.get("/contacts/7").send().invalid(&["id"]);
    ana.get("/contacts").query("search", "").send().invalid(&["search"]);
}

fn a_contact_is_somebody(server: &mut Server) {
    let ana = server.register("ana@example.com");
    ana.post("/contacts").json(json!({})).send().invalid(&["first_name"]);
    ana.post("/contacts").json(json!({"company": "ACME", "first_name": null})).send().invalid(&["first_name"]);
    for one in ["first_name", "last_name", "email", "phone"] {
        let value = if one == "email" { "a@example.com" } else { "1" };
        let made = contact(&ana, json!({one: value}));
        ana.put(&path(&made)).json(json!({one: null})).send().invalid(&["first_name"]);
        let other = if one == "last_name" { "first_name" } else { "last_name" };
        ana.put(&path(&made)).json(json!({one: null, other: "Ann"})).send().expect(200);
    }
}

fn a_contact_changes_only_from_the_version_one_has_seen(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = path(&contact(&ana, json!({"phone": "1"})));
    let seen = ana.get(&path).send().expect(200).etag();
    let changed = ana.put(&path).header("If-Match", &seen).json(json!({"phone": "2"})).send().expect(200).etag();
    assert_ne!(changed, seen);
    ana.put(&path).header("If-Match", &seen).json(json!({"phone": "3"})).send().error(412, "CONFLICT");
    ana.delete(&path).header("If-Match", &seen).send().error(412, "CONFLICT");
    assert_eq!(ana.get(&path).send().expect(200)["contact"]["phone"], "2");
    ana.delete(&path).header("If-Match", &changed).send().expect(200);
}

fn nobody_else_sees_a_contact(server: &mut Server) {
    let (ana, eve) = (server.register("ana@example.com"), server.register("eve@example.com"));
    let path = path(&contact(&ana, json!({"first_name": "Secret"})));
    eve.get(&path).send().error(404, "NOT_FOUND");
    eve.put(&path).json(json!({"first_name": "x"})).send().error(404, "NOT_FOUND");
    eve.delete(&path).send().error(404, "NOT_FOUND");
    assert!(eve.get("/contacts").send().expect(200).items().is_empty());
    assert_eq!(eve.get("/contacts/export.vcf").send().expect(200).text(), "");
    ana.delete(&path).send().expect(200);
    eve.post(&format!("{path}/restore")).send().error(404, "NOT_FOUND");
    assert!(eve.get("/trash").send().expect(200).items().is_empty());
    for (method, path) in [("GET", "/contacts"), ("GET", "/contacts/export.vcf"), ("POST", "/contacts/import")] {
        server.anyone().request(method, path).send().error(401, "AUTH_REQUIRED");
    }
}

fn a_key_reaches_what_its_scopes_say(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = path(&contact(&ana, json!({"first_name": "Ben"})));
    let file = "BEGIN:VCARD\nVERSION:4.0\nFN:Ann\nEND:VCARD\n";
    let (reader, writer) = (ana.key(json!({"contacts": ["read"]})), ana.key(json!({"contacts": ["write"]})));
    reader.get("/contacts").send().expect(200);
    reader.get(&path).send().expect(200);
    reader.get("/contacts/export.vcf").send().expect(200);
    reader.post("/contacts").json(json!({"first_name": "x"})).send().error(403, "FORBIDDEN");
    form(reader.post("/contacts/import"), file).send().error(403, "FORBIDDEN");
    reader.delete(&path).send().error(403, "FORBIDDEN");
    writer.get("/contacts").send().error(403, "FORBIDDEN");
    writer.get("/contacts/export.vcf").send().error(403, "FORBIDDEN");
    form(writer.post("/contacts/import"), file).send().expect(200);
    writer.delete(&path).send().expect(200);
    assert_eq!(reader.get("/trash").send().expect(200).each("type"), ["contact"]);
    writer.post(&format!("{path}/restore")).send().expect(200);
}

fn contacts_are_found_by_any_text_in_them(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body =
        json!({"first_name": "JÜRGEN", "last_name": "Müller", "email": "j_m@example.com", "company": "100% Cotton"});
    contact(&ana, body);
    contact(&ana, json!({"first_name": "Other", "phone": "+1 555 0100", "notes": "met in May"}));
    let found = |search: &str| {
        let answer = ana.get("/contacts").query("search", search).send().expect(200);
        answer.each("first_name").join(" ")
    };
    for (search, expected) in [
        ("jürgen müller", "JÜRGEN"),
        ("MET IN", "Other"),
        ("555 01", "Other"),
        ("j_m@", "JÜRGEN"),
        ("j%m", ""),
        ("100%", "JÜRGEN"),
        ("%", "JÜRGEN"),
        ("e", "JÜRGEN Other"),
        ("nobody", ""),
    ] {
        assert_eq!(found(search), expected, "{search}");
    }
}

fn contacts_are_listed_in_pages_that_lose_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made: Vec<Value> = (0..5).map(|number| contact(&ana, json!({"first_name": format!("N{number}")}))).collect();
    let mut seen: Vec<String> = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..3 {
        let mut request = ana.get("/contacts?limit=2&search=n");
        if let Some(cursor) = &cursor {
            request = request.query("cursor", cursor);
        }
        let page = request.send().expect(200);
        seen.extend(page.each("id").into_iter().map(str::to_owned));
        cursor = page.next_cursor();
        ana.delete(&path(&made[0])).send();
    }
    assert_eq!(cursor, None);
    let expected: Vec<&str> = made.iter().filter_map(|contact| contact["id"].as_str()).collect();
    assert_eq!(seen, expected);
    let other = ana.get("/contacts?limit=2").send().expect(200).next_cursor().expect("there are more");
    ana.get("/contacts?search=n").query("cursor", &other).send().invalid(&["cursor"]);
    ana.get("/contacts?limit=201").send().invalid(&["limit"]);
}

fn a_deleted_contact_can_be_had_back(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = contact(&ana, json!({"first_name": "Ann", "last_name": "Lee", "notes": "x"}));
    let path = path(&made);
    ana.delete(&path).send().expect(200);
    let trash = ana.get("/trash").send().expect(200);
    let item = &trash.items()[0];
    assert_eq!((&item["type"], &item["id"], &item["name"]), (&json!("contact"), &made["id"], &json!("Ann Lee")));
    let back = ana.post(&format!("{path}/restore")).send().expect(200);
    for same in ["id", "first_name", "last_name", "notes", "created_at"] {
        assert_eq!(back["contact"][same], made[same], "{same}");
    }
    assert_eq!(ana.get(&path).send().expect(200).etag(), back.etag());
    ana.post(&format!("{path}/restore")).send().expect(200);
    assert!(ana.get("/trash").send().expect(200).items().is_empty());
    ana.post("/contacts/01900000-0000-7000-8000-000000000000/restore").send().error(404, "NOT_FOUND");

    // Brought anew under its UID, it is in its own way.
    import(&ana, "BEGIN:VCARD\nVERSION:4.0\nUID:7\nFN:One\nEND:VCARD\n");
    let one = ana.get("/contacts?search=one").send().expect(200).items()[0].clone();
    let one = format!("/contacts/{}", one["id"].as_str().expect("an id"));
    ana.delete(&one).send().expect(200);
    assert_eq!(counts(&import(&ana, "BEGIN:VCARD\nVERSION:4.0\nUID:7\nFN:Two\nEND:VCARD\n")), [1, 1, 0, 0]);
    ana.post(&format!("{one}/restore")).send().error(409, "CONFLICT");
}

fn an_account_takes_its_contacts_along(server: &mut Server) {
    let ana = server.register("ana@example.com");
    contact(&ana, json!({"first_name": "Ben"}));
    ana.delete("/users/me").send().expect(200);
    let again = server.register("ana@example.com");
    assert!(again.get("/contacts").send().expect(200).items().is_empty());
    assert!(again.get("/trash").send().expect(200).items().is_empty());
}

fn a_file_is_imported_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let file = "\u{feff}BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ann Lee\r\nN:Lee;Ann;;;\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nFN:No Uid\r\nEND:VCARD\r\n";
    let first = import(&ana, file);
    assert_eq!((&first["ok"], &first["skipped"], counts(&first)), (&json!(true), &json!([]), [2, 2, 0, 0]));
    assert_eq!(counts(&import(&ana, file)), [2, 0, 0, 2]);
    let plain = ana.post("/contacts/import").body("text/vcard; charset=utf-8", file.replace("Lee;Ann", "Lee;Anna"));
    assert_eq!(counts(&plain.send().expect(200)), [2, 0, 1, 1]);
    let list = ana.get("/contacts").send().expect(200);
    let mut names = list.each("first_name");
    names.sort_unstable();
    assert_eq!(names, ["Anna", "No Uid"]);

    let retry = || form(ana.post("/contacts/import"), "BEGIN:VCARD\nFN:Once\nEND:VCARD").header("Idempotency-Key", "k");
    assert_eq!(counts(&retry().send().expect(200)), [1, 1, 0, 0]);
    let again = retry().send().expect(200);
    assert_eq!((counts(&again), again.header("idempotency-replayed")), ([1, 1, 0, 0], Some("true")));
}

fn what_a_contact_has_no_field_for_comes_out_again(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let file = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r\nFN:Dr. Ann Lee\r\n\
        N:Lee;Ann;;Dr.;\r\nTEL;TYPE=home:1\r\nTEL;TYPE=cell;PREF=1:2\r\nADR:;;1 Main St;Town;;;\r\nEND:VCARD\r\n";
    import(&ana, file);
    let found = ana.get("/contacts").send().expect(200).items()[0].clone();
    assert_eq!((&found["first_name"], &found["phone"]), (&json!("Ann"), &json!("2")));
    ana.put(&path(&found)).json(json!({"phone": "3", "notes": "x\r\nEND:VCARD"})).send().expect(200);
    let made = contact(&ana, json!({"last_name": "Made; here", "email": "m@example.com"}));

    let answer = ana.get("/contacts/export.vcf").send().expect(200);
    assert_eq!(answer.header("content-type"), Some("text/vcard; charset=utf-8"));
    assert!(answer.header("content-disposition").is_some_and(|name| name.contains("contacts.vcf")));
    let text = answer.text().to_owned();
    for line in [
        "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
        "FN:Dr. Ann Lee",
        "N:Lee;Ann;;Dr.;",
        "TEL;TYPE=cell;PREF=1:3",
        "TEL;TYPE=home:1",
        "ADR:;;1 Main St;Town;;;",
        "NOTE:x\\nEND:VCARD",
        "N:Made\\; here;;;;",
    ] {
        assert!(text.split("\r\n").any(|found| found.eq_ignore_ascii_case(line)), "{line} is not in\n{text}");
    }
    assert!(text.contains(made["id"].as_str().expect("an id")));
    assert_eq!(text.matches("\r\nEND:VCARD\r\n").count(), 2);
    import(&ana, &text);
    assert_eq!(counts(&import(&ana, &text)), [2, 0, 0, 2]);
    let ben = server.register("ben@example.com");
    assert_eq!(counts(&import(&ben, &text)), [2, 2, 0, 0]);
}

fn bad_cards_are_told_and_good_ones_taken(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let file = "BEGIN:VCARD\nVERSION:4.0\nORG:ACME\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nFN:Good\nEND:VCARD\nBEGIN:VCARD\nFN:x";
    let answer = import(&ana, file);
    assert_eq!(counts(&answer), [1, 1, 0, 0]);
    let lines: Vec<_> =
        answer["skipped"].as_array().expect("a list").iter().map(|card| card["line"].as_u64()).collect();
    assert_eq!(lines, [Some(1), Some(9)]);
    assert!(answer["skipped"][0]["reason"].as_str().is_some_and(|reason| reason.contains("no name")));
}

fn bad_files_are_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let post = || ana.post("/contacts/import");
    form(post(), "no card").send().invalid(&["file"]);
    form(post(), "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").send().invalid(&["file"]);
    form(post(), "BEGIN:VCARD\nEND:VCARD\n".repeat(20_001)).send().invalid(&["file"]);
    let without = "--x\r\nContent-Disposition: form-data\r\n\r\n7\r\n--x--\r\n";
    post().body("multipart/form-data; boundary=x", without).send().invalid(&["body"]);
    form(post(), vec![b' '; 10 * 1024 * 1024 + 1]).send().error(413, "VALIDATION_ERROR");
    form(post(), vec![b' '; 12 * 1024 * 1024]).send().error(413, "VALIDATION_ERROR");
    post().json(json!({"file": "x"})).send().error(415, "VALIDATION_ERROR");
    post().body("multipart/form-data; boundary=x", "--x--\r\n").send().invalid(&["body"]);
    post().body("multipart/form-data", "x").send().invalid(&["body"]);
    post().body("multipart/form-data; boundary=x", "--x\r\n\r\n").send().invalid(&["body"]);
    let other = "--x\r\nContent-Disposition: form-data; name=\"calendar_id\"\r\n\r\n7\r\n--x--\r\n";
    post().body("multipart/form-data; boundary=x", other).send().invalid(&["calendar_id"]);
    assert!(ana.get("/contacts").send().expect(200).items().is_empty());
}

fn a_large_address_book_goes_out_and_in(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let card =
        |number: u32| format!("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{number}\r\nFN:Number {number}\r\nEND:VCARD\r\n");
    let file: String = (0..1_001).map(card).collect();
    assert_eq!(counts(&import(&ana, &file)), [1_001, 1_001, 0, 0]);
    let text = ana.get("/contacts/export.vcf").send().expect(200).text().to_owned();
    assert_eq!(text.matches("BEGIN:VCARD").count(), 1_001);
    assert_eq!(counts(&import(&ana, &text)), [1_001, 0, 0, 1_001]);
}
