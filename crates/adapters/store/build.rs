//! Rebuilds the crate when a migration changes: they are compiled into it.

fn main() {
    println!("cargo::rerun-if-changed=../../../migrations");
}
