//! A file into its cards.

use calcard::vcard::VCard;
use kalends_domain::contact::{Details, UID_MAX};
use uuid::Uuid;

use crate::card;

/// How much of a file is read before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes in the file.
    pub bytes: usize,
    /// Most cards in the file.
    pub cards: usize,
    /// Most bytes in one card. A larger one is skipped.
    pub card: usize,
}

impl Default for Limits {
    /// 10 MiB, 20,000 cards of at most 1 MiB each.
    fn default() -> Self {
        Self { bytes: 10 << 20, cards: 20_000, card: 1 << 20 }
    }
}

/// Why a file is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is larger than [`Limits::bytes`].
    #[error("is larger than {0} bytes")]
    TooLarge(usize),
    /// It has more than [`Limits::cards`].
    #[error("line {line}: more than {most} cards")]
    TooManyCards {
        /// The line on which the first of too many begins, counted from 1 as an editor counts.
        line: usize,
        /// How many there may be.
        most: usize,
    },
    /// Nothing in it is a card.
    #[error("holds no vCard (BEGIN:VCARD)")]
    NoCard,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadCards {
    /// Its cards, in the order of the file. Two may have one UID.
    pub cards: Vec<ReadCard>,
    /// Cards that were not taken, and why.
    pub skipped: Vec<Skipped>,
    /// What was left out of cards that were taken.
    pub warnings: Vec<Warning>,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadCard {
    /// Its UID; where the card has none, one made of its text, the same at each reading.
    pub uid: String,
    /// What it says.
    pub details: Details,
}

/// A card that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The line on which it begins.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// Something of a card that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The line on which the card begins.
    pub line: usize,
    /// What, and why.
    pub message: String,
}

/// Reads a file: vCard 2.1, 3.0 and 4.0, mixed as they may be. What stands around the cards is not looked at.
pub fn read(file: &[u8], limits: Limits) -> Result<ReadCards, ReadError> {
    if file.len() > limits.bytes {
        return Err(ReadError::TooLarge(limits.bytes));
    }
    let raw = split(file);
    if let Some(one_more) = raw.get(limits.cards) {
        return Err(ReadError::TooManyCards { line: one_more.line, most: limits.cards });
    }
    if raw.is_empty() {
        return Err(ReadError::NoCard);
    }
    let mut found = ReadCards::default();
    for RawCard { line, text, whole } in raw {
        match read_card(text, whole, limits.card) {
            Ok((card, left_out)) => {
                found.warnings.extend(left_out.into_iter().map(|message| Warning { line, message }));
                found.cards.push(card);
            }
            Err(reason) => found.skipped.push(Skipped { line, reason }),
        }
    }
    Ok(found)
}

/// The lines of one card.
struct RawCard<'f> {
    /// The line on which it begins.
    line: usize,
    text: &'f [u8],
    /// Whether it has an end.
    whole: bool,
}

/// From each `BEGIN:VCARD` to its `END:VCARD`, or to the next beginning.
fn split(file: &[u8]) -> Vec<RawCard<'_>> {
    let mut cards = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    for (index, line) in file.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let mark = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        let begins = mark.trim_ascii_end().eq_ignore_ascii_case(b"BEGIN:VCARD");
        let ends = mark.trim_ascii_end().eq_ignore_ascii_case(b"END:VCARD");
        let end = if ends { at + line.len() } else { at };
        if begins || ends {
            cards.extend(open.take().map(|(line, start)| RawCard { line, text: &file[start..end], whole: ends }));
        }
        if begins {
            open = Some((index + 1, at + line.len() - mark.len()));
        }
        at += line.len();
    }
    cards.extend(open.map(|(line, start)| RawCard { line, text: &file[start..], whole: false }));
    cards
}

/// The card, and what was left out of it.
fn read_card(bytes: &[u8], whole: bool, most: usize) -> Result<(ReadCard, Vec<String>), String> {
    if !whole {
        return Err("breaks off: END:VCARD is missing".to_owned());
    }
    if bytes.len() > most {
        return Err(format!("is larger than {most} bytes"));
    }
    // Version 2.1 lets an encoding stand without its name, which calcard reads of base64 alone.
    let text = text_of(bytes).replace(";QUOTED-PRINTABLE", ";ENCODING=QUOTED-PRINTABLE");
    let vcard = VCard::parse(&text).map_err(|_| "is not a vCard".to_owned())?;
    let (uid, details, left_out) = card::read(vcard.entries)?;
    if !details.names_someone() {
        return Err("has no name, e-mail or phone".to_owned());
    }
    let uid = uid.unwrap_or_else(|| Uuid::new_v5(&Uuid::NAMESPACE_OID, bytes).to_string());
    if uid.len() > UID_MAX {
        return Err(format!("UID: is longer than {UID_MAX} bytes"));
    }
    Ok((ReadCard { uid, details }, left_out))
}

/// UTF-8, and what is not is Latin-1, in which every byte is a character.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: &[(usize, &str, bool)]) {
        let found = split(file.as_bytes());
        let found: Vec<_> =
            found.iter().map(|card| (card.line, std::str::from_utf8(card.text).unwrap(), card.whole)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn cards_of_a_file() {
        check("", &[]);
        check("hello\nEND:VCARD\n", &[]);
        let card = "BEGIN:VCARD\r\nEND:VCARD\r\n";
        check(&format!("\u{feff}{card}\r\n{card}"), &[(1, card, true), (4, card, true)]);
        check("begin:vcard \nEnd:vCard", &[(1, "begin:vcard \nEnd:vCard", true)]);
        check(
            "BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nNOTE:x\n BEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nFN:c",
            &[
                (1, "BEGIN:VCARD\nFN:a\n", false),
                (3, "BEGIN:VCARD\nNOTE:x\n BEGIN:VCARD\nEND:VCARD\n", true),
                (7, "BEGIN:VCARD\nFN:c", false),
            ],
        );
    }
}
