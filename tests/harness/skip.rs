//! Tests that cannot run here.

use std::io::Write;

/// Says that a test is skipped, and why: what is not there, and what brings it.
pub fn skip(reason: &str) {
    // Not with a macro, whose text the test runner would keep to itself.
    let said = format!("\nSKIPPED: {reason}\n\n");
    std::io::stderr().write_all(said.as_bytes()).expect("standard error can be written");
}
