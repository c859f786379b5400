//! The style sheet and the script: in the program, and named after what they hold, so that a browser never asks twice.

use std::sync::LazyLock;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::answer::Answer;
use crate::error::{Failure, Kind};

/// A file, and its name in addresses.
pub(super) struct Asset {
    name: String,
    media_type: &'static str,
    text: &'static str,
}

pub(super) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "css", "text/css; charset=utf-8", include_str!("page.css")));
pub(super) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("page", "js", "text/javascript; charset=utf-8", include_str!("page.js")));

impl Asset {
    fn new(stem: &str, extension: &str, media_type: &'static str, text: &'static str) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..9]);
        Self { name: format!("{stem}.{hash}.{extension}"), media_type, text }
    }

    /// Its path.
    pub(super) fn path(&self) -> String {
        format!("/book/assets/{}", self.name)
    }
}

/// A part of the pages.
#[get("/book/assets/{name}")]
pub(super) async fn asset(name: web::Path<String>) -> Answer {
    let found = [&STYLE, &SCRIPT].into_iter().find(|asset| asset.name == *name);
    let asset = found.ok_or_else(|| Failure::new(Kind::NotFound, "there is no such file"))?;
    Ok(HttpResponse::Ok()
        .content_type(asset.media_type)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.text))
}
