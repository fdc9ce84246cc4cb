//! The names of the built-in catalog, for shells to complete.
//!
//! In: an argument that names something of a catalog. Out: any text as it is; a shell is offered the names.
//! Invariant: nothing is refused here, for a bank has columns and a folder of one's own names that are not among these.

use std::ffi::OsStr;
use std::sync::OnceLock;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

/// What is named.
#[derive(Clone, Copy)]
pub(crate) enum Names {
    /// An analysis.
    Analyses,
    /// What customers are grouped by.
    Dimensions,
    /// What is told of each group.
    Measures,
}

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.known().iter().map(|(name, label)| PossibleValue::new(name).help(label))))
    }
}

/// Names with their headings.
type Known = Vec<(&'static str, &'static str)>;

impl Names {
    /// The names, which a program reads once at most.
    fn known(self) -> &'static Known {
        static KNOWN: OnceLock<[Known; 3]> = OnceLock::new();
        let [analyses, dimensions, measures] = KNOWN.get_or_init(|| {
            let Ok(catalog) = bank::open_catalog(None, None) else { return <[Known; 3]>::default() };
            let catalog: &'static bank::Catalog = Box::leak(Box::new(catalog));
            [
                catalog.analyses().iter().map(|one| (one.name.as_str(), one.title.as_str())).collect(),
                catalog.dimensions().iter().map(|one| (one.name.as_str(), one.label.as_str())).collect(),
                catalog.measures().iter().map(|one| (one.name.as_str(), one.label.as_str())).collect(),
            ]
        });
        match self {
            Self::Analyses => analyses,
            Self::Dimensions => dimensions,
            Self::Measures => measures,
        }
    }
}
