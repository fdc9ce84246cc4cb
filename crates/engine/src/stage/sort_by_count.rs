//! `$sortByCount`: how often each value comes, the most frequent first.

use bson::{Bson, DateTime, Document, doc};
use pipeline::ast::Expr;

use super::{Rows, deferred};
use crate::expr::Env;
use crate::value::{Key, Number};

pub(super) fn run<'a>(expr: &'a Expr, rows: Rows<'a>, now: DateTime) -> Rows<'a> {
    deferred(move || {
        let mut places = std::collections::HashMap::new();
        let mut counts: Vec<(Bson, i64)> = Vec::new();
        for row in rows {
            let id = Env::new(&row?, now).evaluate(expr)?.unwrap_or(Bson::Null);
            let place = *places.entry(Key::of(&id)).or_insert_with(|| {
                counts.push((id, 0));
                counts.len() - 1
            });
            counts[place].1 += 1;
        }
        counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let document = |(id, n): (Bson, i64)| -> Document {
            doc! { "_id": id, "count": Number::int_or_long(n).into_bson() }
        };
        Ok(counts.into_iter().map(document).collect())
    })
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn the_most_frequent_value_comes_first() {
        check("[{$sortByCount: '$a'}]", "{a: 1}\n{}\n{a: null}", "{_id: null, count: 2}\n{_id: 1, count: 1}");
    }
}
