//! The columns of a plan: stored ones, and computed ones in terms of others.
//!
//! In: resolved expressions. Out: columns, each with how a block of it comes about. The choice, best first:
//! 1. what depends on few distinct values is evaluated once per combination by the plain definition, and looked up;
//! 2. wide numbers have typed kernels ([`super::kernel`]);
//! 3. anything else is evaluated row by row by the plain definition.
//!
//! Invariant: a column's inputs come before it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bson::{Bson, DateTime};
use pipeline::ast::Expr;

use super::intervals;
use super::kernel::Kernel;
use super::known::Known;
use super::ranks::Ranking;
use super::resolve::{self, Resolved, ResolvedPredicate, Row};
use super::shape::{Absent, Domain, Kind, Lane, NumberType, Shape};
use super::stored::{Stored, StoredKind, Typed};
use crate::expr::Env;
use crate::meter::{self, Growing};
use crate::query::Matcher;
use crate::stage::Context;
use crate::value::Value;
use crate::{Brake, Collator, Error};

/// So few distinct combinations are a table at once.
const TINY_TABLE: usize = 64;
/// More distinct combinations than this are not worth a table where a kernel would do.
const SMALL_TABLE: usize = 4096;
/// More distinct combinations than this are not worth a table at all; also what codes can number.
const LARGE_TABLE: usize = 65_535;

/// What the rows that are worked on together may copy of one shared value.
const MOST_COPIED_BYTES: usize = 32 << 20;

/// A column of a [`Plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ColumnId(pub(crate) u32);

/// A column and what is known of it.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) source: Source,
    pub(crate) kind: Kind,
    /// Whether computing it can fail, so that it must not be computed for rows which do not ask for it.
    pub(crate) is_fallible: bool,
    /// The numbers of a coded column by code, made when they are first asked for.
    decoded: OnceLock<(Lane, Vec<bool>)>,
}

impl Column {
    /// The numbers of a coded column by code, and where there is none; all that is no number counts as absent.
    pub(crate) fn decoded(&self, domain: &Domain) -> &(Lane, Vec<bool>) {
        self.decoded.get_or_init(|| {
            domain.numbers(domain.shape_of_numbers().map_or(NumberType::Int, |shape: Shape| shape.number))
        })
    }

    /// Whether a value may be an array.
    pub(crate) fn may_hold_arrays(&self) -> bool {
        match &self.kind {
            Kind::Coded(domain) => domain.has_arrays(),
            Kind::Number(_) => false,
            // A contract's columns hold none.
            Kind::Any => !matches!(self.source, Source::Stored { .. }),
        }
    }
}

/// Where a column comes from.
#[derive(Debug)]
pub(crate) enum Source {
    Stored {
        collection: usize,
        index: usize,
    },
    Table(Table),
    Kernel(Kernel),
    PerRow {
        expr: Resolved,
        inputs: Vec<ColumnId>,
    },
    /// Something of an array's elements, which its `$unwind` puts into the block.
    Element,
}

/// A function of codes, listed.
#[derive(Debug)]
pub(crate) struct Table {
    /// Inputs with their strides: combination = Σ code × stride.
    pub(crate) inputs: Vec<(ColumnId, usize)>,
    /// The result's code by combination; [`Table::ERROR`] where evaluation fails.
    pub(crate) results: Vec<u16>,
    pub(crate) errors: HashMap<usize, Error>,
}

/// All columns that a pipeline's prefix speaks of.
pub(crate) struct Plan {
    pub(crate) collections: Vec<Arc<Typed>>,
    pub(crate) columns: Vec<Column>,
    pub(crate) now: DateTime,
    pub(crate) brake: Brake,
    /// How the run compares strings, on each thread that works for it.
    pub(crate) collator: Collator,
    stored: HashMap<(usize, usize), ColumnId>,
    computed: Known,
    /// Where numbers that are compared with constants lie among these, by their column.
    rankings: HashMap<ColumnId, Ranking>,
    /// How many rows there may be at most, where arrays are unwound.
    most_rows: usize,
}

impl Source {
    /// The columns that it is computed from.
    pub(crate) fn inputs(&self) -> Vec<ColumnId> {
        match self {
            Self::Stored { .. } | Self::Element => Vec::new(),
            Self::Table(table) => table.inputs.iter().map(|(input, _)| *input).collect(),
            Self::Kernel(kernel) => kernel.inputs(),
            Self::PerRow { inputs, .. } => inputs.clone(),
        }
    }
}

impl Table {
    pub(crate) const ERROR: u16 = u16::MAX;
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.columns).finish()
    }
}

