//! Computed columns, block by block: table lookups, kernels, and the plain definition row by row.

use bson::{Bson, Document};
use pipeline::ast::{Comparison, Expr, Operator};

use super::block::Block;
use super::kernel::{Kernel, ordering_holds};
use super::plan::{ColumnId, Table};
use super::resolve::{Resolved, Row};
use super::shape::{Absent, Lane, NumberType, Numbers, Shape};
use crate::Error;
use crate::expr::Env;
use crate::meter::{self, Growing};
use crate::value::{Value, number};

/// The combination of codes that each row has.
pub(crate) fn combinations(inputs: &[(ColumnId, usize)], block: &mut Block) -> Result<Vec<u32>, Error> {
    let mut combinations = vec![0_u32; block.n_rows];
    for (input, stride) in inputs {
        let codes = block.codes(*input)?;
        let stride = *stride as u32;
        combinations.iter_mut().zip(codes.iter()).for_each(|(sum, code)| *sum += u32::from(*code) * stride);
    }
    Ok(combinations)
}

/// A table's results.
pub(crate) fn table(table: &Table, block: &mut Block) -> Result<Vec<u16>, Error> {
    let results: Vec<u16> = match table.inputs.as_slice() {
        [] => vec![table.results[0]; block.n_rows],
        [(input, _)] => block.codes(*input)?.iter().map(|code| table.results[usize::from(*code)]).collect(),
        inputs => combinations(inputs, block)?.iter().map(|at| table.results[*at as usize]).collect(),
    };
    if !table.errors.is_empty()
        && let Some(row) = results.iter().position(|code| *code == Table::ERROR)
    {
        let combination = combinations(&table.inputs, block)?[row] as usize;
        return Err(table.errors.get(&combination).cloned().unwrap_or_else(|| Error::new("a value has no code")));
    }
    Ok(results)
}

/// The plain definition, row by row.
pub(crate) fn per_row(expr: &Resolved, inputs: &[ColumnId], block: &mut Block) -> Result<Vec<Value>, Error> {
    let now = block.plan.now;
    let mut values = Vec::with_capacity(block.n_rows);
    let mut growing = Growing::default();
    each_row(inputs, block, |row| {
        let value = Env::new(row, now).evaluate(expr)?;
        value.as_ref().map_or(Ok(()), |value| growing.add(value))?;
        values.push(value);
        Ok(())
    })?;
    Ok(values)
}

