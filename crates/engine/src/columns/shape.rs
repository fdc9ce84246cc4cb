//! What is known of a column before a row is read, and the forms in which a block of it is computed with.
//!
//! A column of few distinct values is *coded*: a [`Domain`] lists them, a block of it is codes. A numeric column has a
//! [`Shape`], a block of it is [`Numbers`]. Anything else is a block of values.

use std::rc::Rc;
use std::sync::Arc;

use arrow_buffer::ScalarBuffer;
use bson::Bson;

use crate::value::{Number, Value};

/// How a column's blocks are held.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Coded(Arc<Domain>),
    Number(Shape),
    Any,
}

/// The values of a coded column, by code.
#[derive(Debug, PartialEq)]
pub(crate) enum Domain {
    /// `n` consecutive integers from `min`, and behind them what stands where there is none.
    Ints { min: i64, n: usize, is_long: bool, absent: Absent },
    /// Any values, each once.
    Values(Vec<Value>),
}

/// Numbers of one type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) number: NumberType,
    /// What integers cannot leave; doubles have none.
    pub(crate) range: (i64, i64),
    pub(crate) absent: Absent,
}

/// BSON's binary number types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberType {
    Int,
    Long,
    Double,
}

/// What stands where there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    Never,
    Null,
    Missing,
}

/// A block of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    pub(crate) lane: Lane,
    /// Where there is no number; the lane holds anything there.
    pub(crate) absent: Option<Rc<[bool]>>,
}

/// Integers of any width, or doubles.
#[derive(Clone, Debug)]
pub(crate) enum Lane {
    Int(ScalarBuffer<i64>),
    Double(ScalarBuffer<f64>),
}

impl Domain {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Ints { n, absent, .. } => n + usize::from(*absent != Absent::Never),
            Self::Values(values) => values.len(),
        }
    }

    pub(crate) fn value(&self, code: usize) -> Value {
        match self {
            Self::Ints { n, absent, .. } if code >= *n => (*absent != Absent::Missing).then_some(Bson::Null),
            Self::Ints { min, is_long: true, .. } => Some(Bson::Int64(min + code as i64)),
            Self::Ints { min, .. } => Some(Bson::Int32((min + code as i64) as i32)),
            Self::Values(values) => values.get(code).cloned().flatten(),
        }
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.len()).map(|code| self.value(code))
    }

    /// The largest of the values, as `size` measures them.
    pub(crate) fn largest(&self, size: &dyn Fn(&Bson) -> usize) -> usize {
        match self {
            Self::Ints { .. } => 0,
            Self::Values(values) => values.iter().flatten().map(size).max().unwrap_or(0),
        }
    }

    /// Whether some value is an array.
    pub(crate) fn has_arrays(&self) -> bool {
        matches!(self, Self::Values(values) if values.iter().any(|value| matches!(value, Some(Bson::Array(_)))))
    }

    /// The shape of the values, if they are numbers of one type and perhaps one kind of absence.
    pub(crate) fn shape(&self) -> Option<Shape> {
        if let Self::Ints { min, n, is_long, absent } = self {
            return Some(Shape {
                number: if *is_long { NumberType::Long } else { NumberType::Int },
                range: (*min, min + (*n as i64 - 1).max(0)),
                absent: *absent,
            });
        }
        self.shape_but_for(|value| match value {
            Some(Bson::Null) => Some(Absent::Null),
            None => Some(Absent::Missing),
            _ => None,
        })
    }

    /// The same where all that is no number is passed over, as by `$sum`. A decimal is a number, but has no shape.
    pub(crate) fn shape_of_numbers(&self) -> Option<Shape> {
        let is_number = |value: &Value| value.as_ref().and_then(Number::of).is_some();
        self.shape().or_else(|| self.shape_but_for(|value| (!is_number(value)).then_some(Absent::Null)))
    }

    fn shape_but_for(&self, absence: impl Fn(&Value) -> Option<Absent>) -> Option<Shape> {
        let mut shape: Option<Shape> = None;
        let mut absent = Absent::Never;
        for value in self.values() {
            let Some(of_value) = value.as_ref().and_then(Shape::of) else {
                let this = absence(&value)?;
                if absent != Absent::Never && absent != this {
                    return None;
                }
                absent = this;
                continue;
            };
            shape = Some(match shape {
                None => of_value,
                Some(shape) => shape.union(of_value)?,
            });
        }
        Some(Shape { absent, ..shape? })
    }

    /// The numbers by code, and where there is none.
    pub(crate) fn numbers(&self, number: NumberType) -> (Lane, Vec<bool>) {
        let found: Vec<Option<Number>> = self.values().map(|value| value.as_ref().and_then(Number::of)).collect();
        let absent = found.iter().map(Option::is_none).collect();
        let lane = if number == NumberType::Double {
            Lane::Double(found.iter().map(|x| x.map_or(0.0, Number::to_f64)).collect())
        } else {
            Lane::Int(found.iter().map(|x| x.and_then(Number::to_whole).unwrap_or(0)).collect())
        };
        (lane, absent)
    }
}

