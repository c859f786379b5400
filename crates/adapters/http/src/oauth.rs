//! OAuth 2.0: the code flow with PKCE (RFC 6749, RFC 7636), refreshing, and giving back (RFC 7009).

use std::borrow::Cow;
use std::pin::Pin;

use jiff::SignedDuration;
use kalends_ports::{Authorization, ProviderError, ProviderSecret, Tokens};
use oauth2::basic::{BasicClient, BasicErrorResponseType, BasicRequestTokenError, BasicTokenResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, TokenResponse, TokenUrl,
};
use reqwest::Method;
use url::Url;

use crate::api::{Answer, Api, Call};

/// Of a token whose lifetime nobody told.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

type Sending = Pin<Box<dyn Future<Output = Result<HttpResponse, ProviderError>> + Send>>;
type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// What this server is to a provider, and what it asks for.
#[derive(Clone)]
pub struct OAuthSettings {
    /// The id under which the provider knows this server.
    pub client_id: String,
    /// What proves it.
    pub client_secret: ProviderSecret,
    /// Where browsers are sent.
    pub auth_url: Url,
    /// Where tokens are given.
    pub token_url: Url,
    /// Where they are given back, where that can be done.
    pub revoke_url: Option<Url>,
    /// What is asked for.
    pub scopes: &'static [&'static str],
    /// Which of these must be granted, as the answer spells them.
    pub needed: &'static [&'static str],
    /// Parameters of the authorization that this provider alone knows.
    pub extra: &'static [(&'static str, &'static str)],
}

/// One provider's authorization server.
pub struct OAuth {
    settings: OAuthSettings,
    client: Client,
    api: Api,
}

impl OAuth {
    /// Over this HTTP client.
    pub fn new(settings: OAuthSettings, api: Api) -> Self {
        let client = BasicClient::new(ClientId::new(settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(settings.client_secret.0.clone()))
            .set_auth_uri(AuthUrl::from_url(settings.auth_url.clone()))
            .set_token_uri(TokenUrl::from_url(settings.token_url.clone()))
            .set_auth_type(AuthType::RequestBody);
        Self { settings, client, api }
    }

    /// Where to send a browser.
    pub fn authorization_url(&self, ask: &Authorization) -> String {
        let state = || CsrfToken::new(ask.state.clone());
        let mut request = self.client.authorize_url(state);
        if let Ok(redirect) = RedirectUrl::new(ask.redirect_uri.clone()) {
            request = request.set_redirect_uri(Cow::Owned(redirect));
        }
        // The challenge comes ready made: its verifier is kept elsewhere.
        let challenge = [("code_challenge", ask.challenge.as_str()), ("code_challenge_method", "S256")];
        for (name, value) in challenge.iter().chain(self.settings.extra) {
            request = request.add_extra_param(*name, *value);
        }
        let scopes = self.settings.scopes.iter().map(|scope| Scope::new((*scope).to_owned()));
        request.add_scopes(scopes).url().0.into()
    }

    /// Exchanges a code.
    pub async fn exchange(
        &self,
        code: &ProviderSecret,
        verifier: &ProviderSecret,
        redirect_uri: &str,
    ) -> Result<Tokens, ProviderError> {
        let redirect = RedirectUrl::new(redirect_uri.to_owned());
        let redirect = redirect.map_err(|_| ProviderError::Rejected("the redirect address is no URL".to_owned()))?;
        let http = self.sender();
        let request = self.client.exchange_code(AuthorizationCode::new(code.0.clone()));
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.0.clone()));
        let given = request.set_redirect_uri(Cow::Owned(redirect)).request_async(&http).await.map_err(failure)?;
        if given.refresh_token().is_none() {
            return Err(ProviderError::Rejected("it gave no lasting permission".to_owned()));
        }
        if let Some(missing) = given.scopes().and_then(|granted| self.missing(granted)) {
            return Err(ProviderError::Rejected(format!("the permission {missing} was not given")));
        }
        Ok(tokens(&given))
    }

    /// The next access token.
    pub async fn refresh(&self, refresh: &ProviderSecret) -> Result<Tokens, ProviderError> {
        let http = self.sender();
        let token = RefreshToken::new(refresh.0.clone());
        let given = self.client.exchange_refresh_token(&token).request_async(&http).await.map_err(failure)?;
        Ok(tokens(&given))
    }

    /// Gives a token back, where that can be done. One that is not good any more is no error.
    pub async fn revoke(&self, token: &ProviderSecret) -> Result<(), ProviderError> {
        let Some(url) = &self.settings.revoke_url else { return Ok(()) };
        let call = Call::new(Method::POST, url.clone()).form(&[("token", &token.0)]);
        let answer = self.api.call(call).await?;
        if answer.is_success() || answer.status == 400 { Ok(()) } else { Err(answer.failure(None)) }
    }

    /// A needed permission that is not among those granted.
    fn missing(&self, granted: &[Scope]) -> Option<&'static str> {
        // Some leave out, or add, the address before a name.
        let name = |scope: &str| scope.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let lacks = |needed: &&&str| !granted.iter().any(|given| name(given) == name(needed));
        self.settings.needed.iter().find(lacks).copied()
    }

    /// What `oauth2` makes its calls with. It owns what it needs: a borrow would keep its futures from being `Send`.
    fn sender(&self) -> impl Fn(HttpRequest) -> Sending + use<> {
        let api = self.api.clone();
        move |request| Box::pin(send(api.clone(), request))
    }
}

