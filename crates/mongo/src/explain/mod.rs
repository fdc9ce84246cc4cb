//! What the server did for a pipeline, step by step.
//!
//! In: a pipeline, which is run. Out: [`Explain`], read from the server's own account (`explain` with `executionStats`),
//! of which there are two kinds: the classic engine's tree of stages, and the slot-based engine's two trees, one of what
//! is done and one of how.
//! Invariant: steps come in the order in which rows pass them; times and counts are each step's own.

mod classic;
mod slots;

use bson::{Bson, Document, doc};
use pipeline::Pipeline;

use crate::collections::number;
use crate::run::stages;
use crate::server::APP_NAME;
use crate::{Error, Server};

/// An explained run.
#[derive(Clone, Debug, PartialEq)]
pub struct Explain {
    /// Each step; on a sharded cluster each shard's steps, one shard after the other.
    pub steps: Vec<PlanStep>,
    /// Milliseconds that the whole took; on a sharded cluster, the slowest shard.
    pub time_ms: u64,
    /// The server's answer as it came.
    pub raw: Document,
}

/// One step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanStep {
    /// The shard that took it, on a sharded cluster.
    pub shard: Option<String>,
    /// The server's name of it: `IXSCAN`, `COLLSCAN`, `$group`.
    pub stage: String,
    /// What it worked on: the index, the other collection.
    pub detail: String,
    /// Keys of indexes that it looked at, where it looks at any.
    pub keys: Option<u64>,
    /// Documents that it looked at, where it looks at any.
    pub documents: Option<u64>,
    /// Rows that left it.
    pub returned: u64,
    /// Milliseconds that it took itself, as far as the server's coarse clock tells.
    pub time_ms: u64,
}

impl Explain {
    /// Keys of indexes that all steps looked at.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.steps.iter().filter_map(|step| step.keys).sum()
    }

    /// Documents that all steps looked at.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.steps.iter().filter_map(|step| step.documents).sum()
    }

    /// Rows that came out.
    #[must_use]
    pub fn returned(&self) -> u64 {
        self.steps.last().map_or(0, |step| step.returned)
    }

    fn of(raw: Document) -> Self {
        let mut steps = Vec::new();
        let time_ms = match raw.get_document("shards") {
            Ok(shards) => {
                let parts = shards.iter().filter_map(|(name, part)| Some((name, part.as_document()?)));
                let times = parts.map(|(name, part)| {
                    let first = steps.len();
                    let time = plan(part, &mut steps);
                    steps[first..].iter_mut().for_each(|step: &mut PlanStep| step.shard = Some(name.clone()));
                    time
                });
                times.max().unwrap_or(0)
            }
            Err(_) => plan(&raw, &mut steps),
        };
        Self { steps, time_ms, raw }
    }
}

impl Server {
    /// Runs a pipeline and tells what became of it.
    pub fn explain(&self, collection: &str, pipeline: &Pipeline) -> Result<Explain, Error> {
        self.require(pipeline)?;
        let session = self.session()?;
        let (collection, pipeline) = session.resolved(collection, pipeline)?;
        let mut aggregate =
            doc! { "aggregate": collection, "pipeline": stages(&pipeline), "cursor": {}, "allowDiskUse": true };
        if let Some(collation) = &pipeline.collation {
            aggregate.insert("collation", collation.to_document());
        }
        let mut explain = doc! { "explain": aggregate, "verbosity": "executionStats", "comment": APP_NAME };
        if let Some(timeout) = self.options.timeout {
            explain.insert("maxTimeMS", i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX));
        }
        let mut explain = Explain::of(self.command(explain)?);
        session.check(self)?;
        // In the names that users know; the raw account keeps the server's.
        for step in &mut explain.steps {
            let named = step.detail.split([' ', ']']).find_map(|word| Some((word.to_owned(), session.name_of(word)?)));
            if let Some((collection, name)) = named {
                step.detail = step.detail.replacen(&collection, name, 1);
            }
        }
        Ok(explain)
    }
}

/// Adds the steps of one server's plan and gives its milliseconds.
fn plan(plan: &Document, steps: &mut Vec<PlanStep>) -> u64 {
    let stages = documents(plan.get("stages"));
    let (first, rest) = match stages.split_first() {
        Some((first, rest)) => (first.get_document("$cursor").unwrap_or(first), rest),
        None => (plan, &[][..]),
    };
    let statistics = first.get_document("executionStats").cloned().unwrap_or_default();
    let root = statistics.get_document("executionStages").cloned().unwrap_or_default();
    let winner = first.get_document("queryPlanner").and_then(|planner| planner.get_document("winningPlan"));
    match winner.and_then(|winner| winner.get_document("queryPlan")) {
        Ok(what) => slots::steps(what, &root, steps),
        Err(_) => classic::tree(&root, steps),
    }
    // Handing rows over from the tree to the pipeline takes time too; it is counted to the tree's last step.
    let mut so_far = number(&root, TIME);
    if let (Some(cursor), Some(last)) = (stages.first(), steps.last_mut()) {
        let handed_over = number(cursor, TIME);
        last.time_ms += handed_over.saturating_sub(so_far);
        so_far = so_far.max(handed_over);
    }
    classic::pipeline(rest, so_far, steps);
    number(&statistics, "executionTimeMillis")
}

