//! The command that builds indexes.
//!
//! In: a collection, its new indexes, and what the server answered to `hello`. Out: the command.
//! Invariant: a replica set of which a majority is up builds them.

use bson::{Document, doc};

use crate::load::is_router;

/// Builds indexes, waiting for as many members as a write does. MongoDB: by default every member must take part, so in a set
/// with one member down the command would not come back; and a server on its own refuses to be told how many.
pub(crate) fn build(collection: &str, indexes: Vec<Document>, hello: &Document) -> Document {
    let mut command = doc! { "createIndexes": collection, "indexes": indexes };
    if hello.contains_key("setName") || is_router(hello) {
        command.insert("commitQuorum", "majority");
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_set_is_told_how_many_members_take_part() {
        let quorum = |hello: Document| build("c", vec![], &hello).get_str("commitQuorum").map(str::to_owned).ok();
        assert_eq!(quorum(doc! { "isWritablePrimary": true }), None);
        assert_eq!(quorum(doc! { "isWritablePrimary": true, "setName": "rs" }).as_deref(), Some("majority"));
        assert_eq!(quorum(doc! { "isWritablePrimary": true, "msg": "isdbgrid" }).as_deref(), Some("majority"));
    }
}
