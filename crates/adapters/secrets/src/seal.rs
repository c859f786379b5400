//! Encryption at rest: AES-256-GCM, a random nonce each time.
//!
//! What is kept is one byte of version, twelve of nonce, the ciphertext, sixteen of tag. The version is authenticated
//! too, so a later form cannot be passed off as an earlier one.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use kalends_ports::SecretsError;

const VERSION: u8 = 1;

pub(crate) struct Sealer(RandomizedNonceKey);

impl Sealer {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, SecretsError> {
        RandomizedNonceKey::new(&AES_256_GCM, key)
            .map(Self)
            .map_err(|_| SecretsError::Failed("the sealing key was refused".to_owned()))
    }

    pub(crate) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let mut body = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from([VERSION]), &mut body)
            .map_err(|_| SecretsError::Failed("a value could not be sealed".to_owned()))?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut body);
        Ok(sealed)
    }

    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let unsealable = SecretsError::Unsealable;
        let Some((&VERSION, rest)) = sealed.split_first() else {
            return Err(unsealable);
        };
        let Some((nonce, body)) = rest.split_at_checked(NONCE_LEN) else {
            return Err(unsealable);
        };
        let Ok(nonce) = Nonce::try_assume_unique_for_key(nonce) else {
            return Err(unsealable);
        };
        let mut body = body.to_vec();
        match self.0.open_in_place(nonce, Aad::from([VERSION]), &mut body) {
            Ok(plain) => Ok(plain.to_vec()),
            Err(_) => Err(unsealable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens() {
        let key = Sealer::new(&[1; 32]).unwrap();
        for plain in [b"".as_slice(), b"plain", &[0; 10_000]] {
            assert_eq!(key.open(&key.seal(plain).unwrap()).unwrap(), plain);
        }
    }

    #[test]
    fn no_two_seals_are_alike() {
        let key = Sealer::new(&[1; 32]).unwrap();
        assert_ne!(key.seal(b"plain").unwrap(), key.seal(b"plain").unwrap());
    }

    #[test]
    fn any_changed_bit_is_noticed() {
        let key = Sealer::new(&[1; 32]).unwrap();
        let sealed = key.seal(b"plain").unwrap();
        for index in 0..sealed.len() {
            let mut tampered = sealed.clone();
            tampered[index] ^= 1;
            assert!(matches!(key.open(&tampered), Err(SecretsError::Unsealable)), "byte {index}");
        }
        for length in 0..sealed.len() {
            assert!(key.open(&sealed[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn another_key_does_not_open() {
        let sealed = Sealer::new(&[1; 32]).unwrap().seal(b"plain").unwrap();
        assert!(matches!(Sealer::new(&[2; 32]).unwrap().open(&sealed), Err(SecretsError::Unsealable)));
    }
}
