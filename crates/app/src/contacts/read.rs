//! Looking at one contact.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::contact::Contact;
use kalends_domain::id::ContactId;

use crate::{App, Result, require_scope};

impl App {
    /// One of the caller's contacts.
    pub async fn contact(&self, actor: &Actor, id: ContactId) -> Result<Contact> {
        require_scope(actor, Resource::Contacts, Verb::Read)?;
        self.contact_of(id, actor.user).await
    }
}
