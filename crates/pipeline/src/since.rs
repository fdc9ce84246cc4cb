//! The oldest server that takes a pipeline.

use crate::{
    Pipeline,
    ast::{AccumulatorCall, Expr, Predicate, Projected, Projection, Stage, WindowFunction},
    parse::names::STAGES,
};

/// A server version, and the name in a pipeline that needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// Such as `5.0`; `3.0` stands for any.
    pub version: &'static str,
    /// Such as `$setWindowFields`.
    pub name: &'static str,
}

/// The oldest server that takes the pipeline, with the name that needs it; `None` where any does.
#[must_use]
pub fn oldest_server(pipeline: &Pipeline) -> Option<Since> {
    let mut found = Newest(None);
    found.pipeline(pipeline);
    found.0
}

struct Newest(Option<Since>);

impl Newest {
    fn see(&mut self, name: &'static str, version: &'static str) {
        let is_newer = self.0.is_none_or(|newest| number(version) > number(newest.version));
        if is_newer && version != "3.0" {
            self.0 = Some(Since { version, name });
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        for stage in &pipeline.stages {
            self.stage(stage);
        }
    }

    fn stage(&mut self, stage: &Stage) {
        self.see(stage.name(), since(stage));
        match stage {
            Stage::Match(predicate) => self.predicate(predicate),
            Stage::Project(Projection::Include { fields, .. }) => {
                for (_, projected) in fields {
                    if let Projected::Computed(expr) = projected {
                        self.expr(expr);
                    }
                }
            }
            Stage::AddFields(fields) => {
                for (_, value) in fields {
                    self.expr(value);
                }
            }
            Stage::Group { id, fields } => {
                self.expr(id);
                self.accumulators(fields);
            }
            Stage::SortByCount(expr) | Stage::ReplaceRoot(expr) => self.expr(expr),
            Stage::Facet(facets) => {
                for (_, pipeline) in facets {
                    self.pipeline(pipeline);
                }
            }
            Stage::Bucket { group_by, output, .. } | Stage::BucketAuto { group_by, output, .. } => {
                self.expr(group_by);
                self.accumulators(output);
            }
            Stage::UnionWith { pipeline, .. } => self.pipeline(pipeline),
            Stage::SetWindowFields { partition_by, output, .. } => {
                if let Some(key) = partition_by {
                    self.expr(key);
                }
                for (_, call) in output {
                    match &call.function {
                        WindowFunction::Accumulate(call) => self.accumulator(call),
                        WindowFunction::Shift { output, .. } => self.expr(output),
                        WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::DocumentNumber => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn predicate(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::And(clauses) | Predicate::Or(clauses) | Predicate::Nor(clauses) => {
                for clause in clauses {
                    self.predicate(clause);
                }
            }
            Predicate::Expr(expr) => {
                self.see("$expr", "3.6");
                self.expr(expr);
            }
            Predicate::Field(..) => {}
        }
    }

    fn accumulators(&mut self, fields: &[(String, AccumulatorCall)]) {
        for (_, call) in fields {
            self.accumulator(call);
        }
    }

    fn accumulator(&mut self, call: &AccumulatorCall) {
        let spec = call.accumulator.spec();
        self.see(spec.name, spec.since);
        self.expr(&call.input);
        if let Some(n) = &call.n {
            self.expr(n);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Call { operator, .. } => self.see(operator.spec().name, operator.spec().since),
            Expr::Switch { .. } => self.see("$switch", "3.4"),
            Expr::Reduce { .. } => self.see("$reduce", "3.4"),
            Expr::Filter { limit: Some(_), .. } => self.see("$filter with limit", "5.2"),
            Expr::Filter { limit: None, .. } => self.see("$filter", "3.2"),
            _ => {}
        }
        for part in expr.parts() {
            self.expr(part);
        }
    }
}

fn since(stage: &Stage) -> &'static str {
    STAGES.iter().find(|(name, _)| *name == stage.name()).map_or("3.0", |(_, since)| since)
}

fn number(version: &str) -> (u32, u32) {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, version: &'static str, name: &'static str) {
        let pipeline = crate::parse_text(text).unwrap();
        assert_eq!(oldest_server(&pipeline), Some(Since { version, name }), "{text}");
    }

    #[test]
    fn the_newest_name_decides() {
        assert_eq!(oldest_server(&crate::parse_text("[{$match: {a: 1}}, {$sort: {a: 1}}]").unwrap()), None);
        check("[{$set: {a: {$round: ['$x', {$first: '$l'}]}}}, {$count: 'n'}]", "4.4", "$first");
        check(
            "[{$facet: {a: [{$match: {$expr: {$gt: [{$dateTrunc: {date: '$d', unit: 'day'}}, 1]}}}]}}]",
            "5.0",
            "$dateTrunc",
        );
        check(
            "[{$group: {_id: {$switch: {branches: [{case: 1, then: 2}]}}, m: {$median: {input: '$x', method: 'approximate'}}}}]",
            "7.0",
            "$median",
        );
        check("[{$setWindowFields: {output: {a: {$sum: {$add: [1, 2]}}}}}]", "5.0", "$setWindowFields");
    }
}
