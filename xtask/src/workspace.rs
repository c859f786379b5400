//! The workspace: where it is, what is in it, and building it once, whole.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::{Context, Failure, Outcome};
use crate::shell;

/// The workspace as cargo describes it.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// A member of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// Its directory, relative to the root, with `/` between the parts.
    pub(crate) dir: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// What a member asks for in its manifest.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Only for its tests, examples and benches.
    pub(crate) dev: bool,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Outcome<Self> {
        let text = shell::output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let metadata: Value = serde_json::from_str(&text).context(|| "cargo metadata is not JSON".to_owned())?;
        Self::read(&metadata)
    }

    fn read(metadata: &Value) -> Outcome<Self> {
        let root = PathBuf::from(text(metadata, "workspace_root")?);
        let target = PathBuf::from(text(metadata, "target_directory")?);
        let packages =
            list(metadata, "packages")?.iter().map(|package| Package::read(package, &root)).collect::<Outcome<_>>()?;
        Ok(Self { root, target, packages })
    }

    /// Builds everything that the tests, the checks and the README need, in one go: building a part
    /// would change features and compile again. Answers with the server's path.
    pub(crate) fn build(&self) -> Outcome<PathBuf> {
        shell::run(cargo().args(["build", "--workspace", "--all-targets"]).current_dir(&self.root))?;
        let server = self.target.join("debug/kalends");
        if server.is_file() {
            return Ok(server);
        }
        Err(Failure::new(format!("the workspace was built, but {} is missing", server.display())))
    }
}

impl Package {
    fn read(package: &Value, root: &Path) -> Outcome<Self> {
        let manifest = PathBuf::from(text(package, "manifest_path")?);
        let dir = manifest.parent().and_then(|dir| dir.strip_prefix(root).ok()).unwrap_or(&manifest);
        let dependencies = list(package, "dependencies")?
            .iter()
            .map(|dependency| {
                let dev = dependency["kind"] == "dev";
                Ok(Dependency { name: text(dependency, "name")?, dev })
            })
            .collect::<Outcome<_>>()?;
        Ok(Self { name: text(package, "name")?, dir: dir.to_string_lossy().replace('\\', "/"), dependencies })
    }
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn text(value: &Value, field: &str) -> Outcome<String> {
    let found = value[field].as_str().map(str::to_owned);
    found.ok_or_else(|| Failure::new(format!("cargo metadata has no text `{field}`")))
}

fn list<'a>(value: &'a Value, field: &str) -> Outcome<&'a Vec<Value>> {
    value[field].as_array().ok_or_else(|| Failure::new(format!("cargo metadata has no list `{field}`")))
}
