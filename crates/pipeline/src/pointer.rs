//! The database pointer, a deprecated BSON type: the bson crate keeps its fields to itself, so they go by its bytes.

use bson::{Bson, DbPointer, Document, oid::ObjectId};

/// Type, name `p`, end of the name.
const ELEMENT: [u8; 3] = [0x0C, b'p', 0];

/// Builds a pointer.
pub(crate) fn build(namespace: &str, id: ObjectId) -> Option<Bson> {
    let text_length = i32::try_from(namespace.len() + 1).ok()?;
    let total = text_length.checked_add(4 + 3 + 4 + 12 + 1)?;
    let mut bytes = total.to_le_bytes().to_vec();
    bytes.extend(ELEMENT);
    bytes.extend(text_length.to_le_bytes());
    bytes.extend(namespace.as_bytes());
    bytes.push(0);
    bytes.extend(id.bytes());
    bytes.push(0);
    Document::from_reader(bytes.as_slice()).ok()?.remove("p")
}

/// Takes a pointer apart.
pub(crate) fn parts(pointer: &DbPointer) -> Option<(String, ObjectId)> {
    let mut document = Document::new();
    document.insert("p", Bson::DbPointer(pointer.clone()));
    let bytes = document.to_vec().ok()?;
    let (text, id) = bytes.get(11..bytes.len().checked_sub(1)?)?.split_last_chunk::<12>()?;
    let text = String::from_utf8(text.split_last()?.1.to_vec()).ok()?;
    Some((text, ObjectId::from_bytes(*id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_comes_apart_again() {
        let id = ObjectId::from_bytes([7; 12]);
        let Some(Bson::DbPointer(pointer)) = build("bank.customers", id) else { panic!("not a pointer") };
        assert_eq!(parts(&pointer), Some(("bank.customers".to_owned(), id)));
    }
}
