//! Group keys: which group each row belongs to.
//!
//! In: the columns of a key. Out: a number per row, and per number the `_id`. Where all columns are coded and few
//! combinations exist, the number is computed (*dense*); else the combinations seen are numbered by hashing. Always
//! holds: two rows have one number exactly where MongoDB says that their keys are equal. Which of several equal keys
//! (1 and 1.0, 0.0 and -0.0) stands for its group is free.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use bson::{Bson, Document};
use pipeline::ast::Expr;

use super::block::Block;
use super::frame::Field;
use super::plan::{ColumnId, Plan};
use super::resolve::Resolved;
use super::shape::{Domain, Kind, Lane};
use crate::Error;
use crate::collation;
use crate::value::{Key, Value};

/// More cells than this are not worth an array each.
const MOST_CELLS: usize = 1 << 20;
/// So many cells are always worth an array.
const FEW_CELLS: usize = 1 << 16;

/// The key of a `$group`.
#[derive(Debug)]
pub(crate) struct Keys {
    columns: Vec<KeyColumn>,
    id: Id,
    /// The number of cells, where the key is dense.
    pub(crate) n_cells: Option<usize>,
}

#[derive(Debug)]
struct KeyColumn {
    column: ColumnId,
    /// For coded columns where values are equal as keys: the code that stands for each code.
    canonical: Option<Vec<u16>>,
}

/// How the `_id` is put together from the key's columns.
#[derive(Debug)]
enum Id {
    /// A bare value: missing counts as null.
    Bare(usize),
    Object(Vec<(String, Id)>),
    /// A field of an object: left out where missing.
    Field(usize),
}

impl Keys {
    pub(crate) fn lower(id: &Resolved, plan: &mut Plan) -> Self {
        let mut columns = Vec::new();
        let id = match id {
            Expr::Object(fields) => {
                let mut fields = lower_object(fields, plan, &mut columns);
                // MongoDB: the only field of an object counts missing as null, as a bare key does.
                if let [(_, only @ Id::Field(_))] = fields.as_mut_slice() {
                    *only = Id::Bare(0);
                }
                Id::Object(fields)
            }
            bare => {
                columns.push(plan.computed(bare));
                Id::Bare(0)
            }
        };
        let is_bare = id.is_bare();
        let columns: Vec<KeyColumn> = columns
            .into_iter()
            .map(|column| KeyColumn {
                column,
                canonical: plan.domain(column).and_then(|domain| canonical(domain, is_bare)),
            })
            .collect();
        let ids: Vec<ColumnId> = columns.iter().map(|key| key.column).collect();
        let most = MOST_CELLS.min(plan.n_rows() / 4).max(FEW_CELLS);
        let n_cells = plan.n_combinations(&ids).filter(|n| *n <= most);
        Self { columns, id, n_cells }
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether several codes of a column are one key.
    pub(crate) fn joins_codes(&self) -> bool {
        self.columns.iter().any(|key| key.canonical.is_some())
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = ColumnId> + '_ {
        self.columns.iter().map(|key| key.column)
    }

    fn is_bare(&self) -> bool {
        self.id.is_bare()
    }

    /// The `_id` as a field of the key's columns, and whether what is missing is null in it.
    pub(crate) fn id_field(&self) -> (Field, bool) {
        (self.id.field(), self.is_bare())
    }
}

impl Id {
    fn field(&self) -> Field {
        match self {
            Self::Bare(at) | Self::Field(at) => Field::Column(*at),
            Self::Object(fields) => {
                Field::Object(fields.iter().map(|(name, part)| (name.clone(), part.field())).collect())
            }
        }
    }

