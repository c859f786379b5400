//! What a call keeps to, whatever the other side does.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

use std::time::{Duration, Instant};

use kalends_harness::providers::{CLIENT_ID, Fault, Google};
use kalends_harness::{Page, Web};
use kalends_ports::{ProviderError, ProviderSecret};

use crate::{Api, Call, Method, OAuth, OAuthSettings};

fn get(url: &str) -> Call {
    Call::new(Method::GET, url.parse().expect("a URL")).access(&ProviderSecret("hush".to_owned()))
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (web, other) = (Web::start(), Web::start());
    other.serve("/", Page::status(200));
    web.serve("/", Page::redirect(&other.url("/")));
    let api = Api::new().expect("TLS can be set up");
    let answer = api.call(get(&web.url("/"))).await.expect("an answer");
    assert!(!answer.is_success() && matches!(answer.failure(None), ProviderError::Unavailable { .. }));
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn an_answer_is_read_no_further_than_its_bound() {
    let web = Web::start();
    web.serve("/large", Page::status(200).body(vec![b' '; (32 << 20) + 1]));
    web.serve("/largest", Page::status(200).body(vec![b' '; 32 << 20]));
    let api = Api::new().expect("TLS can be set up");
    let refused = api.call(get(&web.url("/large"))).await.expect_err("too much");
    assert_eq!(refused.to_string(), "cannot be reached: its answer is larger than 32 MB");
    assert_eq!(api.call(get(&web.url("/largest"))).await.expect("an answer").body.len(), 32 << 20);
}

#[tokio::test]
async fn who_does_not_answer_is_not_waited_for() {
    let google = Google::start();
    google.fail(Fault::on("GET", "").slow(Duration::from_secs(5)));
    let since = Instant::now();
    let api = Api::patient(Duration::from_millis(200)).expect("TLS can be set up");
    let refused = api.call(get(&google.api_url())).await.expect_err("too late");
    assert_eq!(refused.to_string(), "cannot be reached: no answer in time");
    assert!(since.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn nothing_secret_is_told() {
    let api = Api::new().expect("TLS can be set up");
    // Nobody listens on port 1.
    let refused = api.call(get("http://127.0.0.1:1/path?code=hush")).await.expect_err("nobody there");
    let told = format!("{refused} {refused:?}");
    assert!(!told.contains("hush") && !told.contains("path"), "{told}");

    let google = Google::start();
    let oauth = |secret: &str| {
        let settings = OAuthSettings {
            client_id: CLIENT_ID.to_owned(),
            client_secret: ProviderSecret(secret.to_owned()),
            auth_url: google.auth_url().parse().expect("a URL"),
            token_url: google.token_url().parse().expect("a URL"),
            revoke_url: None,
            scopes: &[],
            needed: &[],
            extra: &[],
        };
        OAuth::new(settings, api.clone())
    };
    let token = ProviderSecret("hush".to_owned());
    let refused = oauth("hush too").refresh(&token).await.expect_err("another's secret");
    assert!(matches!(&refused, ProviderError::Forbidden(why) if why.contains("client id and secret")), "{refused:?}");
    assert!(!format!("{refused} {refused:?}").contains("hush"), "{refused:?}");
    // Where nothing can be given back, nothing is asked.
    assert_eq!(oauth("any").revoke(&token).await, Ok(()));
}
