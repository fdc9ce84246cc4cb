//! What a server of another version, or of another make, lacks of what a pipeline uses.
//!
//! In: a pipeline as BSON, and a target. Out: each name that is lacking there or of which nothing is known, with its place.
//! Invariant: nothing is guessed: what the table (`targets.json`) does not say is unknown.

mod table;
mod uses;

use bson::Bson;

use crate::{Error, Script, error::nearest};
use table::Table;

pub use uses::Use;

/// What pipelines can be held against.
pub const TARGETS: &[&str] =
    &["mongodb-5", "mongodb-6", "mongodb-7", "mongodb-8", "atlas", "documentdb", "cosmos", "ferretdb"];

/// What is known of a name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The target lacks it; the first version of MongoDB that has it, where that is why.
    Lacking(Option<String>),
    /// MongoDB has it, and the target's list does not name it.
    NotListed,
    /// Nothing is known.
    Unknown,
}

/// A name that the target lacks, or may lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is used, and where.
    pub used: Use,
    /// What is known of it.
    pub verdict: Verdict,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// The target in words.
    pub title: String,
    /// Where its table was read.
    pub source: String,
    /// The date of that source.
    pub as_of: String,
    /// How many different names the pipeline uses.
    pub n_used: usize,
    /// Those that are lacking, not listed or unknown, each once, in the order of the pipeline.
    pub findings: Vec<Finding>,
}

impl Lint {
    /// Whether something is lacking, for sure.
    #[must_use]
    pub fn is_lacking(&self) -> bool {
        self.findings.iter().any(|finding| matches!(finding.verdict, Verdict::Lacking(_)))
    }
}