/// Calls `f` with each row of the inputs.
pub(crate) fn each_row(
    inputs: &[ColumnId],
    block: &mut Block,
    mut f: impl FnMut(&Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let columns = inputs.iter().map(|input| Ok((*input, block.values(*input)?))).collect::<Result<Vec<_>, Error>>()?;
    let mut row = Row::new(block.plan.columns.len());
    meter::within(&block.plan.brake, "", || {
        for at in 0..block.n_rows {
            block.plan.brake.check()?;
            for (input, values) in &columns {
                row.set(*input, values[at].as_ref());
            }
            f(&row)?;
        }
        Ok(())
    })
}

/// The codes of a kernel with a coded result.
pub(crate) fn codes(kernel: &Kernel, block: &mut Block) -> Result<Vec<u16>, Error> {
    match kernel {
        Kernel::Compare { comparison, left, right } => {
            let (left, right) = (block.numbers(*left)?, block.numbers(*right)?);
            Ok(compare(*comparison, &left, &right))
        }
        Kernel::CompareKinds { input, number, null } => {
            let input = block.numbers(*input)?;
            Ok((0..block.n_rows).map(|row| u16::from(if input.is_absent(row) { *null } else { *number })).collect())
        }
        Kernel::IsTrue(input) => {
            let input = block.numbers(*input)?;
            let mut codes: Vec<u16> = match &input.lane {
                Lane::Int(values) => values.iter().map(|x| u16::from(*x != 0)).collect(),
                Lane::Double(values) => values.iter().map(|x| u16::from(*x != 0.0)).collect(),
            };
            if let Some(absent) = &input.absent {
                codes.iter_mut().zip(absent.iter()).for_each(|(code, absent)| *code &= u16::from(!absent));
            }
            Ok(codes)
        }
        Kernel::Choose(choose) => {
            let codes = choose.codes(block)?;
            if codes.contains(&Table::ERROR) {
                return Err(no_branch(block));
            }
            Ok(codes)
        }
        Kernel::Intervals(intervals) => intervals.codes(block),
        Kernel::Arithmetic { .. } | Kernel::OfDouble { .. } | Kernel::IfNull { .. } => {
            Err(Error::new("a kernel of numbers was asked for codes"))
        }
    }
}

/// What the definition says where no branch of a `$switch` is taken.
fn no_branch(block: &Block) -> Error {
    let empty = Document::new();
    let switch = Expr::Switch {
        branches: vec![(Expr::Literal(Bson::Boolean(false)), Expr::Literal(Bson::Null))],
        default: None,
    };
    match Env::new(&empty, block.plan.now).evaluate(&switch) {
        Err(error) => error,
        Ok(_) => Error::coded(40_066, "no branch of a `$switch` was taken"),
    }
}

/// In the total order: null below all numbers, NaN below all others.
fn compare(comparison: Comparison, left: &Numbers, right: &Numbers) -> Vec<u16> {
    let mut codes: Vec<u16> = match (&left.lane, &right.lane) {
        (Lane::Int(a), Lane::Int(b)) => {
            a.iter().zip(b.iter()).map(|(a, b)| u16::from(ordering_holds(comparison, a.cmp(b)))).collect()
        }
        (a, b) => {
            let (a, b) = (a.to_doubles(), b.to_doubles());
            let holds = |(a, b): (&f64, &f64)| u16::from(ordering_holds(comparison, number::compare_doubles(*a, *b)));
            a.iter().zip(b.iter()).map(holds).collect()
        }
    };
    if left.absent.is_some() || right.absent.is_some() {
        for (row, code) in codes.iter_mut().enumerate() {
            let (left, right) = (left.is_absent(row), right.is_absent(row));
            if left || right {
                *code = u16::from(ordering_holds(comparison, right.cmp(&left)));
            }
        }
    }
    codes
}

/// The numbers of a kernel with a numeric result.
pub(crate) fn numbers(kernel: &Kernel, shape: &Shape, block: &mut Block) -> Result<Numbers, Error> {
    match kernel {
        Kernel::Arithmetic { operator, args, number } => arithmetic(*operator, args, *number, block),
        Kernel::OfDouble { operator, input } => {
            let input = block.numbers(*input)?;
            let f = match operator {
                Operator::Abs => f64::abs,
                Operator::Floor => f64::floor,
                Operator::Ceil => f64::ceil,
                Operator::Trunc => f64::trunc,
                Operator::Exp => f64::exp,
                _ => f64::round_ties_even,
            };
            let values = input.lane.to_doubles().iter().map(|x| f(*x)).collect();
            Ok(Numbers { lane: Lane::Double(values), absent: input.absent })
        }
        Kernel::Choose(choose) => choose.choose_numbers(shape, block),
        Kernel::IfNull { input, replacement } => {
            let (input, other) = (block.numbers(*input)?, block.numbers(*replacement)?);
            let lane = match (&input.lane, &other.lane) {
                (Lane::Int(a), Lane::Int(b)) => {
                    Lane::Int((0..block.n_rows).map(|row| if input.is_absent(row) { b[row] } else { a[row] }).collect())
                }
                (a, b) => {
                    let (a, b) = (a.to_doubles(), b.to_doubles());
                    let pick = |row| if input.is_absent(row) { b[row] } else { a[row] };
                    Lane::Double((0..block.n_rows).map(pick).collect())
                }
            };
            let absent = (0..block.n_rows).map(|row| input.is_absent(row) && other.is_absent(row)).collect();
            Ok(Numbers { lane, absent: (shape.absent != Absent::Never).then_some(absent) })
        }
        _ => Err(Error::new("a kernel of codes was asked for numbers")),
    }
}

fn arithmetic(operator: Operator, args: &[ColumnId], number: NumberType, block: &mut Block) -> Result<Numbers, Error> {
    let inputs = args.iter().map(|arg| block.numbers(*arg)).collect::<Result<Vec<Numbers>, Error>>()?;
    let absent = inputs.iter().any(|input| input.absent.is_some()).then(|| {
        (0..block.n_rows).map(|row| inputs.iter().any(|input| input.is_absent(row))).collect::<std::rc::Rc<[bool]>>()
    });
    let mut lanes = inputs.iter().map(|input| &input.lane);
    let Some(first) = lanes.next() else { return Err(Error::new("a kernel has no arguments")) };
    let lane = if number == NumberType::Double {
        doubles(operator, &inputs, absent.as_deref(), block)?
    } else {
        // Wrapping only where a value is absent: the ranges rule out the rest.
        let f: fn(i64, i64) -> i64 = match operator {
            Operator::Add => i64::wrapping_add,
            Operator::Subtract => i64::wrapping_sub,
            _ => i64::wrapping_mul,
        };
        lanes.fold(first.clone(), |a, b| match (&a, b) {
            (Lane::Int(a), Lane::Int(b)) => Lane::Int(a.iter().zip(b.iter()).map(|(a, b)| f(*a, *b)).collect()),
            _ => a,
        })
    };
    Ok(Numbers { lane, absent })
}

fn doubles(operator: Operator, inputs: &[Numbers], absent: Option<&[bool]>, block: &Block) -> Result<Lane, Error> {
    let inputs: Vec<_> = inputs.iter().map(|input| input.lane.to_doubles()).collect();
    if operator == Operator::Add {
        // The definition starts from zero, so that -0.0 alone sums up to 0.0.
        let mut sums = vec![0.0; block.n_rows];
        for input in &inputs {
            sums.iter_mut().zip(input.iter()).for_each(|(sum, x)| *sum += x);
        }
        return Ok(Lane::Double(sums.into()));
    }
    let [a, b] = inputs.as_slice() else { return Err(Error::new("a kernel lacks an argument")) };
    let each = |f: fn(f64, f64) -> f64| Lane::Double(a.iter().zip(b.iter()).map(|(a, b)| f(*a, *b)).collect());
    Ok(match operator {
        Operator::Subtract => each(|a, b| a - b),
        Operator::Multiply => each(|a, b| a * b),
        _ => {
            let is_zero = |row: usize| b[row] == 0.0 && !absent.is_some_and(|absent| absent[row]);
            if (0..block.n_rows).any(is_zero) {
                return Err(divided_by_zero(block));
            }
            each(|a, b| a / b)
        }
    })
}

/// What the definition says.
fn divided_by_zero(block: &Block) -> Error {
    let empty = Document::new();
    let args = vec![Expr::Literal(Bson::Int32(1)), Expr::Literal(Bson::Int32(0))];
    match Env::new(&empty, block.plan.now).evaluate(&Expr::Call { operator: Operator::Divide, args }) {
        Err(error) => error,
        Ok(_) => Error::coded(2, "can't $divide by zero"),
    }
}
