//! Who is called and who is held out: at random, and the same on every machine.
//!
//! In: a list, how many are held out, and a seed. Out: the list with its arms.
//! Invariant: a customer's place in the draw depends on the seed and the customer's number alone, by BLAKE3, so neither the order of
//! the list nor the machine changes it.

use diagnostic::{Diagnostic, quote};

use super::List;
use crate::{Error, ErrorKind};

/// The column that is added, and what stands in it.
pub const ARM: &str = "arm";
pub(super) const ARMS: [&str; 2] = ["called", "held out"];

/// How many customers are held out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HoldOut {
    /// So many.
    Customers(usize),
    /// This share of the list.
    Share(f64),
}

impl HoldOut {
    /// Reads `200`, `0.1` or `10%`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || {
            let message = format!("`{}` is no size of a hold-out", quote(text));
            Error::new(
                ErrorKind::Usage,
                Diagnostic::new(message).hint("write how many customers, `200`, or a share, `0.1` or `10%`"),
            )
        };
        let is_share = |share: &f64| *share > 0.0 && *share < 1.0;
        if let Some(percent) = text.trim().strip_suffix('%') {
            let share = percent.trim().parse::<f64>().ok().map(|percent| percent / 100.0);
            return share.filter(is_share).map(Self::Share).ok_or_else(wrong);
        }
        if let Ok(customers) = text.trim().parse::<usize>() {
            return Ok(Self::Customers(customers));
        }
        text.trim().parse::<f64>().ok().filter(is_share).map(Self::Share).ok_or_else(wrong)
    }

    fn of(self, all: usize) -> usize {
        match self {
            Self::Customers(customers) => customers,
            Self::Share(share) => (share * all as f64).round() as usize,
        }
    }
}

impl List {
    /// How many are in each arm, in words; nothing where it has none.
    #[must_use]
    pub fn arms(&self) -> String {
        let Some(column) = self.head.iter().position(|name| name == ARM) else { return String::new() };
        let n = |arm: &str| report::count(self.rows.iter().filter(|row| row[column] == arm).count() as u64);
        ARMS.map(|arm| format!("{} {arm}", n(arm))).join(", ")
    }

    /// The list with a column that says who is called and who is held out.
    pub fn assigned(&self, hold_out: HoldOut, seed: u64) -> Result<Self, Error> {
        let wrong = |message: String, hint: &str| {
            Error::new(ErrorKind::Data, Diagnostic::new(message).at(self.source.clone()).hint(hint))
        };
        if self.head.iter().any(|name| name == ARM) {
            return Err(wrong(
                format!("the list has a column `{ARM}` already"),
                "assign a list once, and keep that file",
            ));
        }
        let (all, n) = (self.rows.len(), hold_out.of(self.rows.len()));
        if n == 0 || n >= all {
            let message = format!("of {} {n} cannot be held out", diagnostic::counted(all, "customer"));
            return Err(wrong(message, "at least one customer is held out, and at least one is called"));
        }
        let draw = |row: &Vec<String>| {
            let mut hash = blake3::Hasher::new();
            hash.update(&seed.to_le_bytes()).update(self.number(row).as_bytes());
            *hash.finalize().as_bytes()
        };
        let draws: Vec<[u8; 32]> = self.rows.iter().map(draw).collect();
        let mut order: Vec<usize> = (0..all).collect();
        order.sort_by_key(|row| draws[*row]);
        let mut list = self.clone();
        list.head.push(ARM.to_owned());
        for (at, row) in order.into_iter().enumerate() {
            list.rows[row].push(ARMS[usize::from(at < n)].to_owned());
        }
        Ok(list)
    }
}
