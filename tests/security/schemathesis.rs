//! What a program makes of `/openapi.json` that knows nothing else of the server (<https://schemathesis.io>): it finds no
//! failure of the server, and no answer that the document does not tell of.
//!
//! Runs where it is installed: `KALENDS_ORACLES` names a directory with a `venv` that has `tests/oracles/requirements.txt`.

use std::path::PathBuf;
use std::process::Command;

use kalends_harness::{Server, both_stores, skip};

both_stores![every_answer_is_documented];

/// What is looked for.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,ignored_auth";

fn every_answer_is_documented(server: &mut Server) {
    let Some(dir) = std::env::var_os("KALENDS_ORACLES").map(PathBuf::from) else {
        return skip("KALENDS_ORACLES names no directory with the programs that we are tried by");
    };
    let ana = server.register("ana@example.com");
    ana.calendar("Work");
    let mut command = Command::new(dir.join("venv/bin/schemathesis"));
    command.args(["run", &format!("{}/openapi.json", server.base()), "--url", server.base()]);
    command.args(["--header", &format!("Authorization: Bearer {}", ana.access), "--checks", CHECKS]);
    // The same requests each time, and so many of them; what it makes of one answer in the next is left out.
    command.args(["--seed", "1", "--max-examples", "10", "--phases", "examples,coverage,fuzzing"]);
    command.args(["--no-color", "--warnings", "off", "--continue-on-failure"]);
    // It is the end of the account that asks.
    command.args(["--exclude-operation-id", "delete_account"]);
    let ran = command.current_dir(server.database().dir()).output().expect("schemathesis can be run");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains("No issues found"), "it is not said that all is well:\n{said}");
}
