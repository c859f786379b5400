//! The providers whose calendars can be linked: what is told of each, and the adapters that follow from it.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use kalends_domain::sync::ProviderKind;
use kalends_google::{Google, GoogleSettings};
use kalends_http::ClientError;
use kalends_outlook::{Outlook, OutlookSettings};
use kalends_ports::{Clock, ProviderSecret, Providers};
use url::Url;

use crate::settings::{Reader, Secret, expected, interval};

/// What a setting is when it is not given, or empty.
mod defaults {
    pub(super) const GOOGLE_AUTH_URL: &str = "https://accounts.google.com/o/oauth2/v2/auth";
    pub(super) const GOOGLE_TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
    pub(super) const GOOGLE_REVOKE_URL: &str = "https://oauth2.googleapis.com/revoke";
    pub(super) const GOOGLE_API_URL: &str = "https://www.googleapis.com/calendar/v3";
    pub(super) const MICROSOFT_AUTH_URL: &str = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize";
    pub(super) const MICROSOFT_TOKEN_URL: &str = "https://login.microsoftonline.com/common/oauth2/v2.0/token";
    pub(super) const MICROSOFT_API_URL: &str = "https://graph.microsoft.com/v1.0";
    pub(super) const PROVIDER_SYNC_INTERVAL: &str = "5m";
}

/// The settings as they were given.
#[derive(Clone, Default, Args)]
pub(crate) struct RawProviders {
    /// The id of the OAuth client at Google [default: Google is not offered]
    #[arg(long, env = "GOOGLE_CLIENT_ID", global = true, value_name = "ID")]
    pub(crate) google_client_id: Option<String>,
    /// Its secret
    #[arg(long, env = "GOOGLE_CLIENT_SECRET", hide_env_values = true, global = true, value_name = "SECRET")]
    pub(crate) google_client_secret: Option<String>,
    /// Where a browser is sent to link a Google account
    #[arg(long, env = "GOOGLE_AUTH_URL", default_value = defaults::GOOGLE_AUTH_URL, global = true, value_name = "URL")]
    pub(crate) google_auth_url: String,
    /// Where Google gives tokens
    #[arg(long, env = "GOOGLE_TOKEN_URL", default_value = defaults::GOOGLE_TOKEN_URL, global = true, value_name = "URL")]
    pub(crate) google_token_url: String,
    /// Where Google takes them back
    #[arg(long, env = "GOOGLE_REVOKE_URL", default_value = defaults::GOOGLE_REVOKE_URL, global = true, value_name = "URL")]
    pub(crate) google_revoke_url: String,
    /// Where Google's Calendar API begins
    #[arg(long, env = "GOOGLE_API_URL", default_value = defaults::GOOGLE_API_URL, global = true, value_name = "URL")]
    pub(crate) google_api_url: String,
    /// The id of the OAuth client at Microsoft [default: Outlook is not offered]
    #[arg(long, env = "MICROSOFT_CLIENT_ID", global = true, value_name = "ID")]
    pub(crate) microsoft_client_id: Option<String>,
    /// Its secret
    #[arg(long, env = "MICROSOFT_CLIENT_SECRET", hide_env_values = true, global = true, value_name = "SECRET")]
    pub(crate) microsoft_client_secret: Option<String>,
    /// Where a browser is sent to link a Microsoft account
    #[arg(long, env = "MICROSOFT_AUTH_URL", default_value = defaults::MICROSOFT_AUTH_URL, global = true, value_name = "URL")]
    pub(crate) microsoft_auth_url: String,
    /// Where Microsoft gives tokens
    #[arg(long, env = "MICROSOFT_TOKEN_URL", default_value = defaults::MICROSOFT_TOKEN_URL, global = true, value_name = "URL")]
    pub(crate) microsoft_token_url: String,
    /// Where Microsoft Graph begins
    #[arg(long, env = "MICROSOFT_API_URL", default_value = defaults::MICROSOFT_API_URL, global = true, value_name = "URL")]
    pub(crate) microsoft_api_url: String,
    /// How often linked calendars are synced: 5m, 30s, 1h
    #[arg(long, env = "PROVIDER_SYNC_INTERVAL", default_value = defaults::PROVIDER_SYNC_INTERVAL, global = true, value_name = "TIME")]
    pub(crate) provider_sync_interval: String,
}

/// What this server was told of providers.
#[derive(Debug)]
pub(crate) struct ProviderSettings {
    pub(crate) google: Option<GoogleClient>,
    pub(crate) microsoft: Option<MicrosoftClient>,
    /// The time between two syncs of a link.
    pub(crate) sync_interval: Duration,
}

