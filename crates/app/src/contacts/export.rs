//! A whole address book as vCards, piece by piece.

use kalends_domain::access::Actor;
use kalends_domain::id::ContactId;
use kalends_ports::PageRequest;

use super::ListContacts;
use crate::{App, Result};

/// Most contacts in one piece.
const PIECE: usize = 200;

/// A piece of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedContacts {
    /// Whole cards.
    pub text: String,
    /// The last contact in it, when there are more behind it.
    pub next: Option<ContactId>,
}

impl App {
    /// The caller's contacts behind `after` as vCards, some at a time, so that nobody holds them all.
    pub async fn export_contacts(&self, actor: &Actor, after: Option<ContactId>) -> Result<ExportedContacts> {
        let query = ListContacts { search: None, page: PageRequest { after, limit: PIECE } };
        let found = self.list_contacts(actor, query).await?;
        let next = found.items.last().filter(|_| found.more).map(|contact| contact.id);
        let text = found.items.iter().map(|c| kalends_vcard::write(&c.uid, &c.details, c.updated_at)).collect();
        Ok(ExportedContacts { text, next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Mocks, actor, contact};
    use kalends_ports::Page;

    #[tokio::test]
    async fn pieces_go_on_while_there_are_more() {
        for more in [true, false] {
            let mut mocks = Mocks::default();
            mocks.contacts.expect_list_contacts().returning(move |_, _| Ok(Page { items: vec![contact()], more }));
            let piece = mocks.app().export_contacts(&actor(), None).await.unwrap();
            assert_eq!(piece.next, more.then(|| contact().id));
            assert!(piece.text.starts_with("BEGIN:VCARD\r\n") && piece.text.ends_with("END:VCARD\r\n"));
        }
    }
}
