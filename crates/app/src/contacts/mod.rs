//! Contacts: an address book for each account, which nobody else sees.

mod create;
mod delete;
mod export;
mod import;
mod list;
mod read;
mod update;

use kalends_domain::contact::{Contact, Details};
use kalends_domain::id::{ContactId, UserId};
use kalends_domain::problem::Problems;
use kalends_ports::{Change, Changes};

pub use create::NewContact;
pub use export::ExportedContacts;
pub use import::ImportedContacts;
pub use list::ListContacts;
pub use update::ContactChange;

use crate::{App, Context, Error, Result};

impl App {
    /// One of the person's contacts.
    async fn contact_of(&self, id: ContactId, owner: UserId) -> Result<Contact> {
        self.ports.contacts.find_contact(id, owner).await?.ok_or(Error::NotFound("contact"))
    }

    /// Replaces a stored contact by its changed form.
    async fn save_contact(&self, cx: &Context, contact: Contact) -> Result<Contact> {
        let (contact, change) = replaced(cx, contact);
        self.commit(cx, Changes::new().and(change)).await?;
        Ok(contact)
    }
}

/// A contact in its next version, and the change that writes it.
fn replaced(cx: &Context, contact: Contact) -> (Contact, Change) {
    let expected = contact.version;
    let contact = Contact { version: expected + 1, updated_at: cx.now(), ..contact };
    (contact.clone(), Change::UpdateContact { contact, expected })
}

/// A contact that nobody can be told by is none.
fn require_someone(details: &Details) -> Result<()> {
    if details.names_someone() {
        return Ok(());
    }
    let message = "is required, or else last_name, email or phone: a contact has at least one of them";
    Err(Problems::one("first_name", message).into())
}
