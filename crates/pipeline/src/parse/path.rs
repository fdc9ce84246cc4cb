//! Field paths and field names, with the rules that a server has for them.

use bson::Bson;

use crate::{Error, ast::Path, describe, limits};

/// A dotted path as a key or in a string without dollar sign, such as `Income_Info.Min`. MongoDB: the ends are looked at first, then
/// each name in turn.
pub(crate) fn path(text: &str) -> Result<Path, Error> {
    if text.is_empty() {
        return Err(Error::input("a field path cannot be empty").code(40352));
    }
    if text.ends_with('.') {
        return Err(Error::input(format!("the field path `{text}` ends with a dot")).code(40353));
    }
    for name in text.split('.') {
        if name.is_empty() {
            return Err(Error::input(format!("the field path `{text}` has an empty name")).code(15998));
        }
        if is_dollared(name) {
            return Err(Error::input(format!("the field `{text}` has a name that starts with `$`"))
                .hint("a field path here is written without dollar sign")
                .code(16410));
        }
        if name.contains('\0') {
            return Err(Error::input("a field name cannot contain the character with code 0").code(16411));
        }
    }
    limits::path(Path::with_empty_names(text))
}

/// Whether a name starts with a dollar sign that means something. MongoDB: the parts of a reference to another document are names
/// of fields as any.
pub(crate) fn is_dollared(name: &str) -> bool {
    name.starts_with('$') && !matches!(name, "$ref" | "$id" | "$db")
}

/// The path in a string that starts with `$`, such as `"$Income_Info.Min"`.
pub(super) fn dollar_path(name: &str, value: &Bson) -> Result<Path, Error> {
    match value {
        Bson::String(text) if text.starts_with('$') => path(&text[1..]),
        other => Err(Error::input(format!("`{name}` takes a field path, found {}", describe::a_value(other)))
            .hint("a field path here starts with a dollar sign, such as `\"$accounts\"`")),
    }
}

/// A path as in a query, where names may be empty.
pub(super) fn of_query(text: &str) -> Result<Path, Error> {
    if text.contains('\0') {
        return Err(Error::input("a field name cannot contain the character with code 0"));
    }
    limits::query_path(Path::with_empty_names(text))
}

/// A single name, such as an output field of `$group`; `what` says what it names.
pub(super) fn name(what: &str, text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::input(format!("the name of {what} cannot be empty")));
    }
    if is_dollared(text) {
        return Err(Error::input(format!("the name `{text}` of {what} cannot start with `$`")));
    }
    if text.contains('.') {
        return Err(Error::input(format!("the name `{text}` of {what} cannot contain a dot")));
    }
    Ok(())
}

/// The same where even the parts of a reference cannot stand.
pub(super) fn plain_name(what: &str, text: &str) -> Result<(), Error> {
    if text.starts_with('$') {
        return Err(Error::input(format!("the name `{text}` of {what} cannot start with `$`")));
    }
    name(what, text)
}

/// The server's codes for paths that collide.
pub(super) struct CollisionCodes {
    /// A path lies inside an earlier one.
    pub(super) inside: i32,
    /// A path is an earlier one, or lies above it.
    pub(super) above: i32,
}

/// Refuses a list of paths in which one is another or lies above it.
pub(super) fn no_collision<'a>(paths: impl IntoIterator<Item = &'a Path>, codes: &CollisionCodes) -> Result<(), Error> {
    let mut sorted: Vec<(usize, &Path)> = paths.into_iter().enumerate().collect();
    // Sorted by segments, whatever a path covers stands right behind it.
    sorted.sort_by_key(|(at, path)| (*path, *at));
    for pair in sorted.windows(2) {
        let [(first_at, first), (second_at, second)] = pair else { continue };
        if first.covers(second) {
            let message = if first == second {
                format!("the field `{first}` is given twice")
            } else {
                format!("the fields `{first}` and `{second}` collide: one lies inside the other")
            };
            let is_inside = first != second && first_at < second_at;
            return Err(Error::input(message).code(if is_inside { codes.inside } else { codes.above }));
        }
    }
    Ok(())
}
