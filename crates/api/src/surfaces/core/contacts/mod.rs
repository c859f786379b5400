//! Contacts: the caller's own address book.

mod create;
mod delete;
mod export;
mod get;
mod import;
mod list;
mod restore;
mod update;

use actix_web::HttpResponse;
use kalends_domain::contact::{self, COMPANY_MAX, NAME_MAX, NOTES_MAX};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::wire::Time;
use crate::etag::tagged;
use crate::fields::Spot;
use crate::read::{block, checked, line};

/// The routes. `export.vcf` and `import` come before what takes an id in their place.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(export::export_contacts)
        .service(import::import_contacts)
        .service(list::list_contacts)
        .service(create::create_contact)
        .service(get::get_contact)
        .service(update::update_contact)
        .service(delete::delete_contact)
        .service(restore::restore_contact);
}

/// A contact. What is not known is left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Contact {
    /// The contact's id.
    #[schema(example = "019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70")]
    id: Uuid,
    /// The given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Ann")]
    first_name: Option<String>,
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Lee")]
    last_name: Option<String>,
    /// The address, spelled as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Email, example = "ann@example.com")]
    email: Option<String>,
    /// The number, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "+1 555 0100")]
    phone: Option<String>,
    /// Where the person works.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "ACME")]
    company: Option<String>,
    /// Anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Met in May.")]
    notes: Option<String>,
    /// When it was made.
    #[schema(inline)]
    created_at: Time,
    /// When it last changed.
    #[schema(inline)]
    updated_at: Time,
}

impl From<contact::Contact> for Contact {
    fn from(contact: contact::Contact) -> Self {
        let contact::Details { first_name, last_name, email, phone, company, notes, kept: _ } = contact.details;
        Self {
            id: contact.id.0,
            first_name,
            last_name,
            email,
            phone,
            company,
            notes,
            created_at: Time(contact.created_at),
            updated_at: Time(contact.updated_at),
        }
    }
}

/// `{"contact": …}`
#[derive(Serialize, ToSchema)]
pub(crate) struct ContactAnswer {
    contact: Contact,
}

/// The contact by that answer, with its `ETag`.
fn shown(contact: contact::Contact, answer: impl FnOnce(ContactAnswer) -> HttpResponse) -> HttpResponse {
    let version = contact.version;
    tagged(answer(ContactAnswer { contact: contact.into() }), version)
}

fn name(value: Value, spot: &Spot) -> Option<String> {
    line(NAME_MAX)(value, spot)
}

fn email(value: Value, spot: &Spot) -> Option<String> {
    checked(contact::email)(value, spot)
}

fn phone(value: Value, spot: &Spot) -> Option<String> {
    checked(contact::phone)(value, spot)
}

fn company(value: Value, spot: &Spot) -> Option<String> {
    line(COMPANY_MAX)(value, spot)
}

fn notes(value: Value, spot: &Spot) -> Option<String> {
    block(NOTES_MAX)(value, spot)
}
