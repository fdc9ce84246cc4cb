//! Which indexes help which pipelines, tried on the real data.
//!
//! In: pipelines. Out: for each index that they could use, their time and what the server looked at without it and with
//! it, and a [`Verdict`].
//! Each candidate is tried alone; the one that saves the most is taken, and the others are tried again on top of it,
//! until none helps any more. So an index that only seems to help where a better one is missing is not advised.
//! Invariant: an index made for a trial has a name that begins with [`TRIAL`] and is gone at the end, also after an error
//! or Ctrl-C; what a crash left is dropped by the next trial.

mod candidates;
mod measure;
mod trial;

use std::time::Duration;

use bson::doc;
use pipeline::Pipeline;

use crate::{Error, Server, indexes};
use measure::measured;
use trial::Trial;

pub use candidates::{Candidate, candidates};
pub use measure::Measure;

/// How the names of indexes begin that are made for a trial.
const TRIAL: &str = "banksphere_try_";
/// An index helps if the time with it is at most this part of the time without.
const WORTH: f64 = 0.8;
/// An index that saves less than this does not help.
const WORTH_TIME: Duration = Duration::from_millis(1);

/// A pipeline to advise on.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The collection that it reads.
    pub collection: String,
    /// The pipeline.
    pub pipeline: Pipeline,
}

/// What was found out about one index.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The index.
    pub candidate: Candidate,
    /// The pipelines that could use it, without it; `None` where it is there already.
    pub without: Option<Measure>,
    /// The same with it.
    pub with: Measure,
    /// Whether it helps.
    pub verdict: Verdict,
}

/// Whether an index helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is there already, by this name.
    Exists(String),
    /// It helps.
    Helps,
    /// It does not.
    DoesNotHelp,
}

impl Server {
    /// Tries the indexes that the pipelines could use. `tell` hears what is being tried.
    pub fn advise(&self, questions: &[Question], mut tell: impl FnMut(&str)) -> Result<Vec<Advice>, Error> {
        self.sweep_trials()?;
        let mut advice = Vec::new();
        let mut left: Vec<Candidate> = Vec::new();
        for candidate in all_candidates(questions) {
            let there = self.indexes(&candidate.collection)?;
            match there.iter().find(|index| candidate.is_served_by(index)) {
                Some(index) => {
                    tell(&format!("measuring with {}", index.name));
                    let with = self.measured(questions, &asking_for(questions, &candidate))?;
                    let verdict = Verdict::Exists(index.name.clone());
                    advice.push(Advice { candidate, without: None, with, verdict });
                }
                None => left.push(candidate),
            }
        }
        let mut kept = Vec::new();
        while !left.is_empty() {
            let mut round = self.round(questions, left, &mut tell)?;
            let best = round.iter().enumerate().filter(|(_, advice)| advice.verdict == Verdict::Helps);
            let Some((best, _)) = best.max_by_key(|(_, advice)| advice.saved()) else {
                advice.append(&mut round);
                break;
            };
            let best = round.swap_remove(best);
            left = round.into_iter().map(|advice| advice.candidate).collect();
            if !left.is_empty() {
                kept.push(Trial::start(self, &best.candidate)?);
            }
            advice.push(best);
        }
        kept.into_iter().try_for_each(Trial::end)?;
        Ok(advice)
    }

    /// Makes an index to stay, under the name that the server would give it.
    pub fn create_index(&self, candidate: &Candidate) -> Result<(), Error> {
        self.build(candidate, &candidate.name())
    }

    /// Tries each candidate alone, on top of the indexes that are there.
    fn round(
        &self,
        questions: &[Question],
        candidates: Vec<Candidate>,
        tell: &mut impl FnMut(&str),
    ) -> Result<Vec<Advice>, Error> {
        // Several candidates may be about one pipeline, which is measured without them once.
        let mut without_any: Vec<Option<Measure>> = vec![None; questions.len()];
        let one = |candidate: Candidate| {
            let asking = asking_for(questions, &candidate);
            tell(&format!("without {candidate}"));
            for at in &asking {
                if without_any[*at].is_none() {
                    without_any[*at] = Some(measured(self, &questions[*at])?);
                }
            }
            let without = asking.iter().filter_map(|at| without_any[*at]).sum();
            tell(&format!("building {candidate}"));
            let trial = Trial::start(self, &candidate)?;
            tell(&format!("with {candidate}"));
            let with = self.measured(questions, &asking)?;
            trial.end()?;
            let verdict = verdict(&without, &with);
            Ok(Advice { candidate, without: Some(without), with, verdict })
        };
        candidates.into_iter().map(one).collect()
    }

    /// What some of the pipelines cost together.
    fn measured(&self, questions: &[Question], asking: &[usize]) -> Result<Measure, Error> {
        asking.iter().map(|at| measured(self, &questions[*at])).sum()
    }

    fn build(&self, candidate: &Candidate, name: &str) -> Result<(), Error> {
        let index = doc! { "key": candidate.key_pattern(), "name": name };
        let hello = self.command(doc! { "hello": 1 })?;
        let collection = self.session()?.resolve(&candidate.collection)?;
        self.write_command(indexes::build(&collection, vec![index], &hello))?;
        Ok(())
    }
}

impl Advice {
    /// The time saved; a run that was given up without the index counts as endless.
    fn saved(&self) -> Duration {
        let without = self.without.as_ref().map_or(Some(Duration::ZERO), |without| without.time);
        without.unwrap_or(Duration::MAX).saturating_sub(self.with.time.unwrap_or(Duration::MAX))
    }
}

fn verdict(without: &Measure, with: &Measure) -> Verdict {
    let helps = match (without.time, with.time) {
        (Some(without), Some(with)) => with <= without.mul_f64(WORTH) && without.saturating_sub(with) >= WORTH_TIME,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    if helps { Verdict::Helps } else { Verdict::DoesNotHelp }
}

/// The indexes that any of the pipelines could use, each once.
fn all_candidates(questions: &[Question]) -> Vec<Candidate> {
    let mut all = Vec::new();
    for question in questions {
        for candidate in candidates(&question.collection, &question.pipeline) {
            if !all.contains(&candidate) {
                all.push(candidate);
            }
        }
    }
    all
}

/// Which of the pipelines could use an index.
fn asking_for(questions: &[Question], candidate: &Candidate) -> Vec<usize> {
    let asks = |question: &Question| candidates(&question.collection, &question.pipeline).contains(candidate);
    (0..questions.len()).filter(|at| asks(&questions[*at])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_and_a_millisecond_are_worth_an_index() {
        let took =
            |ms: Option<f64>| Measure { time: ms.map(|ms| Duration::from_secs_f64(ms / 1000.0)), ..Measure::default() };
        for (without, with, verdict_expected) in [
            (Some(4000.0), Some(40.0), Verdict::Helps),
            (Some(100.0), Some(80.0), Verdict::Helps),
            (Some(100.0), Some(81.0), Verdict::DoesNotHelp),
            (Some(1.0), Some(0.2), Verdict::DoesNotHelp),
            (None, Some(29_000.0), Verdict::Helps),
            (None, None, Verdict::DoesNotHelp),
            (Some(1.0), None, Verdict::DoesNotHelp),
        ] {
            assert_eq!(verdict(&took(without), &took(with)), verdict_expected, "{without:?} {with:?}");
        }
    }
}