/// Holds a pipeline that was read against a target.
pub fn lint(script: &Script, target: &str) -> Result<Lint, Error> {
    if !TARGETS.contains(&target) {
        return Err(Error::input(format!("unknown target `{target}`")).hint(nearest(
            "target",
            target,
            TARGETS.iter().copied(),
        )));
    }
    if !matches!(script.pipeline, Bson::Array(_) | Bson::Document(_)) {
        return Err(Error::input("a pipeline is an array of stages"));
    }
    let table = Table::of(target)?;
    let used = uses::of(script, &table);
    let mut findings: Vec<Finding> = Vec::new();
    let n_used = used.len();
    for used in used {
        if let Some(verdict) = table.verdict(&used) {
            findings.push(Finding { used, verdict });
        }
    }
    Ok(Lint { title: table.title, source: table.source, as_of: table.as_of, n_used, findings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn check(text: &str, target: &str, expected: &str) {
        let script = crate::read_pipeline(text, Language::Mongosh).unwrap();
        let found = lint(&script, target).unwrap();
        let told: Vec<String> = found
            .findings
            .iter()
            .map(|Finding { used, verdict }| match verdict {
                Verdict::Lacking(since) => {
                    format!("{} at {}: {}", used.name, used.place, since.as_deref().unwrap_or("no"))
                }
                Verdict::NotListed => format!("{} at {}: not listed", used.name, used.place),
                Verdict::Unknown => format!("{} at {}: unknown", used.name, used.place),
            })
            .collect();
        assert_eq!(told.join("; "), expected, "{text} for {target}");
    }

    #[test]
    fn the_projection_of_a_find_is_looked_at() {
        let text = "db.c.find({a: 1}, {a: {$elemMatch: {b: {$regex: 'x'}}}, m: {$median: {input: '$b', method: 'approximate'}}, s: {$slice: 2}})";
        check(text, "mongodb-6", "$median at the projection: 7.0");
        check("db.c.find({}, {m: {$median: {input: '$b'}}})", "mongodb-6", "$median at stage 1: 7.0");
    }

    #[test]
    fn what_a_version_lacks_is_told_with_the_version_that_has_it() {
        let text = "[{$match: {a: {$bitsAllSet: 1}}}, {$densify: {field: 'a'}}, {$project: {x: {$filter: {input: '$a', cond: true, limit: 1}}}}]";
        check(text, "mongodb-5", "$densify at stage 2: 5.1; $filter with limit at stage 3: 5.2");
        check(text, "mongodb-6", "");
        check("[{$group: {_id: 1, m: {$median: {input: '$a'}}}}]", "mongodb-6", "$median at stage 1: 7.0");
        check("[{$search: {}}]", "mongodb-8", "$search at stage 1: Atlas");
        check("[{$search: {}}, {$zzz: 1}]", "atlas", "$zzz at stage 2: unknown");
        check("[{$merge: 'x'}]", "mongodb-5", "");
        check("[{$merge: {into: 'x', whenMatched: [{$set: {a: '$$new.a'}}]}}]", "mongodb-5", "");
    }

    #[test]
    fn arguments_and_variables_came_with_a_version_too() {
        let text = "[{$lookup: {as: 'x', pipeline: [{$documents: []}]}}, {$out: {db: 'a', coll: 'b', timeseries: {}}}]";
        let expected =
            "$lookup without from at stage 1: 5.1; $documents at stage 1: 5.1; $out with timeseries at stage 2: 7.0";
        check(text, "mongodb-5", expected);
        let text = "[{$set: {r: '$$USER_ROLES', n: '$$NOW', x: '$$x.y', l: {$literal: '$$USER_ROLES'}}}]";
        check(text, "mongodb-6", "$$USER_ROLES at stage 1: 7.0");
        check("[{$set: {r: {$in: ['a', '$$USER_ROLES.role']}}}]", "mongodb-7", "");
        check("[{$match: {$expr: {$eq: ['$$SEARCH_META.a', 1]}}}]", "mongodb-8", "$$SEARCH_META at stage 1: Atlas");
        check(
            "[{$set: {b: {$convert: {input: 1, to: 'int', base: 2}}}}]",
            "mongodb-8",
            "$convert with base at stage 1: 8.3",
        );
        check(
            "[{$set: {b: {$ifNull: ['$a', '$b', 1]}, d: {$dateToString: {date: '$d', onNull: 1}}}}]",
            "mongodb-5",
            "",
        );
        // The keys of a query are fields.
        check("[{$match: {limit: 1, $convert: {base: 1}}}]", "atlas", "$convert at stage 1: unknown");
    }

    #[test]
    fn other_makes_are_held_to_their_lists() {
        check("[{$bucket: {groupBy: '$a', boundaries: [1, 2]}}]", "cosmos", "$bucket at stage 1: no");
        check(
            "[{$match: {$where: '1'}}, {$lookup: {from: 'b', let: {x: 1}, pipeline: [{$match: {$expr: {$eq: ['$a', '$$x']}}}], as: 'y'}}]",
            "cosmos",
            "$where at stage 1: no; $lookup with let and pipeline at stage 2: no",
        );
        check("[{$setWindowFields: {output: {r: {$rank: {}}}}}]", "documentdb", "$rank at stage 1: unknown");
        check("[{$densify: {}}, {$zzz: 1}]", "documentdb", "$densify at stage 1: not listed; $zzz at stage 2: unknown");
        check(
            "[{$group: {_id: {$sin: '$a'}, m: {$median: 1}}}]",
            "documentdb",
            "$sin at stage 1: not listed; $median at stage 1: not listed",
        );
        check(
            "[{$unionWith: 'b'}, {$match: {a: {$bitsAllSet: 1}}}]",
            "cosmos",
            "$unionWith at stage 1: not listed; $bitsAllSet at stage 2: no",
        );
        check("[{$limit: 1}]", "ferretdb", "$limit at stage 1: unknown");
    }

    #[test]
    fn every_name_of_the_table_is_one_of_the_language() {
        for target in TARGETS {
            Table::of(target).unwrap();
        }
        assert_eq!(table::unknown_names(), Vec::<String>::new());
    }
}
