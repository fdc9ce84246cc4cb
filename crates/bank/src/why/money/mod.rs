//! The list of customers to call: who is worth it, how many, and what that brings under given assumptions.
//!
//! ```text
//!  bank, model ──► customers: open ones, scores, values ──► plan ──► told: profit by size, sensitivity, sentences
//!  assumptions ───────────────────────────────────────────────┘ └──► list: who to call, why
//! ```
//!
//! In: a bank, a [`ModelCard`], and [`Assumptions`]. Out: a [`Budgeted`].
//! Invariant: the same customers, models and assumptions give the same list; nothing is drawn at random. That a call keeps anyone
//! is an assumption, and is said to be one.

mod assumptions;
mod customers;
mod told;

use additive::profit::{Band, Plan, bands, plan};
use bson::{Bson, Document};
use contract::Unit;
use diagnostic::Diagnostic;
use insight::{Answer, Table};
use pipeline::Pipeline;

pub use self::assumptions::Assumptions;
use self::customers::{Columns, Customers};
use super::Scoring;
use super::card::{ModelCard, Viewed};
use crate::{Bank, Error, ErrorKind, Talk};

/// What is asked of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetWish {
    /// The view whose model scores; the one that can foresee best where none is named.
    pub view: Option<String>,
    /// What it is computed by.
    pub assumptions: Assumptions,
    /// Whether the assumptions are the user's, and not those that are built in.
    pub are_own: bool,
    /// The most that the list may cost, before what the assumptions say.
    pub budget: Option<f64>,
    /// Whether a category that the model has not seen counts as missing.
    pub unseen_is_missing: bool,
}

/// A list of customers, and what it is expected to bring.
#[derive(Clone, Debug, PartialEq)]
pub struct Budgeted {
    /// A heading.
    pub title: String,
    /// What it says.
    pub sentences: Vec<String>,
    /// The profit by the size of the list.
    pub sizes: Table,
    /// How the best profit moves with each assumption.
    pub sensitivity: Table,
    /// What the scores of each view are worth.
    pub views: Table,
    /// The profit by the size of the list, to be drawn.
    pub curve: Answer,
    /// The sensitivity, to be drawn.
    pub tornado: Answer,
    /// The customers to call, the one who is expected to bring most first.
    pub list: Vec<Document>,
    /// What is to be told beside it.
    pub notices: Vec<Diagnostic>,
}

/// A list as it was computed.
struct Computed<'a> {
    card: &'a ModelCard,
    viewed: &'a Viewed,
    assumptions: &'a Assumptions,
    budget: Option<f64>,
    unit: Unit,
    /// Whether there is spend, and whether there are balances.
    has_parts: [bool; 2],
    customers: Customers<'a>,
    values: Vec<f64>,
    plan: Plan,
    /// How many are on the list.
    size: usize,
}

impl Bank {
    /// The list of customers to call.
    pub fn budget(&self, card: &ModelCard, wish: &BudgetWish, talk: &Talk<'_>) -> Result<Budgeted, Error> {
        let bank = self.until(talk.cancel);
        let result = bank.budgeted(card, wish, talk);
        if talk.is_cancelled() { Err(Error::cancelled()) } else { result }
    }

    /// The pipeline of the customers who could be called, not run.
    pub fn budget_pipeline(&self, card: &ModelCard, wish: &BudgetWish) -> Result<(String, Pipeline), Error> {
        let viewed = card.view(wish.view.as_deref())?;
        // Refuses a bank of another contract.
        self.score_pipeline(card, &Scoring { view: Some(viewed.name.clone()), ..Scoring::default() })?;
        customers::pipeline(self, card, viewed, &wish.assumptions)
    }

