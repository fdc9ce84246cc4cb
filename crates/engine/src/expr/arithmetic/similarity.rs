//! `$similarityCosine $similarityDotProduct $similarityEuclidean`: how near two vectors of numbers are, as a double.
//!
//! By the manual: null where a vector is null or missing; the cosine with a vector of zeros is 0; with `score` a cosine or
//! product becomes `(1 + x) / 2` and a distance `1 / (1 + x)`.

use bson::Bson;
use pipeline::ast::Operator;

use crate::Error;
use crate::expr::args::Args;
use crate::value::{Number, Value, is_nullish, type_name};

pub(in crate::expr) fn similarity(operator: Operator, args: &Args<'_>) -> Result<Value, Error> {
    if is_nullish(args.at(0)) || is_nullish(args.at(1)) {
        return super::null();
    }
    let name = operator.spec().name;
    let (a, b) = (vector(name, args.at(0))?, vector(name, args.at(1))?);
    if a.len() != b.len() {
        return Err(Error::new(format!("`{name}` expects vectors of one length, not of {} and {}", a.len(), b.len())));
    }
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let raw = match operator {
        Operator::SimilarityDotProduct => product(&a, &b),
        Operator::SimilarityCosine => match product(&a, &a).sqrt() * product(&b, &b).sqrt() {
            0.0 => 0.0,
            lengths => product(&a, &b) / lengths,
        },
        _ => a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt(),
    };
    let is_score = matches!(args.at(2), Some(Bson::Boolean(true)));
    super::number(Number::Double(match operator {
        _ if !is_score => raw,
        Operator::SimilarityEuclidean => 1.0 / (1.0 + raw),
        _ => f64::midpoint(1.0, raw),
    }))
}

fn vector(name: &str, value: Option<&Bson>) -> Result<Vec<f64>, Error> {
    let Some(Bson::Array(items)) = value else {
        return Err(Error::new(format!("`{name}` expects arrays of numbers, not {}", type_name(value))));
    };
    let number = |item: &Bson| {
        let found =
            || Error::new(format!("`{name}` expects arrays of numbers, one of them has {}", type_name(Some(item))));
        Number::of(item).map(Number::to_f64).ok_or_else(found)
    };
    items.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn vectors_are_compared() {
        gives("{$similarityDotProduct: [[1, 2, 3], [3, 2, 1]]}", "10.0");
        gives("{$similarityEuclidean: [[1, 2, 3], [1, 2, 3]]}", "0.0");
        gives("{$similarityEuclidean: {vectors: [[0, 0], [3, 4]], score: true}}", "0.16666666666666666");
        gives("{$similarityCosine: [[1, 0], [0, 5]]}", "0.0");
        gives("{$similarityCosine: {vectors: [[2, 0], [-3, 0]], score: true}}", "0.0");
        gives("{$similarityCosine: [[0, 0], [1, 2]]}", "0.0");
        gives("{$similarityCosine: [null, [1, 2]]}", "null");
        gives("{$similarityDotProduct: [[1], [1, 2]]}", "error without a code");
        gives("{$similarityDotProduct: [['x'], [1]]}", "error without a code");
    }
}