impl Plan {
    pub(crate) fn new(base: Arc<Typed>, ctx: &Context) -> Self {
        let (stored, computed, rankings) = (HashMap::new(), Known::default(), HashMap::new());
        let (now, brake, collator) = (ctx.now, ctx.brake.clone(), ctx.collator.clone());
        let most_rows = base.n_rows;
        let collections = vec![base];
        Self { collections, columns: Vec::new(), now, brake, collator, stored, computed, rankings, most_rows }
    }

    pub(crate) fn column(&self, id: ColumnId) -> &Column {
        &self.columns[id.0 as usize]
    }

    /// Whether a value of a column may be an array.
    pub(crate) fn may_hold_arrays(&self, id: ColumnId) -> bool {
        let column = self.column(id);
        match column.source {
            Source::Stored { collection, index } => {
                matches!(self.collections[collection].columns[index].kind, StoredKind::Field)
            }
            _ => column.may_hold_arrays(),
        }
    }

    fn push(&mut self, source: Source, kind: Kind, is_fallible: bool) -> ColumnId {
        self.columns.push(Column { source, kind, is_fallible, decoded: OnceLock::new() });
        ColumnId(self.columns.len() as u32 - 1)
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.collections[0].n_rows
    }

    /// How many rows there may be at most, where arrays are unwound.
    pub(crate) fn most_rows(&self) -> usize {
        self.most_rows
    }

    /// From here on a column does not fail: it was computed for all rows that are left.
    pub(crate) fn is_checked(&mut self, id: ColumnId) {
        self.columns[id.0 as usize].is_fallible = false;
    }

    /// From here on a row may have become so many.
    pub(crate) fn multiply_rows(&mut self, most: usize) {
        self.most_rows = self.most_rows.saturating_mul(most.max(1));
    }

    /// The column that stands for a stored one.
    pub(crate) fn stored(&mut self, collection: usize, index: usize) -> ColumnId {
        if let Some(id) = self.stored.get(&(collection, index)) {
            return *id;
        }
        let typed = Arc::clone(&self.collections[collection]);
        let column = &typed.columns[index];
        let kind = stored_kind(column, || typed.range(index));
        let id = self.push(Source::Stored { collection, index }, kind, false);
        self.stored.insert((collection, index), id);
        id
    }

    /// How many rows are worked on together, `most` at most: fewer where the values that they share are large, of which each
    /// row has a copy.
    pub(crate) fn rows_at_a_time(&self, most: usize) -> usize {
        let domains = self.columns.iter().filter_map(|column| match &column.kind {
            Kind::Coded(domain) => Some(domain),
            _ => None,
        });
        let in_memory = |value: &Bson| crate::stage::size::of_value_in_memory(value);
        let largest = domains.map(|domain| domain.largest(&in_memory)).max().unwrap_or(0);
        (MOST_COPIED_BYTES / largest.max(1)).clamp(1, most)
    }

    /// The column of a field at the top of documents of any shape, whatever it holds.
    pub(crate) fn stored_field(&mut self, name: &str) -> Option<ColumnId> {
        let is_field = |stored: &Stored| matches!(stored.kind, StoredKind::Field) && stored.path.head() == name;
        let index = self.collections[0].columns.iter().position(is_field)?;
        Some(self.stored(0, index))
    }

    /// The same, where the plan speaks of it already.
    pub(crate) fn known_field(&self, name: &str) -> Option<ColumnId> {
        self.stored.iter().find_map(|((collection, index), id)| {
            let stored = &self.collections[*collection].columns[*index];
            (*collection == 0 && matches!(stored.kind, StoredKind::Field) && stored.path.head() == name).then_some(*id)
        })
    }

    /// A column for something of an array's elements.
    pub(crate) fn element(&mut self, kind: Kind) -> ColumnId {
        self.push(Source::Element, kind, false)
    }

    /// The column of an expression.
    pub(crate) fn computed(&mut self, expr: &Resolved) -> ColumnId {
        if let Expr::Field(field) = expr
            && let Some(id) = field.whole()
        {
            return id;
        }
        let number = Known::number(expr);
        if let Some(id) = self.computed.column(number, expr) {
            return id;
        }
        let id = self.compute(expr);
        self.computed.insert(number, expr.clone(), id);
        id
    }

