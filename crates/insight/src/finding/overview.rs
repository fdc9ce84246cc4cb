//! The key figures of all customers taken together.

use super::{Said, closed};
use crate::groups::Groups;
use crate::{Fact, words};

/// The sentence over the one row there is.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let Some(row) = groups.rows.first().filter(|row| row.customers > 0.0) else {
        return Said::plain("There are no such customers.");
    };
    let measures = &groups.analysis.measures;
    let money = ["total_limit", "total_balance"].map(|name| row.number(name));
    if let (Some(n_closed), [Some(limit), Some(balance)]) = (row.number("closed"), money)
        && limit > 0.0
    {
        let mut said = closed::of(vec![row.at], n_closed, row.customers);
        let money = |value| words::quantity(value, catalog::Unit::Dollars);
        let credit = format!(
            "Credit of {} was granted, of which {} ({}) is carried as balances.",
            money(limit),
            money(balance),
            words::percent(balance / limit),
        );
        said.facts.push(Fact::Told { rows: vec![row.at], words: credit });
        return said;
    }
    let figures = measures.iter().filter(|measure| measure.name != "customers");
    let figures = figures.filter_map(|measure| {
        let told = groups.told(row, measure)?;
        Some(format!("the {} is {told}", measure.phrase))
    });
    let figures = words::list(&figures.collect::<Vec<_>>());
    let customers = words::count(row.customers);
    let words = if figures.is_empty() {
        format!("There are {customers} such customers.")
    } else {
        format!("Over {customers} customers {figures}.")
    };
    Said::of_rows(&[row], words)
}
