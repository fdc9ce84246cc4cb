//! The leak gate: a column that tells the outcome too well stops training until it is named knowingly.
//!
//! In: a training set, and the columns that were named. Out: an error that names each other column that tells too well.
//! Invariant: a name that is no column is refused, so that a slip does not open the gate.

use additive::evidence::alone;
use diagnostic::{Diagnostic, nearest};

use super::refused;
use super::table::Table;
use crate::{Error, ErrorKind};

/// A column that alone tells so well is a double of the outcome, or known only afterwards.
const MOST_AUC: f64 = 0.99;
/// Among fewer customers of either outcome a good column may be chance; the trainer then has too few, too.
const FEWEST: usize = 5;

/// Stops where a column tells too well.
pub(crate) fn check(table: &Table, knowingly: &[String]) -> Result<(), Error> {
    let names = || table.features.iter().map(|feature| feature.name.as_str());
    if let Some(wrong) = knowingly.iter().find(|name| !names().any(|known| known == *name)) {
        let message = format!("no column `{}` to name knowingly", diagnostic::quote(wrong));
        return Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(nearest("column", wrong, names()))));
    }
    let found: Vec<(&str, f64)> = telling(table)?
        .into_iter()
        .map(|(at, auc)| (table.features[at].name.as_str(), auc))
        .filter(|(name, _)| !knowingly.iter().any(|named| named == name))
        .collect();
    let Some((first, _)) = found.first() else { return Ok(()) };
    let told: Vec<String> =
        found.iter().map(|(name, auc)| format!("`{}` (AUC {auc:.3})", diagnostic::quote(name))).collect();
    let verb = if found.len() == 1 { "tells" } else { "tell" };
    let message = format!(
        "{} {verb} the outcome alone: a double of it, or known only afterwards, so a model would foresee nothing",
        diagnostic::list(&told)
    );
    let hint = format!("leave it out of the contract (`leaks = true`), or name it knowingly: `--knowingly {first}`");
    Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint)))
}

/// The features that tell too well, and how well.
pub(crate) fn telling(table: &Table) -> Result<Vec<(usize, f64)>, Error> {
    let n_closed = table.outcomes.iter().filter(|closed| **closed).count();
    if n_closed.min(table.outcomes.len() - n_closed) < FEWEST {
        return Ok(Vec::new());
    }
    let all: Vec<usize> = (0..table.features.len()).collect();
    let mut found = Vec::new();
    for (at, column) in table.columns(&all).iter().enumerate() {
        let auc = alone(column, &table.outcomes).map_err(refused)?;
        if auc >= MOST_AUC {
            found.push((at, auc));
        }
    }
    Ok(found)
}
