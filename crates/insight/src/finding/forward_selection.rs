//! Which columns tell closure, each by what it adds to those before it, with the closures in excess of the bank's rate.
//!
//! In: every column by itself, cut into bins; and one query more, which counts customers and closures in all combinations of the groups
//! of the columns that tell most by themselves ([`with_cells`]). Out: a row a column. Customers without an answer are a group.
//! Invariant: which columns are counted together follows from the first queries alone, and what is counted is bounded by
//! [`MOST_TOGETHER`] columns and [`MOST_CELLS`] combinations, of which there are no more than customers, so that it costs about the
//! same on a bank of any size.

use bson::{Bson, Document};
use catalog::{Analysis, Dimension, Finding, MeasureRole, OUTCOME_KNOWN, Unit};

use super::Said;
use super::bands::{LUMPED, band};
use crate::bins::{self, Binned, few, without_outcome};
use crate::grouped::number;
use crate::groups::{self, in_order, is_missing, same};
use crate::statistics::SMALL;
use crate::statistics::evidence::Counts;
use crate::statistics::logistic::Table as Cells;
use crate::statistics::selection::{Chosen, Selection, select};
use crate::{Added, Caution, Cell, Column, ColumnRole, Error, Excess, Fact, Nothing, Table, words};

/// Of so many customers the answer may be unknown without a word.
const FEW_UNKNOWN: f64 = 0.05;
/// At most so many columns are counted together.
const MOST_TOGETHER: usize = 12;
/// In at most so many combinations of their groups.
const MOST_CELLS: usize = 500_000;
/// Names of more values are no groups.
const MOST_GROUPS: usize = 50;
/// So many columns are named first.
const MOST_NAMED: usize = 3;

/// A column whose groups are counted together with those of others.
struct Together {
    /// Its place among the columns of the analysis.
    at: usize,
    /// Its groups.
    dimension: Dimension,
    /// How its bins are called, by their lowest number; empty where the groups are called by their values.
    names: Vec<(Bson, String)>,
}

/// A group of a column.
struct Group {
    name: String,
    /// How sentences speak of it.
    phrase: String,
    counts: Counts,
    is_known: bool,
}

/// A column with what is told of it.
struct Told<'a> {
    binned: &'a Binned<'a>,
    is_concurrent: bool,
    /// Its groups; none of numbers that were not counted together with others, since their bands were not counted.
    groups: Vec<Group>,
    chosen: Option<Chosen>,
    /// Whether it may tell as much by itself as the column that was chosen first.
    is_rival: bool,
}

/// The analysis with the query that counts columns together, once the first queries gave `results`; none where it needs no
/// such query, or too few accounts were closed for it.
pub fn with_cells(analysis: &Analysis, results: &[Vec<Document>]) -> Result<Option<Analysis>, Error> {
    if analysis.finding != Finding::ForwardSelection {
        return Ok(None);
    }
    let together = together(analysis, &bins::columns(analysis, results)?);
    let by: Vec<Dimension> = together.into_iter().map(|column| column.dimension).collect();
    Ok((!by.is_empty()).then(|| analysis.with_cells(&by)))
}

