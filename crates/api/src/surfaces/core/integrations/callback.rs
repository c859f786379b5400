//! `GET /integrations/{provider}/callback`: a browser comes back from a provider.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, get, web};
use kalends_app::Granted;
use kalends_domain::sync::ProviderKind;
use kalends_ports::ProviderSecret;
use serde_json::json;

use super::wire::ProviderName;
use super::{Provider, redirect_uri};
use crate::answer::Answer;
use crate::error::Failure;
use crate::extract::Cx;
use crate::state::State;

/// Longest code and state that are looked at.
const SECRET_MAX: usize = 4_096;

/// What a provider's answer says. Providers send more than this along, which is left alone.
struct Reply {
    state: String,
    granted: Granted,
}

impl Reply {
    fn of(query: &str) -> Result<Self, Failure> {
        let broken = |field, message: &str| Failure::invalid(field, message);
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
            .map_err(|_| broken("state", "cannot be read from this address"))?
            .into_inner();
        let find = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let good = |value: &String| !value.is_empty() && value.len() <= SECRET_MAX;
        let state = find("state").filter(good).ok_or_else(|| broken("state", "is required"))?;
        let granted = match (find("error"), find("code").filter(good)) {
            (Some(word), _) => Granted::Refused(harmless(&word)),
            (None, Some(code)) => Granted::Code(ProviderSecret(code)),
            (None, None) => return Err(broken("code", "is required")),
        };
        Ok(Self { state, granted })
    }
}

/// A provider's word for an error, if it is one.
fn harmless(word: &str) -> String {
    let good = (1..=60).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if good { word.to_owned() } else { "an unknown error".to_owned() }
}

/// Finish linking.
///
/// Where a provider sends the browser of a person who granted access, or did not. Answers with a small page, or with
/// JSON where that is asked for.
#[utoipa::path(
    tag = "Integrations",
    security(()),
    params(
        ("provider" = inline(ProviderName), Path, description = "With whom the account is."),
        ("state" = String, Query, description = "What `connect` sent along; good once, for ten minutes."),
        ("code" = Option<String>, Query, description = "What access was granted by."),
        ("error" = Option<String>, Query, description = "Why it was not granted.")
    ),
    responses(
        (status = 200, description = "The account is linked.", content_type = "text/html", body = String, example = "<!DOCTYPE html>"),
        (status = 409, description = "Access was not granted, or the attempt was finished before or took too long.")
    )
)]
#[get("/integrations/{provider}/callback")]
pub(crate) async fn finish_linking(state: State, cx: Cx, Provider(kind): Provider, request: HttpRequest) -> Answer {
    let wants_json = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_json = wants_json.is_some_and(|accept| accept.contains("application/json"));
    let outcome = finish(&state, &cx, kind, request.query_string()).await;
    match outcome {
        Ok(email) if wants_json => {
            let body = json!({"provider": kind.as_str(), "status": "connected", "email": email});
            Ok(private(HttpResponse::Ok()).json(body))
        }
        Ok(email) => {
            let said = format!("The account {email} is linked. You can close this page.");
            Ok(page(StatusCode::OK, &format!("{} is linked", kind.title()), &said))
        }
        Err(failure) if wants_json => Err(failure),
        Err(failure) => {
            if let Some(cause) = &failure.cause {
                tracing::error!(%cause, "linking failed");
            }
            Ok(page(failure.kind.status(), &format!("{} is not linked", kind.title()), &failure.message))
        }
    }
}

async fn finish(state: &State, cx: &Cx, kind: ProviderKind, query: &str) -> Result<String, Failure> {
    let Reply { state: secret, granted } = Reply::of(query)?;
    let back = redirect_uri(state, kind);
    Ok(state.app.finish_linking(cx, kind, &secret, granted, &back).await?.email)
}

/// Nobody keeps the answer, and nothing is told of the address that it came from.
fn private(mut answer: actix_web::HttpResponseBuilder) -> actix_web::HttpResponseBuilder {
    answer.insert_header((CACHE_CONTROL, "no-store")).insert_header((REFERRER_POLICY, "no-referrer")).insert_header((
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ));
    answer
}

fn page(status: StatusCode, title: &str, said: &str) -> HttpResponse {
    let (title, said) = (escaped(title), escaped(said));
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <style>body{{font:1.1em sans-serif;max-width:36em;margin:4em auto;padding:0 1em}}</style></head>\
         <body><h1>{title}</h1><p>{said}</p></body></html>\n"
    );
    private(HttpResponse::build(status)).content_type("text/html; charset=utf-8").body(body)
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_says_is_read_and_its_secrets_are_not_shown() {
        let reply = Reply::of("state=s%2B1&code=4%2Fabc&scope=x&authuser=0").unwrap();
        assert_eq!((reply.state.as_str(), reply.granted), ("s+1", Granted::Code(ProviderSecret("4/abc".into()))));
        let reply = Reply::of("error=access_denied&state=s").unwrap();
        assert_eq!(reply.granted, Granted::Refused("access_denied".into()));
        let reply = Reply::of("error=%3Cscript%3E&state=s").unwrap();
        assert_eq!(reply.granted, Granted::Refused("an unknown error".into()));
        for bad in ["", "code=c", "state=s", "state=&code=c", &format!("state={}&code=c", "s".repeat(SECRET_MAX + 1))] {
            assert!(Reply::of(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_page_holds_no_markup_of_others() {
        assert_eq!(escaped("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }
}
