//! Where this server's keys come from: the settings, the store, and a file beside it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use kalends_app::{SEAL_CHECK, SEAL_CHECK_PLAIN};
use kalends_ports::{Change, Changes, Commit, Secrets, Settings as KeptSettings, StoreError, Unique};
use kalends_secrets::{Keys, random, separate_key};

use crate::settings::{Settings, key_of_text};

/// Names in the store's settings.
const JWT: &str = "jwt_secret";
const DERIVE: &str = "derive_key";

/// What the sealing key is made for, where it follows from the kept one.
const SEAL: &str = "seal";

/// Why there are no keys.
#[derive(Debug)]
pub(crate) enum KeysError {
    /// The store does not give or take one.
    Store(StoreError),
    /// The store holds something that is no key.
    Broken(&'static str),
    /// The key file can be neither read nor made.
    File(PathBuf, io::Error),
    /// The key file holds something that is no key.
    NoKey(PathBuf),
    /// The key file is gone, and something in the store was encrypted with it.
    Lost(PathBuf),
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => write!(f, "the server's keys cannot be read from the store: {error}"),
            Self::Broken(name) => write!(f, "the store's setting {name} is not a key"),
            Self::File(path, error) => write!(
                f,
                "the key file {} can be neither read nor made ({error}); make its directory writable, or set \
                 ENCRYPTION_KEY",
                path.display()
            ),
            Self::Lost(path) => write!(
                f,
                "the key file {} is gone, and the tokens of linked accounts are encrypted with its key; restore it from a \
                 backup, or set ENCRYPTION_KEY to what it held. To go on without them, write a new key of 64 hexadecimal \
                 characters into the file: the accounts must then be linked again",
                path.display()
            ),
            Self::NoKey(path) => write!(
                f,
                "the key file {} does not hold a key of 64 hexadecimal characters; restore it from a backup, or remove \
                 it to begin with a new key that cannot read what was encrypted with the old one",
                path.display()
            ),
        }
    }
}

impl std::error::Error for KeysError {}

/// Reads all keys, and makes those that are not there yet.
pub(crate) async fn load(settings: &Settings, kept: &dyn KeptSettings, commit: &dyn Commit) -> Result<Keys, KeysError> {
    let derive = key(kept_key(kept, commit, DERIVE).await?, DERIVE)?;
    let jwt = match &settings.jwt_secret {
        Some(secret) => secret.0.clone(),
        None => key(kept_key(kept, commit, JWT).await?, JWT)?.to_vec(),
    };
    let seal = match (&settings.encryption_key, settings.database.key_file()) {
        (Some(secret), _) => secret.0,
        (None, Some(path)) => {
            if let Some(mode) = open_to_others(&path) {
                tracing::warn!(path = %path.display(), mode = format!("{mode:03o}"), "{}", MODE_WARNING);
            }
            let sealed = kept.find_setting(SEAL_CHECK).await.map_err(KeysError::Store)?.is_some();
            if sealed && !path.exists() {
                return Err(KeysError::Lost(path));
            }
            key_from_file(&path)?
        }
        (None, None) => separate_key(&derive, SEAL),
    };
    Ok(Keys { jwt, derive, seal })
}

/// What to do about a key file that others can read.
pub(crate) const MODE_WARNING: &str = "the key file can be read by other users; chmod 600 it";

/// The mode of a file, when others than its owner may do anything with it.
pub(crate) fn open_to_others(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

/// What there is to say about the key of what is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sealing {
    /// Nothing was encrypted yet that must be kept.
    Nothing,
    /// The key opens it.
    Good,
    /// There is no key.
    Lost,
    /// The key is not the one.
    Another,
}

