//! What a draft says of a column beside its kind: that its values are few, that they are yes and no, that its unit was assumed.
//!
//! In: a column of the file, and the kind that it was given. Out: each as the draft's keys and notes have it.

use contract::{Kind, Role};

use crate::categories;
use crate::content::Content;
use crate::describe::Drafter;
use crate::synonyms::Counted;

/// Numbers of so many values make a table that can be read, where at least so many rows say that there are no others.
const FEW: usize = 20;
const FEW_ROWS: u64 = 100;
/// Whole numbers of so narrow a range are grouped by anyway.
const NARROW: i64 = 2_000;

/// How yes and no are written.
const YES_OR_NO: [[&str; 2]; 4] = [["true", "false"], ["yes", "no"], ["y", "n"], ["t", "f"]];

impl Drafter<'_> {
    /// Whether a column's numbers are few in many rows, whatever range is left for others.
    pub(crate) fn has_few(&self, position: usize, kind: &Kind) -> bool {
        let is_wide = match kind {
            Kind::Whole { min, max } => max.saturating_sub(*min) > NARROW,
            Kind::Decimal { .. } => true,
            _ => false,
        };
        let column = &self.table.columns[position];
        let n_values = column.answers().len();
        let n_rows: u64 = column.answers().iter().map(|value| value.n).sum();
        is_wide && (2..=FEW).contains(&n_values) && n_rows >= FEW_ROWS
    }

    /// Whether a column says yes or no alone.
    pub(crate) fn is_yes_or_no(&self, position: usize, kind: &Kind) -> bool {
        match kind {
            Kind::Whole { min: 0, max: 1 } => true,
            Kind::Category(_) => {
                let categories = categories::categories(&self.table.columns[position]);
                let values: Vec<String> = categories.iter().map(|one| one.value.to_lowercase()).collect();
                let is_pair = |pair: &[&str; 2]| values.iter().all(|value| pair.contains(&value.as_str()));
                values.len() == 2 && YES_OR_NO.iter().any(is_pair)
            }
            _ => false,
        }
    }

    /// What is to be said of a unit that was assumed; none where the name says it.
    pub(crate) fn unit_in_doubt(&self, position: usize) -> Option<String> {
        let column = &self.table.columns[position];
        let is_number = self.plan.contents[position] == Content::Number;
        if self.plan.roles[position] != Some(Role::Tenure) || !is_number {
            return None;
        }
        let counted = self.table.synonyms.counted(&column.header);
        if counted.contains(&Counted::Months) || counted.contains(&Counted::Years) {
            return None;
        }
        let (unit, most) = (self.unit_of_numbers(position).name(), column.counts.extent.plain().max);
        Some(format!("is taken to count {unit}: its name does not say, and it goes to {most}"))
    }
}
