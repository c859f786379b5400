//! `GET /contacts`

use actix_web::get;
use kalends_app::ListContacts;
use kalends_domain::id::ContactId;
use utoipa::IntoParams;

use super::Contact;
use crate::answer::{Answer, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Authenticated, Query};
use crate::fields::{Fields, Read};
use crate::read::line;
use crate::state::State;

/// Most characters in a search.
const SEARCH_MAX: usize = 200;

/// What narrows the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // documentation: `Search` is read
pub(crate) struct SearchParam {
    /// Only contacts with this text in name, email, phone, company or notes, whatever its case.
    #[param(value_type = String, required = false, min_length = 1, max_length = 200, example = "ann lee")]
    search: Option<String>,
}

/// Which contacts are wanted.
pub(crate) struct Search {
    text: Option<String>,
    paging: Paging<ContactId>,
}

impl Read for Search {
    fn read(f: &mut Fields) -> Option<Self> {
        let text = f.optional("search", line(SEARCH_MAX));
        let paging = f.paging();
        Some(Self { text, paging: paging? })
    }
}

/// List.
///
/// The caller's contacts, in the order in which they were made. Needs the scope `contacts:read`.
#[utoipa::path(
    tag = "Contacts",
    security(("bearer" = []), ("api_key" = ["contacts:read"])),
    params(SearchParam, PageParams),
    responses((status = 200, description = "The contacts.", body = List<Contact>))
)]
#[get("/contacts")]
pub(crate) async fn list_contacts(
    state: State,
    Authenticated(caller): Authenticated,
    Query(Search { text, paging }): Query<Search>,
) -> Answer {
    let query = ListContacts { search: text, page: paging.request() };
    let found = state.app.list_contacts(&caller.actor, query).await?;
    Ok(ok(paging.answer(found, |contact| contact.id, Contact::from)))
}
