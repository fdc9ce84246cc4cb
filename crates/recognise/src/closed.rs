//! What the user says of the outcome: `Exited=1`.

use diagnostic::{Diagnostic, quote};

/// Which values of which column mean that the account was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The column's name, as the file has it.
    pub column: String,
    /// The values; never empty.
    pub values: Vec<String>,
}

impl Closed {
    /// Reads `COLUMN=VALUE`, several values by comma.
    ///
    /// ```
    /// let closed = recognise::Closed::parse("Status=closed,lost")?;
    /// assert_eq!((closed.column.as_str(), closed.values.len()), ("Status", 2));
    /// # Ok::<(), diagnostic::Diagnostic>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let wrong = || {
            Diagnostic::new(format!("`{}` does not say which values mean closed", quote(text)))
                .hint("write `COLUMN=VALUE`, such as `Exited=1`; several values are separated by commas")
        };
        // The last sign, since a column's name may have one itself, and values of an outcome hardly do.
        let (column, values) = text.rsplit_once('=').ok_or_else(wrong)?;
        let values: Vec<String> =
            values.split(',').map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect();
        let column = column.trim().to_owned();
        if column.is_empty() || values.is_empty() { Err(wrong()) } else { Ok(Self { column, values }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_a_column_and_its_values() {
        for (text, column, values) in [
            ("Exited=1", "Exited", &["1"][..]),
            (" a = b = x , y,", "a = b", &["x", "y"]),
            ("Risk=bad loan", "Risk", &["bad loan"]),
        ] {
            let closed = Closed::parse(text).unwrap();
            assert_eq!(
                (closed.column.as_str(), closed.values),
                (column, values.iter().map(|one| (*one).to_owned()).collect())
            );
        }
        for text in ["Exited", "=1", "Exited=", "Exited=,", ""] {
            assert!(Closed::parse(text).is_err(), "{text}");
        }
    }
}
