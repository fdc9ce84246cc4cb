//! Where in a pipeline an error arose: the stage, by its number and name as the user wrote them.
//!
//! In: the stages that were given, and those that run in their place once they are rewritten. Out: a place for each of the latter.
//! Invariant: a number is only told of a stage that certainly is the one; else its name alone is.

use std::ops::Range;

use pipeline::ast::Stage;

use crate::Error;
use crate::brake::INTERRUPTED;
use crate::error::ErrorKind;
use crate::stage::Rows;

/// The places of the stages that run; of none where nothing is to be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(Vec<String>);

impl Places {
    /// Of stages that run in place of those that were given.
    pub(crate) fn new(given: &[Stage], run: &[Stage]) -> Self {
        if given == run {
            return Self(given.iter().enumerate().map(|(at, stage)| place(at, stage)).collect());
        }
        let taken_away = only(given, |stage| !run.contains(stage));
        let origin = |stage: &Stage| {
            only(given, |other| other == stage)
                .or_else(|| only(given, |other| other.name() == stage.name()))
                .or(taken_away)
        };
        let told = |stage: &Stage| match origin(stage) {
            Some(at) => place(at, &given[at]),
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

/// Such as ``stage 3, `$group` ``.
pub(crate) fn place(at: usize, stage: &Stage) -> String {
    format!("stage {}, `{}`", at + 1, stage.name())
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
            ("[{$set: {a: 1}}, {$match: {b: 1}}]", "stage 2, `$match`; stage 1, `$addFields`"),
            (
                "[{$limit: 1}, {$sortByCount: '$a'}]",
                "stage 1, `$limit`; stage 2, `$sortByCount`; stage 2, `$sortByCount`",
            ),
            ("[{$limit: 1}, {$count: 'a'}]", "stage 1, `$limit`; stage 2, `$count`; stage 2, `$count`"),
            ("[{$limit: 1}, {$limit: 1}]", "stage 1, `$limit`; stage 2, `$limit`"),
            ("[{$set: {a: 1}}, {$set: {a: 1}}, {$match: {b: 1}}]", "stage 3, `$match`; `$addFields`; `$addFields`"),
        ] {
            let given = parse_text(text).unwrap().stages;
            let (run, _) = rewrite(&given, true);
            assert_eq!(Places::new(&given, &run).0.join("; "), expected, "{text}");
        }
    }
}
