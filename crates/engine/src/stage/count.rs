//! `$count`: how many documents came, in one document; of none, no document.

use bson::{Document, doc};

use super::{Rows, deferred};
use crate::value::Number;

pub(super) fn run<'a>(field: &'a str, rows: Rows<'a>) -> Rows<'a> {
    deferred(move || {
        let mut n = 0_i64;
        for row in rows {
            row?;
            n += 1;
        }
        let count: Document = doc! { field: Number::int_or_long(n).into_bson() };
        Ok(if n == 0 { Vec::new() } else { vec![count] })
    })
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn nothing_counts_as_no_document() {
        check("[{$count: 'n'}]", "{}\n{}", "{n: 2}");
        check("[{$count: 'n'}]", "", "");
    }
}