    fn compute(&mut self, expr: &Resolved) -> ColumnId {
        let inputs = resolve::columns(expr);
        let n_combinations = self.n_combinations(&inputs);
        if n_combinations.is_some_and(|n| n <= TINY_TABLE) {
            return self.table(expr, &inputs);
        }
        if let Some(id) = intervals::lower(expr, self) {
            return id;
        }
        if n_combinations.is_some_and(|n| n <= SMALL_TABLE) {
            return self.table(expr, &inputs);
        }
        if let Some(id) = Kernel::lower(expr, self) {
            return id;
        }
        if n_combinations.is_some_and(|n| self.is_worth_a_table(n)) {
            return self.table(expr, &inputs);
        }
        self.push(Source::PerRow { expr: expr.clone(), inputs }, Kind::Any, true)
    }

    pub(crate) fn kernel(&mut self, kernel: Kernel, kind: Kind, is_fallible: bool) -> ColumnId {
        self.push(Source::Kernel(kernel), kind, is_fallible)
    }

    /// Takes cuts among which the numbers of a column are ranked; not where it has too many.
    pub(crate) fn rank(&mut self, id: ColumnId, cuts: &[f64]) -> bool {
        self.rankings.entry(id).or_default().add(cuts)
    }

    /// What ranks the numbers of a column.
    pub(crate) fn ranking(&self, id: ColumnId) -> Option<&Ranking> {
        self.rankings.get(&id)
    }

    /// The domain of a coded column.
    pub(crate) fn domain(&self, id: ColumnId) -> Option<&Arc<Domain>> {
        match &self.column(id).kind {
            Kind::Coded(domain) => Some(domain),
            _ => None,
        }
    }

    /// The shape of a column of numbers.
    pub(crate) fn shape(&self, id: ColumnId) -> Option<Shape> {
        match &self.column(id).kind {
            Kind::Coded(domain) => domain.shape(),
            Kind::Number(shape) => Some(*shape),
            Kind::Any => None,
        }
    }

    /// How many combinations of codes there can be, if all are coded.
    pub(crate) fn n_combinations(&self, inputs: &[ColumnId]) -> Option<usize> {
        inputs.iter().try_fold(1_usize, |n, id| n.checked_mul(self.domain(*id)?.len()))
    }

    /// Whether a table of so many combinations is no more work than the rows are.
    pub(crate) fn is_worth_a_table(&self, n_combinations: usize) -> bool {
        n_combinations <= LARGE_TABLE.min(self.n_rows().max(SMALL_TABLE))
    }

    /// Whether a table over these columns is small enough to be made without a second thought.
    pub(crate) fn is_small(&self, inputs: &[ColumnId]) -> bool {
        self.n_combinations(inputs).is_some_and(|n| n <= SMALL_TABLE)
    }

    /// The truth of a predicate, by combination, if few can occur and it cannot fail.
    pub(crate) fn predicate_table(&self, predicate: &ResolvedPredicate) -> Result<Option<PredicateTable>, Error> {
        let inputs = resolve::predicate_columns(predicate);
        if !self.n_combinations(&inputs).is_some_and(|n| self.is_worth_a_table(n)) {
            return Ok(None);
        }
        let matcher = Matcher::new(predicate, self.now)?;
        let inputs = self.strides(&inputs);
        let passes = self
            .by_combination(&inputs, |row| self.brake.check().and_then(|()| matcher.matches(row)))
            .into_iter()
            .collect::<Result<_, Error>>();
        // What fails for some combination is left to the rows, which may never show it.
        Ok(passes.ok().map(|passes| PredicateTable { inputs, passes }))
    }

    /// Evaluates once per combination.
    fn table(&mut self, expr: &Resolved, inputs: &[ColumnId]) -> ColumnId {
        let inputs = self.strides(inputs);
        let mut values = Distinct::default();
        let mut errors = HashMap::new();
        let mut results = Vec::new();
        let growing = RefCell::new(Growing::default());
        let evaluated = self.by_combination(&inputs, |row| {
            self.brake.check()?;
            let value = Env::new(row, self.now).evaluate(expr)?;
            value.as_ref().map_or(Ok(()), |value| growing.borrow_mut().add(value))?;
            Ok(value)
        });
        for (combination, value) in evaluated.into_iter().enumerate() {
            results.push(match value {
                Ok(value) => values.code(value),
                Err(error) => {
                    errors.insert(combination, error);
                    Table::ERROR
                }
            });
        }
        let is_fallible = !errors.is_empty() || inputs.iter().any(|(input, _)| self.column(*input).is_fallible);
        let kind = Kind::Coded(Arc::new(Domain::Values(values.values)));
        self.push(Source::Table(Table { inputs, results, errors }), kind, is_fallible)
    }

