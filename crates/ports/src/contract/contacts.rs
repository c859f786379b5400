//! Contacts: each in the address book of its owner alone.

use kalends_domain::contact::{Contact, Details};
use kalends_domain::id::{ContactId, UserId};
use kalends_domain::text::fold;
use uuid::Uuid;

use super::fixtures::{contact, later, stored_user};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, ContactFilter, PageRequest, Unique};

async fn stored(store: &AnyStore, owner: UserId, first_name: &str) -> Contact {
    let contact = contact(owner, first_name);
    write(store, [Change::InsertContact(contact.clone())]).await;
    contact
}

async fn found(store: &AnyStore, contact: &Contact) -> Option<Contact> {
    store.find_contact(contact.id, contact.owner).await.unwrap()
}

/// Contacts come back as they were written, change by version, and are seen by their owner alone.
pub async fn contacts(store: AnyStore) {
    let store = &store;
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let plain = stored(store, ann.id, "Zoë").await;
    assert_eq!(found(store, &plain).await, Some(plain.clone()));
    assert_eq!(store.find_contact(plain.id, bea.id).await.unwrap(), None, "nobody else sees it");
    assert_eq!(store.find_contact(ContactId(Uuid::now_v7()), ann.id).await.unwrap(), None);
    assert_eq!(store.find_deleted_contact(plain.id, ann.id).await.unwrap(), None);
    assert_duplicate(&refused(store, [Change::InsertContact(plain.clone())]).await, Unique::Id);
    assert_missing(&refused(store, [Change::InsertContact(contact(UserId(Uuid::now_v7()), "x"))]).await);

    let full = Details {
        first_name: Some("Zoë 🐘".to_owned()),
        last_name: Some("O'Brien\\\"".to_owned()),
        email: Some("Zoe@Example.com".to_owned()),
        phone: Some("+49 (30) 1".to_owned()),
        company: Some("ACME; Sons, Ltd.".to_owned()),
        notes: Some("one\r\n\ttwo\n\n".to_owned()),
        kept: vec!["TEL;TYPE=cell:".to_owned(), "X-A:ü\\n\u{a0}".to_owned()],
    };
    let full = Contact { details: full, updated_at: later(1), version: 2, ..plain.clone() };
    write(store, [Change::UpdateContact { contact: full.clone(), expected: 1 }]).await;
    assert_eq!(found(store, &plain).await, Some(full.clone()));
    assert_stale(&refused(store, [Change::UpdateContact { contact: full.clone(), expected: 1 }]).await);
    let bare = Details { phone: full.details.phone.clone(), ..Details::default() };
    let bare = Contact { details: bare, version: 3, ..full.clone() };
    write(store, [Change::UpdateContact { contact: bare.clone(), expected: 2 }]).await;
    assert_eq!(found(store, &plain).await, Some(bare.clone()), "what is none any more is gone");

    let gone = Contact { deleted_at: Some(later(2)), version: 4, ..bare.clone() };
    write(store, [Change::UpdateContact { contact: gone.clone(), expected: 3 }]).await;
    assert_eq!(found(store, &plain).await, None);
    assert_eq!(store.find_deleted_contact(plain.id, ann.id).await.unwrap(), Some(gone.clone()));
    assert_eq!(store.find_deleted_contact(plain.id, bea.id).await.unwrap(), None);

    // Whoever goes takes all contacts along, and nobody else's.
    let [mine, theirs] = [stored(store, ann.id, "mine").await, stored(store, bea.id, "theirs").await];
    write(store, [Change::DeleteContactsOf { owner: ann.id, at: later(5) }]).await;
    assert_eq!(found(store, &mine).await, None);
    let expected = Contact { deleted_at: Some(later(5)), updated_at: later(5), version: 2, ..mine.clone() };
    assert_eq!(store.find_deleted_contact(mine.id, ann.id).await.unwrap(), Some(expected));
    let before = store.find_deleted_contact(plain.id, ann.id).await.unwrap();
    assert_eq!(before, Some(gone), "what was deleted before stays as it was");
    assert_eq!(found(store, &theirs).await, Some(theirs.clone()));
}

