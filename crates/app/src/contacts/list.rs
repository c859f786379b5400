//! Listing and searching contacts.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::contact::Contact;
use kalends_domain::id::ContactId;
use kalends_domain::text::fold;
use kalends_ports::{ContactFilter, Page, PageRequest};

use crate::{App, Result, require_scope};

/// Which contacts are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListContacts {
    /// With this text in name, email, phone, company or notes, whatever its case.
    pub search: Option<String>,
    /// Which part of the list.
    pub page: PageRequest<ContactId>,
}

impl App {
    /// The caller's contacts, in the order in which they were made.
    pub async fn list_contacts(&self, actor: &Actor, query: ListContacts) -> Result<Page<Contact>> {
        require_scope(actor, Resource::Contacts, Verb::Read)?;
        let filter = ContactFilter { owner: actor.user, text: query.search.as_deref().map(fold) };
        Ok(self.ports.contacts.list_contacts(filter, query.page).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor};

    #[tokio::test]
    async fn the_store_is_asked_for_folded_text() {
        let mut mocks = Mocks::default();
        let expected = ContactFilter { owner: actor().user, text: Some("ünal".into()) };
        mocks.contacts.expect_list_contacts().times(1).returning(move |filter, page| {
            assert_eq!((&filter, page.limit), (&expected, 2));
            Ok(Page { items: vec![], more: false })
        });
        let query = ListContacts { search: Some("ÜNAL".into()), page: PageRequest { after: None, limit: 2 } };
        mocks.app().list_contacts(&actor(), query).await.unwrap();
    }
}
