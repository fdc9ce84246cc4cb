//! `{$sortByCount: <expr>}` becomes `{$group: {_id: <expr>, count: {$sum: 1}}}, {$sort: {count: -1}}`.

use pipeline::ast::{Order, Path, SortKey, Stage};

use super::count::ones;
use super::replaced;

pub(super) fn apply(stages: &[Stage]) -> Option<Vec<Stage>> {
    let (at, expr) = stages.iter().enumerate().find_map(|(at, stage)| match stage {
        Stage::SortByCount(expr) => Some((at, expr)),
        _ => None,
    })?;
    let group = Stage::Group { id: expr.clone(), fields: vec![("count".to_owned(), ones())] };
    let sort = Stage::Sort(vec![SortKey { path: Path::new("count")?, order: Order::Descending }]);
    Some(replaced(stages, at, vec![group, sort]))
}
