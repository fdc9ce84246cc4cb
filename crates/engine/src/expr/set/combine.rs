//! `$setUnion`, `$setIntersection` and `$setDifference`: a new array without repetitions.
//!
//! MongoDB: null or missing among the arguments gives null; union and intersection come out in ascending order,
//! a difference in the order of its first argument.

use std::collections::HashSet;

use bson::Bson;
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source, args};
use crate::meter::Growing;
use crate::value::{Key, Value, compare, is_nullish, type_name};

pub(in crate::expr) fn union<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let mut seen = HashSet::new();
    let (mut result, mut growing) = (Vec::new(), Growing::default());
    for expr in exprs {
        let value = env.find(expr)?;
        let Some(items) = operand("$setUnion", 17_043, value.as_deref())? else { return Ok(Some(Bson::Null)) };
        for item in items {
            if seen.insert(Key::of(item)) {
                growing.add(item)?;
                result.push(item.clone());
            }
        }
    }
    Ok(Some(sorted(result)))
}

pub(in crate::expr) fn intersection<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let mut common: Option<Vec<Bson>> = None;
    for expr in exprs {
        let value = env.find(expr)?;
        let Some(items) = operand("$setIntersection", 17_047, value.as_deref())? else { return Ok(Some(Bson::Null)) };
        common = Some(match common {
            None => distinct(items),
            Some(common) => {
                // Of equal numbers of different types, those of the smaller set stay.
                let items = distinct(items);
                let (mut fewer, more) = if common.len() > items.len() { (items, common) } else { (common, items) };
                let keys: HashSet<Key> = more.iter().map(Key::of).collect();
                fewer.retain(|item| keys.contains(&Key::of(item)));
                fewer
            }
        });
    }
    Ok(Some(sorted(common.unwrap_or_default())))
}

pub(in crate::expr) fn difference(a: Option<&Bson>, b: Option<&Bson>) -> Result<Value, Error> {
    if is_nullish(a) || is_nullish(b) {
        return Ok(Some(Bson::Null));
    }
    let items = |code, place: &str, value| {
        args::array(value).ok_or_else(|| {
            let found = type_name(value);
            Error::coded(code, format!("both operands of `$setDifference` must be arrays; the {place} is {found}"))
        })
    };
    let (left, right) = (items(17_048, "first", a)?, items(17_049, "second", b)?);
    let mut out: HashSet<Key> = right.iter().map(Key::of).collect();
    Ok(Some(Bson::Array(left.iter().filter(|item| out.insert(Key::of(item))).cloned().collect())))
}

fn operand<'a>(name: &str, code: i32, value: Option<&'a Bson>) -> Result<Option<&'a [Bson]>, Error> {
    if is_nullish(value) {
        return Ok(None);
    }
    args::array(value)
        .map(Some)
        .ok_or_else(|| Error::coded(code, format!("all operands of `{name}` must be arrays, not {}", type_name(value))))
}

fn distinct(items: &[Bson]) -> Vec<Bson> {
    let mut seen = HashSet::new();
    items.iter().filter(|item| seen.insert(Key::of(item))).cloned().collect()
}

fn sorted(mut items: Vec<Bson>) -> Bson {
    items.sort_by(compare);
    Bson::Array(items)
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn sets_have_each_element_once() {
        gives("{$setUnion: [[3, 1, 1.0], [2, 1]]}", "[1,2,3]");
        gives("{$setUnion: []}", "[]");
        gives("{$setIntersection: [[3, 1, 3], [3, 2, 1]]}", "[1,3]");
        gives("{$setIntersection: [[3, 1, 2], [1.0, 1]]}", "[1.0]");
        gives("{$setIntersection: []}", "[]");
        gives("{$setDifference: [[3, 1, 3, 2], [2]]}", "[3,1]");
        gives("{$setUnion: [[1], null]}", "null");
        gives("{$setUnion: [[1], 1]}", "error 17043");
        gives("{$setIntersection: [[1], 1]}", "error 17047");
        gives("{$setDifference: [1, [1]]}", "error 17048");
        gives("{$setDifference: [[1], 1]}", "error 17049");
        gives("{$setDifference: [null, 1]}", "null");
    }
}
