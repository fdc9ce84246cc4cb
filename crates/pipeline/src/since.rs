//! The oldest server that takes a pipeline.

use crate::{
    Pipeline,
    ast::{Expr, Node, Predicate, Test},
    parse::stage::since,
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
    Node::Pipeline(pipeline).visit(&mut |node| found.node(node));
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

    fn node(&mut self, node: Node<'_>) {
        match node {
            // What is sent to a server has the older of two names.
            Node::Stage(stage) => self.see(stage.facts().name, since(stage.facts().name)),
            Node::Predicate(Predicate::Expr(_)) => self.see("$expr", "3.6"),
            Node::Predicate(Predicate::JsonSchema(..)) => self.see("$jsonSchema", "3.6"),
            Node::Test(Test::Bits(test, _)) => self.see(test.name(), "3.2"),
            Node::Accumulator(call) => self.see(call.accumulator.spec().name, call.accumulator.spec().since),
            Node::Expr(Expr::Call { operator, .. }) => self.see(operator.spec().name, operator.spec().since),
            Node::Expr(Expr::Switch { .. }) => self.see("$switch", "3.4"),
            Node::Expr(Expr::Reduce { .. }) => self.see("$reduce", "3.4"),
            Node::Expr(Expr::Filter { limit: Some(_), .. }) => self.see("$filter with limit", "5.2"),
            Node::Expr(Expr::Filter { limit: None, .. }) => self.see("$filter", "3.2"),
            Node::Window(call) => self.see(call.function.name(), call.function.since()),
            Node::Pipeline(_) | Node::Predicate(_) | Node::Test(_) | Node::Expr(_) => {}
        }
    }
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
        check("[{$setWindowFields: {sortBy: {t: 1}, output: {a: {$locf: '$x'}}}}]", "5.2", "$locf");
        check("[{$setWindowFields: {output: {a: {$setUnion: '$x'}}}}]", "8.1", "$setUnion");
        check("[{$match: {$jsonSchema: {required: ['a']}}}]", "3.6", "$jsonSchema");
        check("[{$match: {a: {$bitsAnySet: 5}}}]", "3.2", "$bitsAnySet");
        check("[{$match: {$sampleRate: 0.5}}]", "4.4", "$rand");
        check("[{$set: {a: {$bitNot: '$x'}}}]", "6.3", "$bitNot");
    }
}
