//! What a list of customers is computed by: margins, costs, and what a call can save.
//!
//! In: a file of TOML, or names with numbers. Out: [`Assumptions`], or that file with each key explained.
//! Invariant: every number is within its range, so nothing that is computed from them is infinite.

use additive::Share;
use additive::profit::Costs;
use diagnostic::{Diagnostic, nearest};

use crate::{Error, ErrorKind};

/// A number that a file may give.
struct Key {
    name: &'static str,
    /// What it is where the file does not say; none where there then is none.
    default: Option<f64>,
    /// What stands in the file that is written, where there is no default.
    example: f64,
    least: f64,
    most: f64,
    /// What it means, for the file.
    says: &'static str,
}

const fn key(name: &'static str, default: f64, [least, most]: [f64; 2], says: &'static str) -> Key {
    Key { name, default: Some(default), example: default, least, most, says }
}

const fn optional(name: &'static str, example: f64, [least, most]: [f64; 2], says: &'static str) -> Key {
    Key { name, default: None, example, least, most, says }
}

/// More money than this is a slip.
const MOST_MONEY: f64 = 1e12;

const KEYS: [Key; 10] = [
    key("margin_on_spend", 0.02, [0.0, 1.0], "What the bank keeps of each unit of money that is spent."),
    key(
        "margin_on_balances",
        0.10,
        [0.0, 1.0],
        "What a balance that is carried earns the bank in a year, as a part of it.",
    ),
    key("months_saved", 12.0, [0.0, 600.0], "How many months longer a customer stays whom a call has kept."),
    key("months_of_spend", 12.0, [1.0, 600.0], "How many months the column of spend covers."),
    optional(
        "value_per_customer",
        200.0,
        [0.0, MOST_MONEY],
        "What each customer who is kept is worth, in place of all of the above.",
    ),
    key("contact", 5.0, [0.0, MOST_MONEY], "What it costs to contact one customer."),
    key(
        "incentive",
        25.0,
        [0.0, MOST_MONEY],
        "What a customer gets who accepts the offer: those who are kept, and those who would have stayed anyway.",
    ),
    key(
        "saved_low",
        0.13,
        [0.0, 1.0],
        "Of those about to leave, the share that a call keeps lies between these two with a probability of 95 %.",
    ),
    key("saved_high", 0.51, [0.0, 1.0], "The upper end of that share."),
    optional("budget", 10_000.0, [0.0, MOST_MONEY], "The most that contacts and incentives together may cost."),
];

/// What a list of customers is computed by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assumptions {
    numbers: [Option<f64>; KEYS.len()],
    saved: Share,
}