/// Whether what was sealed in the store opens with the key that is there. Makes nothing.
pub(crate) async fn sealing(settings: &Settings, kept: &dyn KeptSettings) -> Result<Sealing, KeysError> {
    let Some(sealed) = kept.find_setting(SEAL_CHECK).await.map_err(KeysError::Store)? else {
        return Ok(Sealing::Nothing);
    };
    let seal = match (&settings.encryption_key, settings.database.key_file()) {
        (Some(secret), _) => secret.0,
        (None, Some(path)) if path.exists() => key_from_file(&path)?,
        (None, Some(_)) => return Ok(Sealing::Lost),
        (None, None) => match kept.find_setting(DERIVE).await.map_err(KeysError::Store)? {
            Some(derive) => separate_key(&key(derive, DERIVE)?, SEAL),
            None => return Ok(Sealing::Lost),
        },
    };
    let good = kalends_secrets::opens(&seal, &sealed, SEAL_CHECK_PLAIN);
    Ok(if good { Sealing::Good } else { Sealing::Another })
}

/// Whether what was sealed in the store opens with the key that is there; says so in the log where it does not.
pub(crate) async fn check_seal(secrets: &dyn Secrets, kept: &dyn KeptSettings) -> Result<bool, KeysError> {
    let Some(sealed) = kept.find_setting(SEAL_CHECK).await.map_err(KeysError::Store)? else { return Ok(true) };
    let good = secrets.open(&sealed).is_ok_and(|plain| plain == SEAL_CHECK_PLAIN);
    if !good {
        tracing::warn!(
            "the encryption key is not the one with which the tokens of linked accounts were encrypted; set \
             ENCRYPTION_KEY or the key file back to it, or link the accounts again"
        );
    }
    Ok(good)
}

fn key(bytes: Vec<u8>, name: &'static str) -> Result<[u8; 32], KeysError> {
    bytes.try_into().map_err(|_| KeysError::Broken(name))
}

/// A value that one node makes and all nodes use: whoever comes second takes what is there.
async fn kept_key(kept: &dyn KeptSettings, commit: &dyn Commit, name: &'static str) -> Result<Vec<u8>, KeysError> {
    if let Some(value) = kept.find_setting(name).await.map_err(KeysError::Store)? {
        return Ok(value);
    }
    let made = random::<32>().to_vec();
    let insert = Changes::new().and(Change::InsertSetting { key: name.to_owned(), value: made.clone() });
    match commit.commit(insert).await {
        Ok(()) => Ok(made),
        Err(StoreError::Duplicate(Unique::Setting | Unique::Id) | StoreError::Stale) => {
            let winner = kept.find_setting(name).await.map_err(KeysError::Store)?;
            winner.ok_or(KeysError::Broken(name))
        }
        Err(error) => Err(KeysError::Store(error)),
    }
}

/// The key in the file, which is made when it is not there.
pub(crate) fn key_from_file(path: &Path) -> Result<[u8; 32], KeysError> {
    let failed = |error| KeysError::File(path.to_owned(), error);
    loop {
        match read_short(path) {
            Ok(text) => return key_of_text(text.trim()).ok_or_else(|| KeysError::NoKey(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_key_file(path).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        }
    }
}

fn read_short(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(1024).read_to_string(&mut text)?;
    Ok(text)
}

fn make_key_file(path: &Path) -> io::Result<()> {
    let halves = [(); 2].map(|()| u128::from_be_bytes(random()));
    write_key_file(path, &format!("{:032x}{:032x}\n", halves[0], halves[1]))
}

/// Makes the file whole or not at all, and never over another's: it is written under a name of its own and then
/// linked to its place.
pub(crate) fn write_key_file(path: &Path, text: &str) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}", u64::from_be_bytes(random())));
    let draft = path.with_file_name(name);

    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| place(&draft, path));
    fs::remove_file(&draft)
        .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    linked?;
    // The name outlives a crash too, before anything is encrypted with the key.
    File::open(directory)?.sync_all()
}

