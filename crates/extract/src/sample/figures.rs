//! The figures that the sample is drawn from: shares and quantiles of groups of customers of the Kaggle data set "Credit Card
//! Customers" (10,127 customers of one bank), each group of at least fifty, never a customer.
//!
//! In: `figures.json`, which `benchmarks/fit_sample.py` writes. Out: for each column a tree over the columns before it that leads
//! to a group. Invariant: every group of a column can be drawn from, and every path of a tree ends in one.

use contract::{Contract, Role};
use serde::Deserialize;

use super::chance::Chance;
use crate::Error;

const FIGURES: &str = include_str!("figures.json");

/// As many parts of one as a distribution's values are given at.
const N_KNOTS: usize = 15;

/// The columns that are drawn, by what they mean, in their order.
pub(super) const ROLES: [Role; N_COLUMNS] = [
    Role::Gender,
    Role::Income,
    Role::Closed,
    Role::Age,
    Role::Dependents,
    Role::Education,
    Role::MaritalStatus,
    Role::Segment,
    Role::Tenure,
    Role::Products,
    Role::Contacts,
    Role::MonthsInactive,
    Role::CreditLimit,
    Role::Spend,
    Role::Transactions,
    Role::RevolvingBalance,
    Role::SpendChange,
    Role::TransactionsChange,
];
pub(super) const N_COLUMNS: usize = 18;
/// The columns of a customer, as far as they are drawn.
pub(super) type Drawn = [f64; N_COLUMNS];
/// So many customers are drawn at once.
pub(super) const BATCH: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireFigures {
    knots: [f64; N_KNOTS],
    columns: Vec<WireColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireColumn {
    role: String,
    /// The names of the values, of a category.
    categories: Vec<String>,
    /// A column before this one, the greatest value that goes to the first side, and the two sides: nodes, or groups as negative
    /// numbers from -1 on.
    nodes: Vec<(usize, f64, i64, i64)>,
    /// Values, their shares, and the quantiles of all others.
    groups: Vec<(Vec<f64>, Vec<f64>, Vec<f64>)>,
}

/// All columns.
pub(super) struct Figures {
    knots: [f64; N_KNOTS],
    columns: Vec<Column>,
}

/// How a column is drawn.
struct Column {
    nodes: Vec<Node>,
    groups: Vec<Group>,
}

/// A question about a column before. Small, so that all of them stay in the processor's nearest cache.
#[derive(Clone, Copy)]
struct Node {
    most: f64,
    column: u32,
    /// Where those at most as great go, and where the others go: a node, or a group as a negative number from -1 on.
    sides: [i16; 2],
}

/// The distribution of a group.
struct Group {
    values: Vec<f64>,
    /// Up to which part of one each of them reaches.
    reach: Vec<f64>,
    quantiles: Option<[f64; N_KNOTS]>,
}

impl Figures {
    /// Reads the file that the program carries, whose codes of categories are those of the contract.
    pub(super) fn read(contract: &Contract) -> Result<Self, Error> {
        let bug = |what: &str| Error::bug(format!("the sample's figures: {what}"));
        let wire: WireFigures = serde_json::from_str(FIGURES).map_err(|error| bug(&error.to_string()))?;
        let roles: Vec<Option<Role>> = wire.columns.iter().map(|column| Role::named(&column.role)).collect();
        if roles != ROLES.map(Some) {
            return Err(bug("they are of other columns"));
        }
        let column = |(place, wire): (usize, WireColumn)| {
            let of_contract = contract.columns.iter().find(|column| column.role == Some(ROLES[place]));
            let categories = of_contract.map_or(&[][..], contract::Column::categories);
            if !categories.iter().map(|category| &category.value).eq(&wire.categories) {
                return Err(bug(&format!("the categories of `{}` are others than the contract's", wire.role)));
            }
            Column::new(place, wire).ok_or_else(|| bug(ROLES[place].name()))
        };
        let columns = wire.columns.into_iter().enumerate().map(column).collect::<Result<_, _>>()?;
        Ok(Self { knots: wire.knots, columns })
    }

    /// Draws a column of several customers given those before it.
    pub(super) fn draw(&self, column: usize, before: &[Drawn; BATCH], chance: &mut Chance) -> [f64; BATCH] {
        let column = &self.columns[column];
        column.groups_of(before).map(|group| self.draw_of(&column.groups[group], chance))
    }

    fn draw_of(&self, group: &Group, chance: &mut Chance) -> f64 {
        let part = chance.part();
        if let Some(place) = group.reach.iter().position(|reach| part < *reach) {
            return group.values[place];
        }
        match &group.quantiles {
            Some(quantiles) => self.value_at(quantiles, chance.part()),
            // What rounding leaves of the shares falls to the last value.
            None => group.values.last().copied().unwrap_or_default(),
        }
    }

    /// The value below which `part` of a distribution lies: linear between the knots.
    fn value_at(&self, quantiles: &[f64; N_KNOTS], part: f64) -> f64 {
        let above = self.knots[1..N_KNOTS - 1].partition_point(|knot| *knot <= part) + 1;
        let below = above - 1;
        let along = (part - self.knots[below]) / (self.knots[above] - self.knots[below]);
        quantiles[below] + (quantiles[above] - quantiles[below]) * along
    }
}

impl Column {
    /// None where a path leads nowhere, or a group holds nothing.
    fn new(place: usize, wire: WireColumn) -> Option<Self> {
        let (n_nodes, n_groups) = (wire.nodes.len(), wire.groups.len());
        let side = |from: usize, to: i64| {
            let is_there = match usize::try_from(to) {
                // Only forward, so that every path ends.
                Ok(node) => node > from && node < n_nodes,
                Err(_) => usize::try_from(-1 - to).is_ok_and(|group| group < n_groups),
            };
            i16::try_from(to).ok().filter(|_| is_there)
        };
        let node = |(from, (column, most, left, right)): (usize, &(usize, f64, i64, i64))| {
            let sides = [side(from, *left)?, side(from, *right)?];
            let of = u32::try_from(*column).ok().filter(|_| *column < place)?;
            Some(Node { column: of, most: *most, sides })
        };
        let nodes = wire.nodes.iter().enumerate().map(node).collect::<Option<_>>()?;
        let groups = wire.groups.into_iter().map(Group::new).collect::<Option<Vec<_>>>()?;
        (n_groups > 0).then_some(Self { nodes, groups })
    }

    /// The group of each customer. All walk down the tree together, so that none waits for what another reads.
    fn groups_of(&self, before: &[Drawn; BATCH]) -> [usize; BATCH] {
        let mut at = [if self.nodes.is_empty() { -1_i16 } else { 0 }; BATCH];
        loop {
            let mut is_walking = false;
            for (at, before) in at.iter_mut().zip(before) {
                if let Some(node) = usize::try_from(*at).ok().and_then(|at| self.nodes.get(at)) {
                    *at = node.sides[usize::from(before[node.column as usize] > node.most)];
                    is_walking = true;
                }
            }
            if !is_walking {
                return at.map(|at| usize::try_from(-1 - at).unwrap_or_default());
            }
        }
    }
}

impl Group {
    fn new((values, shares, quantiles): (Vec<f64>, Vec<f64>, Vec<f64>)) -> Option<Self> {
        let mut reached = 0.0;
        let reach = shares.iter().map(|share| {
            reached += share;
            reached
        });
        let reach: Vec<f64> = reach.collect();
        let quantiles = if quantiles.is_empty() { None } else { Some(quantiles.try_into().ok()?) };
        let holds = quantiles.is_some() || !values.is_empty();
        (holds && values.len() == reach.len()).then_some(Self { values, reach, quantiles })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        Figures::read(&Contract::card()).unwrap()
    }

    #[test]
    fn quantiles_are_linear_between_the_knots() {
        let figures = figures();
        let quantiles = figures.knots.map(|knot| knot * 100.0);
        for part in [0.0, 0.005, 0.01, 0.33, 0.5, 0.97, 0.995, 1.0] {
            assert!((figures.value_at(&quantiles, part) - part * 100.0).abs() < 1e-9, "{part}");
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_is_no_column() {
        let column = |nodes: Vec<(usize, f64, i64, i64)>, groups: Vec<(Vec<f64>, Vec<f64>, Vec<f64>)>| {
            Column::new(3, WireColumn { role: String::new(), categories: Vec::new(), nodes, groups }).is_some()
        };
        let one = || (vec![1.0], vec![1.0], Vec::new());
        assert!(column(Vec::new(), vec![one()]) && column(vec![(2, 0.5, -1, -2)], vec![one(), one()]));
        // No group, a group of nothing, a share too few, too few quantiles.
        assert!(!column(Vec::new(), Vec::new()) && !column(Vec::new(), vec![(Vec::new(), Vec::new(), Vec::new())]));
        assert!(!column(Vec::new(), vec![(vec![1.0, 2.0], vec![1.0], Vec::new())]));
        assert!(!column(Vec::new(), vec![(Vec::new(), Vec::new(), vec![1.0; 14])]));
        // A group that is not there, a node that leads back, a column that comes later.
        assert!(!column(vec![(2, 0.5, -1, -3)], vec![one(), one()]) && !column(vec![(2, 0.5, -1, 0)], vec![one()]));
        assert!(!column(vec![(3, 0.5, -1, -2)], vec![one(), one()]));
    }

    #[test]
    fn a_group_gives_its_values_as_often_as_it_says_and_the_rest_by_quantiles() {
        let quantiles: Vec<f64> = figures().knots.iter().map(|knot| 10.0 + knot).collect();
        let group = Group::new((vec![1.0, 2.0], vec![0.2, 0.3], quantiles)).unwrap();
        let figures = Figures { columns: vec![Column { nodes: Vec::new(), groups: vec![group] }], ..figures() };
        let mut chance = Chance::of_block(5, 0);
        let draw = |_| figures.draw(0, &[[0.0; N_COLUMNS]; BATCH], &mut chance);
        let drawn: Vec<f64> = (0..100_000 / BATCH).flat_map(draw).collect();
        let share = |is: &dyn Fn(f64) -> bool| drawn.iter().filter(|value| is(**value)).count() as f64 / 1e5;
        assert!((share(&|value| value == 1.0) - 0.2).abs() < 0.01 && (share(&|value| value == 2.0) - 0.3).abs() < 0.01);
        assert!((share(&|value| value > 10.5) - 0.25).abs() < 0.01);
    }
}