/// What this server is to a provider.
#[derive(Debug, Clone)]
pub(crate) struct OAuthClient {
    id: String,
    secret: Secret<String>,
}

#[derive(Debug)]
pub(crate) struct GoogleClient {
    client: OAuthClient,
    auth_url: Url,
    token_url: Url,
    revoke_url: Url,
    api_url: Url,
}

#[derive(Debug)]
pub(crate) struct MicrosoftClient {
    client: OAuthClient,
    auth_url: Url,
    token_url: Url,
    api_url: Url,
}

impl ProviderSettings {
    /// Parses all; what is wrong is noted. `None` where something is.
    pub(crate) fn read(reader: &mut Reader, raw: &RawProviders) -> Option<Self> {
        let google = client(
            reader,
            ("GOOGLE_CLIENT_ID", raw.google_client_id.as_deref()),
            ("GOOGLE_CLIENT_SECRET", raw.google_client_secret.as_deref()),
        );
        let microsoft = client(
            reader,
            ("MICROSOFT_CLIENT_ID", raw.microsoft_client_id.as_deref()),
            ("MICROSOFT_CLIENT_SECRET", raw.microsoft_client_secret.as_deref()),
        );
        let mut url = |name, text: &str, default| reader.needed(name, text, default, endpoint);
        let google_urls = (
            url("GOOGLE_AUTH_URL", &raw.google_auth_url, defaults::GOOGLE_AUTH_URL),
            url("GOOGLE_TOKEN_URL", &raw.google_token_url, defaults::GOOGLE_TOKEN_URL),
            url("GOOGLE_REVOKE_URL", &raw.google_revoke_url, defaults::GOOGLE_REVOKE_URL),
            url("GOOGLE_API_URL", &raw.google_api_url, defaults::GOOGLE_API_URL),
        );
        let microsoft_urls = (
            url("MICROSOFT_AUTH_URL", &raw.microsoft_auth_url, defaults::MICROSOFT_AUTH_URL),
            url("MICROSOFT_TOKEN_URL", &raw.microsoft_token_url, defaults::MICROSOFT_TOKEN_URL),
            url("MICROSOFT_API_URL", &raw.microsoft_api_url, defaults::MICROSOFT_API_URL),
        );
        let (text, default) = (&raw.provider_sync_interval, defaults::PROVIDER_SYNC_INTERVAL);
        let sync_interval = reader.needed("PROVIDER_SYNC_INTERVAL", text, default, interval)?;
        let (Some(auth_url), Some(token_url), Some(revoke_url), Some(api_url)) = google_urls else { return None };
        let google = google.map(|client| GoogleClient { client, auth_url, token_url, revoke_url, api_url });
        let (Some(auth_url), Some(token_url), Some(api_url)) = microsoft_urls else { return None };
        let microsoft = microsoft.map(|client| MicrosoftClient { client, auth_url, token_url, api_url });
        Some(Self { google, microsoft, sync_interval })
    }

    /// The adapters of those that are offered.
    pub(crate) fn providers(&self, clock: Arc<dyn Clock>) -> Result<Providers, ClientError> {
        let secret = |client: &OAuthClient| ProviderSecret(client.secret.0.clone());
        let mut providers = Providers::new();
        if let Some(google) = &self.google {
            let adapter = Google::new(GoogleSettings {
                client_id: google.client.id.clone(),
                client_secret: secret(&google.client),
                auth_url: google.auth_url.clone(),
                token_url: google.token_url.clone(),
                revoke_url: google.revoke_url.clone(),
                api_url: google.api_url.clone(),
            })?;
            providers = providers.with(ProviderKind::Google, Arc::new(adapter));
        }
        if let Some(microsoft) = &self.microsoft {
            let settings = OutlookSettings {
                client_id: microsoft.client.id.clone(),
                client_secret: secret(&microsoft.client),
                auth_url: microsoft.auth_url.clone(),
                token_url: microsoft.token_url.clone(),
                api_url: microsoft.api_url.clone(),
            };
            let adapter = Outlook::new(settings, clock)?;
            providers = providers.with(ProviderKind::Microsoft, Arc::new(adapter));
        }
        Ok(providers)
    }

