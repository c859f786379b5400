//! Running other programs, visibly.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Context, Failure, Outcome};

/// Shows the command, runs it with our own output, and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Outcome {
    println!("$ {}", shown(command));
    let status = command.status().context(|| format!("cannot run `{}`", shown(command)))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{}` failed ({status})", shown(command))))
}

/// Runs the command quietly and answers with what it printed.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output().context(|| format!("cannot run `{}`", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("`{}` failed ({}): {}", shown(command), output.status, said.trim())));
    }
    String::from_utf8(output.stdout).context(|| format!("`{}` printed no UTF-8", shown(command)))
}

/// Shows the command and runs it, passing each line of its standard output on and to `each`. Answers whether it succeeded.
pub(crate) fn tee(command: &mut Command, mut each: impl FnMut(&str)) -> Outcome<bool> {
    println!("$ {}", shown(command));
    command.stdout(Stdio::piped());
    let mut child = command.spawn().context(|| format!("cannot run `{}`", shown(command)))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.context(|| "cannot read the output of a command".to_owned())?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            each(&line);
        }
    }
    let status = child.wait().context(|| format!("cannot wait for `{}`", shown(command)))?;
    Ok(status.success())
}

/// Where a program is, if it is in `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|candidate| candidate.is_file())
}

/// Where the last of these programs is; all must be there, else it is said how they come.
pub(crate) fn need(programs: &[&str], bring: &str) -> Outcome<PathBuf> {
    let mut last = PathBuf::new();
    for program in programs {
        let missing = || Failure::new(format!("{program} is missing: `{bring}` brings it on Debian"));
        last = find(program).ok_or_else(missing)?;
    }
    Ok(last)
}

/// Whether both files are there and hold the same.
pub(crate) fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| quoted(&word.to_string_lossy())));
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}
