//! A checksum of documents in any order.
//!
//! In: raw documents. Out: their number, their bytes, and the sum of their hashes: equal for the same documents,
//! however they are ordered, and different as soon as one bit of one document differs.

use bson::RawDocument;

/// What a set of documents is known by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) n_documents: u64,
    n_bytes: u64,
    /// Why a sum: it does not depend on the order, and unlike an exclusive or it sees a document that is there twice.
    sum: u128,
}

impl Digest {
    pub(crate) fn add(&mut self, document: &RawDocument) {
        let mut first = [0; 16];
        first.copy_from_slice(&blake3::hash(document.as_bytes()).as_bytes()[..16]);
        self.n_documents += 1;
        self.n_bytes += document.as_bytes().len() as u64;
        self.sum = self.sum.wrapping_add(u128::from_le_bytes(first));
    }
}

#[cfg(test)]
mod tests {
    use bson::{RawDocumentBuf, rawdoc};

    use super::Digest;

    fn digest(documents: &[RawDocumentBuf]) -> Digest {
        let mut digest = Digest::default();
        for document in documents {
            digest.add(document);
        }
        digest
    }

    #[test]
    fn only_the_order_of_documents_does_not_matter() {
        let (a, b) = (rawdoc! { "_id": 1, "x": 1.5 }, rawdoc! { "_id": 2, "x": 2.5 });
        let both = digest(&[a.clone(), b.clone()]);
        assert_eq!(both, digest(&[b.clone(), a.clone()]));
        assert_ne!(both, digest(&[a.clone(), a.clone()]));
        assert_ne!(both, digest(&[a.clone(), b.clone(), b.clone()]));
        let swapped = [rawdoc! { "_id": 1, "x": 2.5 }, rawdoc! { "_id": 2, "x": 1.5 }];
        assert_ne!(both, digest(&swapped));
        assert_ne!(digest(&[rawdoc! { "x": 1 }]), digest(&[rawdoc! { "x": 1_i64 }]));
        assert_ne!(digest(&[rawdoc! { "x": 1, "y": 2 }]), digest(&[rawdoc! { "y": 2, "x": 1 }]));
    }
}
