//! How many customers a campaign must hold out to find its effect.
//!
//! In: the closure rate without a call, by how much a call lowers it, and how sure one wants to be. Out: a [`Designed`].
//! Invariant: a hold-out that is named has the power that was asked for, and one customer fewer has not.

use contract::Unit;
use diagnostic::Diagnostic;
use insight::two_rates::{Arm, power};
use insight::{Cell, Column, Row, Table};
use report::{count, counted, number};

use crate::{Error, ErrorKind};

/// Larger arms than this are no campaign.
const MOST: u64 = 1_000_000_000;

/// What a campaign is designed for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    /// The closure rate of those who are not called.
    pub rate: f64,
    /// By how much a call lowers it.
    pub effect: f64,
    /// How likely the effect is to be found, where it is there.
    pub power: f64,
    /// How likely one is to be found where there is none.
    pub alpha: f64,
    /// How many customers the list has, where it is there already.
    pub customers: Option<u64>,
}

/// The size of a hold-out, with what it can find.
#[derive(Clone, Debug, PartialEq)]
pub struct Designed {
    /// What it says.
    pub sentences: Vec<String>,
    /// The arms.
    pub table: Table,
}

impl Design {
    /// The power of arms of these sizes.
    fn power_of(&self, held_out: u64, called: u64) -> f64 {
        let arm = |rate, trials: u64| Arm { rate, trials: trials as f64 };
        power(arm(self.rate, held_out), arm(self.rate - self.effect, called), self.alpha)
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = |message: String, hint: &str| {
            Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint.to_owned())))
        };
        let ranges = [
            ("rate", self.rate, 1.0),
            ("effect", self.effect, 1.0),
            ("power", self.power, 1.0),
            ("alpha", self.alpha, 0.5),
        ];
        for (name, value, most) in ranges {
            if !(value > 0.0 && value < most) {
                let message = format!("`--{name}` is {value}, and must lie between 0 and {most}");
                return wrong(message, "a share is written `0.05`, and not `5`");
            }
        }
        if self.effect > self.rate {
            let message = format!("a rate of {} cannot fall by {}", self.rate, self.effect);
            return wrong(
                message,
                "the effect is by how much the closure rate falls, in parts of all customers: 0.05 takes 0.20 to 0.15",
            );
        }
        if self.power <= self.alpha {
            return wrong("the power is no more than chance gives".to_owned(), "0.8 is usual");
        }
        if self.customers.is_some_and(|customers| customers < 2) {
            return wrong(
                "fewer than two customers have no two arms".to_owned(),
                "leave out `--customers` to learn how many it takes",
            );
        }
        Ok(())
    }

    /// Designs it.
    pub fn designed(&self) -> Result<Designed, Error> {
        self.check()?;
        let equal = fewest(1, MOST, |n| self.power_of(n, n) >= self.power);
        let Some(equal) = equal else {
            let message = format!("no campaign finds an effect of {}", self.effect);
            return Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint("ask for a larger effect")));
        };
        let mut rows = vec![self.row("two arms of the same size", equal, equal)];
        let percent = |value: f64| number(value, Unit::Share);
        let mut sentences = vec![format!(
            "To find with a probability of {} that calls lower the closure rate from {} to {} (two-sided test at {}), hold out {} and \
             call as many.",
            percent(self.power),
            percent(self.rate),
            percent(self.rate - self.effect),
            percent(self.alpha),
            counted(equal, "customer")
        )];
        if let Some(all) = self.customers {
            let held_out = fewest(1, all / 2, |n| self.power_of(n, all - n) >= self.power);
            let name = format!("a list of {}", count(all));
            rows.push(self.row(&name, held_out.unwrap_or(all / 2), all - held_out.unwrap_or(all / 2)));
            sentences.push(match held_out {
                Some(n) => format!("Of a list of {} it is enough to hold out {}.", counted(all, "customer"), count(n)),
                None => self.too_few(all),
            });
        }
        sentences.push(
            "The sizes are those of the test of two proportions (Fleiss, Levin, Paik 2003, chapter 4, without the correction for \
             continuity). All who are assigned count, also those who are not reached."
                .to_owned(),
        );
        Ok(Designed { sentences, table: table(rows) })
    }

    /// What a list that is too small can find.
    fn too_few(&self, all: u64) -> String {
        let (held_out, called) = (all / 2, all - all / 2);
        let finds = |effect: f64| Self { effect, ..*self }.power_of(held_out, called) >= self.power;
        let (mut low, mut high) = (self.effect, self.rate);
        let list = counted(all, "customer");
        let with = format!(
            "A list of {list} is too short for that: with half of it held out the effect is found with a probability of {}",
            number(self.power_of(held_out, called), Unit::Share)
        );
        if !finds(high) {
            return format!("{with}, and no effect at all with one of {}.", number(self.power, Unit::Share));
        }
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            if finds(middle) { high = middle } else { low = middle }
        }
        format!(
            "{with}; the smallest effect that it can find as surely as you ask for is {}.",
            number(high, Unit::Share)
        )
    }

    fn row(&self, name: &str, held_out: u64, called: u64) -> Row {
        Row::from(vec![
            Cell::Text(name.to_owned()),
            Cell::Integer(held_out as i64),
            Cell::Integer(called as i64),
            Cell::Number(self.power_of(held_out, called)),
        ])
    }
}

/// The smallest number for which something is so, which then stays so.
fn fewest(least: u64, most: u64, is_so: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (least, most);
    if low > high || !is_so(high) {
        return None;
    }
    while low < high {
        let middle = low.midpoint(high);
        if is_so(middle) { high = middle } else { low = middle + 1 }
    }
    Some(low)
}

fn table(rows: Vec<Row>) -> Table {
    let columns = vec![
        Column::text("arms", "Customers"),
        Column::measure("held_out", "Held out", Unit::Count),
        Column::measure("called", "Called", Unit::Count),
        Column::measure("power", "Power", Unit::Share),
    ];
    Table { columns, rows }
}
