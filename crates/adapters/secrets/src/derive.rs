//! Tokens: the text of random bytes, what is kept of it, and those that follow from a key.

use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kalends_domain::account::TokenHash;
use kalends_domain::id::CalendarId;

/// What bytes are made for, so that no two uses can ever meet in one input.
const LABEL: &[u8] = b"kalends/label/1\0";
const FEED: &[u8] = b"kalends/feed-token/1\0";
const KEY: &[u8] = b"kalends/key/1\0";

/// Bytes in a public calendar's feed token.
const PUBLIC_FEED_BYTES: usize = 16;

/// HMAC-SHA256 under the key that is kept for it.
pub(crate) struct Deriver(hmac::Key);

impl Deriver {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    pub(crate) fn label(&self, label: &[u8]) -> [u8; 32] {
        self.bytes(&[LABEL, label])
    }

    pub(crate) fn key(&self, purpose: &str) -> [u8; 32] {
        self.bytes(&[KEY, purpose.as_bytes()])
    }

    pub(crate) fn feed(&self, calendar: CalendarId, generation: i32, public: bool) -> String {
        let bytes =
            self.bytes(&[FEED, &[u8::from(public)], calendar.0.as_bytes().as_slice(), &generation.to_be_bytes()]);
        if public { text(&bytes[..PUBLIC_FEED_BYTES]) } else { hex(&bytes) }
    }

    fn bytes(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        first_32(context.sign().as_ref())
    }
}

/// The text of a token made of these bytes.
pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of a token.
pub(crate) fn hash(token: &str) -> TokenHash {
    TokenHash(first_32(digest::digest(&digest::SHA256, token.as_bytes()).as_ref()))
}

/// Both SHA-256 and HMAC-SHA256 make exactly 32 bytes.
fn first_32(bytes: &[u8]) -> [u8; 32] {
    let mut array = [0; 32];
    array.copy_from_slice(&bytes[..32]);
    array
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(id: u128) -> CalendarId {
        CalendarId(uuid::Uuid::from_u128(id))
    }

    #[test]
    fn a_private_feed_token_is_64_hexadecimal_characters() {
        let token = Deriver::new(&[1; 32]).feed(calendar(1), 0, false);
        assert_eq!(token.len(), 64);
        assert!(token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{token}");
    }

    #[test]
    fn a_public_feed_token_is_short_base64url() {
        let token = Deriver::new(&[1; 32]).feed(calendar(1), 0, true);
        assert_eq!(token.len(), 22);
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{token}");
    }

    #[test]
    fn a_feed_token_follows_from_all_that_it_names() {
        let deriver = Deriver::new(&[1; 32]);
        let token = deriver.feed(calendar(1), 0, false);
        assert_eq!(token, Deriver::new(&[1; 32]).feed(calendar(1), 0, false));
        let others = [
            deriver.feed(calendar(2), 0, false),
            deriver.feed(calendar(1), 1, false),
            deriver.feed(calendar(1), 0, true),
            Deriver::new(&[2; 32]).feed(calendar(1), 0, false),
        ];
        assert!(!others.contains(&token), "{others:?}");
        assert_ne!(&hex(&first_32(&[0; 32]))[..22], others[2]);
    }

    #[test]
    fn uses_are_kept_apart() {
        let deriver = Deriver::new(&[1; 32]);
        assert_ne!(deriver.label(b"a"), deriver.key("a"));
        assert_ne!(deriver.label(b"a"), deriver.label(b"b"));
    }

    #[test]
    fn known_answers() {
        // RFC 4231 4.2 and FIPS 180-2 B.1.
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &[0x0b; 20]));
        context.update(b"Hi There");
        let mac = hex(&first_32(context.sign().as_ref()));
        assert_eq!(mac, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        let kept = hex(&hash("abc").0);
        assert_eq!(kept, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_token_is_base64url_without_padding() {
        assert_eq!(text(&[0xfb; 32]).len(), 43);
        assert_eq!(text(&[0xfb, 0xff]), "-_8");
    }
}
