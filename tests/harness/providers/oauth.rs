//! The OAuth server that stands before both fakes (RFC 6749, RFC 7636, RFC 7009).

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use url::Url;

use super::call::Call;
use super::emulator::Reply;

/// The id under which the server under test is known there.
pub const CLIENT_ID: &str = "kalends-client";
/// The secret that goes with it.
pub const CLIENT_SECRET: &str = "kalends-secret";

const LIFETIME: Duration = Duration::from_secs(3599);

/// What a browser brings back from somebody who agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// What tokens are given for.
    pub code: String,
    /// What came along.
    pub state: String,
}

impl Agreed {
    /// From the address that the browser was sent back to; `None` where somebody said no.
    pub(super) fn from_url(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let value = |name| url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        Some(Self { code: value("code")?, state: value("state").unwrap_or_default() })
    }
}

/// What it knows.
#[derive(Debug)]
pub(super) struct OAuth {
    /// Who is signed in in the browser.
    pub(super) account: String,
    /// Whether that person says no.
    pub(super) denies: bool,
    /// Whether a refresh brings another refresh token, and ends the old one.
    pub(super) rotates: bool,
    pub(super) lifetime: Duration,
    /// What the person agrees to, where that is not all that was asked.
    pub(super) only: Option<String>,
    codes: HashMap<String, Code>,
    access: HashMap<String, (String, Instant)>,
    refresh: HashMap<String, String>,
    /// The accounts that have agreed before: asked again without `prompt=consent`, no refresh token is given.
    agreed: HashSet<String>,
    made: usize,
}

#[derive(Debug)]
struct Code {
    account: String,
    redirect_uri: String,
    challenge: Option<String>,
    scope: String,
    refreshable: bool,
}

impl OAuth {
    pub(super) fn new(account: &str, rotates: bool) -> Self {
        Self {
            account: account.to_owned(),
            denies: false,
            rotates,
            lifetime: LIFETIME,
            only: None,
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            agreed: HashSet::new(),
            made: 0,
        }
    }

    /// Whose access token this is, unless it has expired.
    pub(super) fn owner(&self, authorization: Option<&str>) -> Option<String> {
        let token = authorization?.strip_prefix("Bearer ")?;
        let (account, until) = self.access.get(token)?;
        (Instant::now() < *until).then(|| account.clone())
    }

    /// Ends every access token.
    pub(super) fn expire(&mut self) {
        self.access.clear();
    }

    /// Takes back what was agreed to.
    pub(super) fn forget(&mut self) {
        self.access.clear();
        self.refresh.clear();
        self.agreed.clear();
    }

    /// Whether some refresh token still holds.
    pub(super) fn is_agreed(&self) -> bool {
        !self.refresh.is_empty()
    }

    /// A pair of tokens as if somebody had agreed in the browser.
    pub(super) fn grant(&mut self, account: &str) -> (String, String) {
        let (access, refresh) = (self.access_token(account), self.token("refresh"));
        self.refresh.insert(refresh.clone(), account.to_owned());
        self.agreed.insert(account.to_owned());
        (access, refresh)
    }

    /// The page on which somebody agrees, who does so at once.
    pub(super) fn authorize(&mut self, call: &Call) -> Reply {
        let needed = |name: &str| call.parameter(name).unwrap_or_default().to_owned();
        let wrong = if needed("response_type") != "code" {
            "unsupported_response_type"
        } else if needed("client_id") != CLIENT_ID {
            "unauthorized_client"
        } else if needed("scope").is_empty() {
            "invalid_scope"
        } else if call.parameter("code_challenge").is_some() && needed("code_challenge_method") != "S256" {
            "invalid_request"
        } else {
            ""
        };
        let Ok(mut back) = Url::parse(&needed("redirect_uri")) else { return refused("invalid_request") };
        if !wrong.is_empty() {
            return refused(wrong);
        }
        if self.denies {
            back.query_pairs_mut().append_pair("error", "access_denied");
        } else {
            let account = self.account.clone();
            let asked = needed("access_type") == "offline" || needed("scope").contains("offline_access");
            let first = self.agreed.insert(account.clone());
            let code = Code {
                account,
                redirect_uri: needed("redirect_uri"),
                challenge: call.parameter("code_challenge").map(str::to_owned),
                scope: self.only.clone().unwrap_or_else(|| needed("scope")),
                refreshable: asked && (first || needed("prompt").contains("consent") || self.rotates),
            };
            let name = self.token("code");
            back.query_pairs_mut().append_pair("code", &name).append_pair("scope", &code.scope);
            self.codes.insert(name, code);
        }
        if let Some(state) = call.parameter("state") {
            back.query_pairs_mut().append_pair("state", state);
        }
        Reply::redirect(back.as_str())
    }

