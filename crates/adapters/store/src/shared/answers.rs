//! Reads of kept answers and of settings.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::Conn;
use super::Found;
use crate::rows::AnswerRow;
use crate::schema::{answers, settings};

pub(super) async fn find(conn: &mut Conn, caller: String, key: String) -> Found<Option<AnswerRow>> {
    let query = answers::table.filter(answers::caller.eq(caller).and(answers::key.eq(key)));
    Ok(query.select(AnswerRow::as_select()).first::<AnswerRow>(conn).await.optional()?)
}

pub(super) async fn find_setting(conn: &mut Conn, key: String) -> Found<Option<Vec<u8>>> {
    let query = settings::table.filter(settings::key.eq(key));
    Ok(query.select(settings::value).first::<Vec<u8>>(conn).await.optional()?)
}