    fn strides(&self, inputs: &[ColumnId]) -> Vec<(ColumnId, usize)> {
        let mut stride = 1;
        let mut strides = Vec::new();
        for input in inputs {
            strides.push((*input, stride));
            stride *= self.domain(*input).map_or(1, |domain| domain.len());
        }
        strides
    }

    /// What `f` makes of a row of the inputs, for each combination.
    fn by_combination<T>(&self, inputs: &[(ColumnId, usize)], f: impl Fn(&Row) -> T) -> Vec<T> {
        let domains: Vec<(ColumnId, usize, Vec<Value>)> = inputs
            .iter()
            .filter_map(|(input, stride)| Some((*input, *stride, self.domain(*input)?.values().collect())))
            .collect();
        let n: usize = domains.iter().map(|(_, _, values)| values.len()).product();
        let mut row = Row::new(self.columns.len());
        let of_combination = |combination: usize| {
            for (input, stride, values) in &domains {
                row.set(*input, values[combination / stride % values.len()].as_ref());
            }
            f(&row)
        };
        meter::within(&self.brake, "", || (0..n).map(of_combination).collect())
    }
}

/// What is known of a stored column, whose integers have this range.
pub(crate) fn stored_kind(stored: &Stored, range: impl FnOnce() -> Result<Option<(i64, i64)>, Error>) -> Kind {
    let Some(absent) = stored.absent() else { return Kind::Any };
    match &stored.kind {
        StoredKind::Bool => coded(vec![Some(Bson::Boolean(false)), Some(Bson::Boolean(true))], absent),
        StoredKind::Dictionary(values) if values.len() < LARGE_TABLE => coded(values.to_vec(), absent),
        kind @ (StoredKind::Int | StoredKind::Long) => {
            let is_long = matches!(kind, StoredKind::Long);
            // A column that cannot be read tells so when it is read, and only then.
            range().map_or(Kind::Any, |range| whole(range.unwrap_or((0, 0)), is_long, absent))
        }
        StoredKind::Double => Kind::Number(Shape { number: NumberType::Double, range: (0, 0), absent }),
        StoredKind::Dictionary(_) | StoredKind::Text | StoredKind::Date | StoredKind::ObjectId | StoredKind::Field => {
            Kind::Any
        }
    }
}

/// Whole numbers: by code where few can occur.
fn whole(range: (i64, i64), is_long: bool, absent: Absent) -> Kind {
    let n = range.1.checked_sub(range.0).and_then(|n| usize::try_from(n).ok()).map_or(usize::MAX, |n| n + 1);
    if n < LARGE_TABLE {
        return Kind::Coded(Arc::new(Domain::Ints { min: range.0, n, is_long, absent }));
    }
    let number = if is_long { NumberType::Long } else { NumberType::Int };
    Kind::Number(Shape { number, range, absent })
}

/// A predicate over codes, listed.
#[derive(Debug)]
pub(crate) struct PredicateTable {
    pub(crate) inputs: Vec<(ColumnId, usize)>,
    pub(crate) passes: Vec<bool>,
}

/// Values by code, and behind them what stands where there is none.
fn coded(mut values: Vec<Value>, absent: Absent) -> Kind {
    match absent {
        Absent::Never => {}
        Absent::Null => values.push(Some(Bson::Null)),
        Absent::Missing => values.push(None),
    }
    Kind::Coded(Arc::new(Domain::Values(values)))
}

/// Values by code, simple ones each once.
#[derive(Default)]
pub(crate) struct Distinct {
    pub(crate) values: Vec<Value>,
    codes: HashMap<Exact, u16>,
}

/// A simple value with its type, as no comparison across types has it.
#[derive(PartialEq, Eq, Hash)]
enum Exact {
    Missing,
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Double(u64),
    Text(String),
}

impl Distinct {
    pub(crate) fn code(&mut self, value: Value) -> u16 {
        let exact = match &value {
            None => Some(Exact::Missing),
            Some(Bson::Null) => Some(Exact::Null),
            Some(Bson::Boolean(x)) => Some(Exact::Bool(*x)),
            Some(Bson::Int32(x)) => Some(Exact::Int(*x)),
            Some(Bson::Int64(x)) => Some(Exact::Long(*x)),
            Some(Bson::Double(x)) => Some(Exact::Double(x.to_bits())),
            Some(Bson::String(x)) => Some(Exact::Text(x.clone())),
            Some(_) => None,
        };
        let next = self.values.len() as u16;
        let Some(exact) = exact else {
            self.values.push(value);
            return next;
        };
        *self.codes.entry(exact).or_insert_with(|| {
            self.values.push(value);
            next
        })
    }
}
