//! `$concatArrays`: the elements of all arrays in one; null as soon as one is null or missing.

use bson::Bson;
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source, args};
use crate::meter;
use crate::stage::size;
use crate::value::{Value, is_nullish, type_name};

/// Why: `$reduce` may double an array at every step. No document holds so many elements.
const MOST_ELEMENTS: usize = 16 * 1024 * 1024;

pub(in crate::expr) fn concat_arrays<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let (mut all, mut n_bytes) = (Vec::new(), 0_usize);
    for expr in exprs {
        let value = env.find(expr)?;
        let value = value.as_deref();
        if is_nullish(value) {
            return Ok(Some(Bson::Null));
        }
        let items = args::array(value).ok_or_else(|| {
            Error::coded(28_664, format!("`$concatArrays` only supports arrays, not {}", type_name(value)))
        })?;
        if all.len() + items.len() > MOST_ELEMENTS {
            return Err(Error::coded(146, "`$concatArrays` would use too much memory"));
        }
        n_bytes += items.iter().map(|item| size_of::<Bson>() + size::of_value_in_memory(item)).sum::<usize>();
        meter::room(n_bytes)?;
        all.extend_from_slice(items);
    }
    Ok(Some(Bson::Array(all)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn arrays_are_joined() {
        gives("{$concatArrays: [[1], [], [[2], 3]]}", "[1,[2],3]");
        gives("{$concatArrays: []}", "[]");
        gives("{$concatArrays: [[1], '$nope', 'x']}", "null");
        gives("{$concatArrays: [[1], 'x']}", "error 28664");
    }
}
