//! `$match`: keeps the documents that match.

use bson::DateTime;
use pipeline::ast::Predicate;

use super::{Rows, failed};
use crate::query::Matcher;

pub(super) fn run<'a>(predicate: &'a Predicate, rows: Rows<'a>, now: DateTime) -> Rows<'a> {
    match Matcher::new(predicate, now) {
        Err(error) => failed(error),
        Ok(matcher) => Box::new(rows.filter_map(move |row| match row {
            Err(error) => Some(Err(error)),
            Ok(row) => match matcher.matches(&row) {
                Ok(true) => Some(Ok(row)),
                Ok(false) => None,
                Err(error) => Some(Err(error)),
            },
        })),
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn only_matching_documents_pass() {
        check("[{$match: {a: {$gte: 2}, $expr: {$lt: ['$a', 4]}}}]", "{a: 1}\n{a: 2}\n{a: 4}\n{b: 3}", "{a: 2}");
        check("[{$match: {$expr: {$divide: [1, '$a']}}}]", "{a: 0}", "error 2");
    }
}
