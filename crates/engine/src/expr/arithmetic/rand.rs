//! `$rand`: a double from 0 to 1, another one each time it is asked for.

use crate::Error;
use crate::value::{Number, Value};

pub(in crate::expr) fn rand() -> Result<Value, Error> {
    super::number(Number::Double(rand::random()))
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::rows;

    /// 20,000 draws: their mean is within six standard errors of one half, and no two neighbours are equal.
    #[test]
    fn every_row_draws_from_the_whole_range() {
        let pipeline = "[{$project: {n: {$range: [0, 20000]}}}, {$unwind: '$n'}, {$project: {_id: 0, r: {$rand: {}}}}]";
        let draws: Vec<f64> = rows(pipeline, "{_id: 1}").iter().map(|row| row.get_f64("r").unwrap()).collect();
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        assert!((mean - 0.5).abs() < 6.0 * (1.0 / 12.0 / 20_000.0_f64).sqrt(), "{mean}");
        assert!(draws.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_sample_is_drawn_row_by_row_where_the_match_stands() {
        let n = |rate: f64| {
            let pipeline = format!(
                "[{{$project: {{n: {{$range: [0, 20000]}}}}}}, {{$unwind: '$n'}}, {{$match: {{$sampleRate: {rate}}}}}]"
            );
            rows(&pipeline, "{_id: 1}").len()
        };
        assert_eq!((n(0.0), n(1.0)), (0, 20_000));
        // Six standard deviations around 5,000; all or nothing would be a draw made once.
        assert!((4_632..=5_368).contains(&n(0.25)), "{}", n(0.25));
    }
}