/// The columns that are counted together: those that tell most by themselves.
fn together(analysis: &Analysis, columns: &[Binned<'_>]) -> Vec<Together> {
    if !columns.iter().any(|binned| is_enough(binned.groups().sum())) {
        return Vec::new();
    }
    let alone = columns.iter().zip(&analysis.candidates).enumerate().filter_map(|(at, (binned, candidate))| {
        let is_names = !binned.is_cut && band(binned, candidate).is_none();
        let told = alone(binned.groups()) - 2.0 * (binned.groups().count() as f64 - 1.0);
        // What chance would tell as well is not looked at (H. Akaike, 1974).
        (told > 0.0 && (!is_names || binned.bins.len() <= MOST_GROUPS)).then_some((at, told))
    });
    let mut alone: Vec<(usize, f64)> = alone.collect();
    alone.sort_by(|a, b| b.1.total_cmp(&a.1));
    let most_cells = columns.iter().map(|binned| binned.all as usize).max().unwrap_or(0);
    let (mut together, mut n_cells) = (Vec::new(), 1_usize);
    for (at, _) in alone {
        let (binned, candidate) = (&columns[at], &analysis.candidates[at]);
        let band = band(binned, candidate);
        let n_known = band.map_or(binned.bins.len(), |band| band.order.len());
        let n = n_cells.saturating_mul(n_known + usize::from(binned.unknown.customers() > 0.0)).min(most_cells);
        if together.len() == MOST_TOGETHER || n > MOST_CELLS {
            continue;
        }
        n_cells = n;
        together.push(counted(at, binned, band));
    }
    together
}

fn counted(at: usize, binned: &Binned<'_>, band: Option<&Dimension>) -> Together {
    match band {
        Some(band) => Together { at, dimension: band.clone(), names: Vec::new() },
        None if binned.is_cut => {
            let names: Vec<(Bson, String)> =
                binned.bins.iter().map(|bin| (bin.low.clone(), bin.name.clone())).collect();
            Together { at, dimension: binned.dimension.binned(&names), names }
        }
        None => Together { at, dimension: binned.dimension.clone(), names: Vec::new() },
    }
}

/// Table and facts over all columns.
pub(crate) fn say(analysis: &Analysis, columns: &[Binned<'_>], results: &[Vec<Document>]) -> (Table, Said) {
    let together = together(analysis, columns);
    let rows = results.get(analysis.by.len()).map_or(&[][..], Vec::as_slice);
    let counted = Counted::read(analysis, &together, rows);
    let Selection { chosen, rivals } =
        if is_enough(counted.all) { select(&counted.cells) } else { Selection::default() };
    let mut told: Vec<Told<'_>> = columns
        .iter()
        .zip(&analysis.candidates)
        .enumerate()
        .map(|(at, (binned, candidate))| {
            let place = together.iter().position(|column| column.at == at);
            let groups = match place {
                Some(place) => counted.groups(place, &together[place]),
                None if band(binned, candidate).is_none() => of_bins(binned),
                None => Vec::new(),
            };
            let chosen = place.and_then(|place| chosen.iter().find(|chosen| chosen.column == place)).copied();
            let is_rival = place.is_some_and(|place| rivals.contains(&place));
            Told { binned, is_concurrent: candidate.is_concurrent, groups, chosen, is_rival }
        })
        .filter(|told| told.binned.groups().count() > 1)
        .collect();
    let counts = |binned: &Binned<'_>| binned.groups().sum::<Counts>();
    let largest = columns.iter().map(counts).max_by(|a, b| a.customers().total_cmp(&b.customers()));
    let all = largest.unwrap_or_default();
    let place = |told: &Told<'_>| {
        let excess = told.excess(all).unwrap_or(f64::NEG_INFINITY);
        // The shares that are told grow with each column that was chosen.
        (told.chosen.map_or(f64::INFINITY, |chosen| chosen.cumulative), -excess)
    };
    told.sort_by(|a, b| {
        let (a, b) = (place(a), place(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let mut said = facts(&told, all);
    said.cautions.extend(few(columns, told.len()));
    said.cautions.extend(without_outcome(columns, told.len()));
    said.cautions.extend(told.iter().enumerate().filter_map(|(row, told)| told.lumped(row)));
    said.cautions.extend(told.iter().enumerate().filter_map(|(row, told)| told.unknown(row)));
    let left: Vec<usize> = (0..told.len()).filter(|row| told[*row].chosen.is_none()).collect();
    if left.len() < told.len() && !left.is_empty() {
        let are_uncounted = told.iter().any(|column| column.groups.is_empty());
        said.cautions.push(Caution::NotChosen { rows: left, are_uncounted });
    }
    (table(&told, all), said)
}

/// Whether so many accounts were closed, and so many were not, that columns can be chosen.
fn is_enough(all: Counts) -> bool {
    all.closed >= SMALL && all.open >= SMALL
}

/// By how much the deviance of groups with a rate each is below that of one rate for all.
fn alone(groups: impl Iterator<Item = Counts> + Clone) -> f64 {
    let deviance = |Counts { closed, open }: Counts| {
        let part = |n: f64| if n > 0.0 { -2.0 * n * (n / (closed + open)).ln() } else { 0.0 };
        part(closed) + part(open)
    };
    deviance(groups.clone().sum()) - groups.map(deviance).sum::<f64>()
}

/// The null deviance of all customers.
fn null(all: Counts) -> f64 {
    let Counts { closed, open } = all;
    alone([Counts { closed, open: 0.0 }, Counts { closed: 0.0, open }].into_iter())
}

/// The bins of a column as its groups, with those who gave no answer.
fn of_bins(binned: &Binned<'_>) -> Vec<Group> {
    let group = |bin: &bins::Bin| Group {
        name: bin.name.clone(),
        phrase: binned.dimension.group(&bin.name),
        counts: bin.counts,
        is_known: true,
    };
    let unknown = Some(binned.unknown).filter(|unknown| unknown.customers() > 0.0);
    let unknown = unknown.map(|counts| Group::unknown(&binned.dimension.label, counts));
    binned.bins.iter().map(group).chain(unknown).collect()
}

/// What the one query counted.
#[derive(Default)]
struct Counted {
    /// The values of each column, in natural order, with their customers.
    values: Vec<Vec<(Bson, Counts)>>,
    /// The combinations.
    cells: Cells,
    /// All customers of whom it is known whether they closed.
    all: Counts,
}

impl Counted {
    fn read(analysis: &Analysis, together: &[Together], rows: &[Document]) -> Self {
        let name = |role| analysis.measure_of(role).map_or("", |measure| measure.name.as_str());
        let (customers, closed) = (name(MeasureRole::Customers), name(MeasureRole::Closed));
        let mut values: Vec<Vec<(Bson, Counts)>> = vec![Vec::new(); together.len()];
        let mut cells: Vec<(Vec<u16>, Counts)> = Vec::with_capacity(rows.len());
        for row in rows {
            let count = |field: &str| groups::number(row, field).unwrap_or(0.0);
            let known = groups::number(row, OUTCOME_KNOWN).unwrap_or_else(|| count(customers));
            let counts = Counts { closed: count(closed), open: known - count(closed) };
            let (Ok(id), true) = (row.get_document("_id"), known > 0.0) else { continue };
            let each = together.iter().zip(&mut values);
            let place = |(column, values): (&Together, &mut Vec<(Bson, Counts)>)| {
                let value = id.get(&column.dimension.name).unwrap_or(&Bson::Null);
                let known = values.iter().position(|(known, _)| known == value || same(known, value));
                let at = known.unwrap_or_else(|| {
                    values.push((value.clone(), Counts::default()));
                    values.len() - 1
                });
                values[at].1 = values[at].1 + counts;
                at as u16
            };
            cells.push((each.map(place).collect(), counts));
        }
        let all = cells.iter().map(|(_, counts)| *counts).sum();
        let places: Vec<Vec<u16>> =
            values.iter_mut().zip(together).map(|(values, column)| order(values, &column.dimension)).collect();
        for (place, _) in &mut cells {
            place.iter_mut().zip(&places).for_each(|(at, places)| *at = places[usize::from(*at)]);
        }
        // The rows of a `$group` come in any order, and the parts are drawn in this one.
        cells.sort_by(|a, b| a.0.cmp(&b.0));
        let cells = largest_first(&values, &cells);
        Self { values, cells, all }
    }

    /// The groups of a column, in natural order.
    fn groups(&self, place: usize, column: &Together) -> Vec<Group> {
        let group = |(value, counts): &(Bson, Counts)| {
            if is_missing(&column.dimension, value) {
                return Group::unknown(&column.dimension.label, *counts);
            }
            let named = column.names.iter().find(|(low, _)| same(low, value)).map(|(_, name)| name.clone());
            let name = named.unwrap_or_else(|| groups::text(value));
            let is_range = !column.names.is_empty();
            let phrase =
                if is_range { column.dimension.phrase.replace("{}", &name) } else { column.dimension.group(&name) };
            Group { name, phrase, counts: *counts, is_known: true }
        };
        self.values.get(place).map_or_else(Vec::new, |values| values.iter().map(group).collect())
    }
}

/// Brings values into natural order; gives the new place of each.
fn order(values: &mut Vec<(Bson, Counts)>, dimension: &Dimension) -> Vec<u16> {
    let mut by_place: Vec<usize> = (0..values.len()).collect();
    by_place.sort_by(|a, b| in_order(dimension, &values[*a].0, &values[*b].0));
    let mut places = vec![0; values.len()];
    by_place.iter().enumerate().for_each(|(place, at)| places[*at] = place as u16);
    *values = by_place.iter().map(|at| values[*at].clone()).collect();
    places
}

/// The cells as a model reads them: of each column the largest group is the one that the others are held against.
fn largest_first(values: &[Vec<(Bson, Counts)>], cells: &[(Vec<u16>, Counts)]) -> Cells {
    let largest: Vec<u16> = values
        .iter()
        .map(|values| {
            let largest = values.iter().enumerate().max_by(|a, b| a.1.1.customers().total_cmp(&b.1.1.customers()));
            largest.map_or(0, |(at, _)| at as u16)
        })
        .collect();
    let place = |(at, largest): (&u16, &u16)| match at.cmp(largest) {
        std::cmp::Ordering::Less => at + 1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => *at,
    };
    Cells::new(
        values.iter().map(Vec::len).collect(),
        cells.iter().flat_map(|(places, _)| places.iter().zip(&largest).map(place)).collect(),
        cells.iter().map(|(_, counts)| *counts).collect(),
    )
}

impl Told<'_> {
    fn label(&self) -> String {
        self.binned.dimension.label.clone()
    }

    /// The closures above the bank's rate, over its groups above it, those without an answer among them.
    fn excess(&self, all: Counts) -> Option<f64> {
        (!self.groups.is_empty() && all.customers() > 0.0)
            .then(|| self.groups.iter().map(|group| group.excess(all).max(0.0)).sum())
    }

    /// How many customers its groups have.
    fn customers(&self) -> f64 {
        self.groups.iter().map(|group| group.counts.customers()).sum()
    }

    /// That one band has nearly all customers, of numbers that quantiles would cut otherwise.
    fn lumped(&self, row: usize) -> Option<Caution> {
        let all = self.customers();
        let known = self.groups.iter().filter(|group| group.is_known);
        let most = known.max_by(|a, b| a.counts.customers().total_cmp(&b.counts.customers()))?;
        let share = most.counts.customers() / all;
        (self.binned.is_cut && share > LUMPED).then(|| Caution::Lumped {
            row: vec![row],
            column: self.label(),
            group: most.name.clone(),
            share,
        })
    }

    /// That unknown answers are a group of a column that was chosen.
    fn unknown(&self, row: usize) -> Option<Caution> {
        let unknown: f64 =
            self.groups.iter().filter(|group| !group.is_known).map(|group| group.counts.customers()).sum();
        let share = unknown / self.customers();
        (self.chosen.is_some() && share > FEW_UNKNOWN).then(|| Caution::UnknownTells {
            row: vec![row],
            column: self.label(),
            customers: unknown,
            share,
        })
    }

    /// The group with the most closures above the bank's rate; of equal ones the first.
    fn most(&self, all: Counts) -> Option<&Group> {
        let above = self.groups.iter().filter(|group| group.excess(all) > 0.0);
        above.reduce(|most, next| if next.excess(all) > most.excess(all) { next } else { most })
    }

    /// How sentences speak of a group, with those that have as many closures of as many customers.
    fn with_its_equals(&self, group: &Group, all: Counts) -> String {
        let is_equal = |other: &&Group| other.name != group.name && other.excess(all) >= group.excess(all);
        let others: Vec<String> = self.groups.iter().filter(is_equal).map(|other| other.phrase.clone()).collect();
        if others.is_empty() {
            group.phrase.clone()
        } else {
            format!("{}, as among {}", group.phrase, words::list(&others))
        }
    }
}

impl Group {
    /// Those who gave no answer to a column of this heading.
    fn unknown(label: &str, counts: Counts) -> Self {
        let phrase = format!("customers whose “{label}” is not known");
        Self { name: "not known".to_owned(), phrase, counts, is_known: false }
    }

    fn excess(&self, all: Counts) -> f64 {
        self.counts.closed - self.counts.customers() * all.closed / all.customers()
    }
}

fn table(told: &[Told<'_>], all: Counts) -> Table {
    let columns = vec![
        Column::new("column", "Column", Unit::Text, ColumnRole::Dimension),
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
        Column::measure("groups", "Groups", Unit::Count),
        Column::measure("added", "Share of deviance added", Unit::Share),
        Column::measure("added_error", "Standard error", Unit::Share),
        Column::measure("cumulative", "With those before", Unit::Share),
        Column::measure("alone", "Alone", Unit::Share),
        Column::measure("excess", "Excess closures", Unit::Count),
        Column::text("most", "Most of them at"),
        Column::measure("most_customers", "Customers there", Unit::Count),
        Column::measure("most_closed", "Closures there", Unit::Count),
        Column::measure("most_rate", "Closure rate there", Unit::Share),
    ];
    let row = |told: &Told<'_>| {
        let most = told.most(all);
        let alone = alone(told.groups.iter().map(|group| group.counts)) / null(all);
        let of_chosen = |of: fn(Chosen) -> f64| number(told.chosen.map(of), Unit::Share);
        let count = |value: Option<f64>| number(value.map(f64::round), Unit::Count);
        let has_groups = !told.groups.is_empty();
        let cells = vec![
            Cell::Text(told.label()),
            number(Some(told.binned.customers()), Unit::Count),
            count(has_groups.then_some(told.groups.len() as f64)),
            of_chosen(|chosen| chosen.added),
            of_chosen(|chosen| chosen.error),
            of_chosen(|chosen| chosen.cumulative),
            number(Some(alone).filter(|alone| has_groups && alone.is_finite()), Unit::Share),
            count(told.excess(all)),
            most.map_or(Cell::Missing, |group| Cell::Text(group.name.clone())),
            count(most.map(|group| group.counts.customers())),
            count(most.map(|group| group.counts.closed)),
            number(most.map(|group| group.counts.closed / group.counts.customers()), Unit::Share),
        ];
        // A row is a column, not customers.
        cells.into()
    };
    Table { columns, rows: told.iter().map(row).collect() }
}

fn facts(told: &[Told<'_>], all: Counts) -> Said {
    if all.closed <= 0.0 || all.open <= 0.0 {
        return Said::nothing(Nothing::NoOutcome);
    }
    if !is_enough(all) {
        return Said::nothing(Nothing::FewClosed);
    }
    let chosen: Vec<(usize, &Told<'_>, Chosen)> =
        told.iter().enumerate().filter_map(|(row, told)| Some((row, told, told.chosen?))).collect();
    let Some((first_row, first, _)) = chosen.first() else { return Said::nothing(Nothing::NoneChosen) };
    let named = &chosen[..chosen.len().min(MOST_NAMED)];
    let excess = |told: &Told<'_>| Excess { column: told.label(), closures: told.excess(all).unwrap_or(0.0) };
    let mut facts = vec![Fact::Telling {
        rows: named.iter().map(|(row, ..)| *row).collect(),
        columns: named.iter().map(|(_, told, _)| excess(told)).collect(),
        rivals: told.iter().filter(|told| told.is_rival).map(Told::label).collect(),
        concurrent: named.iter().filter(|(_, told, _)| told.is_concurrent).map(|(_, told, _)| told.label()).collect(),
    }];
    // Of a group of few customers a rate says little.
    let most = first.most(all).filter(|group| group.counts.customers() >= SMALL);
    facts.extend(most.map(|group| Fact::Sits {
        rows: vec![*first_row],
        group: first.with_its_equals(group, all),
        closed: group.counts.closed,
        customers: group.counts.customers(),
        share: group.counts.closed / all.closed,
    }));
    facts.push(Fact::Selected {
        rows: chosen.iter().map(|(row, ..)| *row).collect(),
        columns: chosen.iter().map(|(_, told, chosen)| Added { column: told.label(), share: chosen.added }).collect(),
        share: chosen.last().map_or(0.0, |(_, _, chosen)| chosen.cumulative),
    });
    Said { facts, ..Said::default() }
}
