//! Topics: what a set of analyses is about. They are read from `topics.toml`; nothing here knows one by name.

use pipeline::{Error, nearest};

/// A topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// What it is asked by: `status`.
    pub word: String,
    /// The folder of its analyses in a catalog.
    pub folder: String,
    /// Its heading.
    pub title: String,
    /// What stands below its heading in a report, one sentence.
    pub introduction: String,
    /// What it answers, in one line for lists of commands.
    pub help: String,
    /// The names of the measures that its questions show unless they say which.
    pub measures: Vec<String>,
    /// The names of its analyses in the order in which they are shown; others come after these.
    pub analyses: Vec<String>,
}

impl Topic {
    /// Whether a file means this topic: by its folder, or by its word.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.folder == name || self.word == name
    }
}

/// The error for a topic that there is not.
pub(crate) fn unknown<'a>(name: &str, words: impl Iterator<Item = &'a str>) -> Error {
    let error = Error::input(format!("no topic is called `{}`", diagnostic::quote(name)));
    error.hint(nearest("topic", name, words))
}
