//! `PUT /contacts/{id}`

use actix_web::put;
use kalends_app::ContactChange;
use kalends_domain::id::ContactId;
use utoipa::ToSchema;

use super::{ContactAnswer, company, email, name, notes, phone, shown};
use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::state::State;

/// What changes. What is absent stays; null clears. One of `first_name`, `last_name`, `email` and `phone` must be left.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateContact {
    /// Another given name.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, example = "Anna")]
    first_name: Option<Option<String>>,
    /// Another family name.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, example = "Lee")]
    last_name: Option<Option<String>>,
    /// Another address.
    #[schema(value_type = Option<String>, format = Email, max_length = 254, example = "anna@example.com")]
    email: Option<Option<String>>,
    /// Another number.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50, example = "+1 555 0101")]
    phone: Option<Option<String>>,
    /// Another company.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "ACME")]
    company: Option<Option<String>>,
    /// Other notes.
    #[schema(value_type = Option<String>, max_length = 20000, example = "Met in May.")]
    notes: Option<Option<String>>,
}

impl Read for UpdateContact {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self {
            first_name: f.nullable("first_name", name),
            last_name: f.nullable("last_name", name),
            email: f.nullable("email", email),
            phone: f.nullable("phone", phone),
            company: f.nullable("company", company),
            notes: f.nullable("notes", notes),
        })
    }
}

/// Update.
///
/// Changes one of the caller's contacts. Needs the scope `contacts:write`.
#[utoipa::path(
    tag = "Contacts",
    security(("bearer" = []), ("api_key" = ["contacts:write"])),
    params(("id" = Uuid, Path, description = "The contact's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "The changed contact.", body = ContactAnswer),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[put("/contacts/{id}")]
pub(crate) async fn update_contact(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<ContactId>,
    IfMatch(expected): IfMatch,
    Json(change): Json<UpdateContact>,
) -> Answer {
    let UpdateContact { first_name, last_name, email, phone, company, notes } = change;
    let change = ContactChange { first_name, last_name, email, phone, company, notes };
    Ok(shown(state.app.update_contact(&cx, &caller.actor, id, change, expected).await?, ok))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    #[test]
    fn absent_null_and_value_are_three_things() {
        let change: UpdateContact = read(r#"{"email": null, "company": "ACME"}"#).unwrap();
        assert_eq!((change.first_name, change.email, change.company), (None, Some(None), Some(Some("ACME".into()))));
        let refused = read::<UpdateContact>(r#"{"phone": "", "id": "x"}"#).err().unwrap();
        assert_eq!(refused.len(), 2, "{refused:?}");
    }
}
