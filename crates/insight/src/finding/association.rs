//! How two dimensions go together: the answer of one that is furthest more frequent within a group of the other than
//! independence would give.

use bson::Bson;
use catalog::Unit;

use super::Said;
use crate::groups::{Groups, Row, is_missing, text};
use crate::judge::LEVEL;
use crate::statistics::chi_square::{chi_square, expected};
use crate::statistics::rate::wilson;
use crate::{Caution, Fact, Figure, Nothing};

/// The cross-table of the customers with both answers known.
fn cross(groups: &Groups<'_>) -> (Vec<Bson>, Vec<Bson>, Vec<Vec<f64>>) {
    let values = |at: usize| {
        let mut values: Vec<Bson> = Vec::new();
        for row in groups.known() {
            if !values.contains(&row.keys[at]) {
                values.push(row.keys[at].clone());
            }
        }
        values
    };
    let (down, across) = (values(0), values(1));
    let cell = |a: &Bson, b: &Bson| {
        let found = groups.known().find(|row| row.keys[0] == *a && row.keys[1] == *b);
        found.map_or(0.0, |row| row.customers)
    };
    let table = down.iter().map(|a| across.iter().map(|b| cell(a, b)).collect()).collect();
    (down, across, table)
}

/// The sentence; none unless there are just two dimensions.
pub(crate) fn say(groups: &Groups<'_>) -> Option<Said> {
    let [first, second] = groups.by else { return None };
    let (down, across, table) = cross(groups);
    let expected = expected(&table);
    // Pearson's residual: how many standard deviations of a count a cell lies above what independence gives.
    let residual = |row: &Row<'_>| {
        let i = down.iter().position(|value| *value == row.keys[0])?;
        let j = across.iter().position(|value| *value == row.keys[1])?;
        let expected = expected[i][j];
        (expected > 0.0).then(|| (row.customers - expected) / expected.sqrt())
    };
    let residuals = groups.ranked().filter_map(|row| Some((row, residual(row)?)));
    let Some((row, _)) = residuals.max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Some(Said::nothing(Nothing::NoneCompared));
    };
    let (group, value) = (first.group(&text(&row.keys[0])), second.group(&text(&row.keys[1])));
    let total = |rows: &mut dyn Iterator<Item = &Row<'_>>| rows.map(|row| row.customers).sum::<f64>();
    let in_group = total(&mut groups.known().filter(|other| other.keys[0] == row.keys[0]));
    let with_value = total(&mut groups.known().filter(|other| other.keys[1] == row.keys[1]));
    let others = total(&mut groups.known()) - in_group;
    if others <= 0.0 || across.len() < 2 {
        return Some(Said::nothing(Nothing::OneGroup));
    }
    let share = (with_value - row.customers) / others;
    if row.customers / in_group <= share {
        return Some(Said::nothing(Nothing::NoneStandsOut).with_test(chi_square(&table)));
    }
    let rows = groups.known().filter(|other| other.keys[0] == row.keys[0]).map(|row| row.at).collect();
    let figure = Figure {
        rows,
        group,
        value: row.customers / in_group,
        unit: Unit::Share,
        interval: wilson(row.customers, in_group),
        middle_half: None,
        customers: Some(in_group),
    };
    let between = between(groups, row, &figure, &value);
    let known = groups.rows.iter().any(|row| is_missing(second, &row.keys[1])).then(|| second.label.clone());
    let fact = Fact::Association { figure, known, answer: value, others, share };
    let said = Said::fact(fact).with_test(chi_square(&table));
    // The test is of all answers together; what is told of one of them may be chance all the same.
    let told =
        [[row.customers, in_group - row.customers], [with_value - row.customers, others - with_value + row.customers]];
    let n_cells = (down.len() * across.len()) as f64;
    let is_sure = chi_square(&told.map(Vec::from)).is_some_and(|(_, p_value)| p_value * n_cells < LEVEL);
    Some(Said { effect: said.effect.filter(|_| is_sure), cautions: between.into_iter().collect(), ..said })
}

/// Between which shares of the group give the answer, since unknown ones may; none where all answers of the group are known.
fn between(groups: &Groups<'_>, row: &Row<'_>, figure: &Figure, answer: &str) -> Option<Caution> {
    let of_group = || groups.rows.iter().filter(|other| other.keys[0] == row.keys[0]);
    let all: f64 = of_group().map(|row| row.customers).sum();
    let unknown: f64 = of_group().filter(|row| !row.is_known).map(|row| row.customers).sum();
    (unknown > 0.0).then(|| Caution::Between {
        rows: of_group().map(|row| row.at).collect(),
        group: figure.group.clone(),
        customers: all,
        answer: answer.to_owned(),
        low: row.customers / all,
        high: (row.customers + unknown) / all,
    })
}
