//! The commands in a Markdown page: its `sh` blocks, and what HTML comments beside them say to CI.
//!
//! - `<!-- ci: background -->` before a block: it is the server; go on once it is ready.
//! - `<!-- ci: expect TEXT -->` before or after a block: its output holds TEXT. Between two blocks it is about
//!   the one it touches, or else about the next.
//! - `<!-- ci: skip REASON -->` before a block: CI does not run it, and says why.

use crate::failure::{Failure, Outcome};

/// A fenced `sh` block.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of the page on which its first command stands.
    pub(crate) line: usize,
    pub(crate) code: String,
    pub(crate) background: bool,
    pub(crate) expects: Vec<String>,
    pub(crate) skip: Option<String>,
}

/// What a comment asks of a block.
enum Mark {
    Background,
    Expect(String),
    Skip(String),
}

/// Reads the blocks of a page, in order.
pub(crate) fn read(page: &str) -> Outcome<Vec<Block>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut marks = Vec::new();
    let mut touches_block = false;
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(mark) = mark(line.trim()) {
            match (mark.map_err(|problem| at(index, &problem))?, blocks.last_mut()) {
                (Mark::Expect(text), Some(block)) if touches_block => block.expects.push(text),
                (mark, _) => {
                    touches_block = false;
                    marks.push(mark);
                }
            }
            continue;
        }
        touches_block = false;
        let Some(language) = line.strip_prefix("```") else {
            if !line.trim().is_empty() {
                close(&mut blocks, &mut marks).map_err(|problem| at(index, &problem))?;
            }
            continue;
        };
        let code = lines.by_ref().map(|(_, line)| line);
        let code: Vec<&str> = code.take_while(|line| *line != "```").collect();
        if language == "sh" {
            let mut block = Block { line: index + 2, code: code.join("\n"), ..Block::default() };
            marks.drain(..).for_each(|mark| block.take(mark));
            blocks.push(block);
            touches_block = true;
        } else {
            close(&mut blocks, &mut marks).map_err(|problem| at(index, &problem))?;
        }
    }
    close(&mut blocks, &mut marks)?;
    Ok(blocks)
}

impl Block {
    fn take(&mut self, mark: Mark) {
        match mark {
            Mark::Background => self.background = true,
            Mark::Expect(text) => self.expects.push(text),
            Mark::Skip(reason) => self.skip = Some(reason),
        }
    }
}

/// Marks that no block follows belong to the block before them, if they may.
fn close(blocks: &mut [Block], marks: &mut Vec<Mark>) -> Outcome {
    for mark in marks.drain(..) {
        match (mark, blocks.last_mut()) {
            (Mark::Expect(text), Some(block)) => block.expects.push(text),
            _ => {
                return Err(Failure::new("a `ci:` comment has no block that it could be about"));
            }
        }
    }
    Ok(())
}

fn mark(line: &str) -> Option<Outcome<Mark>> {
    let text = line.strip_prefix("<!-- ci:")?.strip_suffix("-->")?.trim();
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    Some(match word {
        "background" if rest.is_empty() => Ok(Mark::Background),
        "expect" if !rest.is_empty() => Ok(Mark::Expect(rest.to_owned())),
        "skip" if !rest.is_empty() => Ok(Mark::Skip(rest.to_owned())),
        _ => Err(Failure::new(format!("`ci: {text}` is none of `background`, `expect TEXT`, `skip REASON`"))),
    })
}

fn at(index: usize, problem: &Failure) -> Failure {
    Failure::new(format!("README.md, line {}: {problem}", index + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(page: &str) -> Vec<Block> {
        read(page).expect("the page is well made")
    }

    #[test]
    fn only_sh_blocks_are_commands() {
        let found = blocks("# A\n\n```sh\necho 1\necho 2\n```\n\n```json\n{}\n```\n```sh\necho 3\n```\n");
        let codes: Vec<_> = found.iter().map(|block| (block.line, block.code.as_str())).collect();
        assert_eq!(codes, [(4, "echo 1\necho 2"), (12, "echo 3")]);
    }

    #[test]
    fn marks_before_a_block_are_about_it() {
        let found = blocks(
            "<!-- ci: background -->\n<!-- ci: expect listening -->\n\n```sh\nserve\n```\n<!-- ci: skip no -->\n```sh\nx\n```\n",
        );
        assert!(found[0].background);
        assert_eq!(found[0].expects, ["listening"]);
        assert_eq!(found[1].skip.as_deref(), Some("no"));
    }

    #[test]
    fn an_expectation_may_stand_after_its_block() {
        let found = blocks("```sh\na\n```\n<!-- ci: expect \"x\": 1 -->\nThen text.\n```sh\nb\n```\n");
        assert_eq!(found[0].expects, ["\"x\": 1"]);
        assert!(found[1].expects.is_empty());
    }

    #[test]
    fn between_two_blocks_an_expectation_is_about_the_one_it_touches() {
        let found = blocks("```sh\na\n```\n<!-- ci: expect a -->\n\n<!-- ci: expect b -->\n```sh\nb\n```\n");
        assert_eq!(found[0].expects, ["a"]);
        assert_eq!(found[1].expects, ["b"]);
    }

    #[test]
    fn a_mark_without_a_block_or_a_meaning_is_refused() {
        assert!(read("<!-- ci: background -->\ntext\n").is_err());
        assert!(read("<!-- ci: expect x -->\n").is_err());
        assert!(read("<!-- ci: expect -->\n```sh\na\n```\n").is_err());
        assert!(read("<!-- ci: hope -->\n```sh\na\n```\n").is_err());
    }
}
