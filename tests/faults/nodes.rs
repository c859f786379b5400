//! Many nodes on one Postgres.
