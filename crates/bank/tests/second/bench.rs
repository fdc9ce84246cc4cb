//! The bank of the second contract, in a folder or on a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Answers, Bank, Error, Import, ImportSource, Imported, Opening, Place, Request, Talk};
use contract::Contract;
use pipeline::Limits;

/// A file beside the contract.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contracts").join(name)
}

pub(crate) fn contract() -> Contract {
    bank::read_contract(&file("second.toml")).unwrap_or_else(|error| panic!("{error}"))
}

/// Imports a file, by the contract that is named or by none.
pub(crate) fn import(place: Option<Place>, file: &Path, contract: Option<&Contract>) -> Result<Imported, Error> {
    let source = ImportSource::Customers(bank::CustomersFile { contract, ..bank::CustomersFile::new(file.into()) });
    let import = Import { source, as_of: None, found: &|_| {} };
    talk(|talk| bank::import(place, &import, &Limits::default(), talk))
}

/// Does work that reports to no one and is not stopped.
pub(crate) fn talk<T>(work: impl FnOnce(&Talk<'_>) -> T) -> T {
    let cancel = Arc::new(AtomicBool::new(false));
    work(&Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel })
}

/// The bank at a place; without one, in a temporary folder.
pub(crate) fn bank(place: Option<Place>) -> Bank {
    let imported = import(place, &file("second.csv"), Some(&contract())).unwrap_or_else(|error| panic!("{error}"));
    imported.open(&Opening::default()).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn ask(bank: &Bank, request: &Request) -> Answers {
    bank.answer(request).unwrap_or_else(|error| panic!("{error}"))
}

/// A whole topic.
pub(crate) fn topic(word: &str) -> Request {
    Request { topic: word.to_owned(), ..Request::default() }
}
