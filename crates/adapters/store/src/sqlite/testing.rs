//! For the tests of this folder.
#![allow(clippy::disallowed_methods)] // a directory that nobody else has

use std::path::PathBuf;

/// A directory of a test's own, gone with this value.
pub(super) struct Place(pub(super) PathBuf);

impl Place {
    pub(super) fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("kalends-store-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}
