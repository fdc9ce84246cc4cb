//! `topics.toml`: the topics, in the order in which they are shown, each with the order of its analyses.

use std::sync::Arc;

use contract::entry::Entry;
use pipeline::Error;

use super::check_name;
use crate::left_out::Absent;
use crate::{Catalog, Topic};

const KEYS: [&str; 6] = ["folder", "title", "introduction", "help", "measures", "analyses"];

/// Adds the file's topics; of a topic that is there already, it puts more analyses in order.
pub(super) fn read(catalog: &mut Catalog, mut file: Entry<'_>) {
    for word in file.keys() {
        let known = catalog.topics.iter().position(|topic| topic.word == word);
        let Some(entry) = file.table(word) else { continue };
        if let Some(at) = known {
            more(Arc::make_mut(&mut catalog.topics[at]), entry);
        } else {
            let topic = topic(catalog, word, entry);
            catalog.topics.extend(topic.map(Arc::new));
        }
    }
}

fn more(topic: &mut Topic, mut entry: Entry<'_>) {
    for key in KEYS.into_iter().filter(|key| *key != "analyses" && entry.has(key)).collect::<Vec<_>>() {
        let error = Error::input(format!("the topic `{}` has its `{key}` already", topic.word));
        entry.fault(key, error.hint("a further file can only add to its `analyses`"));
    }
    entry.only(&KEYS);
    topic.analyses.extend(entry.texts("analyses").into_iter().map(str::to_owned));
}

fn topic(catalog: &Catalog, word: &str, mut entry: Entry<'_>) -> Option<Topic> {
    entry.only(&KEYS);
    let before = entry.n_faults();
    if let Err(error) = check_name(word, []) {
        entry.fault("folder", error);
    }
    let folder = entry.optional_text("folder");
    let taken = catalog.topics.iter().map(|topic| topic.folder.as_str());
    if let Some(Err(error)) = folder.map(|folder| check_name(folder, taken)) {
        entry.fault("folder", error);
    }
    let folder = folder.unwrap_or(word);
    let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (measures, analyses) = (names(entry.texts("measures")), names(entry.texts("analyses")));
    for name in &measures {
        if let Err(Absent::Wrong(error)) = catalog.find_measure(name) {
            entry.fault("measures", error);
        }
    }
    let optional = |entry: &mut Entry<'_>, key| entry.optional_text(key).unwrap_or_default().to_owned();
    let (introduction, help) = (optional(&mut entry, "introduction"), optional(&mut entry, "help"));
    let title = entry.text("title")?.to_owned();
    let (word, folder) = (word.to_owned(), folder.to_owned());
    (entry.n_faults() == before).then_some(Topic { word, folder, title, introduction, help, measures, analyses })
}
