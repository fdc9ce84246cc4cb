//! Views: which features could have told something, and when.
//!
//! In: a contract and its features. Out: the views that differ, each with what it can foresee and what it cannot.
//! Invariant: a view without what moved while accounts closed has nothing that follows from it either.

use contract::{Contract, Role};

use super::feature::{Feature, Origin};

/// A choice of features by what they could have told in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View {
    /// Its name on the command line and in files.
    pub name: &'static str,
    pub title: &'static str,
    /// What it can foresee, and what it cannot.
    pub says: &'static str,
}

/// All of them, in the order in which they are told.
pub(crate) const VIEWS: [View; 4] = [
    View {
        name: "hindsight",
        title: "In hindsight",
        says: "With all columns, whenever they were measured: it explains closures that are under way, and is no forecast.",
    },
    View {
        name: "early",
        title: "Without what moved while closing",
        says: "Without the columns that were measured while accounts closed. What is as of the day of the data stays in it, so \
               it shows the most that could have been known before.",
    },
    View {
        name: "who",
        title: "Who they are",
        says: "From who the customers are and how long they are with the bank alone: whether some kind of customer leaves more \
               often, whatever they do.",
    },
    View {
        name: "first_part",
        title: "First part of the year",
        says: "With what was done in the first of the two periods, taken back out of the totals and their ratios: the earliest \
               sign that there is. That this period lies before the closures, the data cannot prove.",
    },
];

/// Their names, from the one on that can foresee most.
pub(crate) const FORESEEING: [&str; 4] = ["first_part", "early", "who", "hindsight"];

/// The roles that say who a customer is.
const WHO: [Role; 9] = [
    Role::Age,
    Role::Gender,
    Role::Education,
    Role::MaritalStatus,
    Role::Income,
    Role::Dependents,
    Role::Region,
    Role::Segment,
    Role::Tenure,
];

impl View {
    /// The view of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        VIEWS.into_iter().find(|view| view.name == name)
    }

    /// The places of its features.
    pub(crate) fn members(self, contract: &Contract, features: &[Feature]) -> Vec<usize> {
        let column = |feature: &Feature| contract.column(&feature.name).filter(|_| feature.is_column());
        let is_early = |feature: &Feature| column(feature).is_some_and(|_| !moved(contract, &feature.name, 0));
        let is_member = |feature: &Feature| match self.name {
            "hindsight" => feature.is_column(),
            "early" => is_early(feature),
            "who" => column(feature).and_then(|column| column.role).is_some_and(|role| WHO.contains(&role)),
            _ => is_early(feature) || !feature.is_column(),
        };
        let places = 0..features.len();
        places.filter(|place| is_member(&features[*place])).collect()
    }
}

/// The views of a contract whose features differ, and why others are not there.
pub(crate) fn views(contract: &Contract, features: &[Feature]) -> (Vec<(View, Vec<usize>)>, Vec<String>) {
    let (mut views, mut absent): (Vec<(View, Vec<usize>)>, Vec<String>) = (Vec::new(), Vec::new());
    let has_first_part = features.iter().any(|feature| matches!(feature.from, Origin::FirstPart { .. }));
    for view in VIEWS {
        let members = view.members(contract, features);
        let title = view.title;
        if view.name == "first_part" && !has_first_part {
            absent.push(format!("{title}: the contract has no total of two periods with their ratio"));
        } else if members.is_empty() {
            absent.push(format!("{title}: no column is of that kind"));
        } else if let Some((same, _)) = views.iter().find(|(_, there)| *there == members) {
            absent.push(format!("{title}: it has the same columns as “{}”", same.title));
        } else {
            views.push((view, members));
        }
    }
    (views, absent)
}

/// Whether a column was measured while accounts closed, or follows from one that was.
fn moved(contract: &Contract, name: &str, depth: usize) -> bool {
    let Some(column) = contract.column(name).filter(|_| depth < 16) else { return false };
    column.concurrent || column.derived_from.iter().any(|from| moved(contract, from, depth + 1))
}

#[cfg(test)]
mod tests {
    use super::super::feature::features;
    use super::*;

    #[test]
    fn the_views_of_the_card_are_those_of_its_contract() {
        let contract = Contract::card();
        let (features, _) = features(&contract);
        let (views, absent) = views(&contract, &features);
        let sizes: Vec<(&str, usize)> = views.iter().map(|(view, members)| (view.name, members.len())).collect();
        assert_eq!(sizes, [("hindsight", 19), ("early", 10), ("who", 8), ("first_part", 13)]);
        assert!(absent.is_empty() && View::named("early").is_some() && View::named("late").is_none());
    }

    #[test]
    fn a_contract_without_periods_has_fewer_views() {
        let text = "title = \"A club\"\n[columns.n]\nkind = \"text\"\nrole = \"customer_key\"\n[columns.left]\nkind = \
                    \"category\"\nrole = \"closed\"\ncategories = [{ value = \"no\" }, { value = \"yes\", closed = true }]\n\
                    [columns.fee]\nkind = \"decimal\"\nrange = [0, 9]\n";
        let contract = Contract::parse("club.toml", text).unwrap();
        let (views, absent) = views(&contract, &features(&contract).0);
        assert_eq!(views.iter().map(|(view, _)| view.name).collect::<Vec<_>>(), ["hindsight"]);
        assert_eq!(
            absent,
            [
                "Without what moved while closing: it has the same columns as “In hindsight”",
                "Who they are: no column is of that kind",
                "First part of the year: the contract has no total of two periods with their ratio"
            ]
        );
    }
}
