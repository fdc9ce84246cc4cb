//! How a model treats groups of customers.
//!
//! In: the counts of a view. Out: answers: an attribute each, and the columns that stand in for them.
//! Invariant: a share of nothing is not told; each has its interval.

use catalog::ChartKind;
use contract::Unit;
use insight::{Answer, Cell, Column, ColumnRole, Row, Table};

use super::super::card::{ModelCard, Viewed};
use super::super::fairness::{Fairness, Treated};
use super::{chart, name_of_groups, share, with_interval};

/// Of groups with fewer customers who left, the sentence does not speak.
const FEWEST: u64 = 30;

/// The ends of the interval of a share, missing where it is one of nothing.
pub(super) fn ends(of: f64, all: f64) -> [Cell; 2] {
    let interval = insight::wilson(of, all);
    [interval.map(|interval| interval.low), interval.map(|interval| interval.high)]
        .map(|end| end.map_or(Cell::Missing, Cell::Number))
}

/// A share with its interval.
fn cells(of: u64, all: u64) -> [Cell; 3] {
    let (of, all) = (of as f64, all as f64);
    let [low, high] = ends(of, all);
    [if all > 0.0 { Cell::Number(of / all) } else { Cell::Missing }, low, high]
}

/// How each attribute's groups are treated.
pub(super) fn treated(viewed: &Viewed) -> Vec<Answer> {
    viewed
        .fairness
        .iter()
        .filter(|fairness| fairness.groups.len() > 1)
        .map(|fairness| of_attribute(viewed, fairness))
        .collect()
}

fn of_attribute(viewed: &Viewed, fairness: &Fairness) -> Answer {
    let dimension = Column::new("group", &fairness.label, Unit::Text, ColumnRole::Dimension);
    let mut columns = vec![
        Column { order: fairness.groups.iter().map(|group| Cell::Text(group.group.clone())).collect(), ..dimension },
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
    ];
    columns.extend(with_interval("selected", "Selected", Unit::Share));
    columns.extend(with_interval("recall", "Recall", Unit::Share));
    columns.extend(with_interval("precision", "Precision", Unit::Share));
    columns.push(Column::measure("predicted", "Predicted", Unit::Share));
    columns.extend(with_interval("closure_rate", "Closure rate", Unit::Share));
    let row = |group: &Treated| {
        let mut row = vec![Cell::Text(group.group.clone()), Cell::Integer(group.customers as i64)];
        row.extend(cells(group.selected, group.customers));
        row.extend(cells(group.found, group.left));
        row.extend(cells(group.found, group.selected));
        row.push(Cell::Number(group.expected / group.customers.max(1) as f64));
        row.extend(cells(group.left, group.customers));
        Row::from(row)
    };
    let table = Table { rows: fairness.groups.iter().map(row).collect(), columns };
    let chart = chart(ChartKind::Interval, "group", "recall", &table);
    Answer {
        chart: Some(chart),
        reading: format!(
            "Selected are those who reach the threshold of F1 in the view “{}”. Recall is the share of those who closed their account that is selected, \
             precision the share of those selected who closed their account. All of it is of customers that the model had not seen. It is measured \
             here, and not judged.",
            viewed.title()
        ),
        ..Answer::worded(
            &name_of_groups(&fairness.attribute),
            &viewed.titled(&format!("How it treats groups: {}", fairness.label)),
            &format!(
                "Does the model find those who closed their account equally well in all groups of {}?",
                fairness.label
            ),
            table,
            sentence(fairness).into_iter().collect(),
        )
    }
}

fn sentence(fairness: &Fairness) -> Option<String> {
    let known: Vec<&Treated> = fairness.groups.iter().filter(|group| group.left >= FEWEST).collect();
    let recall = |group: &Treated| group.found as f64 / group.left as f64;
    let most = known.iter().max_by(|a, b| recall(a).total_cmp(&recall(b)))?;
    let least = known.iter().min_by(|a, b| recall(a).total_cmp(&recall(b)))?;
    if known.len() < 2 {
        return None;
    }
    let told = |group: &Treated| {
        let interval = insight::wilson(group.found as f64, group.left as f64).unwrap_or_default();
        format!("{} ({:.1} to {})", share(recall(group)), interval.low * 100.0, share(interval.high))
    };
    let smaller = fairness.groups.len() - known.len();
    let of = if smaller > 0 { format!("of the groups with {FEWEST} closures or more, ") } else { String::new() };
    Some(format!(
        "Of those who closed their account, {of}the model finds from {} at {} {} to {} at {}.",
        told(least),
        fairness.label,
        least.group,
        told(most),
        most.group
    ))
}

/// The columns that stand in for attributes.
pub(super) fn stand_ins(card: &ModelCard, viewed: &Viewed) -> Option<Answer> {
    let columns = vec![
        Column::text("attribute", "Attribute"),
        Column::text("column", "Column that stands in"),
        Column::text("group", "Group that it tells best"),
        Column::measure("roc_auc", "ROC AUC", Unit::Ratio),
    ];
    let mut rows = Vec::new();
    for fairness in &viewed.fairness {
        for one in &fairness.stand_ins {
            let column = card.label(&one.feature).to_owned();
            let texts = [fairness.label.clone(), column, one.group.clone()].map(Cell::Text);
            rows.push(Row::from([&texts[..], &[Cell::Number(one.roc_auc)]].concat()));
        }
    }
    if rows.is_empty() {
        return None;
    }
    Some(Answer {
        reading: "How well a column alone tells the group from all others: 0.5 is chance. A model without the attribute still knows of \
                  it what these columns tell."
            .to_owned(),
        ..Answer::worded(
            "why_stand_ins",
            "Which columns stand in for attributes",
            "From which columns can it be told of which kind a customer is?",
            Table { columns, rows },
            Vec::new(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_speaks_of_the_groups_with_enough_closures() {
        let treated = |group: &str, left, found| Treated {
            group: group.to_owned(),
            customers: 500,
            left,
            found,
            ..Treated::default()
        };
        let groups = vec![treated("F", 100, 80), treated("M", 50, 30), treated("X", 29, 29)];
        let mut fairness =
            Fairness { attribute: "gender".to_owned(), label: "Gender".to_owned(), groups, stand_ins: vec![] };
        // The intervals are Wilson's, by scipy.stats.binomtest(k, n).proportion_ci(method="wilson").
        assert_eq!(
            sentence(&fairness).unwrap(),
            "Of those who closed their account, of the groups with 30 closures or more, the model finds from 60.0 % (46.2 to 72.4 %) at \
             Gender M to 80.0 % (71.1 to 86.7 %) at F."
        );
        fairness.groups.remove(0);
        assert_eq!(sentence(&fairness), None);
    }
}
