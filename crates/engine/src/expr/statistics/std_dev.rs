//! `$stdDevPop` and `$stdDevSamp`: the standard deviation of the numbers, a double; null of none (of a sample: of one).

use bson::Bson;

use crate::expr::args::Args;
use crate::value::Number;

pub(in crate::expr) fn population(args: &Args<'_>) -> Bson {
    deviation(args, 0)
}

pub(in crate::expr) fn sample(args: &Args<'_>) -> Bson {
    deviation(args, 1)
}

/// By Welford's running mean and sum of squares, as the server does, so that the last digits are its own.
fn deviation(args: &Args<'_>, lost: usize) -> Bson {
    let numbers: Vec<f64> = super::numbers(args).into_iter().map(Number::to_f64).collect();
    if numbers.len() <= lost {
        return Bson::Null;
    }
    let (mut mean, mut squares) = (0.0, 0.0);
    for (index, number) in numbers.iter().enumerate() {
        let delta = number - mean;
        if delta != 0.0 {
            mean += delta / (index + 1) as f64;
            squares += delta * (number - mean);
        }
    }
    Bson::Double((squares / (numbers.len() - lost) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn deviations_of_few_and_many() {
        gives("{$stdDevPop: [NumberDecimal('1'), 2, 4]}", "1.247219128924647");
        gives("{$stdDevSamp: [1, 3]}", "1.4142135623730951");
        gives("{$stdDevSamp: [1]}", "null");
        gives("{$stdDevPop: [1]}", "0.0");
        check("{$stdDevPop: '$a'}", "{a: ['x']}", "null");
    }
}