fn place(draft: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        // Another process was faster; its key is the one.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // Some file systems have no links. Then a race of two first starts is not decided, but that is rare enough.
        Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
            fs::rename(draft, path)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use kalends_ports::{MockCommit, MockSettings};

    use super::*;
    use crate::cli::RawSettings;
    use crate::scratch::Scratch;

    fn settings(set: impl FnOnce(&mut RawSettings)) -> Settings {
        let mut raw = RawSettings::default();
        set(&mut raw);
        Settings::parse(&raw).unwrap()
    }

    #[test]
    fn the_key_file_is_made_once_and_for_its_owner_alone() {
        let scratch = Scratch::new();
        let path = scratch.path().join("new/kalends.db.key");
        let key = key_from_file(&path).unwrap();
        assert_eq!(key_from_file(&path).unwrap(), key);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(open_to_others(&path), None);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "the draft is gone");
    }

    #[test]
    fn many_first_starts_agree_on_one_key() {
        let scratch = Scratch::new();
        let path = scratch.path().join("kalends.db.key");
        let found = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| key_from_file(&path).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(found.iter().all(|key| *key == found[0]));
    }

    #[test]
    fn a_key_file_that_others_may_read_is_noticed() {
        let scratch = Scratch::new();
        let path = scratch.path().join("key");
        key_from_file(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(open_to_others(&path), Some(0o640));
    }

    #[test]
    fn a_file_without_a_key_is_left_alone() {
        let scratch = Scratch::new();
        let path = scratch.path().join("key");
        fs::write(&path, "not a key").unwrap();
        assert!(matches!(key_from_file(&path), Err(KeysError::NoKey(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "not a key");
    }

    #[test]
    fn a_place_where_nothing_can_be_made_is_told_with_a_way_out() {
        let said = key_from_file(Path::new("/dev/null/kalends.key")).unwrap_err().to_string();
        assert!(said.contains("ENCRYPTION_KEY") && said.contains("/dev/null/kalends.key"), "{said}");
    }

    #[tokio::test]
    async fn what_is_not_kept_is_made_and_kept() {
        let mut kept = MockSettings::new();
        kept.expect_find_setting().times(1).returning(|_| Ok(None));
        let mut commit = MockCommit::new();
        commit.expect_commit().times(1).returning(|changes| {
            assert!(
                matches!(&changes.0[..], [Change::InsertSetting { key, value }] if key == DERIVE && value.len() == 32)
            );
            Ok(())
        });
        assert_eq!(kept_key(&kept, &commit, DERIVE).await.unwrap().len(), 32);
    }

    #[tokio::test]
    async fn the_second_of_two_nodes_takes_what_the_first_made() {
        let mut kept = MockSettings::new();
        let mut asked = 0;
        kept.expect_find_setting().returning(move |_| {
            asked += 1;
            Ok((asked > 1).then(|| vec![7; 32]))
        });
        let mut commit = MockCommit::new();
        commit.expect_commit().times(1).returning(|_| Err(StoreError::Duplicate(Unique::Setting)));
        assert_eq!(kept_key(&kept, &commit, DERIVE).await.unwrap(), [7; 32]);
    }

    #[tokio::test]
    async fn a_secret_that_is_set_is_not_looked_for() {
        let mut kept = MockSettings::new();
        kept.expect_find_setting().times(1).returning(|name| {
            assert_eq!(name, DERIVE);
            Ok(Some(vec![7; 32]))
        });
        let settings = settings(|raw| {
            raw.jwt_secret = Some("j".repeat(40));
            raw.encryption_key = Some("ab".repeat(32));
        });
        let keys = load(&settings, &kept, &MockCommit::new()).await.unwrap();
        assert_eq!((keys.jwt, keys.derive, keys.seal), (b"j".repeat(40), [7; 32], [0xab; 32]));
    }

    #[tokio::test]
    async fn a_key_file_that_is_gone_is_not_made_anew_once_something_was_sealed() {
        let scratch = Scratch::new();
        let settings = settings(|raw| raw.database_url = format!("sqlite://{}/kalends.db", scratch.path().display()));
        let path = settings.database.key_file().unwrap();
        let kept = |sealed: bool| {
            let mut kept = MockSettings::new();
            kept.expect_find_setting().returning(move |name| match name {
                SEAL_CHECK => Ok(sealed.then(|| vec![1])),
                _ => Ok(Some(vec![7; 32])),
            });
            kept
        };
        let lost = load(&settings, &kept(true), &MockCommit::new()).await.unwrap_err();
        assert!(matches!(&lost, KeysError::Lost(gone) if *gone == path), "{lost}");
        assert!(!path.exists());
        let first = load(&settings, &kept(false), &MockCommit::new()).await.unwrap();
        let again = load(&settings, &kept(true), &MockCommit::new()).await.unwrap();
        assert_eq!(first.seal, again.seal);
    }

    #[tokio::test]
    async fn another_key_than_the_one_that_sealed_is_noticed() {
        let keys = |seal| Keys { jwt: vec![1; 32], derive: [2; 32], seal: [seal; 32] };
        let [one, other] = [3, 4].map(|seal| kalends_secrets::LocalSecrets::new(&keys(seal)).unwrap());
        let sealed = one.seal(SEAL_CHECK_PLAIN).unwrap();
        let mut kept = MockSettings::new();
        kept.expect_find_setting().returning(move |_| Ok(Some(sealed.clone())));
        assert!(check_seal(&one, &kept).await.unwrap());
        assert!(!check_seal(&other, &kept).await.unwrap());
        let mut nothing = MockSettings::new();
        nothing.expect_find_setting().returning(|_| Ok(None));
        assert!(check_seal(&other, &nothing).await.unwrap());
    }

    #[tokio::test]
    async fn a_key_is_looked_at_and_none_is_made() {
        let scratch = Scratch::new();
        let settings = settings(|raw| raw.database_url = format!("sqlite://{}/kalends.db", scratch.path().display()));
        let path = settings.database.key_file().unwrap();
        let sealed_with = |seal| {
            let keys = Keys { jwt: vec![1; 32], derive: [2; 32], seal };
            let sealed = kalends_secrets::LocalSecrets::new(&keys).unwrap().seal(SEAL_CHECK_PLAIN).unwrap();
            let mut kept = MockSettings::new();
            kept.expect_find_setting().returning(move |_| Ok(Some(sealed.clone())));
            kept
        };
        let mut nothing = MockSettings::new();
        nothing.expect_find_setting().returning(|_| Ok(None));
        assert_eq!(sealing(&settings, &nothing).await.unwrap(), Sealing::Nothing);
        assert_eq!(sealing(&settings, &sealed_with([3; 32])).await.unwrap(), Sealing::Lost);
        assert!(!path.exists());
        let made = key_from_file(&path).unwrap();
        assert_eq!(sealing(&settings, &sealed_with([3; 32])).await.unwrap(), Sealing::Another);
        assert_eq!(sealing(&settings, &sealed_with(made)).await.unwrap(), Sealing::Good);
    }

    #[tokio::test]
    async fn on_postgres_the_sealing_key_follows_from_the_kept_one() {
        let mut kept = MockSettings::new();
        kept.expect_find_setting().returning(|_| Ok(Some(vec![7; 32])));
        let settings = settings(|raw| raw.database_url = "postgres://h/d".to_owned());
        let keys = load(&settings, &kept, &MockCommit::new()).await.unwrap();
        let again = load(&settings, &kept, &MockCommit::new()).await.unwrap();
        assert_eq!(keys.seal, again.seal);
        assert!(keys.seal != keys.derive && keys.jwt == [7; 32]);
    }

    #[tokio::test]
    async fn what_is_kept_and_no_key_is_refused() {
        let mut kept = MockSettings::new();
        kept.expect_find_setting().returning(|_| Ok(Some(vec![7; 31])));
        let settings = settings(|raw| raw.database_url = "postgres://h/d".to_owned());
        assert!(matches!(load(&settings, &kept, &MockCommit::new()).await, Err(KeysError::Broken(DERIVE))));
    }
}
