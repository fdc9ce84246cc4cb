//! The key figures of all customers taken together.

use catalog::MeasureRole;

use super::{Said, closed};
use crate::groups::{Groups, Row};
use crate::{Fact, Nothing};

/// The facts over the one row there is.
pub(crate) fn say(groups: &Groups<'_>) -> Said {
    let Some(row) = groups.rows.first().filter(|row| row.customers > 0.0) else {
        return Said::nothing(Nothing::NoCustomers);
    };
    if let (Some(n_closed), Some(credit)) = (row.closed, credit(groups, row)) {
        let mut said = closed::of(vec![row.at], n_closed, row.with_outcome, true);
        said.facts.push(credit);
        return said;
    }
    let measures = groups.analysis.measures.iter().filter(|measure| measure.role != Some(MeasureRole::Customers));
    let figures = measures.filter_map(|measure| Some((measure.phrase.clone(), groups.figure(row, measure)?)));
    Said::fact(Fact::Overall { rows: vec![row.at], customers: row.customers, figures: figures.collect() })
}

/// The credit granted and carried, where both are shown and any was granted.
fn credit(groups: &Groups<'_>, row: &Row<'_>) -> Option<Fact> {
    let granted = groups.analysis.measure_of(MeasureRole::CreditGranted)?;
    let carried = groups.analysis.measure_of(MeasureRole::BalancesCarried)?;
    let value = |measure| groups.value(row, measure);
    let (unit, granted, carried) = (granted.unit, value(granted)?, value(carried)?);
    (granted > 0.0).then(|| Fact::Credit { rows: vec![row.at], granted, carried, unit })
}
