//! A sentence that the analysis' own file words, with `{…}` for numbers.
//!
//! `{measure}` is a measure over all groups (a count or total summed, a mean weighted by customers);
//! `{measure.highest}` and `{measure.lowest}` its extreme values over the groups that may be ranked, and
//! `{measure.highest.group}` and `{measure.lowest.group}` who has them. What cannot be filled stays as it is written.

use catalog::{Interval, Measure};

use super::Said;
use crate::groups::Groups;
use crate::statistics::mean::weighted;
use crate::{Fact, Piece};

/// The fact.
pub(crate) fn say(groups: &Groups<'_>, template: &str) -> Said {
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            words.push('{');
            rest = after;
            continue;
        };
        match fill(groups, name.trim()) {
            Some(piece) => pieces.extend([Piece::Words(std::mem::take(&mut words)), piece]),
            None => words.extend(["{", name, "}"]),
        }
        rest = tail;
    }
    pieces.push(Piece::Words(words + rest));
    Said::fact(Fact::Worded { rows: groups.rows.iter().map(|row| row.at).collect(), pieces })
}

fn fill(groups: &Groups<'_>, name: &str) -> Option<Piece> {
    let mut parts = name.split('.');
    let measure = groups.measure(parts.next()?)?;
    let Some(end) = parts.next() else {
        return Some(Piece::Number { value: overall(groups, measure)?, unit: measure.unit });
    };
    let ranked = groups.ranked_by(measure);
    let row = match end {
        "highest" => ranked.first()?,
        "lowest" => ranked.last()?,
        _ => return None,
    };
    match parts.next() {
        None => groups.figure(row, measure).map(Piece::Figure),
        Some("group") => Some(Piece::Group(groups.name(row))),
        Some(_) => None,
    }
}

/// A measure over all groups: summed where it counts or totals, else every customer counting the same.
fn overall(groups: &Groups<'_>, measure: &Measure) -> Option<f64> {
    let rows = groups.rows.iter().filter_map(|row| Some((row.customers, groups.value(row, measure)?)));
    if measure.interval == Interval::None {
        return Some(rows.map(|(_, value)| value).sum());
    }
    weighted(rows)
}
