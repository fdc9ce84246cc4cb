//! A column's value where it follows from other columns of its row.
//!
//! In: an expression as rules have it, whose value is a number. Out: a [`Computed`], which gives each row its number or null.
//! Invariant: null comes of a null that is read and of what has no finite answer, such as a division by zero.

use bson::{Bson, bson};
use diagnostic::{Diagnostic, quote};

use super::{Number, Rows, STRIDE, read};
use crate::Column;

/// What a column's value is computed from.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed {
    /// The columns that it reads, by their positions.
    columns: Vec<usize>,
    value: Number,
}

impl Computed {
    /// Reads an expression over these columns, none of which may be computed itself.
    pub(crate) fn parse(expression: &str, columns: &[Column], is_computed: &[bool]) -> Result<Self, Diagnostic> {
        let (value, read) = read::number(expression, columns)?;
        if let Some(position) = read.iter().find(|position| is_computed[**position]) {
            let message = format!("the column `{}` is computed itself", quote(&columns[*position].name));
            return Err(Diagnostic::new(message).hint("compute from columns that files have"));
        }
        Ok(Self { columns: read, value })
    }

    /// The value of each row; null where a column that is read is null, or the answer is not finite.
    #[must_use]
    pub fn values(&self, rows: &impl Rows) -> Vec<Option<f64>> {
        let mut values = Vec::with_capacity(rows.n_rows());
        for start in (0..rows.n_rows()).step_by(STRIDE) {
            let range = start..(start + STRIDE).min(rows.n_rows());
            values.extend(self.value.values(rows, &range).into_iter().map(|value| value.is_finite().then_some(value)));
            for valid in self.columns.iter().filter_map(|column| rows.valid(*column)) {
                let there = values[start..].iter_mut().zip(&valid[range.clone()]);
                there.filter(|(_, is_valid)| !**is_valid).for_each(|(value, _)| *value = None);
            }
        }
        values
    }

    /// The same as a MongoDB expression over the columns by their paths; null where [`Computed::values`] gives null.
    #[must_use]
    pub fn expression(&self, columns: &[Column], path: &dyn Fn(&Column) -> String) -> Bson {
        self.value.expression(&|position| path(&columns[position]))
    }

    /// The positions of the columns that it reads.
    #[must_use]
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Whether it can come out null over these columns.
    pub(crate) fn is_nullable(&self, columns: &[Column]) -> bool {
        self.columns.iter().any(|column| columns[*column].is_nullable) || self.value.is_divided()
    }
}

impl Number {
    fn expression(&self, path: &dyn Fn(usize) -> String) -> Bson {
        let all = |parts: &[Self]| Bson::Array(parts.iter().map(|part| part.expression(path)).collect());
        match self {
            Self::Column(position) => Bson::from(format!("${}", path(*position))),
            Self::Literal(number) => Bson::Double(*number),
            Self::Abs(value) => bson!({ "$abs": value.expression(path) }),
            Self::Floor(value) => bson!({ "$floor": value.expression(path) }),
            Self::Ceil(value) => bson!({ "$ceil": value.expression(path) }),
            Self::Add(parts) => bson!({ "$add": all(parts) }),
            Self::Multiply(parts) => bson!({ "$multiply": all(parts) }),
            Self::Subtract(two) => bson!({ "$subtract": all(&two[..]) }),
            Self::Divide(two) => {
                let under = two[1].expression(path);
                // MongoDB: a division by zero ends the pipeline.
                bson!({ "$cond": [{ "$eq": [under, 0] }, null, { "$divide": all(&two[..]) }] })
            }
            Self::Round(value, places) => bson!({ "$round": [value.expression(path), *places] }),
        }
    }

    /// Whether something is divided in it by what may be zero.
    fn is_divided(&self) -> bool {
        match self {
            Self::Column(_) | Self::Literal(_) => false,
            Self::Abs(value) | Self::Floor(value) | Self::Ceil(value) | Self::Round(value, _) => value.is_divided(),
            Self::Add(parts) | Self::Multiply(parts) => parts.iter().any(Self::is_divided),
            Self::Subtract(two) => two.iter().any(Self::is_divided),
            Self::Divide(two) => {
                !matches!(two[1], Self::Literal(under) if under != 0.0) || two.iter().any(Self::is_divided)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::Contract;

    /// Rows with cells of `a` (the column 1) and `b` (the column 2).
    struct Cells([Vec<f64>; 2], Vec<bool>);

    impl Rows for Cells {
        fn n_rows(&self) -> usize {
            self.1.len()
        }

        fn numbers(&self, column: usize, rows: Range<usize>, into: &mut Vec<f64>) {
            into.extend(&self.0[column - 1][rows]);
        }

        fn text(&self, _: usize, _: usize) -> &'static str {
            ""
        }

        fn valid(&self, column: usize) -> Option<&[bool]> {
            (column == 1).then_some(&self.1)
        }
    }

    fn contract(expression: &str) -> Contract {
        let text = format!(
            "title = 't'\n[columns.k]\nkind = 'text'\nrole = 'customer_key'\n[columns.a]\nkind = 'decimal'\n\
             range = [0, 9]\n[columns.b]\nkind = 'decimal'\nrange = [0, 9]\n[columns.c]\nkind = 'decimal'\n\
             range = [0, 9]\ncomputed = \"{expression}\"\n"
        );
        Contract::parse("t.toml", &text).unwrap_or_else(|faults| panic!("{faults}"))
    }

    #[test]
    fn a_value_is_a_number_or_null() {
        let contract = contract("{$divide: ['$a', '$b']}");
        let computed = contract.columns[3].computed.as_ref().unwrap();
        assert_eq!(computed.columns(), [1, 2]);
        let rows = Cells([vec![1.0, 1.0, 0.0, 4.0], vec![2.0, 0.0, 0.0, 1.0]], vec![true, true, true, false]);
        assert_eq!(computed.values(&rows), [Some(0.5), None, None, None]);
        let n = 2 * STRIDE + 1;
        let is_there: Vec<bool> = (0..n).map(|row| row != 2 * STRIDE).collect();
        let values = computed.values(&Cells([vec![3.0; n], vec![2.0; n]], is_there));
        assert_eq!((values.len(), values[n - 2], values[n - 1]), (n, Some(1.5), None));
    }

    #[test]
    fn an_expression_guards_what_it_divides_by() {
        let contract = contract("{$round: [{$divide: [{$add: ['$a', 1]}, {$abs: '$b'}]}, 2]}");
        let expression =
            contract.columns[3].computed.as_ref().unwrap().expression(&contract.columns, &|column| column.name.clone());
        let over = bson!({ "$add": ["$a", 1.0] });
        let under = bson!({ "$abs": "$b" });
        let divided = bson!({ "$divide": [over, under.clone()] });
        assert_eq!(expression, bson!({ "$round": [{ "$cond": [{ "$eq": [under, 0] }, null, divided] }, 2] }));
    }

    #[test]
    fn a_column_is_nullable_where_its_value_can_be() {
        for (expression, expected) in [
            ("{$subtract: ['$a', '$b']}", false),
            ("{$divide: ['$a', 100]}", false),
            ("{$divide: ['$a', 0]}", true),
            ("{$add: [1, {$round: [{$divide: ['$a', '$b']}, 2]}]}", true),
        ] {
            assert_eq!(contract(expression).columns[3].is_nullable, expected, "{expression}");
        }
    }
}
