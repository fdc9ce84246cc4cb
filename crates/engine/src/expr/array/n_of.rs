//! `$firstN $lastN $minN $maxN`: some elements of an array, in its order (the last two: in theirs, without nulls).
//!
//! MongoDB: `n` must be a whole number above 0, the input an array; fewer elements than `n` are fine. `$maxN`
//! takes them one by one, and lets the first of the least go for a greater one; of equal values it gives the last first.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use bson::Bson;

use crate::Error;
use crate::expr::args::{self, Args};
use crate::value::{Number, Value, compare, is_nullish, type_name};

/// `n`, `input`.
pub(in crate::expr) fn first_n(args: &Args<'_>) -> Result<Value, Error> {
    let (n, items) = inputs(args)?;
    Ok(Some(Bson::Array(items[..n.min(items.len())].to_vec())))
}

pub(in crate::expr) fn last_n(args: &Args<'_>) -> Result<Value, Error> {
    let (n, items) = inputs(args)?;
    Ok(Some(Bson::Array(items[items.len() - n.min(items.len())..].to_vec())))
}

pub(in crate::expr) fn min_n(args: &Args<'_>) -> Result<Value, Error> {
    let (n, items) = inputs(args)?;
    let mut items = present(items);
    items.sort_by(|a, b| compare(a, b));
    Ok(Some(Bson::Array(items.into_iter().take(n).cloned().collect())))
}

pub(in crate::expr) fn max_n(args: &Args<'_>) -> Result<Value, Error> {
    let (n, items) = inputs(args)?;
    let mut kept: BinaryHeap<Reverse<Placed>> = BinaryHeap::new();
    for (place, item) in present(items).into_iter().enumerate() {
        if kept.len() == n {
            match kept.peek() {
                Some(Reverse(least)) if compare(item, least.0).is_gt() => kept.pop(),
                _ => continue,
            };
        }
        kept.push(Reverse(Placed(item, place)));
    }
    // Reversed twice: the greatest come first.
    Ok(Some(Bson::Array(kept.into_sorted_vec().into_iter().map(|Reverse(placed)| placed.0.clone()).collect())))
}

/// A value by its order, and of equal ones by its place.
#[derive(Clone, Copy)]
struct Placed<'a>(&'a Bson, usize);

impl Ord for Placed<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self.0, other.0).then(self.1.cmp(&other.1))
    }
}

impl PartialOrd for Placed<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Placed<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Placed<'_> {}

fn present(items: &[Bson]) -> Vec<&Bson> {
    items.iter().filter(|item| !is_nullish(Some(item))).collect()
}

fn inputs<'a>(args: &'a Args<'_>) -> Result<(usize, &'a [Bson]), Error> {
    let number = args.at(0).and_then(Number::of).ok_or_else(|| {
        Error::coded(5_787_902, format!("`n` must be of integral type, found {}", type_name(args.at(0))))
    })?;
    let Some(whole) = number.asked_whole()? else {
        return Err(Error::coded(5_787_903, "`n` must be of integral type, found a fraction"));
    };
    let n = usize::try_from(whole).ok().filter(|n| *n > 0);
    let n = n.ok_or_else(|| Error::coded(5_787_908, format!("`n` must be greater than 0, found {whole}")))?;
    let items = args::array(args.at(1))
        .ok_or_else(|| Error::coded(5_788_200, format!("`input` must be an array, found {}", type_name(args.at(1)))))?;
    Ok((n, items))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn some_elements_of_an_array() {
        gives("{$firstN: {n: 2, input: [3, null, 1]}}", "[3,null]");
        gives("{$lastN: {n: 5, input: [3, 1]}}", "[3,1]");
        gives("{$minN: {n: 2, input: [3, null, 1, 2]}}", "[1,2]");
        gives("{$maxN: {n: 2, input: [3, null, 1, 2]}}", "[3,2]");
        gives("{$firstN: {n: 'x', input: [1]}}", "error 5787902");
        gives("{$firstN: {n: 1.5, input: [1]}}", "error 5787903");
        gives("{$firstN: {n: 0, input: [1]}}", "error 5787908");
        gives("{$minN: {n: 1, input: null}}", "error 5788200");
    }
}
