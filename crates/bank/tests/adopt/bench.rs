//! Banks in folders with documents of any shape, and how they are adopted.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Adopt, Bank, Error, Import, ImportSource, Opening, Place, Talk};
use bson::{Bson, Document};
use pipeline::Limits;

/// Does work that reports to no one and is not stopped.
pub(crate) fn talk<T>(work: impl FnOnce(&Talk<'_>) -> T) -> T {
    let cancel = Arc::new(AtomicBool::new(false));
    work(&Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel })
}

pub(crate) fn import(folder: &Path, source: ImportSource<'_>) -> Bank {
    let place = Place::Folder(folder.to_owned());
    let import = Import { source, as_of: None, found: &|_| {} };
    let imported = talk(|talk| bank::import(Some(place), &import, &Limits::default(), talk));
    imported.and_then(|imported| imported.open(&Opening::default())).unwrap_or_else(|error| panic!("{error}"))
}

/// A bank in a folder with collections of documents of any shape.
pub(crate) fn loaded(folder: &Path, collections: &[(&str, &[Document])]) -> Bank {
    let mut bank = None;
    for (name, documents) in collections {
        let file = folder.join(format!("{name}.ndjson"));
        let lines =
            documents.iter().map(|document| format!("{}\n", Bson::from(document.clone()).into_relaxed_extjson()));
        fs_err::write(&file, lines.collect::<String>()).unwrap();
        bank = Some(import(
            &folder.join("b.sphere"),
            ImportSource::Documents { name, file: (&file).into(), appends: false },
        ));
    }
    bank.unwrap()
}

/// Adopts, keeps the contract, opens the bank again; with what was told.
pub(crate) fn adopted(bank: &Bank, adopt: &Adopt<'_>) -> Result<(Bank, Vec<String>), Error> {
    let adoption = talk(|talk| bank.adoption(adopt, talk))?;
    bank.adopt(&adoption)?;
    Ok((Bank::open(bank.place(), &Opening::default())?, adoption.notes))
}
