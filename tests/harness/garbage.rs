//! What no well-mannered client sends, for the tests of every surface.

use serde_json::{Value, json};

/// Bodies that are not JSON.
pub const BROKEN_JSON: [&str; 12] = [
    "",
    "{",
    "{\"name\"",
    "{\"name\": }",
    "nul",
    "{\"name\": \"x\",}",
    "{'name': 'x'}",
    "{\"name\": \"x\"} trailing",
    "\u{feff}{",
    "{\"name\": \"\\ud800\"}",
    "NaN",
    "{\"name\": \"a\u{0}b\"}",
];

/// Bodies that are not even UTF-8.
pub const BAD_UTF8: [&[u8]; 4] =
    [b"{\"name\": \"\xff\xfe\"}", b"\xc3\x28", b"{\"name\": \"\xed\xa0\x80\"}", b"\xff\xfe{\x00}\x00"];

/// Paths' parts that are no ids.
pub const BAD_IDS: [&str; 7] = [
    "x",
    "0",
    "-1",
    "01900000-0000-7000-8000-00000000000",
    "01900000-0000-7000-8000-0000000000000",
    "null",
    "%27%20OR%201=1",
];

/// JSON that is no object.
pub fn no_objects() -> [Value; 6] {
    [json!(null), json!([]), json!("x"), json!(5), json!(true), json!([{"name": "x"}])]
}

/// An object in which lists, or objects, are nested a hundred thousand deep.
pub fn deep_objects() -> [String; 2] {
    [("[", "]"), ("{\"a\":", "}")]
        .map(|(open, close)| format!("{{\"name\": {}1{}}}", open.repeat(100_000), close.repeat(100_000)))
}