impl Shape {
    /// The shape of one number.
    fn of(value: &Bson) -> Option<Self> {
        let (number, range) = match value {
            Bson::Int32(x) => (NumberType::Int, (i64::from(*x), i64::from(*x))),
            Bson::Int64(x) => (NumberType::Long, (*x, *x)),
            Bson::Double(_) => (NumberType::Double, (0, 0)),
            _ => return None,
        };
        Some(Self { number, range, absent: Absent::Never })
    }

    /// The shape of numbers that are of this shape or of that.
    pub(crate) fn union(self, other: Self) -> Option<Self> {
        let absent = match (self.absent, other.absent) {
            (absent, Absent::Never) | (Absent::Never, absent) => absent,
            (a, b) if a == b => a,
            _ => return None,
        };
        let range = (self.range.0.min(other.range.0), self.range.1.max(other.range.1));
        (self.number == other.number).then_some(Self { number: self.number, range, absent })
    }

    /// The same numbers with another kind of absence.
    pub(crate) fn with_absent(self, absent: Absent) -> Self {
        Self { absent, ..self }
    }

    /// Whether every number is a double exactly, and the sum of a thousand of them.
    pub(crate) fn fits_double(&self) -> bool {
        self.number == NumberType::Double || (self.range.0 > -(1 << 43) && self.range.1 < 1 << 43)
    }

    /// The number as a value.
    pub(crate) fn int(&self, x: i64) -> Bson {
        if self.number == NumberType::Int { Bson::Int32(x as i32) } else { Bson::Int64(x) }
    }
}

impl Lane {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Int(values) => values.len(),
            Self::Double(values) => values.len(),
        }
    }

    /// The elements at `positions`.
    pub(crate) fn take(&self, positions: &[u32]) -> Self {
        match self {
            Self::Int(values) => Self::Int(positions.iter().map(|i| values[*i as usize]).collect()),
            Self::Double(values) => Self::Double(positions.iter().map(|i| values[*i as usize]).collect()),
        }
    }

    /// The elements as doubles.
    pub(crate) fn to_doubles(&self) -> ScalarBuffer<f64> {
        match self {
            Self::Int(values) => values.iter().map(|x| *x as f64).collect(),
            Self::Double(values) => values.clone(),
        }
    }
}

impl Numbers {
    pub(crate) fn take(&self, positions: &[u32]) -> Self {
        let absent = self.absent.as_ref().map(|absent| positions.iter().map(|i| absent[*i as usize]).collect());
        Self { lane: self.lane.take(positions), absent }
    }

    pub(crate) fn is_absent(&self, row: usize) -> bool {
        self.absent.as_ref().is_some_and(|absent| absent[row])
    }

    /// A row's value, given the shape that the numbers have.
    pub(crate) fn value(&self, row: usize, shape: &Shape) -> Value {
        if self.is_absent(row) {
            return if shape.absent == Absent::Missing { None } else { Some(Bson::Null) };
        }
        Some(match &self.lane {
            Lane::Int(values) => shape.int(values[row]),
            Lane::Double(values) => Bson::Double(values[row]),
        })
    }

    /// All values.
    pub(crate) fn values(&self, shape: &Shape) -> Vec<Value> {
        (0..self.lane.len()).map(|row| self.value(row, shape)).collect()
    }
}
