//! Deleting a contact, and bringing it back.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::contact::Contact;
use kalends_domain::id::ContactId;
use kalends_ports::{StoreError, Unique};

use crate::trash::require_restorable;
use crate::{App, Context, Error, Result, require_scope, require_version, settled};

impl App {
    /// Deletes one of the caller's contacts.
    pub async fn delete_contact(
        &self,
        cx: &Context,
        actor: &Actor,
        id: ContactId,
        expected: Option<i64>,
    ) -> Result<()> {
        require_scope(actor, Resource::Contacts, Verb::Write)?;
        settled(async || {
            let contact = self.contact_of(id, actor.user).await?;
            require_version(expected, contact.version)?;
            self.save_contact(cx, Contact { deleted_at: Some(cx.now()), ..contact }).await?;
            Ok(())
        })
        .await
    }

    /// Brings back a deleted contact, within 30 days. One that is not deleted is answered as it is.
    pub async fn restore_contact(&self, cx: &Context, actor: &Actor, id: ContactId) -> Result<Contact> {
        require_scope(actor, Resource::Contacts, Verb::Write)?;
        settled(async || {
            let Some(contact) = self.ports.contacts.find_deleted_contact(id, actor.user).await? else {
                return self.contact_of(id, actor.user).await;
            };
            require_restorable(contact.deleted_at, cx.now(), "contact")?;
            match self.save_contact(cx, Contact { deleted_at: None, ..contact }).await {
                Err(Error::Store(StoreError::Duplicate(Unique::ContactUid))) => {
                    Err(Error::Conflict("there is a newer contact with the same UID".to_owned()))
                }
                other => other,
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, contact, now};
    use jiff::SignedDuration;
    use kalends_ports::Change;

    fn deleted(hours_ago: i64) -> Mocks {
        let mut mocks = Mocks::default();
        mocks.contacts.expect_find_deleted_contact().returning(move |_, _| {
            Ok(Some(Contact { deleted_at: Some(now() - SignedDuration::from_hours(hours_ago)), ..contact() }))
        });
        mocks
    }

    #[tokio::test]
    async fn deleting_keeps_it_for_later() {
        let mut mocks = Mocks::default();
        mocks.contacts.expect_find_contact().returning(|_, _| Ok(Some(contact())));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::UpdateContact { contact, expected: 1 }]
                if contact.deleted_at == Some(now())));
            Ok(())
        });
        let app = mocks.app();
        app.delete_contact(&app.context(), &actor(), contact().id, None).await.unwrap();
    }

    #[tokio::test]
    async fn after_thirty_days_it_is_gone() {
        let app = deleted(24 * 30).app();
        let refused = app.restore_contact(&app.context(), &actor(), contact().id).await;
        assert!(matches!(refused, Err(Error::NotFound("contact"))));
    }

    #[tokio::test]
    async fn a_newer_one_with_its_uid_is_in_the_way() {
        let mut mocks = deleted(24 * 30 - 1);
        mocks.commit.expect_commit().times(1).returning(|_| Err(StoreError::Duplicate(Unique::ContactUid)));
        let app = mocks.app();
        let refused = app.restore_contact(&app.context(), &actor(), contact().id).await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }
}
