//! Changing a contact.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::contact::Contact;
use kalends_domain::id::ContactId;

use super::require_someone;
use crate::{App, Context, Result, require_scope, require_version, settled};

/// What changes in a contact. What is `None` stays; `Some(None)` clears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactChange {
    /// Another given name, or none.
    pub first_name: Option<Option<String>>,
    /// Another family name, or none.
    pub last_name: Option<Option<String>>,
    /// Another address, or none.
    pub email: Option<Option<String>>,
    /// Another number, or none.
    pub phone: Option<Option<String>>,
    /// Another company, or none.
    pub company: Option<Option<String>>,
    /// Other notes, or none.
    pub notes: Option<Option<String>>,
}

impl App {
    /// Changes one of the caller's contacts. Names, email and phone may not all be gone afterwards.
    pub async fn update_contact(
        &self,
        cx: &Context,
        actor: &Actor,
        id: ContactId,
        change: ContactChange,
        expected: Option<i64>,
    ) -> Result<Contact> {
        require_scope(actor, Resource::Contacts, Verb::Write)?;
        settled(async || {
            let mut contact = self.contact_of(id, actor.user).await?;
            require_version(expected, contact.version)?;
            let details = &mut contact.details;
            let name = details.display_name();
            for (field, change) in [
                (&mut details.first_name, &change.first_name),
                (&mut details.last_name, &change.last_name),
                (&mut details.email, &change.email),
                (&mut details.phone, &change.phone),
                (&mut details.company, &change.company),
                (&mut details.notes, &change.notes),
            ] {
                if let Some(value) = change {
                    field.clone_from(value);
                }
            }
            require_someone(details)?;
            if details.display_name() != name {
                kalends_vcard::forget_formatted_name(details);
            }
            self.save_contact(cx, contact).await
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::testing::{Mocks, actor, contact};
    use kalends_ports::{Change, StoreError};

    fn stored() -> Mocks {
        let mut mocks = Mocks::default();
        mocks.contacts.expect_find_contact().returning(|_, _| Ok(Some(contact())));
        mocks
    }

    #[tokio::test]
    async fn what_is_sent_changes_and_the_rest_stays() {
        let mut mocks = stored();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::UpdateContact { contact, expected: 1 }] if contact.version == 2));
            Ok(())
        });
        let app = mocks.app();
        let change = ContactChange { email: Some(None), company: Some(Some("ACME".into())), ..Default::default() };
        let changed = app.update_contact(&app.context(), &actor(), contact().id, change, Some(1)).await.unwrap();
        let mut expected = contact().details;
        (expected.email, expected.company) = (None, Some("ACME".into()));
        assert_eq!(changed.details, expected);
    }

    #[tokio::test]
    async fn somebody_is_left() {
        let app = stored().app();
        let change = ContactChange { first_name: Some(None), email: Some(None), ..Default::default() };
        let refused = app.update_contact(&app.context(), &actor(), contact().id, change, None).await;
        assert!(matches!(refused, Err(Error::Invalid(_))));
    }

    #[tokio::test]
    async fn an_old_version_changes_nothing() {
        let app = stored().app();
        let refused =
            app.update_contact(&app.context(), &actor(), contact().id, ContactChange::default(), Some(7)).await;
        assert!(matches!(refused, Err(Error::VersionMoved)));
    }

    #[tokio::test]
    async fn who_loses_a_race_reads_again() {
        let mut mocks = stored();
        let mut tries = 0;
        mocks.commit.expect_commit().times(2).returning(move |_| {
            tries += 1;
            if tries == 1 { Err(StoreError::Stale) } else { Ok(()) }
        });
        let app = mocks.app();
        app.update_contact(&app.context(), &actor(), contact().id, ContactChange::default(), None).await.unwrap();
    }
}
