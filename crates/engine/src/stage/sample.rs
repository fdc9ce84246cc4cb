//! `$sample`: so many documents by chance, each at most once, in a random order.
//!
//! Invariant: every choice of documents is as likely as every other; no more of them are held than are asked for.

use bson::Document;

use super::{Context, Rows, deferred, size};

pub(super) fn run<'a>(n: u64, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    deferred(move || {
        let most = usize::try_from(n).unwrap_or(usize::MAX);
        let mut held = ctx.brake.hold("$sample");
        let mut chosen: Vec<Document> = Vec::new();
        for (at, row) in rows.enumerate() {
            let row = row?;
            if chosen.len() < most {
                held.add(|| size::in_memory(&row))?;
                chosen.push(row);
            } else if let Some(place) = chosen.get_mut(fastrand::usize(..=at)) {
                *place = row;
            }
        }
        fastrand::shuffle(&mut chosen);
        Ok(chosen)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::run::NoCollections;
    use crate::stage::testing::check;

    #[test]
    fn more_than_there_are_is_all_and_none_is_nothing() {
        check("[{$sample: {size: 3}}, {$sort: {_id: 1}}]", "{_id: 1}\n{_id: 2}", "{_id: 1}\n{_id: 2}");
        check("[{$sample: {size: 0}}]", "{_id: 1}", "");
    }

    #[test]
    fn every_document_is_as_likely_at_every_place() {
        let ctx = Context::new(bson::DateTime::from_millis(0), Arc::new(NoCollections));
        let mut seen: BTreeMap<(usize, i32), u32> = BTreeMap::new();
        for _ in 0..6000 {
            let rows = (0..4).map(|id| Ok(bson::doc! {"_id": id}));
            for (at, row) in run(2, Box::new(rows), &ctx).enumerate() {
                *seen.entry((at, row.unwrap().get_i32("_id").unwrap())).or_default() += 1;
            }
        }
        // 1,500 are expected of each; a deviation of 250 is seven times the standard deviation.
        assert!(seen.len() == 8 && seen.values().all(|n| n.abs_diff(1500) < 250), "{seen:?}");
    }
}
