//! Where the catalog's files come from: those built in, or a user's folder. Out: each file's place, path and text.

use std::path::Path;

use pipeline::Error;

/// One file of a catalog.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// How faults name it: `catalog/dimensions.toml`.
    pub place: String,
    /// Its path inside the catalog's folder, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// The files that this project comes with.
static BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// The files built in.
pub(crate) fn built_in() -> Vec<Source> {
    let source = |&(path, text): &(&str, &str)| Source {
        place: format!("catalog/{path}"),
        path: path.to_owned(),
        text: text.to_owned(),
    };
    BUILT_IN.iter().map(source).collect()
}

/// The `.toml` and `.json` files of a folder and the folders in it, by path.
pub(crate) fn folder(root: &Path) -> Result<Vec<Source>, Error> {
    if !root.is_dir() {
        let error = Error::input(format!("there is no folder `{}`", diagnostic::quote(&root.display().to_string())));
        return Err(error.hint("a catalog is a folder of dimensions, measures and analyses"));
    }
    let mut found = Vec::new();
    collect(root, "", &mut found).map_err(|error| Error::input(diagnostic::in_words(&error)))?;
    found.sort_by(|a: &Source, b| a.path.cmp(&b.path));
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Source>) -> std::io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            // Why not deeper: a catalog has one level of topics; a stray checkout below it is not ours to read.
            if prefix.is_empty() {
                collect(&path, &format!("{name}/"), found)?;
            }
        } else if path.extension().is_some_and(|kind| kind == "toml" || kind == "json") {
            let text = fs_err::read_to_string(&path)?;
            found.push(Source { place: path.display().to_string(), path: name, text });
        }
    }
    Ok(())
}
