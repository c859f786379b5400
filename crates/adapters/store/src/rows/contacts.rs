//! Contacts.

use diesel::prelude::*;
use kalends_domain::contact::{Contact, Details};
use kalends_domain::id::{ContactId, UserId};

use super::{text, text_opt};
use crate::error::Fail;
use crate::index;
use crate::schema::contacts;
use crate::types::{DbId, DbTs};

/// `kept` has its lines one below the other; none holds a line break.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct ContactRow {
    pub(crate) id: DbId,
    owner_id: DbId,
    uid: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    notes: Option<String>,
    kept: String,
    search_text: String,
    created_at: DbTs,
    updated_at: DbTs,
    deleted_at: Option<DbTs>,
    version: i64,
}

impl TryFrom<Contact> for ContactRow {
    type Error = Fail;

    fn try_from(contact: Contact) -> Result<Self, Fail> {
        let details = contact.details;
        if details.kept.iter().any(|line| line.contains('\n')) {
            return Err(Fail::broken(format!("contact {}: a kept line holds a line break", contact.id)));
        }
        Ok(Self {
            id: DbId(contact.id.0),
            owner_id: DbId(contact.owner.0),
            uid: text(contact.uid)?,
            search_text: text(index::contact_text(&details))?,
            first_name: text_opt(details.first_name)?,
            last_name: text_opt(details.last_name)?,
            email: text_opt(details.email)?,
            phone: text_opt(details.phone)?,
            company: text_opt(details.company)?,
            notes: text_opt(details.notes)?,
            kept: text(details.kept.join("\n"))?,
            created_at: contact.created_at.into(),
            updated_at: contact.updated_at.into(),
            deleted_at: contact.deleted_at.map(DbTs::new),
            version: contact.version,
        })
    }
}

impl TryFrom<ContactRow> for Contact {
    type Error = Fail;

    fn try_from(row: ContactRow) -> Result<Self, Fail> {
        Ok(Self {
            id: ContactId(row.id.0),
            owner: UserId(row.owner_id.0),
            uid: row.uid,
            details: Details {
                first_name: row.first_name,
                last_name: row.last_name,
                email: row.email,
                phone: row.phone,
                company: row.company,
                notes: row.notes,
                kept: row.kept.split_terminator('\n').map(str::to_owned).collect(),
            },
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            deleted_at: row.deleted_at.map(DbTs::get),
            version: row.version,
        })
    }
}
