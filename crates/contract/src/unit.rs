//! What a number counts, and so how it is written.

/// The unit of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// No number: a name.
    #[default]
    Text,
    /// A whole number of things: `1,627`.
    Count,
    /// A share or rate between 0 and 1, shown in percent: `16.1 %`.
    Share,
    /// US dollars: `$3,754`.
    Dollars,
    /// Months: `2.27`.
    Months,
    /// Years: `46.9`.
    Years,
    /// A ratio, index or statistic without unit: `0.377`.
    Ratio,
    /// A year of the calendar: `2015`.
    Year,
}

impl Unit {
    /// The units' names in catalog files.
    pub const NAMES: [&'static str; 8] = ["text", "count", "share", "dollars", "months", "years", "ratio", "year"];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The unit with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "count" => Self::Count,
            "share" => Self::Share,
            "dollars" => Self::Dollars,
            "months" => Self::Months,
            "years" => Self::Years,
            "ratio" => Self::Ratio,
            "year" => Self::Year,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_found_by_its_own_name() {
        for name in Unit::NAMES {
            assert_eq!(Unit::named(name).map(Unit::name), Some(name));
        }
        assert_eq!(Unit::named("euros"), None);
    }
}