    fn is_bare(&self) -> bool {
        match self {
            Self::Bare(_) => true,
            Self::Object(fields) => matches!(fields.as_slice(), [(_, Self::Bare(_))]),
            Self::Field(_) => false,
        }
    }
}

fn lower_object(fields: &[(String, Resolved)], plan: &mut Plan, columns: &mut Vec<ColumnId>) -> Vec<(String, Id)> {
    let lowered = fields.iter().map(|(name, value)| {
        let part = match value {
            Expr::Object(inner) => Id::Object(lower_object(inner, plan, columns)),
            value => {
                columns.push(plan.computed(value));
                Id::Field(columns.len() - 1)
            }
        };
        (name.clone(), part)
    });
    lowered.collect()
}

fn canonical(domain: &Domain, is_bare: bool) -> Option<Vec<u16>> {
    if let Domain::Ints { .. } = domain {
        return None;
    }
    let mut first = HashMap::new();
    let codes: Vec<u16> = domain
        .values()
        .enumerate()
        .map(|(code, value)| *first.entry(key(value.as_ref(), is_bare)).or_insert(code as u16))
        .collect();
    (first.len() < codes.len()).then_some(codes)
}

fn key(value: Option<&Bson>, is_bare: bool) -> Key {
    match value {
        None if is_bare => Key::of(&Bson::Null),
        value => Key::of_value(value),
    }
}

/// A quick hash of numbers that are no adversary's choice beyond what grouping needs anyway.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, x: u64) {
        let product = u128::from(self.0 ^ x ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

type NumberMap = HashMap<u64, u32, BuildHasherDefault<Mix>>;

/// Numbers the distinct values of one column.
#[derive(Debug, Default)]
struct Interner {
    /// Whether the column holds numbers of one type, which are told apart by their bits.
    is_of_numbers: bool,
    values: Vec<Value>,
    numbers: NumberMap,
    absent: Option<u32>,
    texts: HashMap<String, u32>,
    others: HashMap<Key, u32>,
}

/// The groups seen so far.
#[derive(Debug)]
pub(crate) struct Groups {
    /// One for each column that is not coded, where keys are hashed.
    interners: Vec<Option<Interner>>,
    /// One for each column but the first: numbers the pairs of what came before with this column's value.
    pairs: Vec<NumberMap>,
    /// The code of each column, group by group.
    codes: Vec<u32>,
    /// By group and column: the value of the group's first row, where another value stands for its code (1 and 1.0).
    firsts: HashMap<(u32, u32), Value>,
}

impl Groups {
    pub(crate) fn new(keys: &Keys, plan: &Plan) -> Self {
        let interner = |key: &KeyColumn| match plan.column(key.column).kind {
            Kind::Coded(_) => None,
            Kind::Number(_) => Some(Interner { is_of_numbers: true, ..Interner::default() }),
            Kind::Any => Some(Interner::default()),
        };
        let interners = keys.columns.iter().map(interner).collect();
        Self {
            interners,
            pairs: keys.columns.iter().skip(1).map(|_| NumberMap::default()).collect(),
            codes: Vec::new(),
            firsts: HashMap::new(),
        }
    }

    /// How many groups there may be: numbers are below it.
    pub(crate) fn len(&self, keys: &Keys) -> usize {
        match keys.n_cells {
            Some(n_cells) => n_cells,
            None => self.codes.len() / keys.len().max(1),
        }
    }

    /// The group of each row.
    pub(crate) fn assign(&mut self, keys: &Keys, block: &mut Block) -> Result<Vec<u32>, Error> {
        if keys.n_cells.is_some() {
            return dense(keys, block);
        }
        let columns = keys
            .columns
            .iter()
            .zip(&mut self.interners)
            .map(|(key, interner)| match interner {
                None => key_codes(key, block),
                Some(interner) => interner.assign(key.column, keys.is_bare(), block),
            })
            .collect::<Result<Vec<Vec<u32>>, Error>>()?;
        let row_of = |row: usize| columns.iter().map(move |column| column[row]);
        let mut numbers = Vec::with_capacity(block.n_rows);
        for row in 0..block.n_rows {
            let n_codes = self.codes.len();
            numbers.push(self.number(row_of(row)));
            if self.codes.len() > n_codes && !self.pairs.is_empty() {
                self.note_first(numbers[row], keys, &columns, row, block)?;
            }
        }
        Ok(numbers)
    }

    /// Keeps of a new group what its codes do not tell.
    fn note_first(
        &mut self,
        group: u32,
        keys: &Keys,
        columns: &[Vec<u32>],
        row: usize,
        block: &mut Block,
    ) -> Result<(), Error> {
        for (at, key) in keys.columns.iter().enumerate() {
            let Some(interner) = self.interners[at].as_ref() else { continue };
            let shared = &interner.values[columns[at][row] as usize];
            // Of numbers of one type only zeros are equal and not the same.
            if interner.is_of_numbers && *shared != Some(Bson::Double(0.0)) {
                continue;
            }
            let value = &block.values(key.column)?[row];
            if !is_same(value, shared) {
                self.firsts.insert((group, at as u32), value.clone());
            }
        }
        Ok(())
    }

    /// The number of a combination of codes, a new one if it is new.
    fn number(&mut self, codes: impl Iterator<Item = u32> + Clone) -> u32 {
        let mut rest = codes.clone();
        let mut number = rest.next().unwrap_or(0);
        let width = self.interners.len();
        for (map, code) in self.pairs.iter_mut().zip(rest) {
            let next = map.len() as u32;
            number = *map.entry(u64::from(number) << 32 | u64::from(code)).or_insert(next);
        }
        if self.codes.len() <= number as usize * width {
            self.codes.extend(codes);
        }
        number
    }

    /// The group here that has the key of a group there.
    pub(crate) fn adopt(&mut self, keys: &Keys, other: &Self, group: usize) -> usize {
        if keys.n_cells.is_some() {
            return group;
        }
        let width = keys.len();
        let theirs = &other.codes[group * width..(group + 1) * width];
        let codes: Vec<u32> = theirs
            .iter()
            .enumerate()
            .map(|(at, code)| match (&mut self.interners[at], &other.interners[at]) {
                (Some(ours), Some(theirs)) => ours.adopt(theirs.values[*code as usize].as_ref(), keys.is_bare()),
                _ => *code,
            })
            .collect();
        let n_codes = self.codes.len();
        let number = self.number(codes.iter().copied());
        if self.codes.len() > n_codes {
            for (at, theirs) in theirs.iter().enumerate() {
                let Some(ours) = self.interners[at].as_ref() else { continue };
                let own = other.firsts.get(&(group as u32, at as u32));
                let shared = || other.interners[at].as_ref().map(|interner| &interner.values[*theirs as usize]);
                let value = own.or_else(shared);
                if let Some(value) = value.filter(|value| !is_same(value, &ours.values[codes[at] as usize])) {
                    self.firsts.insert((number, at as u32), value.clone());
                }
            }
        }
        number as usize
    }

    /// The `_id` of a group.
    pub(crate) fn id(&self, keys: &Keys, plan: &Plan, group: usize) -> Bson {
        build(&keys.id, &self.key(keys, plan, group)).unwrap_or(Bson::Null)
    }

    /// The values of a group's key, column by column.
    pub(crate) fn key(&self, keys: &Keys, plan: &Plan, group: usize) -> Vec<Value> {
        let mut values = Vec::with_capacity(keys.len());
        let mut cell = group;
        for (at, key) in keys.columns.iter().enumerate() {
            let code = if keys.n_cells.is_some() {
                let n = plan.domain(key.column).map_or(1, |domain| domain.len()).max(1);
                let code = cell % n;
                cell /= n;
                code
            } else {
                self.codes[group * keys.len() + at] as usize
            };
            if let Some(first) = self.firsts.get(&(group as u32, at as u32)) {
                values.push(first.clone());
                continue;
            }
            values.push(match &self.interners[at] {
                Some(interner) => interner.values[code].clone(),
                None => plan.domain(key.column).and_then(|domain| domain.value(code)),
            });
        }
        values
    }
}

/// Whether two values are the same, the sign of a zero with them.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Some(Bson::Double(a)), Some(Bson::Double(b))) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

fn build(id: &Id, values: &[Value]) -> Value {
    match id {
        Id::Bare(at) => Some(values[*at].clone().unwrap_or(Bson::Null)),
        Id::Field(at) => values[*at].clone(),
        Id::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, part)| Some((name.clone(), build(part, values)?)));
            Some(Bson::Document(fields.collect::<Document>()))
        }
    }
}

