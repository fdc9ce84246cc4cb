//! The caller's hand on the brake: whether anybody still wants the answer.
//!
//! In: a flag that somebody else raises. Out: an error, soon after. Always holds: what is interrupted gives no rows, and an
//! engine that nobody stops looks at nothing: one load of a flag for some thousand rows on columns, for one document in
//! row mode.

use std::cmp::Ordering;
use std::sync::atomic::{AtomicBool, Ordering as Memory};

use crate::Error;
use crate::stage::Rows;

/// MongoDB: the code of an operation that was killed.
const INTERRUPTED: i32 = 11601;
/// Rows that are sorted without a look at the brake.
const PIECE: usize = 1 << 16;

/// Stops a pipeline that runs; the default never does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brake<'a>(Option<&'a AtomicBool>);

impl<'a> Brake<'a> {
    /// Stops as soon as the flag is raised.
    #[must_use]
    pub fn on(flag: &'a AtomicBool) -> Self {
        Self(Some(flag))
    }

    /// Refuses to go on once the flag is raised.
    #[inline]
    pub fn check(self) -> Result<(), Error> {
        match self.0 {
            Some(flag) if flag.load(Memory::Relaxed) => Err(Error::coded(INTERRUPTED, "interrupted")),
            _ => Ok(()),
        }
    }

    /// The same rows, and an error once the flag is raised.
    pub(crate) fn watch<'r>(self, rows: Rows<'r>) -> Rows<'r>
    where
        'a: 'r,
    {
        match self.0 {
            Some(_) => Box::new(rows.map(move |row| self.check().and(row))),
            None => rows,
        }
    }

    /// Sorts stably. Nothing can stop a sort, so pieces are sorted first: the standard one finds them, and only merges.
    pub(crate) fn sort<T>(self, rows: &mut [T], compare: impl Fn(&T, &T) -> Ordering) -> Result<(), Error> {
        if self.0.is_some() {
            for piece in rows.chunks_mut(PIECE) {
                self.check()?;
                piece.sort_by(&compare);
            }
            self.check()?;
        }
        rows.sort_by(compare);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_by_pieces_is_the_same_sort() {
        let flag = AtomicBool::new(false);
        let rows: Vec<(u64, u64)> = (0..200_000).map(|at| (at * 7919 % 1013, at)).collect();
        let (mut whole, mut pieces) = (rows.clone(), rows);
        Brake::default().sort(&mut whole, |a, b| a.0.cmp(&b.0)).unwrap();
        Brake::on(&flag).sort(&mut pieces, |a, b| a.0.cmp(&b.0)).unwrap();
        assert!(whole == pieces && whole.is_sorted());
        flag.store(true, Memory::Relaxed);
        assert_eq!(Brake::on(&flag).sort(&mut pieces, |a, b| b.cmp(a)).unwrap_err().code(), Some(INTERRUPTED));
    }

    #[test]
    fn rows_end_where_the_flag_is_raised() {
        let flag = AtomicBool::new(false);
        let mut rows = Brake::on(&flag).watch(Box::new(std::iter::repeat_with(|| Ok(bson::doc! {}))));
        assert!(rows.next().is_some_and(|row| row.is_ok()));
        flag.store(true, Memory::Relaxed);
        assert!(rows.next().is_some_and(|row| row.is_err()));
    }
}
