//! Paths through objects only, as `$unwind`, `$lookup` and `$densify` use them: an array on the way is not entered.

use bson::{Bson, Document};
use pipeline::ast::Path;

/// The value at a path, if every field on the way is an object.
pub(super) fn get<'a>(document: &'a Document, path: &Path) -> Option<&'a Bson> {
    let (last, way) = path.segments().split_last()?;
    way.iter().try_fold(document, |inner, name| inner.get(name)?.as_document())?.get(last)
}

/// Makes the objects on the way to a path.
pub(super) fn make_way(document: &mut Document, path: &Path) {
    if !path.segments()[1..].is_empty() && get(document, path).is_none() {
        set(document, path, Bson::Null);
        remove(document, path);
    }
}

/// The value at a path, if every field on the way is an object.
pub(super) fn get_mut<'a>(document: &'a mut Document, path: &Path) -> Option<&'a mut Bson> {
    let (last, way) = path.segments().split_last()?;
    way.iter().try_fold(document, |inner, name| inner.get_mut(name)?.as_document_mut())?.get_mut(last)
}

/// Removes the field at a path, if every field on the way is an object.
pub(super) fn remove(document: &mut Document, path: &Path) {
    if let Some((last, way)) = path.segments().split_last()
        && let Some(inner) = way.iter().try_fold(document, |inner, name| inner.get_mut(name)?.as_document_mut())
    {
        inner.remove(last);
    }
}

/// Writes the value at a path; whatever on the way is not an object becomes one.
pub(super) fn set(document: &mut Document, path: &Path, value: Bson) {
    let Some((last, way)) = path.segments().split_last() else { return };
    let mut inner = document;
    for name in way {
        let slot = inner.entry(name.as_str()).or_insert(Bson::Null);
        if !matches!(slot, Bson::Document(_)) {
            *slot = Bson::Document(Document::new());
        }
        let Bson::Document(next) = slot else { return };
        inner = next;
    }
    inner.insert(last.as_str(), value);
}
