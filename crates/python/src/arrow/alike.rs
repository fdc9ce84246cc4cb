//! Rows of an object that are alike: so few different ones that each need be made for Python only once, and copied.
//!
//! In: a field of a frame that is an object of arrays. Out: for each row the number of its object, and a row for each number.
//! Invariant: rows with one number are equal in all fields, bit for bit.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use bank::{Frame, FrameField, FramePart};

/// More different objects than these are not worth it.
const MOST: usize = 4096;

/// A hash of what is one already.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The number of each row's object, and the first row that has it; nothing where there are many, or some field is no plain
/// array.
pub(crate) fn objects(frame: &Frame, field: usize) -> Option<(Vec<u32>, Vec<usize>)> {
    let FrameField::Object(fields) = &frame.fields().get(field)?.1 else { return None };
    let columns = fields.iter().map(|(_, field)| match field {
        FrameField::Column(column) => Some(*column),
        FrameField::Object(_) => None,
    });
    let columns = columns.collect::<Option<Vec<usize>>>()?;
    let mut known: HashMap<u64, u32, BuildHasherDefault<Same>> = HashMap::default();
    let mut values: Vec<Vec<Option<u64>>> = Vec::new();
    let (mut numbers, mut firsts) = (Vec::with_capacity(frame.n_rows()), Vec::new());
    for piece in 0..frame.n_pieces() {
        let part = |column: &usize| match frame.part(piece, *column).ok()? {
            FramePart::Array(array) => bits(&array),
            FramePart::Values(_) => None,
        };
        let parts = columns.iter().map(part).collect::<Option<Vec<_>>>()?;
        for row in 0..frame.n_rows_of(piece) {
            let hash = parts.iter().fold(0, |hash, bits| mixed(hash, bits[row]));
            let next = firsts.len() as u32;
            let number = *known.entry(hash).or_insert(next);
            if number == next {
                firsts.push(numbers.len());
                values.push(parts.iter().map(|bits| bits[row]).collect());
                if firsts.len() > MOST {
                    return None;
                }
            } else if parts.iter().zip(&values[number as usize]).any(|(bits, known)| bits[row] != *known) {
                // Two objects with one hash.
                return None;
            }
            numbers.push(number);
        }
    }
    Some((numbers, firsts))
}

fn mixed(hash: u64, bits: Option<u64>) -> u64 {
    let bits = bits.map_or(0x5851_f42d_4c95_7f2d, |bits| bits.rotate_left(17));
    let product = u128::from(hash ^ bits ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
    product as u64 ^ (product >> 64) as u64
}

/// The bits of each value, nothing of a null.
fn bits(array: &ArrayRef) -> Option<Vec<Option<u64>>> {
    fn of<T: ArrowPrimitiveType>(array: &ArrayRef, bits: impl Fn(T::Native) -> u64) -> Vec<Option<u64>> {
        array.as_primitive::<T>().iter().map(|value| value.map(&bits)).collect()
    }
    Some(match array.data_type() {
        DataType::Boolean => array.as_boolean().iter().map(|value| value.map(u64::from)).collect(),
        DataType::Float64 => of::<Float64Type>(array, f64::to_bits),
        DataType::Int8 => of::<Int8Type>(array, |value| value as u64),
        DataType::Int16 => of::<Int16Type>(array, |value| value as u64),
        DataType::Int32 => of::<Int32Type>(array, |value| value as u64),
        DataType::Int64 => of::<Int64Type>(array, |value| value as u64),
        DataType::UInt8 => of::<UInt8Type>(array, u64::from),
        DataType::UInt16 => of::<UInt16Type>(array, u64::from),
        _ => return None,
    })
}
