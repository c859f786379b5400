//! `POST /auth/register`

use actix_web::post;
use kalends_app::Registration;
use kalends_domain::account::{Email, Password};
use kalends_domain::time::Zone;
use utoipa::ToSchema;

use super::NAME_MAX;
use crate::answer::{Answer, created};
use crate::etag::tagged;
use crate::extract::{Cx, Json};
use crate::fields::{Fields, Read};
use crate::read::{line, parsed, string, zone};
use crate::state::State;
use crate::surfaces::core::wire::SignedInAnswer;

/// A person who wants an account.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    /// The address to sign in with; compared without regard to case.
    #[schema(value_type = String, format = Email, max_length = 254, example = "ann@example.com")]
    email: Email,
    /// 10 characters or more.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 1024, example = "correct horse battery")]
    password: Password,
    /// How the person is called.
    #[schema(min_length = 1, max_length = 100, example = "Ann Lee")]
    name: Option<String>,
    /// The person's IANA zone; UTC when absent.
    #[schema(value_type = Option<String>, example = "America/New_York")]
    timezone: Option<Zone>,
}

impl Read for Register {
    fn read(f: &mut Fields) -> Option<Self> {
        let email = f.required("email", parsed::<Email>);
        let password = f.required("password", |value, spot| spot.check(Password::new(string(value, spot)?)));
        let name = f.optional("name", line(NAME_MAX));
        let timezone = f.optional("timezone", zone);
        Some(Self { email: email?, password: password?, name, timezone })
    }
}

/// Create account.
///
/// Makes an account and signs it in. An address that has an account already is 409; where
/// registration is closed the answer is 403.
#[utoipa::path(
    tag = "Auth",
    security(()),
    responses(
        (status = 201, description = "The account, signed in.", body = SignedInAnswer),
        (status = 403, description = "Registration is closed on this server."),
        (status = 409, description = "An account with this e-mail address exists already."),
    )
)]
#[post("/auth/register")]
pub(crate) async fn register(state: State, cx: Cx, Json(new): Json<Register>) -> Answer {
    let Register { email, password, name, timezone } = new;
    let signed_in = state.app.register(&cx, Registration { email, password, name, timezone }).await?;
    let version = signed_in.user.version;
    Ok(tagged(created(SignedInAnswer::from(signed_in)), version))
}
