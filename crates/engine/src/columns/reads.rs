//! What stages still read of their input, so that no row carries more.

use std::collections::HashSet;

use pipeline::ast::{Path, Reads, Stage};

/// The fields that `stages` read of the documents that enter them; `None` where that is all of them.
pub(crate) fn of_stages(stages: &[Stage]) -> Option<HashSet<Path>> {
    Some(Reads::of_stages(stages).only()?.into_iter().collect())
}
