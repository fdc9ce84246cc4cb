//! `{$count: "n"}` becomes `{$group: {_id: null, n: {$sum: 1}}}, {$project: {_id: 0}}`.

use bson::Bson;
use pipeline::ast::{Accumulator, AccumulatorCall, Expr, Path, Projection, Stage};

use super::replaced;

pub(super) fn apply(stages: &[Stage]) -> Option<Vec<Stage>> {
    let (at, field) = stages.iter().enumerate().find_map(|(at, stage)| match stage {
        Stage::Count(field) => Some((at, field)),
        _ => None,
    })?;
    let group = Stage::Group { id: Expr::Literal(Bson::Null), fields: vec![(field.clone(), ones())] };
    Some(replaced(stages, at, vec![group, Stage::Project(Projection::Exclude(vec![Path::new("_id")?]))]))
}

/// `{$sum: 1}`
pub(super) fn ones() -> AccumulatorCall {
    AccumulatorCall {
        accumulator: Accumulator::Sum,
        input: Expr::Literal(Bson::Int32(1)),
        n: None,
        sort_by: Vec::new(),
        p: Vec::new(),
    }
}
