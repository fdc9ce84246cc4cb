//! Why customers leave: models of the outcome by what each could have told in time, and scores by them.
//!
//! ```text
//!  contract ──► feature: what may be used ──► view: four honest choices
//!                     │                            │
//!  bank ──► table: one row a customer ──► gate ──► additive: evidence, model ──► card ──► answers
//!                                                                                 │
//!  bank ──► clusters: are there groups? ──────────────────────────────────────────► answers
//!  bank ──────────────────────── score: one expression by customer ◄── expression ┘
//! ```
//!
//! In: a bank, or a file of models. Out: a [`ModelCard`]; scores as a pipeline.
//! Invariant: all seeds are fixed, so the same customers give the same card.

mod answers;
pub mod campaign;
mod card;
mod clusters;
mod expression;
mod fairness;
mod feature;
mod gate;
mod inputs;
mod kept;
mod money;
mod reasons;
mod score;
mod scorecard;
mod segments;
mod spelling;
mod table;
mod view;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use additive::evidence::{Validated, cross_validated, learning_curve};
use additive::{Column, Model, Reason, Settings, Watch, folds, reasons as reasons_of};
use diagnostic::Diagnostic;
use pipeline::Pipeline;

pub use answers::TOPIC as WHY;
pub use card::{Data, ModelCard, Viewed};
pub use fairness::{Fairness, StandIn, Treated};
pub use feature::{Feature, NoFeature, Origin};
pub use money::{Assumptions, BudgetWish, Budgeted};
pub use score::{Scored, Scoring};
pub use scorecard::{Points, ScorecardWish};
pub use segments::Tiers;

use self::fairness::Attribute;
use self::table::Table;
use self::view::View;
use crate::{Bank, Error, ErrorKind, Talk};

/// The parts of a division.
const PARTS: usize = 5;
/// The divisions for evidence, unless something is said …
const REPEATS: usize = 5;
/// … and beyond so many customers, of whom one division says as much.
const MANY: usize = 50_000;
/// Where the draws of the divisions begin.
const SEED: u64 = 2026;

/// What is asked of the models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhyWish {
    /// How many times customers are divided for evidence.
    pub repeats: Option<usize>,
    /// Columns that may be used though they tell the outcome too well.
    pub knowingly: Vec<String>,
}

impl Bank {
    /// Trains a model for each view, with its evidence.
    pub fn why(&self, wish: &WhyWish, talk: &Talk<'_>) -> Result<ModelCard, Error> {
        let bank = self.until(talk.cancel);
        let result = bank.trained(wish, talk);
        if talk.is_cancelled() { Err(Error::cancelled()) } else { result }
    }

    /// The pipeline of the training set, not run.
    pub fn why_pipeline(&self) -> Result<(String, Pipeline), Error> {
        let contract = self.customers()?;
        let (outcome, _) = table::outcome(contract)?;
        table::pipeline(self.catalog(), &feature::features(contract).0, &[outcome])
    }

    fn trained(&self, wish: &WhyWish, talk: &Talk<'_>) -> Result<ModelCard, Error> {
        let contract = self.customers()?;
        if wish.repeats == Some(0) {
            let diagnostic = Diagnostic::new("customers must be divided at least once");
            return Err(Error::new(ErrorKind::Usage, diagnostic));
        }
        let (outcome, closed) = table::outcome(contract)?;
        let (features, left_out) = feature::features(contract);
        let table = Table::read(self, &features, talk)?;
        gate::check(&table, &wish.knowingly)?;
        let data = Data {
            title: contract.title.clone(),
            outcome: (outcome.to_owned(), closed.iter().map(|value| (*value).to_owned()).collect()),
            customers: table.outcomes.len() as u64,
            left: table.outcomes.iter().filter(|left| **left).count() as u64,
            unknown: table.unknown,
            day: self.day().map(|day| day.to_string()),
            fingerprint: table.fingerprint(),
        };
        let (views, absent) = view::views(contract, &features);
        let attributes = Attribute::all(self)?;
        let mut card = ModelCard::new(data, features, left_out);
        card.named_knowingly.clone_from(&wish.knowingly);
        card.absent = absent;
        card.tiers = segments::spend_tiers(contract, &table);
        if let Some((_, members)) = views.first() {
            card.rules = segments::segments(&table, members)?;
        }
        for (at, (view, members)) in views.iter().enumerate() {
            let told = |done: u64, of: u64| {
                talk.step("", at as u64 * of + done, Some(views.len() as u64 * of), "models");
            };
            card.views.push(viewed(*view, (&table, &attributes), members, wish, talk, &told)?);
        }
        Ok(card)
    }
}

