//! Fetching what a stranger's URL names.