fn key_codes(key: &KeyColumn, block: &mut Block) -> Result<Vec<u32>, Error> {
    let codes = block.codes(key.column)?;
    Ok(match &key.canonical {
        None => codes.iter().map(|code| u32::from(*code)).collect(),
        Some(canonical) => codes.iter().map(|code| u32::from(canonical[usize::from(*code)])).collect(),
    })
}

fn dense(keys: &Keys, block: &mut Block) -> Result<Vec<u32>, Error> {
    let mut stride = 1;
    let mut numbers = vec![0_u32; block.n_rows];
    for key in &keys.columns {
        let codes = block.codes(key.column)?;
        match &key.canonical {
            None => numbers.iter_mut().zip(codes.iter()).for_each(|(sum, code)| *sum += u32::from(*code) * stride),
            Some(canonical) => numbers
                .iter_mut()
                .zip(codes.iter())
                .for_each(|(sum, code)| *sum += u32::from(canonical[usize::from(*code)]) * stride),
        }
        stride *= block.plan.domain(key.column).map_or(1, |domain| domain.len()) as u32;
    }
    Ok(numbers)
}

impl Interner {
    fn assign(&mut self, column: ColumnId, is_bare: bool, block: &mut Block) -> Result<Vec<u32>, Error> {
        let plan = block.plan;
        if let Kind::Number(shape) = &plan.column(column).kind {
            let numbers = block.numbers(column)?;
            return Ok((0..block.n_rows)
                .map(|row| {
                    let bits = (!numbers.is_absent(row)).then(|| match &numbers.lane {
                        Lane::Int(values) => values[row] as u64,
                        Lane::Double(values) => double_bits(values[row]),
                    });
                    self.number(bits, || numbers.value(row, shape))
                })
                .collect());
        }
        let values = block.values(column)?;
        Ok(values.iter().map(|value| self.other(value.as_ref(), is_bare)).collect())
    }