/// The evidence of a view, and its model.
fn viewed(
    view: View,
    (table, attributes): (&Table, &[Attribute]),
    members: &[usize],
    wish: &WhyWish,
    talk: &Talk<'_>,
    told: &dyn Fn(u64, u64),
) -> Result<Viewed, Error> {
    let settings = Settings::default();
    let columns = table.columns(members);
    let many = table.outcomes.len() > MANY;
    let repeats = wish.repeats.unwrap_or(if many { 1 } else { REPEATS });
    let divisions = folds::repeated(&table.outcomes, PARTS, repeats, SEED);
    // The fit on all customers and the learning curve count as one division more.
    let all = (PARTS * (repeats + 1)) as u64;
    let flag = Arc::clone(talk.cancel);
    let is_stopped = move || flag.load(Ordering::SeqCst);
    let done = AtomicUsize::new(0);
    let count = |n: usize, _: usize| done.store(n, Ordering::Relaxed);
    let watch = Watch { progress: &count, is_stopped: &is_stopped };
    let validated = beside(
        || cross_validated(&columns, &table.outcomes, &divisions, &settings, watch),
        || told(done.load(Ordering::Relaxed) as u64, all),
    );
    let Validated { evidence, out_of_fold } = validated.map_err(refused)?;
    let quiet = Watch { progress: &|_, _| {}, ..watch };
    let fitted = additive::fit(&columns, &table.outcomes, &settings, quiet).map_err(refused)?;
    let division = divisions.first().map_or(&[][..], Vec::as_slice);
    let learning = learning_curve(&columns, &table.outcomes, division, &settings, quiet).map_err(refused)?;
    told(all, all);
    let first: Vec<Option<usize>> = first_reasons(&fitted.model, &columns)?;
    let survives = first.iter().zip(&out_of_fold.reasons).filter(|(now, then)| now == then).count();
    let mut scores = fitted.model.log_odds(&columns).map_err(refused)?;
    scores.sort_unstable_by(f64::total_cmp);
    let decile = |tenth: usize| scores.get(scores.len() * tenth / 10).copied().unwrap_or(0.0);
    let left_out = fitted.left_out.into_iter().map(|left| NoFeature { name: left.name, reason: left.reason });
    Ok(Viewed {
        name: view.name.to_owned(),
        left_out: left_out.collect(),
        evidence,
        repeats,
        learning,
        fairness: fairness::fairness(attributes, table, members, &out_of_fold)?,
        first_reason_survives: survives as f64 / first.len().max(1) as f64,
        deciles: (1..10).map(decile).collect(),
        model: fitted.model,
    })
}

/// The place of the column that moves each customer most.
fn first_reasons(model: &Model, columns: &[Column<'_>]) -> Result<Vec<Option<usize>>, Error> {
    let place = |reason: &Reason| columns.iter().position(|column| column.name == model.inputs[reason.input].name);
    let found = reasons_of(model, columns, 1).map_err(refused)?;
    Ok(found.iter().map(|of| of.first().and_then(place)).collect())
}

/// Does work on a thread of its own, and tells now and then how far it is.
fn beside<T: Send>(work: impl FnOnce() -> T + Send, tell: impl Fn()) -> T {
    const PAUSE: Duration = Duration::from_millis(50);
    std::thread::scope(|scope| {
        let worker = scope.spawn(work);
        while !worker.is_finished() {
            std::thread::sleep(PAUSE);
            tell();
        }
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// What the trainer refuses.
fn refused(error: additive::Error) -> Error {
    if error.is_cancelled() { Error::cancelled() } else { Error::new(ErrorKind::Data, error.into_diagnostic()) }
}
