//! The customers who could be called: who is open, how likely each is of the kind that leaves, and what each is worth.
//!
//! In: a bank, a view's model, and assumptions. Out: the pipeline, and its rows as arrays.
//! Invariant: a customer who has left, or of whom that is not known, is not among them; a value that is not known counts as
//! nothing, and is counted.

use additive::probability;
use bson::{Bson, bson, doc};
use contract::{Column, Contract, Role, Unit};
use pipeline::{Pipeline, Run};

use super::super::card::{ModelCard, Viewed};
use super::super::inputs::Inputs;
use super::super::{expression, table};
use super::Assumptions;
use crate::{Bank, Error, Talk};

/// The progress is told after so many rows.
const ROWS_A_STEP: u64 = 10_000;

/// Where the pipeline puts what it computes: names that no column has.
struct Names {
    log_odds: String,
    probability: String,
    of_spend: String,
    of_balances: String,
    value: String,
    gain: String,
}

impl Names {
    fn free(contract: &Contract) -> Self {
        let free = |name: &str| {
            let mut name = name.to_owned();
            while contract.column(&name).is_some() {
                name.push('_');
            }
            name
        };
        Self {
            log_odds: free("log_odds"),
            probability: free("probability"),
            of_spend: free("value_of_spend"),
            of_balances: free("value_of_balances"),
            value: free("value"),
            gain: free("expected_gain"),
        }
    }
}

/// The customers who could be called.
pub(super) struct Customers<'a> {
    /// Their numbers; none where these name persons.
    pub(super) keys: Vec<Option<Bson>>,
    pub(super) log_odds: Vec<f64>,
    pub(super) probabilities: Vec<f64>,
    /// What the spend of each is worth, or each customer where all are worth the same.
    pub(super) of_spend: Vec<f64>,
    /// What the balance of each is worth.
    pub(super) of_balances: Vec<f64>,
    /// How many have no spend, and no balance.
    pub(super) unknown: [u64; 2],
    /// What the model reads of them.
    pub(super) inputs: Inputs<'a>,
}

/// What a contract has that a list can be computed by.
pub(super) struct Columns<'a> {
    pub(super) outcome: Option<&'a Column>,
    pub(super) spend: Option<&'a Column>,
    pub(super) balances: Option<&'a Column>,
    /// The number of a customer, where it may be listed.
    pub(super) key: Option<&'a Column>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(contract: &'a Contract, assumptions: &Assumptions) -> Self {
        let amount = |role| contract.role(role).filter(|_| assumptions.per_customer().is_none());
        Self {
            outcome: contract.role(Role::Closed),
            spend: amount(Role::Spend),
            balances: amount(Role::RevolvingBalance),
            key: Some(contract.key()).filter(|key| !key.direct_identifier),
        }
    }

    /// What money is counted in.
    pub(super) fn unit(contract: &Contract) -> Unit {
        let is_dollars = contract.columns.iter().any(|column| column.unit == Unit::Dollars);
        if is_dollars { Unit::Dollars } else { Unit::Count }
    }
}

