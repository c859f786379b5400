//! `kalends user create`: the operator makes an account.

use std::io::{self, BufRead, BufReader, IsTerminal, Read};

use kalends_app::{Error, Registration};
use kalends_domain::account::{Email, PASSWORD_MAX, Password};
use kalends_domain::problem::Problems;
use kalends_domain::text::line;

use crate::failure::Failure;
use crate::settings::Settings;
use crate::{house, say};

/// Most characters in a name, as at the front door.
const NAME_MAX: usize = 100;

/// Makes an account with the password that stands in the first line of standard input.
pub(crate) async fn create(settings: &Settings, email: &str, name: Option<String>) -> Result<(), Failure> {
    if io::stdin().is_terminal() {
        eprintln!("password (it is shown as you type; `kalends user create … < file` does not show it):");
    }
    let password = first_line(io::stdin());
    let password = password.map_err(|error| Failure::new(format!("standard input failed: {error}")))?;
    let input = registration(email, password, name).map_err(Failure::new)?;
    let address = input.email.clone();

    let house = house::open(settings).await?;
    let created = house.app.create_user(&house.app.context(), input).await;
    let user = created.map_err(|error| match error {
        Error::Conflict(why) => Failure::new(format!("{address}: {why}")),
        other => Failure::new(other),
    })?;
    say(format!("{} {}", user.id, user.email))
}

fn registration(email: &str, password: String, name: Option<String>) -> Result<Registration, Problems> {
    let mut problems = Problems::default();
    let email = problems.check("EMAIL", email.parse::<Email>());
    let password = problems.check("the password", Password::new(password));
    let name = problems.check_opt("--name", name.map(|name| line(&name, NAME_MAX)));
    match (email, password, problems.finish()) {
        (Some(email), Some(password), Ok(())) => Ok(Registration { email, password, name, timezone: None }),
        (_, _, finished) => Err(finished.err().unwrap_or_default()),
    }
}

/// Up to the first line's end. Longer than any password may be, it is cut, and refused for its length.
fn first_line(input: impl Read) -> io::Result<String> {
    let mut line = String::new();
    BufReader::new(input.take(PASSWORD_MAX as u64 + 3)).read_line(&mut line)?;
    let bare = line.strip_suffix('\n').map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_one_line_without_its_end() {
        for (input, password) in [
            ("correct horse\n", "correct horse"),
            ("correct horse\r\nmore\n", "correct horse"),
            (" spaces stay ", " spaces stay "),
            ("", ""),
        ] {
            assert_eq!(first_line(input.as_bytes()).unwrap(), password);
        }
        assert!(first_line([b'a'; 5000].as_slice()).unwrap().len() > PASSWORD_MAX);
        let longest = format!("{}\r\n", "a".repeat(PASSWORD_MAX));
        assert_eq!(first_line(longest.as_bytes()).unwrap().len(), PASSWORD_MAX);
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let problems = registration("nobody", "short".to_owned(), Some("a\nb".to_owned())).unwrap_err();
        let said = problems.to_string();
        assert_eq!(problems.0.len(), 3, "{said}");
        assert!(
            said.contains("EMAIL is not an e-mail address") && said.contains("the password must be at least 10"),
            "{said}"
        );
        assert!(registration("a@b.example", "long enough".to_owned(), None).is_ok());
    }
}
