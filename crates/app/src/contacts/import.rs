//! Taking in vCards.

use std::collections::HashMap;

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::contact::Contact;
use kalends_domain::id::ContactId;
use kalends_ports::{Change, Changes, StoreError, Unique};
use kalends_vcard::ReadCard;

use super::create::new_contact;
use super::replaced;
use crate::{App, Context, Error, Result, require_scope, settled};

/// What became of the cards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportedContacts {
    /// Contacts that were not there.
    pub created: usize,
    /// Contacts that were there and are different now.
    pub updated: usize,
    /// Contacts that were there as the cards say.
    pub unchanged: usize,
}

impl App {
    /// Writes cards into the caller's address book, all of them or none. Which contact a card is about is told by its
    /// UID: what is there already is changed to what the card says, so that a second time changes nothing. Of two cards
    /// with one UID the later is taken.
    pub async fn import_contacts(&self, cx: &Context, actor: &Actor, cards: Vec<ReadCard>) -> Result<ImportedContacts> {
        require_scope(actor, Resource::Contacts, Verb::Write)?;
        let cards = one_for_each_uid(cards);
        settled(async || {
            let (changes, counts) = self.import_contact_changes(cx, actor, &cards).await?;
            if changes.0.is_empty() {
                return Ok(counts);
            }
            match self.commit(cx, changes).await {
                // Someone else brought one of them meanwhile: it is there when we read again.
                Err(Error::Store(StoreError::Duplicate(Unique::ContactUid))) => Err(StoreError::Stale.into()),
                other => other.map(|()| counts),
            }
        })
        .await
    }

    async fn import_contact_changes(
        &self,
        cx: &Context,
        actor: &Actor,
        cards: &[ReadCard],
    ) -> Result<(Changes, ImportedContacts)> {
        let uids = cards.iter().map(|card| card.uid.clone()).collect();
        let known = self.ports.contacts.list_contacts_by_uid(actor.user, uids).await?;
        let mut known: HashMap<String, Contact> = known.into_iter().map(|c| (c.uid.clone(), c)).collect();
        let mut counts = ImportedContacts::default();
        let mut changes = Changes::new();
        for card in cards {
            let details = card.details.clone();
            match known.remove(&card.uid) {
                Some(contact) if contact.details == details => counts.unchanged += 1,
                Some(contact) => {
                    counts.updated += 1;
                    changes = changes.and(replaced(cx, Contact { details, ..contact }).1);
                }
                None => {
                    counts.created += 1;
                    let contact = new_contact(cx, actor, ContactId(cx.id()), card.uid.clone(), details);
                    changes = changes.and(Change::InsertContact(contact));
                }
            }
        }
        Ok((changes, counts))
    }
}

/// The last card of each UID, each where the first one stood.
fn one_for_each_uid(cards: Vec<ReadCard>) -> Vec<ReadCard> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<ReadCard> = Vec::new();
    for card in cards {
        if let Some(&place) = places.get(&card.uid) {
            kept[place] = card;
        } else {
            places.insert(card.uid.clone(), kept.len());
            kept.push(card);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, contact, key_actor};
    use kalends_domain::contact::Details;

    fn card(uid: &str, first_name: &str) -> ReadCard {
        let details = Details { first_name: Some(first_name.into()), ..Details::default() };
        ReadCard { uid: uid.into(), details }
    }

    fn same() -> ReadCard {
        ReadCard { uid: contact().uid, details: contact().details }
    }

    fn counts(created: usize, updated: usize, unchanged: usize) -> ImportedContacts {
        ImportedContacts { created, updated, unchanged }
    }

    fn mocks() -> Mocks {
        let mut mocks = Mocks::default();
        mocks.contacts.expect_list_contacts_by_uid().returning(|_, _| Ok(vec![contact()]));
        mocks
    }

    #[tokio::test]
    async fn what_is_new_is_made_and_what_differs_is_changed_in_one_commit() {
        let mut mocks = mocks();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(
                matches!(&changes.0[..], [Change::UpdateContact { contact, expected: 1 }, Change::InsertContact(new)]
                if contact.details.first_name.as_deref() == Some("Other") && contact.version == 2 && new.uid == "new")
            );
            Ok(())
        });
        let app = mocks.app();
        let cards = vec![card(&contact().uid, "First"), card("new", "New"), card(&contact().uid, "Other")];
        let done = app.import_contacts(&app.context(), &actor(), cards).await.unwrap();
        assert_eq!(done, counts(1, 1, 0));
    }

    #[tokio::test]
    async fn what_is_there_already_is_not_written() {
        let app = mocks().app();
        let done = app.import_contacts(&app.context(), &actor(), vec![same()]).await.unwrap();
        assert_eq!(done, counts(0, 0, 1));
    }

    #[tokio::test]
    async fn who_loses_a_race_reads_again() {
        let mut mocks = Mocks::default();
        let mut reads = 0;
        mocks.contacts.expect_list_contacts_by_uid().times(2).returning(move |_, _| {
            reads += 1;
            Ok(if reads == 1 { vec![] } else { vec![contact()] })
        });
        mocks.commit.expect_commit().times(1).returning(|_| Err(StoreError::Duplicate(Unique::ContactUid)));
        let app = mocks.app();
        let done = app.import_contacts(&app.context(), &actor(), vec![same()]).await.unwrap();
        assert_eq!(done, counts(0, 0, 1));
    }

    #[tokio::test]
    async fn a_key_needs_the_scope() {
        let app = Mocks::default().app();
        let reader = key_actor(&[(Resource::Contacts, Verb::Read)]);
        let refused = app.import_contacts(&app.context(), &reader, vec![same()]).await;
        assert!(matches!(refused, Err(Error::MissingScope { .. })));
    }
}
