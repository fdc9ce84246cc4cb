//! Draws a customer, each field given those before it, so that the sample's fields hang together as a bank's do.
//!
//! In: a contract; for each customer a number, and chance. Out: a row of the block each. Invariant: no customer owes more than the limit;
//! the change from the first quarter to the fourth is a ratio of two whole numbers that add up to the year's.

use contract::{Contract, Role};

use super::chance::Chance;
use super::figures::{BATCH, Drawn, Figures, N_COLUMNS, ROLES};
use crate::Error;
use crate::block::{Block, Cells};

const LOWEST_LIMIT: f64 = 1438.3;
/// No customer owes more than the limit less this.
const LEAST_ROOM: f64 = 3.0;

/// What customers are drawn by.
pub(super) struct Model {
    figures: Figures,
    /// What stands in each column of the contract.
    cells: Vec<Cell>,
}

/// What stands in a cell.
#[derive(Clone, Copy)]
enum Cell {
    Number,
    Drawn(usize),
    OpenToBuy,
    Utilization,
}

impl Model {
    /// Reads the figures, for the columns of the contract.
    pub(super) fn new(contract: &Contract) -> Result<Self, Error> {
        let cell = |column: &contract::Column| match column.role {
            Some(Role::CustomerKey) => Some(Cell::Number),
            Some(Role::OpenToBuy) => Some(Cell::OpenToBuy),
            Some(Role::Utilization) => Some(Cell::Utilization),
            role => ROLES.iter().position(|drawn| Some(*drawn) == role).map(Cell::Drawn),
        };
        let cells = contract.columns.iter().map(cell).collect::<Option<_>>();
        let cells = cells.ok_or_else(|| Error::bug("the sample draws no column of that role"))?;
        Ok(Self { figures: Figures::read(contract)?, cells })
    }

    /// Draws a batch of customers, and adds those of these numbers to the block, as many as there are.
    pub(super) fn push(&self, block: &mut Block, numbers: impl Iterator<Item = i32>, chance: &mut Chance) {
        let drawn = self.draw(chance);
        for (number, drawn) in numbers.zip(&drawn) {
            self.push_one(block, number, drawn);
            block.end_row();
        }
    }

    fn push_one(&self, block: &mut Block, number: i32, drawn: &Drawn) {
        let (limit, balance) = (of(drawn, Role::CreditLimit), of(drawn, Role::RevolvingBalance));
        for (cells, cell) in block.columns.iter_mut().zip(&self.cells) {
            let value = match cell {
                Cell::Number => f64::from(number),
                Cell::Drawn(place) => drawn[*place],
                // In tenths, so that the doubles are the nearest to what the file says.
                Cell::OpenToBuy => ((limit * 10.0).round() - balance * 10.0) / 10.0,
                Cell::Utilization => thousandths(balance / limit),
            };
            match cells {
                Cells::Int(cells) => cells.push(value as i32),
                Cells::Decimal(cells) => cells.push(value),
                Cells::Category(cells) => cells.push(value as u8),
                Cells::Long(_) | Cells::Text(_) | Cells::Date(_) => {}
            }
        }
    }

    /// A whole batch, whatever becomes of it, so that a smaller sample is the beginning of a larger one.
    fn draw(&self, chance: &mut Chance) -> [Drawn; BATCH] {
        let mut drawn = [[0.0; N_COLUMNS]; BATCH];
        for (place, role) in ROLES.into_iter().enumerate() {
            let values = self.figures.draw(place, &drawn, chance);
            for (drawn, value) in drawn.iter_mut().zip(values) {
                drawn[place] = match role {
                    // All other limits are whole numbers.
                    Role::CreditLimit if value < LOWEST_LIMIT + 0.5 => LOWEST_LIMIT,
                    Role::RevolvingBalance => value.round().min(of(drawn, Role::CreditLimit).floor() - LEAST_ROOM),
                    Role::SpendChange => change(of(drawn, Role::Spend), value),
                    Role::TransactionsChange => change(of(drawn, Role::Transactions), value),
                    _ => value.round(),
                };
            }
        }
        drawn
    }
}

fn of(drawn: &Drawn, role: Role) -> f64 {
    ROLES.iter().position(|known| *known == role).map_or(0.0, |place| drawn[place])
}

/// The change between two whole parts of a whole sum, near the wanted one: a ratio of two whole numbers, which is why
/// the real ones heap at 1, 2/3 and 1/2.
fn change(sum: f64, wanted: f64) -> f64 {
    let first_quarter = (sum / (1.0 + wanted)).round().max(1.0);
    thousandths((sum - first_quarter) / first_quarter)
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
