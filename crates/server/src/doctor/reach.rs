//! What is checked over the network: whether what is handed out leads here, and whether providers can be reached.

use std::time::Duration;

use kalends_http::{Api, Call, Method};
use tokio::time::timeout;
use url::Url;

use super::Check;
use crate::settings::Settings;

/// For one answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the server answers where `PUBLIC_URL` says. It may not run at this moment, so this never fails.
pub(super) async fn public_url(settings: &Settings, api: &Api) -> Check {
    let what = "reachable";
    let shown = &settings.public_url;
    let Ok(url) = Url::parse(&format!("{shown}/healthz")) else {
        return Check::warn(what, format!("{shown} cannot be asked"), "set PUBLIC_URL to the address that people use");
    };
    match ask(api, url).await {
        Ok((200, body)) if body.windows(8).any(|part| part == b"\"status\"") => {
            Check::ok(what, format!("{shown} answers"))
        }
        Ok((status, _)) => {
            let message = format!("something else than Kalends answers at {shown}, with status {status}");
            Check::warn(what, message, "check PUBLIC_URL, and where the proxy sends its requests")
        }
        Err(reason) => {
            let message = format!("nobody answers at {shown}: {reason}");
            let mend = "start the server if it does not run; else check PUBLIC_URL, its name in DNS, the proxy and its certificate";
            Check::warn(what, message, mend)
        }
    }
}

/// Whether the providers that are offered answer. What they answer does not matter: nobody signed in.
pub(super) async fn providers(settings: &Settings, api: &Api) -> Vec<Check> {
    let mut all = Vec::new();
    for (name, url) in settings.providers.urls() {
        // Signing in happens in the person's browser.
        if name.ends_with("_AUTH_URL") {
            continue;
        }
        if let Err(reason) = ask(api, url.clone()).await {
            let host = url.host_str().unwrap_or_default();
            let message = format!("{host} ({name}) does not answer: {reason}");
            all.push(Check::warn(name, message, "check this machine's DNS and what its firewall lets out"));
        }
    }
    all
}

async fn ask(api: &Api, url: Url) -> Result<(u16, Vec<u8>), String> {
    match timeout(PATIENCE, api.call(Call::new(Method::GET, url))).await {
        Ok(Ok(answer)) => Ok((answer.status, answer.body)),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::super::State;
    use super::*;
    use crate::cli::RawSettings;

    /// Answers once.
    fn answering(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 1024];
            let read = stream.read(&mut head).unwrap();
            assert!(head[..read].starts_with(b"GET /"));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        format!("http://{address}")
    }

    fn nobody() -> String {
        format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
    }

    fn settings(set: impl FnOnce(&mut RawSettings)) -> Settings {
        let mut raw = RawSettings::default();
        set(&mut raw);
        Settings::parse(&raw).unwrap()
    }

    #[tokio::test]
    async fn what_is_handed_out_leads_here_or_somewhere_else_or_nowhere() {
        let api = Api::new().unwrap();
        let told = async |url: String| {
            let told = public_url(&settings(|raw| raw.public_url = url), &api).await;
            (told.state, told.message)
        };
        let ours = "HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{\"status\":\"ok\"}";
        assert_eq!(told(answering(ours)).await.0, State::Ok);
        let other = told(answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).await;
        assert!(other.0 == State::Warn && other.1.contains("404"), "{other:?}");
        let nowhere = told(nobody()).await;
        assert!(nowhere.0 == State::Warn && nowhere.1.contains("nobody answers"), "{nowhere:?}");
    }

    #[tokio::test]
    async fn a_provider_that_cannot_be_reached_is_told_by_its_setting() {
        let api = Api::new().unwrap();
        let here = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let settings = settings(|raw| {
            raw.providers.google_client_id = Some("g".to_owned());
            raw.providers.google_client_secret = Some("hush".to_owned());
            raw.providers.google_auth_url = nobody();
            raw.providers.google_token_url = here;
            raw.providers.google_revoke_url = nobody();
            raw.providers.google_api_url = nobody();
        });
        let told = providers(&settings, &api).await;
        let names: Vec<_> = told.iter().map(|check| check.what).collect();
        assert_eq!(names, ["GOOGLE_REVOKE_URL", "GOOGLE_API_URL"], "{told:?}");
    }
}
