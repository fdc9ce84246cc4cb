//! Asks random statements of the engine and of a server, and tells where they differ.
//!
//! In: a seed, a server, and when to stop. Out: how many were asked, and for each difference the smallest statement that
//! shows it, as the text of a case file with the server's answer in it.
//! Invariant: the same seed asks the same statements; how many, only time may limit.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bson::{Bson, Document, bson};

use crate::case_file::CaseText;
use crate::compare::Freedom;
use crate::random::{AVOIDED, Maker, STATEMENTS_A_WORLD, Statement};
use crate::runner::{Collections, DOCUMENTS, Embedded, Runner, Server};
use crate::shrink::{Case, shrink};
use crate::{Answer, Verdict};

/// What a run has found.
#[derive(Debug, Default)]
pub struct Report {
    /// Statements asked.
    pub asked: u64,
    /// Statements that were made and not asked.
    pub avoided: u64,
    /// Of those asked, how many the server answered with rows.
    pub answered: u64,
    /// Statements that one side refuses, or each with another code, where MongoDB leaves open what is evaluated first.
    pub open: u64,
    /// One of each kind of difference, shrunk.
    pub findings: Vec<Finding>,
    /// Statements that differ, with those that differ as another does.
    pub different: u64,
}

/// One difference.
#[derive(Debug)]
pub struct Finding {
    /// The number of the statement that showed it first.
    pub statement: u64,
    /// What differs.
    pub verdict: Verdict,
    /// The text of a case file.
    pub case: String,
    /// What the engine says instead.
    pub engine: String,
}

/// The engine and the server, holding the same collections.
struct Bench<'s> {
    server: &'s mut Server,
    engine: Embedded,
    collation: Option<&'s Bson>,
}

/// Asks statements `0, 1, 2, …` of a seed, all under one collation, for as long as `goes_on` says, which gets the report so far.
pub fn run(
    seed: u64,
    collation: Option<&Bson>,
    server: &mut Server,
    mut goes_on: impl FnMut(&Report) -> bool,
) -> Result<Report, mongo::Error> {
    let maker = Maker::new(seed);
    let mut bench = Bench { server, engine: Embedded::on_columns(), collation };
    let mut report = Report::default();
    let mut known = BTreeSet::new();
    let mut world = maker.world(0);
    for number in 0.. {
        if !goes_on(&report) {
            break;
        }
        if number % STATEMENTS_A_WORLD == 0 {
            world = maker.world(number);
            bench.fill(&world.collections)?;
        }
        let Some(statement) = maker.statement(number, &world) else {
            report.avoided += 1;
            continue;
        };
        report.asked += 1;
        let Some((pipeline, verdict, was_answered)) = bench.examine(&world.collections, &statement)? else {
            report.answered += 1;
            continue;
        };
        report.answered += u64::from(was_answered);
        if verdict == Verdict::Agree {
            continue;
        }
        if verdict.is_open(&pipeline) {
            report.open += 1;
            continue;
        }
        report.different += 1;
        let free = bench.least_order(&pipeline, statement.free)?;
        let n_loose = n_loose_ends(&pipeline, free);
        let case = Case { collections: world.collections.clone(), pipeline, free };
        let n_sorts = n_sorts(&case.pipeline);
        let small = shrink(case, &mut |case| {
            // What makes an order must not go, or a difference may be told that is none.
            let is_ordered = verdict != Verdict::OtherRows || self::n_sorts(&case.pipeline) == n_sorts;
            // What is not asked differs for a reason of its own.
            let asked = Statement { pipeline: case.pipeline.clone(), free, is_expression: false };
            let is_avoided = AVOIDED.iter().any(|avoided| avoided.covers(&asked));
            (is_ordered && !is_avoided && may_be_asked(&case.pipeline))
                && n_loose_ends(&case.pipeline, free) <= n_loose
                && bench.verdict_of(case).is_ok_and(|found| found == verdict && !found.is_open(&case.pipeline))
        });
        if known.insert((verdict.to_string(), names(&small.pipeline))) {
            report.findings.push(bench.finding(number, verdict, &small)?);
        }
        bench.fill(&world.collections)?;
    }
    Ok(report)
}