    fn number(&mut self, bits: Option<u64>, value: impl FnOnce() -> Value) -> u32 {
        let next = self.values.len() as u32;
        let number = match bits {
            None => *self.absent.get_or_insert(next),
            Some(bits) => *self.numbers.entry(bits).or_insert(next),
        };
        if number == next {
            self.values.push(value());
        }
        number
    }

    fn other(&mut self, value: Option<&Bson>, is_bare: bool) -> u32 {
        let next = self.values.len() as u32;
        let number = match value {
            Some(Bson::String(text) | Bson::Symbol(text)) if collation::is_simple() => match self.texts.get(text) {
                Some(number) => *number,
                None => *self.texts.entry(text.clone()).or_insert(next),
            },
            value => *self.others.entry(key(value, is_bare)).or_insert(next),
        };
        if number == next {
            self.values.push(value.cloned());
        }
        number
    }

    /// The number here of a value that another interner of the same column holds.
    fn adopt(&mut self, value: Option<&Bson>, is_bare: bool) -> u32 {
        if !self.is_of_numbers {
            return self.other(value, is_bare);
        }
        let bits = match value {
            Some(Bson::Int32(x)) => Some(i64::from(*x) as u64),
            Some(Bson::Int64(x)) => Some(*x as u64),
            Some(Bson::Double(x)) => Some(double_bits(*x)),
            _ => None,
        };
        self.number(bits, || value.cloned())
    }
}

/// Bits that are equal where doubles are equal as keys.
fn double_bits(x: f64) -> u64 {
    if x == 0.0 {
        0
    } else if x.is_nan() {
        f64::NAN.to_bits()
    } else {
        x.to_bits()
    }
}
