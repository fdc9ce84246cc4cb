//! `$unwind`: one document for each element of an array.
//!
//! MongoDB: what is neither array nor null counts as one element, with index null. Missing, null and the empty array
//! give no document, or with `preserveNullAndEmptyArrays` one as it is (an empty array is taken away). The index is a
//! long. The path goes through objects only.

use bson::{Bson, Document};
use pipeline::ast::{Path, Unwind};

use super::{Rows, failed, nested};

pub(super) fn run<'a>(unwind: &'a Unwind, rows: Rows<'a>) -> Rows<'a> {
    Box::new(rows.flat_map(move |row| -> Rows<'a> {
        match row {
            Err(error) => failed(error),
            Ok(row) => elements(unwind, row),
        }
    }))
}

fn elements(unwind: &Unwind, mut row: Document) -> Rows<'_> {
    let items = match nested::get_mut(&mut row, &unwind.path) {
        Some(Bson::Array(items)) => std::mem::take(items),
        None | Some(Bson::Null | Bson::Undefined) => return one(unwind, unwind.preserve.then_some(row)),
        Some(_) => return one(unwind, Some(row)),
    };
    if items.is_empty() {
        nested::remove(&mut row, &unwind.path);
        return one(unwind, unwind.preserve.then_some(row));
    }
    let last = items.len() - 1;
    let mut row = row;
    Box::new(items.into_iter().enumerate().map(move |(index, item)| {
        let mut output = if index == last { std::mem::take(&mut row) } else { row.clone() };
        nested::set(&mut output, &unwind.path, item);
        write_index(unwind.index.as_ref(), &mut output, Bson::Int64(index as i64));
        Ok(output)
    }))
}

fn one(unwind: &Unwind, row: Option<Document>) -> Rows<'_> {
    Box::new(row.into_iter().map(move |mut row| {
        write_index(unwind.index.as_ref(), &mut row, Bson::Null);
        Ok(row)
    }))
}

fn write_index(path: Option<&Path>, row: &mut Document, index: Bson) {
    if let Some(path) = path {
        nested::set(row, path, index);
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    const INPUT: &str = "{_id: 1, a: [7, 8]}\n{_id: 2, a: []}\n{_id: 3, a: null}\n{_id: 4}\n{_id: 5, a: 9}";

    #[test]
    fn empty_null_and_missing_give_nothing() {
        check("[{$unwind: '$a'}]", INPUT, "{_id: 1, a: 7}\n{_id: 1, a: 8}\n{_id: 5, a: 9}");
    }

    #[test]
    fn preserving_keeps_them_and_counts_no_index() {
        check(
            "[{$unwind: {path: '$a', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i.n'}}]",
            INPUT,
            "{_id: 1, a: 7, i: {n: NumberLong(0)}}
             {_id: 1, a: 8, i: {n: NumberLong(1)}}
             {_id: 2, i: {n: null}}
             {_id: 3, a: null, i: {n: null}}
             {_id: 4, i: {n: null}}
             {_id: 5, a: 9, i: {n: null}}",
        );
    }

    #[test]
    fn the_path_goes_through_objects_only() {
        check("[{$unwind: '$a.b'}]", "{a: {b: [1]}}\n{a: [{b: [2]}]}", "{a: {b: 1}}");
    }
}
