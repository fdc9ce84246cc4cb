//! Field paths and field names, with the rules that a server has for them.

use bson::Bson;

use crate::{Error, ast::Path, describe};

/// A dotted path as a key or in a string without dollar sign, such as `Income_Info.Min`.
pub(super) fn path(text: &str) -> Result<Path, Error> {
    if text.split('.').any(|segment| segment.starts_with('$')) {
        return Err(Error::input(format!("the field `{text}` has a name that starts with `$`"))
            .hint("a field path here is written without dollar sign")
            .code(16410));
    }
    plain(text)
}

/// The path in a string that starts with `$`, such as `"$Income_Info.Min"`.
pub(super) fn dollar_path(name: &str, value: &Bson) -> Result<Path, Error> {
    match value {
        Bson::String(text) if text.starts_with('$') && !text.starts_with("$$") => path(&text[1..]),
        other => Err(Error::input(format!("`{name}` takes a field path, found {}", describe::a_value(other)))
            .hint("a field path here starts with a dollar sign, such as `\"$accounts\"`")),
    }
}

/// A dotted path in which dollar signs mean nothing.
pub(super) fn plain(text: &str) -> Result<Path, Error> {
    if text.is_empty() {
        return Err(Error::input("a field path cannot be empty").code(40352));
    }
    if text.ends_with('.') {
        return Err(Error::input(format!("the field path `{text}` ends with a dot")).code(40353));
    }
    if text.contains('\0') {
        return Err(Error::input("a field name cannot contain the character with code 0").code(16411));
    }
    Path::new(text).ok_or_else(|| Error::input(format!("the field path `{text}` has an empty name")).code(15998))
}

/// A single name, such as an output field of `$group`; `what` says what it names.
pub(super) fn name(what: &str, text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::input(format!("the name of {what} cannot be empty")));
    }
    if text.starts_with('$') {
        return Err(Error::input(format!("the name `{text}` of {what} cannot start with `$`")));
    }
    if text.contains('.') {
        return Err(Error::input(format!("the name `{text}` of {what} cannot contain a dot")));
    }
    Ok(())
}

/// Refuses a set of paths in which one is another or lies above it.
pub(super) fn no_collision<'a>(paths: impl IntoIterator<Item = &'a Path>, code: i32) -> Result<(), Error> {
    let mut sorted: Vec<&Path> = paths.into_iter().collect();
    // Sorted by segments, whatever a path covers stands right behind it.
    sorted.sort();
    for pair in sorted.windows(2) {
        if pair[0].covers(pair[1]) {
            let message = if pair[0] == pair[1] {
                format!("the field `{}` is given twice", pair[0])
            } else {
                format!("the fields `{}` and `{}` collide: one lies inside the other", pair[0], pair[1])
            };
            return Err(Error::input(message).code(code));
        }
    }
    Ok(())
}
