//! `POST /auth/login`

use actix_web::{HttpRequest, post};
use kalends_app::SignedIn;
use kalends_domain::account::Password;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::error::{Failure, Kind};
use crate::extract::{Cx, Json};
use crate::fields::{Fields, Read};
use crate::guard;
use crate::proxies;
use crate::read::string;
use crate::state::State;
use crate::surfaces::core::wire::SignedInAnswer;

/// A person who wants to sign in.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// The account's address.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The account's password.
    #[schema(value_type = String, format = Password, example = "correct horse battery")]
    password: Password,
}

impl Read for Login {
    /// Anything that is text: what can be no address or password is as wrong as any other.
    fn read(f: &mut Fields) -> Option<Self> {
        let email = f.required("email", string);
        let password = f.required("password", string);
        Some(Self { email: email?, password: Password::claimed(password?) })
    }
}

/// Login.
///
/// Begins a session. An unknown address and a wrong password are answered alike. After ten wrong passwords another one
/// may be tried every minute; 429 tells when.
#[utoipa::path(
    tag = "Auth",
    security(()),
    responses(
        (status = 200, description = "The account, signed in.", body = SignedInAnswer),
        (status = 401, description = "E-mail or password is wrong."),
    )
)]
#[post("/auth/login")]
pub(crate) async fn login(state: State, cx: Cx, request: HttpRequest, Json(login): Json<Login>) -> Answer {
    let sender = proxies::sender(&request, &state.settings.trusted_proxies);
    let counted = state.guard.as_ref().map(|guard| guard.password(&login.email, sender)).transpose()?;
    let input = kalends_app::Login { email: login.email.parse().ok(), password: login.password };
    let outcome = in_turn(&state, &cx, input).await;
    if let Some(counted) = counted {
        counted.was(match &outcome {
            Ok(_) => guard::Password::Right,
            Err(failure) if failure.kind == Kind::BadCredential => guard::Password::Wrong,
            Err(_) => guard::Password::Unchecked,
        });
    }
    Ok(ok(SignedInAnswer::from(outcome?)))
}

async fn in_turn(state: &State, cx: &Cx, input: kalends_app::Login) -> Result<SignedIn, Failure> {
    let _turn = state.sign_in_turn().await?;
    Ok(state.app.login(cx, input).await?)
}