async fn send(api: Api, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
    let broken = |reason: &str| ProviderError::Unavailable { reason: reason.to_owned(), retry_after: None };
    let url = Url::parse(&request.uri().to_string()).map_err(|_| broken("its address is no URL"))?;
    let mut call = Call::new(request.method().clone(), url);
    for (name, value) in request.headers() {
        call = call.any_header(name.clone(), value.clone());
    }
    let answer = api.call(call.body(request.into_body())).await?;
    if answer.status == 429 {
        return Err(answer.failure(None));
    }
    // Only an object says anything about tokens.
    if answer.status >= 500 || !is_object(&answer) {
        let reason = format!("it answered with status {} and no token", answer.status);
        return Err(ProviderError::Unavailable { reason, retry_after: answer.retry_after });
    }
    let mut response = HttpResponse::new(answer.body);
    *response.status_mut() = answer.status.try_into().map_err(|_| broken("its status is no status"))?;
    Ok(response)
}

fn is_object(answer: &Answer) -> bool {
    answer.json::<serde_json::Map<String, serde_json::Value>>().is_ok()
}

fn tokens(given: &BasicTokenResponse) -> Tokens {
    let lifetime = given.expires_in().and_then(|lifetime| SignedDuration::try_from(lifetime).ok());
    Tokens {
        access: ProviderSecret(given.access_token().secret().clone()),
        refresh: given.refresh_token().map(|token| ProviderSecret(token.secret().clone())),
        lifetime: lifetime.unwrap_or(LIFETIME),
    }
}

/// Tells the name of the error and not its description, which may quote what was sent.
fn failure(error: BasicRequestTokenError<ProviderError>) -> ProviderError {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(said) => match said.error() {
            BasicErrorResponseType::InvalidGrant => ProviderError::Unauthorized,
            BasicErrorResponseType::Extension(name) if is_withdrawn(name) => ProviderError::Unauthorized,
            BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
                ProviderError::Forbidden("it does not know this server: check its client id and secret".to_owned())
            }
            other => ProviderError::Rejected(other.as_ref().to_owned()),
        },
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => ProviderError::Unavailable {
            reason: "its answer about tokens cannot be read".to_owned(),
            retry_after: None,
        },
    }
}

/// What is said when a person must sign in again (OpenID Connect Core 1.0, section 3.1.2.6).
fn is_withdrawn(error: &str) -> bool {
    matches!(error, "interaction_required" | "consent_required" | "login_required")
}
