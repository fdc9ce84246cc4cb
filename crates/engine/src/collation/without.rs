//! In place of the rules of languages, where the program was built without them.

use std::cmp::Ordering;

use pipeline::Collation;

use crate::Error;

/// There are none.
pub(super) enum Rules {}

impl Rules {
    pub(super) fn of(_: &Collation) -> Result<Self, Error> {
        let message = "the option `collation` is not supported by this program, which was built without `collation`";
        Err(Error::new(message).hint("compare what `$toLower` makes of both sides, or ask a server"))
    }

    pub(super) fn compare(&self, _: &str, _: &str) -> Ordering {
        match *self {}
    }

    pub(super) fn key(&self, _: &str) -> Box<[u8]> {
        match *self {}
    }
}