impl Bench<'_> {
    fn fill(&mut self, collections: &Collections) -> Result<(), mongo::Error> {
        self.engine.fill(collections)?;
        self.server.fill(collections)
    }

    fn verdict(&self, pipeline: &Bson, free: Freedom) -> Result<(Verdict, bool), mongo::Error> {
        let server = self.server.ask_under(self.collation, pipeline)?;
        let was_answered = matches!(server, Answer::Rows(_));
        Ok((self.engine_verdict(&server, pipeline, free)?, was_answered))
    }

    /// The first difference of a statement; `None` where there is none and the server answered.
    fn examine(
        &self,
        collections: &Collections,
        statement: &Statement,
    ) -> Result<Option<(Bson, Verdict, bool)>, mongo::Error> {
        let (verdict, was_answered) = self.verdict(&statement.pipeline, statement.free)?;
        if was_answered && verdict == Verdict::Agree {
            return Ok(None);
        }
        // An expression that fails on one document would hide what it gives on the others.
        if statement.is_expression {
            for document in &collections[DOCUMENTS] {
                let pipeline = of_one(document.get("_id"), &statement.pipeline);
                let (verdict, _) = self.verdict(&pipeline, statement.free)?;
                if verdict != Verdict::Agree {
                    return Ok(Some((pipeline, verdict, was_answered)));
                }
            }
        }
        Ok(Some((statement.pipeline.clone(), verdict, was_answered)))
    }

    /// All order left open, if the answers differ even so: then nothing that makes order is needed to show it.
    fn least_order(&self, pipeline: &Bson, free: Freedom) -> Result<Freedom, mongo::Error> {
        let all = Freedom { rows: true, arrays: true };
        let (verdict, _) = self.verdict(pipeline, all)?;
        Ok(if verdict == Verdict::Agree { free } else { all })
    }

    fn verdict_of(&mut self, case: &Case) -> Result<Verdict, mongo::Error> {
        self.fill(&case.collections)?;
        Ok(self.verdict(&case.pipeline, case.free)?.0)
    }

    fn finding(&mut self, statement: u64, verdict: Verdict, case: &Case) -> Result<Finding, mongo::Error> {
        self.fill(&case.collections)?;
        let server = self.server.ask_under(self.collation, &case.pipeline)?;
        let engine = catch_unwind(AssertUnwindSafe(|| self.engine.ask_under(self.collation, &case.pipeline)));
        let engine =
            engine.map_or_else(|_| "a panic".to_owned(), |answer| answer.map_or_else(|e| e.to_string(), |a| a.show()));
        let text = CaseText {
            collections: &case.collections,
            pipeline: &case.pipeline,
            collation: self.collation,
            free: case.free,
            answer: &server,
        };
        Ok(Finding { statement, verdict, case: text.to_string(), engine })
    }

    /// The engine's answer against the server's; a panic is a finding, too.
    fn engine_verdict(&self, server: &Answer, pipeline: &Bson, free: Freedom) -> Result<Verdict, mongo::Error> {
        match catch_unwind(AssertUnwindSafe(|| self.engine.ask_under(self.collation, pipeline))) {
            Ok(answer) => Ok(Verdict::of(server, &answer?, free)),
            Err(_) => Ok(Verdict::EnginePanics),
        }
    }
}

/// The pipeline, asked of one document only.
fn of_one(id: Option<&Bson>, pipeline: &Bson) -> Bson {
    let stages = pipeline.as_array().into_iter().flatten().cloned();
    let filter = bson!({ "$match": { "_id": id.cloned().unwrap_or(Bson::Null) } });
    Bson::Array(std::iter::once(filter).chain(stages).collect())
}

/// The places where a pipeline leaves the order of rows open: a sort that does not end in the `_id`, and a stage that
/// shuffles rows with anything but such a sort behind it.
fn n_loose_ends(pipeline: &Bson, free: Freedom) -> usize {
    let stages: Vec<&Document> = pipeline.as_array().into_iter().flatten().filter_map(Bson::as_document).collect();
    let shuffles = |stage: &Document| stage.contains_key("$group") || stage.contains_key("$sortByCount");
    let n_unsorted = stages.windows(2).filter(|pair| shuffles(pair[0]) && !pair[1].contains_key("$sort")).count();
    let is_unsorted = !free.rows && stages.last().is_some_and(|stage| shuffles(stage));
    n_unsorted + usize::from(is_unsorted) + stages.iter().map(|stage| n_loose_sorts(stage)).sum::<usize>()
}

/// How many sorts there are, in the pipelines inside, too.
fn n_sorts(value: &Bson) -> usize {
    match value {
        Bson::Document(form) => form.iter().map(|(name, inner)| usize::from(name == "$sort") + n_sorts(inner)).sum(),
        Bson::Array(items) => items.iter().map(n_sorts).sum(),
        _ => 0,
    }
}

/// Whether a smaller pipeline is one that both sides read the same way: a list of stages, and no sample that leaves any out.
fn may_be_asked(pipeline: &Bson) -> bool {
    fn samples_some(value: &Bson) -> bool {
        match value {
            Bson::Document(form) => form.iter().any(|(name, inner)| {
                let is_small = || inner.as_document().and_then(|form| form.get_i32("size").ok()) != Some(10_000);
                (name == "$sample" && is_small()) || samples_some(inner)
            }),
            Bson::Array(items) => items.iter().any(samples_some),
            _ => false,
        }
    }
    matches!(pipeline, Bson::Array(_)) && !samples_some(pipeline)
}

fn n_loose_sorts(form: &Document) -> usize {
    let of_value = |(name, value): (&String, &Bson)| match value {
        Bson::Document(order) if matches!(name.as_str(), "$sort" | "sortBy") => usize::from(!order.contains_key("_id")),
        Bson::Document(inner) => n_loose_sorts(inner),
        Bson::Array(_) => n_loose_ends(value, Freedom::default()),
        _ => 0,
    };
    form.iter().map(of_value).sum()
}

/// The names in a pipeline, which tell one kind of difference from another.
#[must_use]
pub fn names(value: &Bson) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Bson, found: &mut BTreeSet<String>) {
    match value {
        Bson::Document(document) => {
            for (name, inner) in document {
                if name.starts_with('$') {
                    found.insert(name.clone());
                }
                if name != "$literal" {
                    collect(inner, found);
                }
            }
        }
        Bson::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}
