//! `POST /contacts`

use actix_web::post;
use kalends_app::NewContact;
use utoipa::ToSchema;

use super::{ContactAnswer, company, email, name, notes, phone, shown};
use crate::answer::{Answer, created};
use crate::extract::{Authenticated, Cx, Json};
use crate::fields::{Fields, Read};
use crate::state::State;

/// A contact to make. One of `first_name`, `last_name`, `email` and `phone` must be there.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateContact {
    /// The given name.
    #[schema(min_length = 1, max_length = 100, example = "Ann")]
    first_name: Option<String>,
    /// The family name.
    #[schema(min_length = 1, max_length = 100, example = "Lee")]
    last_name: Option<String>,
    /// The address.
    #[schema(format = Email, max_length = 254, example = "ann@example.com")]
    email: Option<String>,
    /// The number, in any form that has a digit.
    #[schema(min_length = 1, max_length = 50, example = "+1 555 0100")]
    phone: Option<String>,
    /// Where the person works.
    #[schema(min_length = 1, max_length = 200, example = "ACME")]
    company: Option<String>,
    /// Anything else.
    #[schema(max_length = 20000, example = "Met in May.")]
    notes: Option<String>,
}

impl Read for CreateContact {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self {
            first_name: f.optional("first_name", name),
            last_name: f.optional("last_name", name),
            email: f.optional("email", email),
            phone: f.optional("phone", phone),
            company: f.optional("company", company),
            notes: f.optional("notes", notes),
        })
    }
}

/// Create.
///
/// Puts a contact into the caller's address book, which nobody else sees. Needs the scope `contacts:write`.
#[utoipa::path(
    tag = "Contacts",
    security(("bearer" = []), ("api_key" = ["contacts:write"])),
    responses((status = 201, description = "The contact.", body = ContactAnswer))
)]
#[post("/contacts")]
pub(crate) async fn create_contact(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Json(new): Json<CreateContact>,
) -> Answer {
    let CreateContact { first_name, last_name, email, phone, company, notes } = new;
    let new = NewContact { first_name, last_name, email, phone, company, notes };
    Ok(shown(state.app.create_contact(&cx, &caller.actor, new).await?, created))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    fn check(body: &str, expected: &[&str]) {
        assert_eq!(read::<CreateContact>(body).err().unwrap_or_default(), expected, "{body}");
    }

    #[test]
    fn bodies() {
        check(r#"{"first_name": "Ann", "last_name": null, "notes": "a\nb"}"#, &[]);
        check(
            r#"{"first_name": " ", "email": "ann", "phone": "none", "company": "a\nb", "mobile": "1"}"#,
            &[
                "first_name must not be empty",
                "email is not an e-mail address",
                "phone must have a digit",
                "company must not contain the control character U+000A",
                "mobile is not known here; expected first_name, last_name, email, phone, company, notes",
            ],
        );
    }
}
