//! What is drawn by chance is drawn for each row, also from columns, where equal values are computed once.

use std::collections::BTreeSet;

use pipeline::{Run, parse_text};

use crate::equal::JOIN;
use crate::nasty_bank::both;

const ROWS: usize = 317;

fn rows(text: &str) -> Vec<bson::Document> {
    let (columns, _) = both();
    let pipeline = parse_text(&text.replace("JOIN", JOIN)).expect("a pipeline");
    columns.run("customers", &pipeline).expect("rows")
}

#[test]
fn no_two_rows_share_a_draw() {
    for text in [
        "[{$project: {r: {$rand: {}}}}]",
        "[{$set: {r: {$cond: [{$eq: ['$card', 'Blue']}, {$rand: {}}, {$rand: {}}]}}}]",
        "[{$group: {_id: '$id', r: {$max: {$multiply: [2, {$rand: {}}]}}}}]",
        "[{$group: {_id: {$rand: {}}}}, {$project: {r: '$_id'}}]",
        "[{$sort: {id: 1}}, {$addFields: {r: {$rand: {}}}}]",
        "[{$setWindowFields: {sortBy: {id: 1}, output: {r: {$sum: {$rand: {}}, window: {documents: [0, 0]}}}}}]",
    ] {
        let draws: BTreeSet<u64> = rows(text).iter().map(|row| row.get_f64("r").expect("a double").to_bits()).collect();
        assert_eq!(draws.len(), ROWS, "{text}");
    }
}

/// Fifty samples of half of the rows: their mean lies within six standard errors, and none is all or nothing.
#[test]
fn samples_are_drawn_row_by_row() {
    for text in [
        "[{$match: {$sampleRate: 0.5}}, {$count: 'n'}]",
        "[JOIN, {$match: {$sampleRate: 0.5}}, {$count: 'n'}]",
        "[{$set: {x: {$add: ['$age', 1]}}}, {$match: {card: {$ne: 'none'}, $sampleRate: 0.5}}, {$count: 'n'}]",
    ] {
        let counts: Vec<f64> =
            (0..50).map(|_| rows(text).first().and_then(|row| row.get_i32("n").ok()).map_or(0.0, f64::from)).collect();
        assert!(counts.iter().all(|n| *n > 90.0 && *n < 227.0), "{text}: {counts:?}");
        let mean = counts.iter().sum::<f64>() / 50.0;
        let error = (ROWS as f64 / 4.0 / 50.0).sqrt();
        assert!((mean - ROWS as f64 / 2.0).abs() < 6.0 * error, "{text}: {mean}");
    }
}