    fn budgeted(&self, card: &ModelCard, wish: &BudgetWish, talk: &Talk<'_>) -> Result<Budgeted, Error> {
        let viewed = card.view(wish.view.as_deref())?;
        let assumptions = &wish.assumptions;
        let contract = self.customers()?;
        let columns = Columns::of(contract, assumptions);
        let budget = wish.budget.or_else(|| assumptions.budget());
        check_budget(budget, assumptions, Columns::unit(contract))?;
        let scoring =
            Scoring { view: Some(viewed.name.clone()), into: None, unseen_is_missing: wish.unseen_is_missing };
        let (_, mut notices) = self.looked_at(card, &scoring)?;
        if assumptions.per_customer().is_none() && columns.spend.is_none() && columns.balances.is_none() {
            let message = "no column of this bank says what a customer is worth: none has the role `spend` or `revolving_balance`";
            let hint = "say what each is worth: `value_per_customer = 200` in the file of assumptions";
            return Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
        }
        let customers = Customers::read(self, card, viewed, assumptions, talk)?;
        if customers.len() == 0 {
            let message = "no customer of this bank is open, so there is no one to call";
            return Err(Error::new(ErrorKind::Question, Diagnostic::new(message)));
        }
        notices.extend(told::of_view(card, viewed, wish));
        notices.extend(told::of_columns(&columns, wish, &customers));
        notices.extend(self.is_of_these_customers(card, talk)?.then(told::learnt_from));
        let values = customers.values([1.0; 2]);
        let plan = plan(&customers.probabilities, &values, assumptions.costs(), assumptions.saved().mean());
        let size = budget.map_or(plan.best, |budget| plan.within(budget));
        let has_parts = [columns.spend, columns.balances].map(|column| column.is_some());
        let unit = Columns::unit(contract);
        let computed = Computed { card, viewed, assumptions, budget, unit, has_parts, customers, values, plan, size };
        let key = columns.key.map(|key| key.name.as_str());
        let told = told::told(&computed, notices);
        Ok(Budgeted { list: computed.list(key)?, ..told })
    }
}

/// Refuses a budget that pays for no one.
fn check_budget(budget: Option<f64>, assumptions: &Assumptions, unit: Unit) -> Result<(), Error> {
    let Some(budget) = budget else { return Ok(()) };
    let wrong = |message: String, hint: String| Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint)));
    if !(budget.is_finite() && budget >= 0.0) {
        return wrong(
            format!("the budget is {budget}, and no amount of money"),
            "give an amount such as 10000".to_owned(),
        );
    }
    let contact = assumptions.costs().contact;
    if budget < contact {
        let [budget, contact] = [budget, contact].map(|amount| report::number(amount, unit));
        return wrong(
            format!("the budget of {budget} is below what one contact costs, {contact}"),
            format!("give at least {contact}, or a smaller `contact` in the file of assumptions"),
        );
    }
    Ok(())
}

impl Computed<'_> {
    /// How sure the profit of lists of these sizes is.
    fn bands(&self, sizes: &[usize]) -> Vec<Band> {
        let (costs, saved) = (self.assumptions.costs(), self.assumptions.saved());
        bands(&self.plan, &self.customers.probabilities, &self.values, costs, saved, sizes)
    }

    /// The customers on the list.
    fn list(self, key: Option<&str>) -> Result<Vec<Document>, Error> {
        let rows = &self.plan.order[..self.size];
        let reasons = self.customers.inputs.kept(rows).reasons(&self.viewed.model)?;
        let document = |((at, row), reasons): ((usize, &usize), Vec<String>)| {
            let mut document = Document::new();
            if let (Some(key), Some(value)) = (key, self.customers.keys[*row].clone()) {
                document.insert(key, value);
            }
            document.insert("place", Bson::Int64(at as i64 + 1));
            document.insert("probability", self.customers.probabilities[*row]);
            document.insert("value", self.values[*row]);
            document.insert("expected_gain", self.plan.gain[at]);
            for (at, reason) in reasons.into_iter().enumerate() {
                document.insert(format!("reason_{}", at + 1), reason);
            }
            document
        };
        Ok(rows.iter().enumerate().zip(reasons).map(document).collect())
    }
}
