//! Linking: codes, tokens, and how they end.

use kalends_harness::providers::{CLIENT_ID, CLIENT_SECRET, Google};
use url::Url;

use crate::http::{Answer, call, form, json};

/// The verifier and challenge of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http://localhost:3019/integrations/google/callback";

/// What comes back with the browser.
fn agreed(google: &Google) -> Url {
    let mut url = Url::parse(&google.auth_url()).expect("a URL");
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", BACK),
        ("scope", "calendar"),
        ("state", "s 1"),
        ("access_type", "offline"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let answer = call("GET", url.as_str(), &[], None).expect("an answer");
    Url::parse(&answer.location.expect("a redirect")).expect("a URL")
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

fn exchange(google: &Google, code: &str, verifier: &str) -> Answer {
    form(
        &google.token_url(),
        &[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
        ],
    )
}

fn refresh(google: &Google, token: &str) -> Answer {
    form(
        &google.token_url(),
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
        ],
    )
}

#[test]
fn a_code_is_good_once_and_for_whoever_asked() {
    let google = Google::start();
    let back = agreed(&google);
    assert_eq!(parameter(&back, "state").as_deref(), Some("s 1"));
    let code = parameter(&back, "code").expect("a code");
    let tokens = exchange(&google, &code, VERIFIER).expect(200);
    assert!(tokens["refresh_token"].is_string() && tokens["expires_in"] == 3599);
    assert_eq!(exchange(&google, &code, VERIFIER).expect(400)["error"], "invalid_grant");

    let code = parameter(&agreed(&google), "code").expect("a code");
    assert_eq!(exchange(&google, &code, "another verifier").expect(400)["error"], "invalid_grant");

    let access = tokens["access_token"].as_str().expect("a token");
    let list = format!("{}/users/me/calendarList", google.api_url());
    assert_eq!(json("GET", &list, access, None).expect(200)["items"][0]["id"], "ana@gmail.example");
    google.expire_access();
    assert_eq!(json("GET", &list, access, None).refusal(), (401, "authError".to_owned()));
    let old = tokens["refresh_token"].as_str().expect("a token");
    let fresh = refresh(&google, old).expect(200);
    assert!(fresh.get("refresh_token").is_none());
    json("GET", &list, fresh["access_token"].as_str().expect("a token"), None).expect(200);
}

#[test]
fn who_says_no_sends_the_browser_back_without_a_code() {
    let google = Google::start();
    google.denies(true);
    let back = agreed(&google);
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&back, "code"), None);
}

#[test]
fn a_refresh_may_end_the_old_token() {
    let google = Google::start();
    google.rotates(true);
    let (_, first) = google.grant();
    let second = refresh(&google, &first).expect(200)["refresh_token"].as_str().expect("a token").to_owned();
    assert_eq!(refresh(&google, &first).expect(400)["error"], "invalid_grant");
    refresh(&google, &second).expect(200);
}

#[test]
fn what_is_revoked_or_taken_back_is_gone() {
    let google = Google::start();
    let (access, token) = google.grant();
    form(&google.revoke_url(), &[("token", &token)]).expect(200);
    assert_eq!(refresh(&google, &token).expect(400)["error"], "invalid_grant");
    assert_eq!(json("GET", &google.api_url(), &access, None).status, 401);
    assert_eq!(form(&google.revoke_url(), &[("token", &token)]).expect(400)["error"], "invalid_token");
    let (_, token) = google.grant();
    google.take_back();
    assert_eq!(refresh(&google, &token).expect(400)["error"], "invalid_grant");
}
