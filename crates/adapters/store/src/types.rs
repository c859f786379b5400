//! SQL types that both engines know, and the Rust values that travel as them.
//!
//! diesel's own types for UUIDs, instants and JSON exist on one engine only. A type of ours names a native
//! one on each, so that one schema and one set of rows serve both.

#![allow(unreachable_pub)] // what `table!` makes is `pub`, so its types must be, although nobody outside sees either

use std::fmt;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Text, Uuid as PgUuid};
use diesel::sqlite::{Sqlite, SqliteValue};
use jiff::Timestamp;
use uuid::Uuid;

/// An id: `uuid`, or a blob of 16 bytes.
#[derive(Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub struct Id;

/// An instant in microseconds: `timestamptz`, or an integer counted from 1970.
#[derive(Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct Ts;

/// A JSON document: `jsonb`, or text.
#[derive(Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct Doc;

/// A value of [`Id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Id)]
pub(crate) struct DbId(pub(crate) Uuid);

/// A value of [`Ts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Ts)]
pub(crate) struct DbTs(i64);

/// A value of [`Doc`], as text that is parsed by whoever knows what it holds.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Doc)]
pub(crate) struct DbDoc(pub(crate) String);

impl fmt::Debug for DbDoc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DbDoc({} bytes)", self.0.len())
    }
}

/// Microseconds from 1970 to 2000, from which Postgres counts.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;
/// Postgres knows no instant before 4714 BC; windows without a beginning start here, -4000-01-01.
const EARLIEST: i64 = -188_395_027_200_000_000;
/// The first byte of a `jsonb` on the wire.
const JSONB_VERSION: u8 = 1;

impl DbTs {
    /// The instant, cut to microseconds and to what both engines can keep.
    pub(crate) fn new(at: Timestamp) -> Self {
        Self(at.as_microsecond().max(EARLIEST))
    }

    /// So many microseconds later, or earlier.
    pub(crate) fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros).max(EARLIEST))
    }

    /// Microseconds from `earlier` to this.
    pub(crate) fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The instant.
    pub(crate) fn get(self) -> Timestamp {
        // Every value is checked when it is read, so nothing is cut here.
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX)
    }

    fn read(micros: Option<i64>) -> deserialize::Result<Self> {
        let micros = micros.filter(|&micros| Timestamp::from_microsecond(micros).is_ok());
        micros.map(Self).ok_or_else(|| "an instant is out of range".into())
    }
}

impl From<Timestamp> for DbTs {
    fn from(at: Timestamp) -> Self {
        Self::new(at)
    }
}

impl ToSql<Id, Pg> for DbId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<PgUuid, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Id, Pg> for DbId {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<PgUuid, Pg>::from_sql(value).map(Self)
    }
}

impl ToSql<Id, Sqlite> for DbId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Id, Sqlite> for DbId {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}

impl ToSql<Ts, Pg> for DbTs {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.0.saturating_sub(POSTGRES_EPOCH);
        ToSql::<BigInt, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<Ts, Pg> for DbTs {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        Self::read(micros.checked_add(POSTGRES_EPOCH))
    }
}

impl ToSql<Ts, Sqlite> for DbTs {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0);
        Ok(IsNull::No)
    }
}

impl FromSql<Ts, Sqlite> for DbTs {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Self::read(Some(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?))
    }
}

impl ToSql<Doc, Pg> for DbDoc {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        use std::io::Write as _;
        out.write_all(&[JSONB_VERSION])?;
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Doc, Pg> for DbDoc {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, text)) => Ok(Self(std::str::from_utf8(text)?.to_owned())),
            _ => Err("a document comes in an unknown version of jsonb".into()),
        }
    }
}

impl ToSql<Doc, Sqlite> for DbDoc {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}

impl FromSql<Doc, Sqlite> for DbDoc {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Sqlite>>::from_sql(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_cut_to_microseconds_and_to_what_both_engines_keep() {
        let at: Timestamp = "2026-03-02T15:00:00.123456789Z".parse().unwrap();
        assert_eq!(DbTs::new(at).get().to_string(), "2026-03-02T15:00:00.123456Z");
        assert_eq!(DbTs::new(Timestamp::MIN).get().to_string(), "-004000-01-01T00:00:00Z");
        assert_eq!(DbTs::new(Timestamp::MIN).plus(i64::MIN), DbTs::new(Timestamp::MIN));
        assert_eq!(DbTs::new(Timestamp::MAX).get().as_microsecond(), Timestamp::MAX.as_microsecond());
    }
}