/// A UID is one contact's in an address book, of those that are not deleted; many are found at once.
pub async fn contact_uids(store: AnyStore) {
    let store = &store;
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let first = stored(store, ann.id, "first").await;
    let twin = Contact { uid: first.uid.clone(), ..contact(ann.id, "twin") };
    assert_duplicate(&refused(store, [Change::InsertContact(twin.clone())]).await, Unique::ContactUid);
    write(store, [Change::InsertContact(Contact { uid: first.uid.clone(), ..contact(bea.id, "hers") })]).await;
    let gone = Contact { deleted_at: Some(later(1)), version: 2, ..first.clone() };
    write(store, [Change::UpdateContact { contact: gone, expected: 1 }]).await;
    write(store, [Change::InsertContact(twin.clone())]).await;
    let back = Contact { version: 3, ..first.clone() };
    let refused = refused(store, [Change::UpdateContact { contact: back, expected: 2 }]).await;
    assert_duplicate(&refused, Unique::ContactUid);

    let many: Vec<Contact> = (0..1_200).map(|number| contact(ann.id, &number.to_string())).collect();
    write(store, many.iter().cloned().map(Change::InsertContact)).await;
    let unknown = Uuid::now_v7().to_string();
    let uids = many.iter().map(|contact| contact.uid.clone()).chain([unknown, first.uid.clone()]).collect();
    let mut named = store.list_contacts_by_uid(ann.id, uids).await.unwrap();
    named.sort_by_key(|contact| contact.id);
    let mut expected: Vec<Contact> = many.into_iter().chain([twin]).collect();
    expected.sort_by_key(|contact| contact.id);
    assert_eq!(named, expected);
    assert_eq!(store.list_contacts_by_uid(ann.id, Vec::new()).await.unwrap(), Vec::new());
}

/// Contacts are listed in pages, and found by any text in them, every sign of which stands for itself.
pub async fn contact_lists(store: AnyStore) {
    let store = &store;
    let [ann, bea] = [stored_user(store).await, stored_user(store).await];
    let mut all = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        all.push(stored(store, ann.id, name).await);
    }
    stored(store, bea.id, "hers").await;
    let gone = stored(store, ann.id, "gone").await;
    let gone = Contact { deleted_at: Some(later(1)), version: 2, ..gone };
    write(store, [Change::UpdateContact { contact: gone, expected: 1 }]).await;
    all.sort_by_key(|contact| contact.id);
    let everyone = || ContactFilter { owner: ann.id, text: None };
    let first = store.list_contacts(everyone(), PageRequest { after: None, limit: 2 }).await.unwrap();
    assert_eq!((first.items.as_slice(), first.more), (&all[..2], true));
    let rest = store.list_contacts(everyone(), PageRequest { after: Some(all[1].id), limit: 3 }).await.unwrap();
    assert_eq!((rest.items.as_slice(), rest.more), (&all[2..], false));

    let cid = stored_user(store).await;
    let some = |text: &str| Some(text.to_owned());
    let details = Details {
        first_name: some("JÜRGEN"),
        last_name: some("von Straße"),
        email: some("Jay_Vee@Example.com"),
        phone: some("+1 (555) 010"),
        company: some("100% Cotton\\Co"),
        notes: some("Met in May"),
        kept: vec!["X-SECRET:unfindable".to_owned()],
    };
    let person = Contact { details, ..contact(cid.id, "") };
    write(store, [Change::InsertContact(person.clone()), Change::InsertContact(contact(cid.id, "Other"))]).await;
    let check = async |text: &str, expected: bool| {
        let filter = ContactFilter { owner: cid.id, text: Some(fold(text)) };
        let found = store.list_contacts(filter, PageRequest { after: None, limit: 10 }).await.unwrap().items;
        assert_eq!(found.contains(&person), expected, "{text}");
    };
    for text in ["jürgen", "gen von str", "JAY_VEE@", "(555)", "100% c", "n\\c", "met in may", ""] {
        check(text, true).await;
    }
    for text in ["jay%vee", "1__%", "jay.vee", "straße jürgen", "unfindable", "100%%", "may\u{1f}", "\0"] {
        check(text, false).await;
    }
}
