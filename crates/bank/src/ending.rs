//! What a file is to become, by how its name ends.
//!
//! In: a file's name, and the kinds that there are with the endings of each. Out: the kind, or the refusal that names the endings.
//! Invariant: case does not matter; of a kind with several endings the first is named.

use std::path::Path;

use diagnostic::{Diagnostic, quote};

use crate::{Error, ErrorKind};

/// The kind that a name's ending says among `kinds`; none where it has no ending. `what` it is a kind of: `report`.
pub(crate) fn kind<K: Copy + PartialEq>(file: &Path, what: &str, kinds: &[(&str, K)]) -> Result<Option<K>, Error> {
    let Some(ending) = file.extension() else { return Ok(None) };
    let ending = ending.to_string_lossy().to_lowercase();
    let found = kinds.iter().find(|(known, _)| *known == ending);
    found.map(|(_, kind)| Some(*kind)).ok_or_else(|| refused(file, what, kinds))
}

/// The refusal of a name that says none of the kinds.
pub(crate) fn refused<K: PartialEq>(file: &Path, what: &str, kinds: &[(&str, K)]) -> Error {
    let mut usual: Vec<String> = Vec::new();
    for (place, (ending, kind)) in kinds.iter().enumerate() {
        if kinds[..place].iter().all(|(_, earlier)| earlier != kind) {
            usual.push(format!(".{ending}"));
        }
    }
    let last = usual.pop().unwrap_or_default();
    let message = format!("`{}` names no kind of {what}", quote(&file.display().to_string()));
    let hint = format!("it ends in {} or {last}", usual.join(", "));
    Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint))
}
