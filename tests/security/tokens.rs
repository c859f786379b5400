//! Tokens that were not made here, or not for this, or not for now: all are answered alike.

use aws_lc_rs::hmac;
use kalends_harness::{Answer, Server, Settings, Store, each_store};
use serde_json::json;

use crate::forged::{self, Claims};

each_store![no_forged_token_is_taken];

fn no_forged_token_is_taken(store: Store) {
    let server = Server::start_with(store, Settings::new().set("JWT_SECRET", forged::KEY));
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let ask = |token: &str| server.anyone().bearer(token).get("/auth/me").send();
    let good = || Claims::good(&ana.id);
    // What is refused below is refused for the one thing that is wrong with it.
    assert_eq!(ask(&forged::token(&good())).expect(200).at("/user/id"), ana.id);
    ask(&forged::token(&good().with("nbf", json!(forged::now() - 1)))).expect(200);

    let changed = |name: &str, value| forged::token(&good().with(name, value));
    let now = forged::now();
    let unsigned = |alg: &str| forged::unsigned(alg, &good());
    let (own, others) = (ana.access.rsplit_once('.').expect("a JWT"), ben.access.rsplit_once('.').expect("a JWT"));
    let gone = server.register("gone@example.com");
    gone.delete("/users/me").send().expect(200);
    let tokens = [
        ("no algorithm", format!("{}.", unsigned("none"))),
        ("no algorithm, otherwise written", format!("{}.", unsigned("nOnE"))),
        ("no algorithm, with a signature", format!("{}.{}", unsigned("none"), own.1)),
        ("no signature", format!("{}.", unsigned("HS256"))),
        ("the signature of another token", format!("{}.{}", own.0, others.1)),
        ("another key", forged::of_another_key(&good())),
        ("no key", forged::signed("HS256", hmac::HMAC_SHA256, "", &good())),
        ("a longer hash", forged::signed("HS512", hmac::HMAC_SHA512, forged::KEY, &good())),
        (
            "a longer hash that says it is the right one",
            forged::signed("HS256", hmac::HMAC_SHA512, forged::KEY, &good()),
        ),
        ("an algorithm with a public key", forged::signed("RS256", hmac::HMAC_SHA256, forged::KEY, &good())),
        ("an algorithm with a public curve", forged::signed("ES256", hmac::HMAC_SHA256, forged::KEY, &good())),
        ("its time is over", forged::token(&Claims::expired(&ana.id))),
        ("its time has not come", changed("nbf", json!(now + 600))),
        ("it is for something else", changed("use", json!("refresh"))),
        ("it is for nothing", changed("use", json!(null))),
        ("somebody else made it", changed("iss", json!("elsewhere"))),
        ("it is about nobody", changed("sub", json!("01900000-0000-7000-8000-000000000000"))),
        ("it is about somebody who is gone", forged::token(&Claims::good(&gone.id))),
        ("it never ends", changed("exp", json!(null))),
        ("it is a refresh token", ana.refresh.clone()),
        ("it is too long", format!("{}{}", ana.access, "A".repeat(20_000))),
    ];
    let mut told = Vec::new();
    for (why, token) in &tokens {
        let answer = ask(token);
        assert_eq!((answer.status, answer["code"].as_str()), (401, Some("AUTH_INVALID")), "{why}: {answer}");
        told.push(said(&answer));
    }
    told.dedup();
    assert_eq!(told.len(), 1, "the answers tell apart why: {told:?}");
}

/// All that an answer says.
pub(crate) fn said(answer: &Answer) -> String {
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    format!("{} {} {challenge}", answer.status, answer.text())
}