    /// The addresses, by the names of their settings, to which secrets are sent in the clear.
    pub(crate) fn unencrypted(&self) -> Vec<&'static str> {
        self.urls().filter(|(_, url)| url.scheme() == "http").map(|(name, _)| name).collect()
    }

    /// The addresses of what is offered, by the names of their settings.
    pub(crate) fn urls(&self) -> impl Iterator<Item = (&'static str, &Url)> {
        let google = self.google.iter().flat_map(|it| {
            [
                ("GOOGLE_AUTH_URL", &it.auth_url),
                ("GOOGLE_TOKEN_URL", &it.token_url),
                ("GOOGLE_REVOKE_URL", &it.revoke_url),
                ("GOOGLE_API_URL", &it.api_url),
            ]
        });
        let microsoft = self.microsoft.iter().flat_map(|it| {
            [
                ("MICROSOFT_AUTH_URL", &it.auth_url),
                ("MICROSOFT_TOKEN_URL", &it.token_url),
                ("MICROSOFT_API_URL", &it.api_url),
            ]
        });
        google.chain(microsoft)
    }
}

type Given<'a> = (&'static str, Option<&'a str>);

/// The two go together: half of a client is a slip.
fn client(reader: &mut Reader, id: Given<'_>, secret: Given<'_>) -> Option<OAuthClient> {
    let text = |text: &str| Ok(text.to_owned());
    let known = (reader.optional(id.0, id.1, text), reader.optional(secret.0, secret.1, text));
    match known {
        (Some(id), Some(secret)) => Some(OAuthClient { id, secret: Secret(secret) }),
        (Some(_), None) => reader.refuse(secret.0, format!("is needed beside {}", id.0)),
        (None, Some(_)) => reader.refuse(id.0, format!("is needed beside {}", secret.0)),
        (None, None) => None,
    }
}

fn endpoint(text: &str) -> Result<Url, String> {
    let wrong = || expected("an http or https URL without user, query or fragment", text);
    let url = Url::parse(text).map_err(|_| wrong())?;
    let bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if bare && matches!(url.scheme(), "http" | "https") && url.has_host() { Ok(url) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::RawSettings;
    use crate::clock::SystemClock;
    use crate::settings::{Invalid, Settings};

    fn parse(set: impl FnOnce(&mut RawProviders)) -> Result<Settings, Invalid> {
        let mut raw = RawSettings::default();
        set(&mut raw.providers);
        Settings::parse(&raw)
    }

    fn both(raw: &mut RawProviders) {
        raw.google_client_id = Some("g".to_owned());
        raw.google_client_secret = Some("hush".to_owned());
        raw.microsoft_client_id = Some("m".to_owned());
        raw.microsoft_client_secret = Some("hush".to_owned());
    }

    #[test]
    fn nobody_is_offered_unless_told() {
        let settings = parse(|_| ()).unwrap().providers;
        assert!(settings.google.is_none() && settings.microsoft.is_none());
        assert_eq!(settings.sync_interval, Duration::from_mins(5));
        assert_eq!(settings.providers(Arc::new(SystemClock)).unwrap().kinds().count(), 0);
    }

    #[test]
    fn who_is_told_is_offered_at_their_own_addresses() {
        let settings = parse(both).unwrap().providers;
        let kinds: Vec<_> = settings.providers(Arc::new(SystemClock)).unwrap().kinds().collect();
        assert_eq!(kinds, ProviderKind::ALL);
        assert_eq!(settings.google.as_ref().unwrap().api_url.as_str(), defaults::GOOGLE_API_URL);
        assert_eq!(settings.unencrypted(), [""; 0]);
        assert!(!format!("{settings:?}").contains("hush"));
        let moved = parse(|raw| {
            both(raw);
            raw.microsoft_api_url = "http://127.0.0.1:81/v1.0".to_owned();
        });
        assert_eq!(moved.unwrap().providers.unencrypted(), ["MICROSOFT_API_URL"]);
    }

    #[test]
    fn half_of_a_client_is_a_slip_and_no_secret_is_told() {
        let invalid = parse(|raw| {
            raw.google_client_id = Some("g".to_owned());
            raw.microsoft_client_secret = Some("hush".to_owned());
            raw.google_api_url = "ftp://x".to_owned();
            raw.provider_sync_interval = "often".to_owned();
        });
        let said = invalid.unwrap_err().to_string();
        for part in [
            "GOOGLE_CLIENT_SECRET: is needed beside GOOGLE_CLIENT_ID",
            "MICROSOFT_CLIENT_ID: is needed beside MICROSOFT_CLIENT_SECRET",
            "GOOGLE_API_URL: expected an http or https URL",
            "PROVIDER_SYNC_INTERVAL: expected a time from 1s to 7d",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("hush"), "{said}");
    }
}
