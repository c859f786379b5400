//! `GET /api/v1/calendar/holidays`

use actix_web::get;
use kalends_domain::deadline::{self, Holiday, Region, Standing, YEARS};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::fristen::RegionName;
use super::{Pagination, Reads};
use crate::answer::{Answer, ok};
use crate::error::Failure;
use crate::extract::Query;
use crate::fields::{Fields, Read};
use crate::read::{integer, parsed};

/// Which holidays are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListHolidays {
    /// Whose.
    #[param(inline, value_type = RegionName, example = "DE-BE")]
    region: Region,
    /// Of which year.
    #[param(minimum = 1991, maximum = 2150, example = 2026)]
    year: i16,
}

impl Read for ListHolidays {
    fn read(f: &mut Fields) -> Option<Self> {
        let region = f.required("region", parsed::<Region>);
        let year = f.required("year", integer(YEARS));
        Some(Self { region: region?, year: year? })
    }
}

/// A holiday.
#[derive(Serialize, ToSchema)]
#[schema(as = Holiday)]
struct HolidayJson {
    /// When it is.
    #[schema(format = Date, example = "2026-03-08")]
    date: String,
    /// What it is called there.
    #[schema(example = "Internationaler Frauentag")]
    name: &'static str,
    /// How far it counts: a `public` holiday, one `observed` in place of one on a weekend, a `court` day, which is no public
    /// holiday, but ends no deadline, or a `partial` one, which is not counted.
    #[schema(value_type = HolidayStanding)]
    standing: &'static str,
    /// Where, or for what, a partial one holds.
    #[schema(required = true, example = json!(null))]
    place: Option<&'static str>,
}

/// How far a holiday counts.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code)] // documentation
enum HolidayStanding {
    Public,
    Observed,
    Court,
    Partial,
}

impl From<Holiday> for HolidayJson {
    fn from(Holiday { date, standing, name }: Holiday) -> Self {
        let (standing, place) = match standing {
            Standing::Public => ("public", None),
            Standing::Observed => ("observed", None),
            Standing::Court => ("court", None),
            Standing::Partial(place) => ("partial", Some(place)),
        };
        Self { date: date.to_string(), name, standing, place }
    }
}

/// The holidays of a year.
#[derive(Serialize, ToSchema)]
struct Holidays {
    data: Vec<HolidayJson>,
    /// There is never another part.
    pagination: Pagination,
}

/// List holidays.
///
/// The holidays that deadlines of a region meet in a year, in order: all of them at once. Needs the scope
/// `calendar:read`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    params(ListHolidays),
    responses((status = 200, description = "The holidays.", body = Holidays))
)]
#[get("/api/v1/calendar/holidays")]
pub(crate) async fn list_holidays(_caller: Reads, Query(ListHolidays { region, year }): Query<ListHolidays>) -> Answer {
    let holidays = deadline::holidays(region, year).map_err(|error| Failure::invalid("year", error.to_string()))?;
    let data = holidays.into_iter().map(HolidayJson::from).collect();
    Ok(ok(Holidays { data, pagination: Pagination { has_more: false, next_cursor: None } }))
}
