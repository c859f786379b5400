//! What every source file keeps to: it says what it is, it is short, and it reads the environment only where that is allowed.

use crate::tidy::Violation;

const MOST_LINES: usize = 500;

/// Where the environment may be read: the server, what runs it, and tests.
const READS_ENVIRONMENT: &[&str] = &["crates/server/", "xtask/", "tests/"];

/// Checks one file.
pub(crate) fn check(file: &str, text: &str) -> Vec<Violation> {
    let code = code_lines(text);
    let violation = |rule: String, mend| Violation { file: file.to_owned(), rule, mend };
    let mut violations = Vec::new();
    if !says_what_it_is(text) {
        let rule = "the file does not begin with a `//!` line".to_owned();
        violations.push(violation(rule, "say in a sentence what the module is and what it keeps to"));
    }
    if code.len() > MOST_LINES {
        let rule = format!("{} lines of code, more than {MOST_LINES}", code.len());
        violations.push(violation(rule, "find the parts that a reader would name, and give each a file"));
    }
    let read = code.iter().find(|(_, line)| line.contains("env::var"));
    if let (Some((number, _)), false) = (read, may_read_environment(file)) {
        let rule = format!("line {number} reads the environment");
        violations.push(violation(rule, "read it in crates/server/ and pass the value in"));
    }
    violations
}

fn may_read_environment(file: &str) -> bool {
    READS_ENVIRONMENT.iter().any(|place| file.starts_with(place))
        || file.contains("/tests/")
        || file.ends_with("/tests.rs")
}

/// A `//!` line stands before anything but inner attributes.
fn says_what_it_is(text: &str) -> bool {
    let lines = text.lines().map(str::trim);
    let first = lines.into_iter().find(|line| !line.is_empty() && !line.starts_with("#!["));
    first.is_some_and(|line| line.starts_with("//!"))
}

/// The lines that are neither blank nor comment, with their numbers.
fn code_lines(text: &str) -> Vec<(usize, &str)> {
    let mut in_comment = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if in_comment {
            in_comment = !line.contains("*/");
            continue;
        }
        if line.starts_with("/*") {
            in_comment = !line.contains("*/");
            continue;
        }
        if !line.is_empty() && !line.starts_with("//") {
            lines.push((index + 1, line));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(file: &str, text: &str) -> Vec<String> {
        check(file, text).into_iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn a_file_says_what_it_is() {
        assert!(rules("crates/a/src/lib.rs", "#![forbid(unsafe_code)]\n\n//! This.\n").is_empty());
        assert_eq!(
            rules("crates/a/src/lib.rs", "// This.\nfn a() {}\n"),
            ["the file does not begin with a `//!` line"]
        );
        assert_eq!(rules("crates/a/src/lib.rs", ""), ["the file does not begin with a `//!` line"]);
    }

    #[test]
    fn comments_and_blank_lines_cost_nothing() {
        let body = "let a = 1;\n\n// why\n/* long\nlong */\n".repeat(500);
        assert!(rules("crates/a/src/lib.rs", &format!("//! This.\n{body}")).is_empty());
        let said = rules("crates/a/src/lib.rs", &format!("//! This.\n{body}let b = 2;\n"));
        assert_eq!(said, ["501 lines of code, more than 500"]);
    }

    #[test]
    fn only_the_server_reads_the_environment() {
        let text = "//! This.\nlet a = std::env::var(\"A\");\n";
        assert_eq!(rules("crates/app/src/lib.rs", text), ["line 2 reads the environment"]);
        for file in ["crates/server/src/settings.rs", "crates/adapters/store/tests/contract.rs", "xtask/src/main.rs"] {
            assert!(rules(file, text).is_empty(), "{file}");
        }
        assert!(rules("crates/app/src/lib.rs", "//! Not env::var.\n// nor env::var\n").is_empty());
        assert!(rules("crates/app/src/lib.rs", "//! This.\nlet v = env!(\"CARGO_PKG_VERSION\");\n").is_empty());
    }
}