impl Assumptions {
    /// The names that numbers may have.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|key| key.name)
    }

    /// The assumptions of a file's text; `source` is the file.
    pub fn read(text: &str, source: &str) -> Result<Self, Error> {
        let wrong = |diagnostic: Diagnostic| Error::new(ErrorKind::Data, diagnostic.at(source.to_owned()));
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let message = format!("line {line} is no TOML: {}", error.message().lines().next().unwrap_or_default());
            wrong(Diagnostic::new(message).hint("a line reads `contact = 5`"))
        })?;
        let number = |(name, value): (&String, &toml::Value)| {
            let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
            number.map(|number| (name.clone(), number)).ok_or_else(|| {
                let message = format!("`{}` is {}, and no number", diagnostic::quote(name), value.type_str());
                wrong(Diagnostic::new(message).hint(format!("a line reads `{} = 5`", diagnostic::quote(name))))
            })
        };
        let numbers = table.iter().map(number).collect::<Result<Vec<_>, _>>()?;
        Self::of(numbers.iter().map(|(name, number)| (name.as_str(), *number))).map_err(|error| error.within(source))
    }

    /// The assumptions where these differ from the ones that are built in.
    pub fn of<'a>(said: impl IntoIterator<Item = (&'a str, f64)>) -> Result<Self, Error> {
        let wrong = |message: String, hint: String| Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint));
        let mut numbers = KEYS.map(|key| key.default);
        for (name, number) in said {
            let Some(at) = KEYS.iter().position(|key| key.name == name) else {
                let message = format!("there is no assumption `{}`", diagnostic::quote(name));
                return Err(wrong(message, nearest("assumption", name, Self::names())));
            };
            let Key { least, most, .. } = KEYS[at];
            if !(least..=most).contains(&number) {
                let hint = match most {
                    1.0 => "a share is written `0.05`, and not `5`".to_owned(),
                    _ => format!("give a number from {least} to {most}"),
                };
                return Err(wrong(format!("`{name}` is {number}, and must be from {least} to {most}"), hint));
            }
            numbers[at] = Some(number);
        }
        let [low, high] = ["saved_low", "saved_high"].map(|name| named(&numbers, name).unwrap_or_default());
        let saved = Share::between(low, high).map_err(|error| {
            let why = error.into_diagnostic();
            let hint = "give `saved_low` and `saved_high` such as 0.1 and 0.5: nothing is saved for sure";
            wrong(format!("`saved_low` and `saved_high`: {}", why.message()), hint.to_owned())
        })?;
        Ok(Self { numbers, saved })
    }

    /// The file of the built-in assumptions, each explained.
    #[must_use]
    pub fn file() -> String {
        let head = "# What `banksphere budget --assumptions FILE` computes a list of customers by. These numbers are no bank's:\n\
                    # put yours in their place. Money is in the currency of the data. A line that is left out keeps its number;\n\
                    # one that begins with # is not there.\n";
        let entry = |key: &Key| {
            let off = if key.default.is_none() { "# " } else { "" };
            format!("\n# {}\n{off}{} = {}\n", key.says, key.name, key.example)
        };
        head.to_owned() + &KEYS.iter().map(entry).collect::<String>()
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        named(&self.numbers, name).unwrap_or_default()
    }

    /// What a unit of spend is worth, of the column as it stands.
    pub(crate) fn of_spend(&self) -> f64 {
        self.number("margin_on_spend") * (self.number("months_saved") / self.number("months_of_spend"))
    }

    /// What a unit of balance is worth.
    pub(crate) fn of_balances(&self) -> f64 {
        self.number("margin_on_balances") * (self.number("months_saved") / 12.0)
    }

    /// What each customer is worth, where all are worth the same.
    pub(crate) fn per_customer(&self) -> Option<f64> {
        named(&self.numbers, "value_per_customer")
    }

    /// What asking costs.
    pub(crate) fn costs(&self) -> Costs {
        Costs { contact: self.number("contact"), incentive: self.number("incentive") }
    }

    /// The share of those about to leave that a call keeps.
    pub(crate) fn saved(&self) -> &Share {
        &self.saved
    }

    /// The most that the list may cost.
    pub(crate) fn budget(&self) -> Option<f64> {
        named(&self.numbers, "budget")
    }
}

/// The number of a key.
fn named(numbers: &[Option<f64>; KEYS.len()], name: &str) -> Option<f64> {
    KEYS.iter().zip(numbers).find(|(key, _)| key.name == name).and_then(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let error = Assumptions::read(text, "costs.toml").unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("at costs.toml"), "{error}");
    }

    #[test]
    fn the_file_that_is_written_is_read_as_what_is_built_in() {
        let text = Assumptions::file();
        let read = Assumptions::read(&text, "costs.toml").unwrap();
        assert_eq!(read, Assumptions::of([]).unwrap());
        assert!(read.budget().is_none() && read.per_customer().is_none());
        let all = text.replace("# value_per_customer", "value_per_customer").replace("# budget", "budget");
        let all = Assumptions::read(&all, "costs.toml").unwrap();
        assert_eq!((all.per_customer(), all.budget()), (Some(200.0), Some(10_000.0)));
        assert!((read.saved().mean() - 0.3).abs() < 0.01, "{:?}", read.saved());
    }

    #[test]
    fn what_no_list_can_be_computed_by_is_refused() {
        refused("contact = ", "line 1 is no TOML");
        refused("\n\ncontact 5", "line 3 is no TOML");
        refused("contact = \"5\"", "`contact` is string, and no number");
        refused("contract = 5", "there is no assumption `contract`");
        refused("margin_on_spend = 2", "`margin_on_spend` is 2, and must be from 0 to 1\n");
        refused("margin_on_spend = 2", "a share is written `0.05`, and not `5`");
        refused("contact = -1", "`contact` is -1, and must be from 0");
        refused("contact = nan", "`contact` is NaN");
        refused("budget = inf", "`budget` is inf");
        refused("months_of_spend = 0", "must be from 1 to 600");
        refused("saved_low = 0.6", "a share from 0.6 to 0.51 is none");
        refused("saved_low = 0", "a share from 0 to 0.51 is none");
        refused("[costs]\ncontact = 5", "`costs` is table, and no number");
    }
}