/// The pipeline that gives of each open customer what the model reads, the score, the value, and what a call is expected to bring.
pub(super) fn pipeline(
    bank: &Bank,
    card: &ModelCard,
    viewed: &Viewed,
    assumptions: &Assumptions,
) -> Result<(String, Pipeline), Error> {
    let contract = bank.customers()?;
    let columns = Columns::of(contract, assumptions);
    let names = Names::free(contract);
    let beside: Vec<&str> = [columns.key, columns.outcome, columns.spend, columns.balances]
        .into_iter()
        .flatten()
        .map(|column| column.name.as_str())
        .collect();
    let (collection, mut pipeline) = table::pipeline(bank.catalog(), &card.features_of(&viewed.model), &beside)?;
    let mut stages = Vec::new();
    if let Some(outcome) = columns.outcome {
        let open = outcome.categories().iter().filter(|one| !one.is_closed && !one.is_missing);
        let open: Vec<Bson> = open.map(|one| Bson::String(one.value.clone())).collect();
        stages.push(bson!({ "$match": { outcome.name.as_str(): { "$in": open } } }));
    }
    let worth = |column: Option<&Column>, factor: f64| {
        column.map_or(Bson::Double(0.0), |column| bson!({ "$multiply": [format!("${}", column.name), factor] }))
    };
    let of_spend =
        assumptions.per_customer().map_or_else(|| worth(columns.spend, assumptions.of_spend()), Bson::Double);
    let Names { log_odds, probability, of_spend: spend, of_balances: balances, value, gain } = &names;
    stages.push(
        doc! { "$addFields": {
            log_odds: expression::log_odds(&viewed.model),
            spend: of_spend,
            balances: worth(columns.balances, assumptions.of_balances()),
        } }
        .into(),
    );
    let or_none = |name: &str| bson!({ "$ifNull": [format!("${name}"), 0.0] });
    stages.push(
        doc! { "$addFields": {
            probability: expression::probability(log_odds),
            value: { "$add": [or_none(spend), or_none(balances)] },
        } }
        .into(),
    );
    let (costs, saved) = (assumptions.costs(), assumptions.saved().mean());
    stages.push(bson!({ "$addFields": { gain.as_str(): { "$subtract": [
        { "$multiply": [format!("${probability}"), saved, { "$subtract": [format!("${value}"), costs.incentive] }] },
        { "$add": [{ "$multiply": [{ "$subtract": [1.0, format!("${probability}")] }, costs.incentive] }, costs.contact] },
    ] } } }));
    pipeline.stages.extend(pipeline::parse(&Bson::Array(stages))?.stages);
    Ok((collection, pipeline))
}

impl<'a> Customers<'a> {
    /// Reads them.
    pub(super) fn read(
        bank: &Bank,
        card: &'a ModelCard,
        viewed: &Viewed,
        assumptions: &Assumptions,
        talk: &Talk<'_>,
    ) -> Result<Self, Error> {
        let contract = bank.customers()?;
        let (collection, pipeline) = pipeline(bank, card, viewed, assumptions)?;
        let (names, key) = (Names::free(contract), contract.key());
        let mut customers = Self {
            keys: Vec::new(),
            log_odds: Vec::new(),
            probabilities: Vec::new(),
            of_spend: Vec::new(),
            of_balances: Vec::new(),
            unknown: [0; 2],
            inputs: Inputs::of(card, &viewed.model),
        };
        for row in Run::rows(bank, &collection, &pipeline)? {
            let row = row?;
            let log_odds = number(row.get(&names.log_odds)).unwrap_or_default();
            let [of_spend, of_balances] = [&names.of_spend, &names.of_balances].map(|name| number(row.get(name)));
            customers.unknown[0] += u64::from(of_spend.is_none());
            customers.unknown[1] += u64::from(of_balances.is_none());
            customers.inputs.push(&row)?;
            customers.keys.push(row.get(&key.name).filter(|_| !key.direct_identifier).cloned());
            customers.log_odds.push(log_odds);
            customers.probabilities.push(number(row.get(&names.probability)).unwrap_or_else(|| probability(log_odds)));
            customers.of_spend.push(of_spend.unwrap_or_default());
            customers.of_balances.push(of_balances.unwrap_or_default());
            if (customers.keys.len() as u64).is_multiple_of(ROWS_A_STEP) {
                talk.step("reading", customers.keys.len() as u64, None, "customers");
            }
        }
        Ok(customers)
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// What each is worth, with its two parts as many times as is said.
    pub(super) fn values(&self, [spend, balances]: [f64; 2]) -> Vec<f64> {
        self.of_spend.iter().zip(&self.of_balances).map(|(one, other)| one * spend + other * balances).collect()
    }
}

fn number(value: Option<&Bson>) -> Option<f64> {
    match value {
        Some(Bson::Double(number)) => Some(*number).filter(|number| number.is_finite()),
        Some(Bson::Int32(number)) => Some(f64::from(*number)),
        Some(Bson::Int64(number)) => Some(*number as f64),
        _ => None,
    }
}
