//! `cargo xtask readme`: the README's own commands, run in one shell in a fresh copy of the tree.

mod blocks;

use std::fmt::Write as _;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Context, Failure, Outcome};
use crate::shell;
use crate::workspace::Workspace;
use blocks::Block;

/// Where the README says that the server listens.
const ADDRESS: &str = "127.0.0.1:3019";

const RELEASE: &str = "cargo run --release";

/// What the shell does around the blocks. `$work` holds a script per block and takes their output.
const PROLOGUE: &str = r#"set -euo pipefail
work=$1
servers=()
finish() { for server in "${servers[@]}"; do kill -TERM -- "-$server" 2>/dev/null || true; done; }
trap finish EXIT
trap 'exit 130' INT TERM
wait_until_ready() {
    for _ in $(seq 1800); do
        if curl -fsS "http://ADDRESS/readyz" >/dev/null 2>&1; then return 0; fi
        if ! kill -0 "$1" 2>/dev/null; then echo "the server ended before it was ready" >&2; return 1; fi
        sleep 1
    done
    echo "the server was not ready in time" >&2
    return 1
}
"#;

/// The task.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let release = arguments.iter().any(|argument| argument == "--release");
    let workspace = Workspace::load()?;
    let page = workspace.root.join("README.md");
    let page = fs::read_to_string(&page).context(|| format!("cannot read {}", page.display()))?;
    let blocks = blocks::read(&page)?;
    if blocks.is_empty() {
        return Err(Failure::new("README.md has no `sh` block to run"));
    }
    if TcpStream::connect(ADDRESS).is_ok() {
        return Err(Failure::new(format!(
            "something listens on {ADDRESS} already, where the README starts its server"
        )));
    }
    let server = (!release).then(|| workspace.build()).transpose()?;

    let place = std::env::temp_dir().join(format!("kalends-readme-{}", std::process::id()));
    let outcome = tour(&workspace, &blocks, server.as_deref(), &place);
    fs::remove_dir_all(&place).context(|| format!("cannot remove {}", place.display()))?;
    outcome
}

fn tour(workspace: &Workspace, blocks: &[Block], server: Option<&Path>, place: &Path) -> Outcome {
    let copy = place.join("kalends");
    let work = place.join("work");
    fs::create_dir_all(&work).context(|| format!("cannot make {}", work.display()))?;
    copy_tree(&workspace.root, &copy)?;

    for (number, block) in blocks.iter().enumerate() {
        let path = script(&work, number);
        fs::write(&path, stand_in(&block.code, server)).context(|| format!("cannot write {}", path.display()))?;
    }
    if server.is_some() {
        println!(
            "readme: in place of `{RELEASE}` the debug build stands; `cargo xtask readme --release` runs it to the letter"
        );
    }
    let mut command = Command::new("bash");
    command.arg("-c").arg(session(blocks)).arg("readme").arg(&work);
    command.current_dir(&copy).env("CARGO_TARGET_DIR", &workspace.target).stdin(Stdio::null());
    let status = command.status().context(|| "cannot run bash".to_owned())?;
    let unmet = report(blocks, &work);
    if !status.success() {
        return Err(Failure::new(format!("the block that was shown last failed ({status})")));
    }
    if unmet > 0 {
        return Err(Failure::new(format!("{unmet} expected texts are missing")));
    }
    println!("readme: {} blocks, all as they say", blocks.len());
    Ok(())
}

/// One shell session that runs every block in its turn.
fn session(blocks: &[Block]) -> String {
    let mut session = PROLOGUE.replace("ADDRESS", ADDRESS);
    for (number, block) in blocks.iter().enumerate() {
        let run = if block.skip.is_some() {
            continue;
        } else if block.background {
            format!(
                "setsid bash \"$work/{number}.sh\" >\"$work/{number}.out\" 2>&1 </dev/null &\n\
                 servers+=($!)\nwait_until_ready $! 2>>\"$work/{number}.out\"\n"
            )
        } else {
            format!("source \"$work/{number}.sh\" >\"$work/{number}.out\" 2>&1\n")
        };
        session.push_str(&run);
    }
    session
}

/// Shows what each block printed and answers how many expectations were not met.
fn report(blocks: &[Block], work: &Path) -> usize {
    let mut unmet = 0;
    for (number, block) in blocks.iter().enumerate() {
        let title = format!("README.md, line {}", block.line);
        if let Some(reason) = &block.skip {
            println!("--- {title}: not run: {reason}");
            continue;
        }
        let Ok(printed) = fs::read_to_string(work.join(format!("{number}.out"))) else {
            println!("--- {title}: not reached");
            continue;
        };
        println!("--- {title}\n{}\n{}", indented("$ ", &block.code), printed.trim_end());
        for text in block.expects.iter().filter(|text| !printed.contains(*text)) {
            println!("--- {title}: expected, and missing: {text}");
            unmet += 1;
        }
    }
    unmet
}

fn script(work: &Path, number: usize) -> PathBuf {
    work.join(format!("{number}.sh"))
}

/// The code with the built server, where there is one, in the place of a release build.
fn stand_in(code: &str, server: Option<&Path>) -> String {
    let Some(server) = server else {
        return code.to_owned();
    };
    let server = format!("'{}'", server.display());
    code.replace(&format!("{RELEASE} -- "), &format!("{server} ")).replace(RELEASE, &server)
}

/// Copies what git knows or would add, as a clone would have it.
fn copy_tree(from: &Path, to: &Path) -> Outcome {
    let listed = shell::output(
        Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(from),
    )?;
    for name in listed.split_terminator('\0') {
        let (source, target) = (from.join(name), to.join(name));
        if !source.is_file() {
            continue;
        }
        let copying = || format!("cannot copy {name}");
        if let Some(dir) = target.parent() {
            fs::create_dir_all(dir).context(copying)?;
        }
        fs::copy(&source, &target).context(copying)?;
    }
    Ok(())
}

fn indented(prefix: &str, text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let separator = if all.is_empty() { "" } else { "\n" };
        let _ = write!(all, "{separator}{prefix}{line}");
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_server_stands_in_for_a_release_build() {
        let server = Some(Path::new("/t/debug/kalends"));
        assert_eq!(stand_in("cargo run --release", server), "'/t/debug/kalends'");
        assert_eq!(stand_in("cargo run --release -- doctor", server), "'/t/debug/kalends' doctor");
        assert_eq!(stand_in("cargo run --release", None), "cargo run --release");
    }

    #[test]
    fn a_session_passes_over_what_is_skipped_and_waits_for_the_server() {
        let block =
            |background, skip: Option<&str>| Block { background, skip: skip.map(str::to_owned), ..Block::default() };
        let session = session(&[block(true, None), block(false, Some("why")), block(false, None)]);
        assert!(session.contains("setsid bash \"$work/0.sh\"") && session.contains("wait_until_ready"));
        assert!(!session.contains("1.sh"));
        assert!(session.contains("source \"$work/2.sh\""));
    }
}
