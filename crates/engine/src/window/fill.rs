//! `$linearFill` and `$locf`: what stands in for values that are null or missing.
//!
//! MongoDB: `$locf` repeats the last value; `$linearFill` draws a line by the sort key from the last number to the next,
//! so before the first and behind the last there is only null. Places on the line are numbers or dates, none twice.

use bson::Bson;

use crate::Error;
use crate::expr::{divide, subtract};
use crate::value::{Number, Value, compare, is_nullish, number, type_name};

/// `$locf`
pub(super) fn last(values: Vec<Value>) -> Vec<Value> {
    let mut last = Bson::Null;
    let filled = values.into_iter().map(|value| {
        if let Some(value) = value.filter(|value| !is_nullish(Some(value))) {
            last = value;
        }
        Some(last.clone())
    });
    filled.collect()
}

/// `$linearFill`: the values of rows, and the keys that order these.
pub(super) fn linear(keys: &[Value], values: Vec<Value>) -> Result<Vec<Value>, Error> {
    let mut filled: Vec<Value> = Vec::with_capacity(values.len());
    let mut places: Vec<Bson> = Vec::with_capacity(values.len());
    // The last row that has a number.
    let mut known: Option<usize> = None;
    for (row, (key, value)) in keys.iter().zip(values).enumerate() {
        let place = place(key.clone())?;
        if places.last().is_some_and(|last| compare(last, &place).is_eq()) {
            return Err(Error::coded(6_050_106, "there can be no repeated values in the sort field of `$linearFill`"));
        }
        places.push(place);
        let value = height(value)?;
        if value.is_some()
            && let Some(from) = known
        {
            for between in from + 1..row {
                let ends = [(&places[from], filled[from].as_ref()), (&places[row], value.as_ref())];
                filled[between] = Some(on_line(ends, &places[between])?);
            }
        }
        if value.is_some() {
            known = Some(row);
        }
        filled.push(value);
    }
    Ok(filled.into_iter().map(|value| Some(value.unwrap_or(Bson::Null))).collect())
}

fn place(value: Value) -> Result<Bson, Error> {
    match value {
        Some(value) if matches!(value, Bson::DateTime(_)) || Number::of(&value).is_some() => Ok(value),
        value => {
            let found = type_name(value.as_ref());
            Err(Error::coded(14, format!("the sortBy field of `$linearFill` must be a number or a date, not {found}")))
        }
    }
}

fn height(value: Value) -> Result<Value, Error> {
    match value {
        value if is_nullish(value.as_ref()) => Ok(None),
        Some(value) if Number::of(&value).is_some() => Ok(Some(value)),
        value => {
            let found = type_name(value.as_ref());
            Err(Error::coded(14, format!("`$linearFill` fills numbers and nulls, not {found}")))
        }
    }
}

/// `y = y1 + (x - x1) · (y2 - y1) / (x2 - x1)`
fn on_line([(x1, y1), (x2, y2)]: [(&Bson, Option<&Bson>); 2], x: &Bson) -> Result<Bson, Error> {
    let slope = divide(subtract(y2, y1)?.as_ref(), subtract(Some(x2), Some(x1))?.as_ref())?;
    let way = subtract(Some(x), Some(x1))?;
    let number = |value: Option<&Bson>| value.and_then(Number::of);
    Ok(match (number(y1), number(way.as_ref()), number(slope.as_ref())) {
        (Some(y1), Some(way), Some(slope)) => number::add(y1, number::multiply(way, slope)).into_bson(),
        _ => Bson::Null,
    })
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn gaps_are_filled_between_what_is_known() {
        let stage = |name: &str| {
            format!(
                "[{{$setWindowFields: {{sortBy: {{t: 1}}, output: {{f: {{{name}: '$a'}}}}}}}}, {{$project: {{f: 1}}}}]"
            )
        };
        let rows =
            "{_id: 1, t: 1}\n{_id: 2, t: 2, a: 10}\n{_id: 3, t: 3, a: null}\n{_id: 4, t: 6, a: 11}\n{_id: 5, t: 7}";
        check(
            &stage("$linearFill"),
            rows,
            "{_id: 1, f: null}\n{_id: 2, f: 10}\n{_id: 3, f: 10.25}\n{_id: 4, f: 11}\n{_id: 5, f: null}",
        );
        check(
            &stage("$locf"),
            rows,
            "{_id: 1, f: null}\n{_id: 2, f: 10}\n{_id: 3, f: 10}\n{_id: 4, f: 11}\n{_id: 5, f: 11}",
        );
        check(&stage("$linearFill"), "{_id: 1, t: 1}\n{_id: 2, t: 1}", "error 6050106");
        check(&stage("$linearFill"), "{_id: 1, t: 'x'}", "error 14");
        check(&stage("$linearFill"), "{_id: 1, t: 1, a: 'x'}", "error 14");
    }
}