/// How the server calls a step's milliseconds, those of the steps before it included.
const TIME: &str = "executionTimeMillisEstimate";

/// The documents of an array.
fn documents(array: Option<&Bson>) -> Vec<&Document> {
    let values = array.and_then(Bson::as_array).map(Vec::as_slice).unwrap_or_default();
    values.iter().filter_map(Bson::as_document).collect()
}

/// The steps right below one in a tree, whichever field they stand in, in their order.
fn inputs(step: &Document) -> Vec<&Document> {
    let below = step.values().flat_map(|value| match value {
        Bson::Document(one) => vec![one],
        Bson::Array(_) => documents(Some(value)),
        _ => Vec::new(),
    });
    below.filter(|one| one.get_str("stage").is_ok()).collect()
}

/// What a step of a tree worked on.
fn detail(step: &Document) -> String {
    let text = |field: &str| step.get_str(field).ok();
    if let (Some(from), Some(by)) = (text("foreignCollection"), text("foreignField")) {
        let from = from.split_once('.').map_or(from, |(_, collection)| collection);
        let how = match (text("indexName"), text("strategy")) {
            (Some(index), _) => format!("index {index}"),
            (None, Some("HashJoin" | "HashLookup")) => "hashed in memory".to_owned(),
            _ => "no index".to_owned(),
        };
        return format!("{from} by {by}: {how}");
    }
    text("indexName").map(|index| format!("index {index}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// Reads an account that MongoDB 6.0.27 gave (fields that are not read were taken out), and shows the steps a line
    /// each. That server uses its slot-based engine only if told so (`internalQueryForceClassicEngine: false`).
    fn check(recorded: &str, expected: &Expect) {
        let raw = pipeline::read_document(recorded).unwrap();
        let explain = Explain::of(raw);
        let steps: String = explain.steps.iter().map(line).collect();
        let shown = format!("{} ms\n{steps}", explain.time_ms);
        expected.assert_eq(&shown);
    }

    fn line(step: &PlanStep) -> String {
        let PlanStep { shard, stage, detail, keys, documents, returned, time_ms } = step;
        let shard = shard.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        let looked = [(keys, "keys"), (documents, "documents")];
        let looked: String = looked.iter().filter_map(|(n, what)| n.map(|n| format!(", {n} {what}"))).collect();
        format!("{shard}{stage} [{detail}]{looked}, {returned} returned, {time_ms} ms\n")
    }

    #[test]
    fn a_join_without_an_index() {
        check(
            include_str!("../../tests/explain/join_scanned.json"),
            &expect![[r"
                12640 ms
                COLLSCAN [], 10127 documents, 899 returned, 0 ms
                PROJECTION_SIMPLE [], 899 returned, 5 ms
                $lookup [transactions by CLIENTNUM: scanned 899 times], 0 keys, 9104173 documents, 899 returned, 12635 ms
                $group [], 4 returned, 0 ms
            "]],
        );
    }

    #[test]
    fn a_join_with_indexes_on_the_slot_based_engine() {
        check(
            include_str!("../../tests/explain/join_slots.json"),
            &expect![[r"
            41 ms
            IXSCAN [index Attrition_Flag_1_Customer_Age_1], 899 keys, 899 returned, 3 ms
            FETCH [], 899 documents, 899 returned, 22 ms
            PROJECTION_SIMPLE [], 899 returned, 0 ms
            EQ_LOOKUP [transactions by CLIENTNUM: index CLIENTNUM_1], 899 keys, 899 documents, 899 returned, 14 ms
            GROUP [], 4 returned, 0 ms
        "]],
        );
    }

    #[test]
    fn a_plan_that_needs_no_pipeline() {
        check(
            include_str!("../../tests/explain/top.json"),
            &expect![[r"
            0 ms
            IXSCAN [index Attrition_Flag_1_Customer_Age_1], 3 keys, 3 returned, 0 ms
            FETCH [], 3 documents, 3 returned, 0 ms
            LIMIT [], 3 returned, 0 ms
        "]],
        );
    }

    /// Put together from two answers: no `mongos` was asked.
    #[test]
    fn shards_are_told_apart() {
        let one = pipeline::read_document(include_str!("../../tests/explain/top.json")).unwrap();
        let two = pipeline::read_document(include_str!("../../tests/explain/join_scanned.json")).unwrap();
        let explain = Explain::of(doc! { "mergeType": "mongos", "shards": { "one": one, "two": two } });
        let shown: Vec<String> = explain.steps.iter().map(line).collect();
        assert_eq!((explain.time_ms, shown.len()), (12_640, 7));
        assert!(shown[2].starts_with("one: LIMIT") && shown[3].starts_with("two: COLLSCAN"), "{shown:?}");
    }

    #[test]
    fn a_union() {
        check(
            include_str!("../../tests/explain/union.json"),
            &expect![[r"
            7 ms
            COLLSCAN [], 10127 documents, 10127 returned, 5 ms
            IXSCAN [index CLIENTNUM_1], 1 keys, 1 returned, 0 ms
            FETCH [], 1 documents, 1 returned, 0 ms
            PROJECTION_SIMPLE [], 1 returned, 0 ms
            $unionWith [transactions], 10128 returned, 2 ms
            $group [], 1 returned, 0 ms
            $project [], 1 returned, 0 ms
        "]],
        );
    }
}