    /// A code or a refresh token is changed for an access token.
    pub(super) fn token_request(&mut self, call: &Call) -> Reply {
        if call.method != "POST" || !Self::knows(call) {
            return Reply::json(401, json!({"error": "invalid_client", "error_description": "Unauthorized"}));
        }
        let field = |name: &str| call.field(name).unwrap_or_default();
        match field("grant_type") {
            "authorization_code" => {
                let Some(code) = self.codes.remove(field("code")) else { return refused("invalid_grant") };
                let proven = code.challenge.as_deref().is_none_or(|it| it == challenge(field("code_verifier")));
                if !proven || code.redirect_uri != field("redirect_uri") {
                    return refused("invalid_grant");
                }
                let refresh = code.refreshable.then(|| self.grant(&code.account).1);
                self.granted(&code.account, refresh, &code.scope)
            }
            "refresh_token" => {
                let old = field("refresh_token");
                let Some(account) = self.refresh.get(old).cloned() else { return refused("invalid_grant") };
                let next = self.rotates.then(|| self.grant(&account).1);
                if next.is_some() {
                    self.refresh.remove(old);
                }
                self.granted(&account, next, "")
            }
            _ => refused("unsupported_grant_type"),
        }
    }

    /// Ends a token and what goes with it.
    pub(super) fn revoke(&mut self, call: &Call) -> Reply {
        let token = call.field("token").or(call.parameter("token")).unwrap_or_default();
        let account = self.refresh.get(token).or_else(|| self.access.get(token).map(|(account, _)| account)).cloned();
        let Some(account) = account else { return refused("invalid_token") };
        self.refresh.retain(|_, owner| *owner != account);
        self.access.retain(|_, (owner, _)| *owner != account);
        self.agreed.remove(&account);
        Reply::json(200, json!({}))
    }

    /// The client is named in the form, or as RFC 6749 2.3.1 has it in the header.
    fn knows(call: &Call) -> bool {
        let basic = call.authorization.as_deref().and_then(|value| value.strip_prefix("Basic "));
        if let Some(pair) = basic {
            return STANDARD.decode(pair).is_ok_and(|pair| pair == format!("{CLIENT_ID}:{CLIENT_SECRET}").as_bytes());
        }
        call.field("client_id") == Some(CLIENT_ID) && call.field("client_secret") == Some(CLIENT_SECRET)
    }

    fn granted(&mut self, account: &str, refresh: Option<String>, scope: &str) -> Reply {
        let mut body = json!({
            "access_token": self.access_token(account),
            "expires_in": self.lifetime.as_secs(),
            "token_type": "Bearer",
            "scope": scope,
        });
        if let Some(refresh) = refresh {
            body["refresh_token"] = Value::String(refresh);
        }
        Reply::json(200, body)
    }

    fn access_token(&mut self, account: &str) -> String {
        let token = self.token("access");
        self.access.insert(token.clone(), (account.to_owned(), Instant::now() + self.lifetime));
        token
    }

    fn token(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind}-token-{}", self.made)
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

fn refused(error: &str) -> Reply {
    Reply::json(400, json!({"error": error, "error_description": "as the test has it"}))
}
