//! Making a contact.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::contact::{Contact, Details};
use kalends_domain::id::ContactId;
use kalends_ports::{Change, Changes};

use super::require_someone;
use crate::{App, Context, Result, require_scope};

/// A contact to make: one of names, email and phone must be there.
#[derive(Debug, Clone, Default)]
pub struct NewContact {
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The number.
    pub phone: Option<String>,
    /// Where the person works.
    pub company: Option<String>,
    /// Anything else.
    pub notes: Option<String>,
}

impl App {
    /// Puts a contact into the caller's address book.
    pub async fn create_contact(&self, cx: &Context, actor: &Actor, input: NewContact) -> Result<Contact> {
        require_scope(actor, Resource::Contacts, Verb::Write)?;
        let NewContact { first_name, last_name, email, phone, company, notes } = input;
        let details = Details { first_name, last_name, email, phone, company, notes, kept: Vec::new() };
        require_someone(&details)?;
        let id = ContactId(cx.id());
        let contact = new_contact(cx, actor, id, id.to_string(), details);
        self.commit(cx, Changes::new().and(Change::InsertContact(contact.clone()))).await?;
        Ok(contact)
    }
}

/// A contact in its first version.
pub(super) fn new_contact(cx: &Context, actor: &Actor, id: ContactId, uid: String, details: Details) -> Contact {
    Contact {
        id,
        owner: actor.user,
        uid,
        details,
        created_at: cx.now(),
        updated_at: cx.now(),
        deleted_at: None,
        version: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::testing::{Mocks, actor, key_actor};

    fn ann() -> NewContact {
        NewContact { first_name: Some("Ann".into()), ..NewContact::default() }
    }

    #[tokio::test]
    async fn commits_the_contact_for_its_owner() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::InsertContact(contact)]
                if contact.owner == actor().user && contact.uid == contact.id.to_string() && contact.version == 1));
            Ok(())
        });
        let app = mocks.app();
        app.create_contact(&app.context(), &actor(), ann()).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_is_no_contact() {
        let app = Mocks::default().app();
        let nobody = NewContact { company: Some("ACME".into()), notes: Some("x".into()), ..NewContact::default() };
        let refused = app.create_contact(&app.context(), &actor(), nobody).await;
        assert!(matches!(refused, Err(Error::Invalid(problems)) if problems.0[0].field == "first_name"));
    }

    #[tokio::test]
    async fn a_key_needs_the_scope() {
        let app = Mocks::default().app();
        let reader = key_actor(&[(Resource::Contacts, Verb::Read), (Resource::Events, Verb::Write)]);
        let refused = app.create_contact(&app.context(), &reader, ann()).await;
        assert!(matches!(refused, Err(Error::MissingScope { .. })));
    }
}
