//! `$sort`: documents in the order of the keys. Documents with equal keys keep the order they came in (the server
//! promises none). With a `$limit` behind it, only the first rows are ever kept.

use std::cmp::Ordering;

use bson::{Bson, Document};
use pipeline::ast::{SortKey, Stage};

use super::{Rows, SortOrder, deferred, size};
use crate::brake::Held;
use crate::{Brake, Error};

/// How many rows are gathered at least before the surplus is cut off.
const LEAST_ROOM: usize = 1024;

/// Runs the stage; `limit` is how many of the first rows anyone will look at.
pub(super) fn run<'a>(keys: &'a [SortKey], limit: Option<usize>, rows: Rows<'a>, brake: &'a Brake) -> Rows<'a> {
    deferred(move || {
        let mut sorter = Sorter::new(SortOrder::new(keys), limit, brake);
        for row in rows {
            sorter.add(row?)?;
        }
        sorter.finish()
    })
}

/// How many rows behind a `$sort` will be looked at, where the stages that follow say so.
pub(super) fn limit_after(after: &[Stage]) -> Option<usize> {
    let mut skipped = 0_u64;
    for stage in after {
        match stage {
            Stage::Skip(n) => skipped = skipped.saturating_add(*n),
            Stage::Limit(n) => return usize::try_from(skipped.saturating_add(*n)).ok(),
            _ => return None,
        }
    }
    None
}

/// Rows being sorted. Invariant: with a limit, what was cut off lies behind at least `limit` rows that are still here.
struct Sorter<'a> {
    order: SortOrder,
    limit: Option<usize>,
    rows: Vec<(Vec<Bson>, Document)>,
    /// How many of the rows are sorted already and number exactly the limit.
    is_cut: bool,
    brake: &'a Brake,
    held: Held,
}

impl<'a> Sorter<'a> {
    fn new(order: SortOrder, limit: Option<usize>, brake: &'a Brake) -> Self {
        Self { order, limit, rows: Vec::new(), is_cut: false, brake, held: brake.hold("$sort") }
    }

    fn add(&mut self, document: Document) -> Result<(), Error> {
        let key = self.order.key(&document)?;
        let Some(limit) = self.limit else {
            self.held.add(|| size::in_memory(&document))?;
            self.rows.push((key, document));
            return Ok(());
        };
        // Of equal keys the earlier rows win, so a newcomer must lie strictly before the last of the first rows.
        if self.is_cut && self.order.compare(&key, &self.rows[limit - 1].0) != Ordering::Less {
            return Ok(());
        }
        self.held.add(|| size::in_memory(&document))?;
        self.rows.push((key, document));
        if self.rows.len() >= limit.saturating_mul(2).max(LEAST_ROOM) {
            self.sort()?;
            self.rows.truncate(limit);
            self.held.clear();
            self.held.add(|| self.rows.iter().map(|(_, document)| size::in_memory(document)).sum())?;
            self.is_cut = limit > 0;
        }
        Ok(())
    }

    fn sort(&mut self) -> Result<(), Error> {
        let order = &self.order;
        self.brake.sort(&mut self.rows, |(a, _), (b, _)| order.compare(a, b))
    }

    fn finish(mut self) -> Result<Vec<Document>, Error> {
        self.sort()?;
        self.rows.truncate(self.limit.unwrap_or(usize::MAX));
        Ok(self.rows.into_iter().map(|(_, document)| document).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn the_order_is_total_and_stable() {
        let input = "{_id: 1, a: 'x'}\n{_id: 2, a: 5}\n{_id: 3}\n{_id: 4, a: null}\n{_id: 5, a: [9, 1]}";
        let ids = "{_id: 3}\n{_id: 4}\n{_id: 5}\n{_id: 2}\n{_id: 1}";
        check("[{$sort: {a: 1}}, {$project: {_id: 1}}]", input, ids);
        check("[{$sort: {a: -1}}, {$skip: 1}, {$limit: 2}, {$project: {_id: 1}}]", input, "{_id: 5}\n{_id: 2}");
    }

    #[test]
    fn the_first_rows_are_the_same_with_and_without_a_limit() {
        let row = |id: usize| format!("{{_id: {id}, k: {}}}", id * 7919 % 13);
        let input = (0..5000).map(row).collect::<Vec<_>>().join("\n");
        let first = [0, 13, 26].map(row).join("\n");
        check("[{$sort: {k: 1}}, {$limit: 3}]", &input, &first);
        check("[{$sort: {k: 1}}, {$match: {}}, {$limit: 3}]", &input, &first);
    }
}
