//! Where in a pipeline an error arose: the stage, by its number and name as the user wrote them, in the view that it stands in.
//!
//! In: the stages that were given, and those that run in their place once they are rewritten. Out: a place for each of the latter.
//! Invariant: a number is only told of a stage that certainly is the one; else its name alone is.

use std::ops::Range;

use bson::DateTime;
use diagnostic::quote;
use pipeline::Pipeline;
use pipeline::ast::Stage;

use crate::brake::INTERRUPTED;
use crate::error::ErrorKind;
use crate::stage::Rows;
use crate::{Error, constants};

/// Where the stages of a pipeline were written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    /// The views whose stages stand in front, each with how many it has.
    pub(crate) views: Vec<(String, usize)>,
    /// How many stages of the pipeline ran already, in front of these.
    pub(crate) n_before: usize,
}

impl Origin {
    /// Such as ``stage 3, `$group` `` or ``view `women`: stage 1, `$match` ``.
    fn place(&self, at: usize, stage: &Stage) -> String {
        let numbered = |at: usize| format!("stage {}, `{}`", at + 1, stage.name());
        let mut left = at;
        for (view, n) in &self.views {
            if left < *n {
                return format!("view `{}`: {}", quote(view), numbered(left));
            }
            left -= n;
        }
        numbered(self.n_before + left)
    }
}

/// The stages with their constants computed; an error names the stage.
pub(crate) fn folded(stages: &[Stage], origin: &Origin, now: DateTime) -> Result<Vec<Stage>, Error> {
    let fold = |stages: &[Stage]| constants::fold(&Pipeline::of(stages.to_vec()), now);
    fold(stages).map(|folded| folded.stages).map_err(|error| {
        let fails = |stage: &&Stage| fold(std::slice::from_ref(stage)).is_err();
        match stages.iter().enumerate().find(|(_, stage)| fails(stage)) {
            Some((at, stage)) => error.at(origin.place(at, stage)),
            None => error,
        }
    })
}

/// The rows that stages make which run together, the first of them behind `at` others of their pipeline.
pub(crate) fn in_stages<'a>(at: usize, stages: &'a [Stage], rows: Rows<'a>) -> Rows<'a> {
    let place = move || {
        let places = stages.iter().enumerate().map(|(n, stage)| Origin::default().place(at + n, stage));
        places.collect::<Vec<_>>().join(" and ")
    };
    Box::new(rows.map(move |row| row.map_err(|error| told(&place(), error))))
}

/// The places of the stages that run; of none where nothing is to be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(Vec<String>);

impl Places {
    /// Of stages that run in place of those that were given.
    pub(crate) fn new(given: &[Stage], origin: &Origin, run: &[Stage]) -> Self {
        if given == run {
            return Self(given.iter().enumerate().map(|(at, stage)| origin.place(at, stage)).collect());
        }
        let taken_away = only(given, |stage| !run.contains(stage));
        let found = |stage: &Stage| {
            only(given, |other| other == stage)
                .or_else(|| only(given, |other| other.name() == stage.name()))
                .or(taken_away)
        };
        let told = |stage: &Stage| match found(stage) {
            Some(at) => origin.place(at, &given[at]),
            None => format!("`{}`", stage.name()),
        };
        Self(run.iter().map(told).collect())
    }

    /// Of the stages behind the first `n`.
    pub(crate) fn behind(&self, n: usize) -> Self {
        Self(self.0.get(n..).unwrap_or_default().to_vec())
    }

    /// The error with the place of the stage at this index; one that it has already stays.
    pub(crate) fn of(&self, at: usize, error: Error) -> Error {
        match self.0.get(at) {
            Some(place) => told(place, error),
            None => error,
        }
    }

    /// The rows that stages make which run together, with their place in an error.
    pub(crate) fn rows<'a>(&self, stages: Range<usize>, rows: Rows<'a>) -> Rows<'a> {
        match self.0.get(stages) {
            Some(places) if !places.is_empty() => {
                let place = places.join(" and ");
                Box::new(rows.map(move |row| row.map_err(|error| told(&place, error))))
            }
            _ => rows,
        }
    }
}

/// No stage is at fault where what is stored is damaged, or where the user ended it.
fn told(place: &str, error: Error) -> Error {
    let is_of_stage = error.kind() == ErrorKind::Pipeline && error.code() != Some(INTERRUPTED);
    if is_of_stage { error.at(place) } else { error }
}

/// Where the one stage is of which that holds.
fn only(stages: &[Stage], holds: impl Fn(&Stage) -> bool) -> Option<usize> {
    let mut found = (0..stages.len()).filter(|at| holds(&stages[*at]));
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    use pipeline::parse_text;

    use super::*;
    use crate::rewrite::rewrite;

    #[test]
    fn rewritten_stages_have_the_numbers_that_the_user_gave_them() {
        for (text, expected) in [
            ("[{$set: {a: 1}}, {$match: {b: 1}}]", "stage 2, `$match`; stage 1, `$set`"),
            (
                "[{$limit: 1}, {$sortByCount: '$a'}]",
                "stage 1, `$limit`; stage 2, `$sortByCount`; stage 2, `$sortByCount`",
            ),
            ("[{$limit: 1}, {$count: 'a'}]", "stage 1, `$limit`; stage 2, `$count`; stage 2, `$count`"),
            ("[{$limit: 1}, {$limit: 1}]", "stage 1, `$limit`; stage 2, `$limit`"),
            ("[{$set: {a: 1}}, {$set: {a: 1}}, {$match: {b: 1}}]", "stage 3, `$match`; `$set`; `$set`"),
        ] {
            let given = parse_text(text).unwrap().stages;
            let (run, _) = rewrite(&given, true);
            assert_eq!(Places::new(&given, &Origin::default(), &run).0.join("; "), expected, "{text}");
        }
    }

    #[test]
    fn the_stages_of_views_are_numbered_in_their_view() {
        let given = parse_text("[{$limit: 1}, {$skip: 1}, {$match: {a: 1}}, {$replaceWith: '$b'}]").unwrap().stages;
        let views = [("low", 2), ("high", 1)].map(|(view, n)| (view.to_owned(), n)).to_vec();
        let places = Places::new(&given, &Origin { views, n_before: 0 }, &given);
        let expected = "view `low`: stage 1, `$limit`; view `low`: stage 2, `$skip`; view `high`: stage 1, `$match`; stage 1, `$replaceWith`";
        assert_eq!(places.0.join("; "), expected);
    }
}
