//! A bank's card data as whole columns, and the statistics that the tests ask of them.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int8Type, Int16Type, Int32Type, UInt8Type};
use arrow_array::{Array, ArrayRef, StringArray};
use store::Store;

pub(crate) struct Table {
    n_rows: usize,
    numbers: HashMap<String, Vec<f64>>,
    codes: HashMap<String, (Vec<String>, Vec<u8>)>,
}

impl Table {
    pub(crate) fn read(store: &Store) -> Self {
        let mut this = Self { n_rows: 0, numbers: HashMap::new(), codes: HashMap::new() };
        for collection in ["customers", "transactions"] {
            let (schema, batches) = store.read(collection).unwrap();
            this.n_rows = batches.iter().map(arrow_array::RecordBatch::num_rows).sum();
            for (i, field) in schema.fields().iter().enumerate() {
                if this.numbers.contains_key(field.name()) {
                    continue;
                }
                for batch in &batches {
                    this.add(field.name(), batch.column(i));
                }
            }
        }
        this
    }

    fn add(&mut self, name: &str, column: &ArrayRef) {
        if let Some(column) = column.as_dictionary_opt::<UInt8Type>() {
            let texts = column.values().as_any().downcast_ref::<StringArray>().unwrap();
            let known = || (texts.iter().map(|text| text.unwrap().to_owned()).collect(), Vec::new());
            self.codes.entry(name.to_owned()).or_insert_with(known).1.extend(column.keys().values());
            return;
        }
        let numbers = self.numbers.entry(name.to_owned()).or_default();
        if let Some(column) = column.as_primitive_opt::<Int8Type>() {
            numbers.extend(column.values().iter().map(|value| f64::from(*value)));
        } else if let Some(column) = column.as_primitive_opt::<Int16Type>() {
            numbers.extend(column.values().iter().map(|value| f64::from(*value)));
        } else if let Some(column) = column.as_primitive_opt::<Int32Type>() {
            numbers.extend(column.values().iter().map(|value| f64::from(*value)));
        } else {
            numbers.extend(column.as_primitive::<Float64Type>().values());
        }
    }

    pub(crate) fn numbers(&self, column: &str) -> &[f64] {
        let numbers = &self.numbers[column];
        assert_eq!(numbers.len(), self.n_rows);
        numbers
    }

    pub(crate) fn is(&self, row: usize, column: &str, value: &str) -> bool {
        let (texts, codes) = &self.codes[column];
        assert!(texts.iter().any(|text| text == value), "{column} has no {value}");
        texts[usize::from(codes[row])] == value
    }

    pub(crate) fn share(&self, is: impl Fn(usize) -> bool) -> f64 {
        self.share_among(|_| true, is)
    }

    pub(crate) fn share_among(&self, among: impl Fn(usize) -> bool, is: impl Fn(usize) -> bool) -> f64 {
        let rows: Vec<usize> = (0..self.n_rows).filter(|row| among(*row)).collect();
        rows.iter().filter(|row| is(**row)).count() as f64 / rows.len() as f64
    }

    pub(crate) fn mean_among(&self, among: impl Fn(usize) -> bool, numbers: &[f64]) -> f64 {
        let (sum, n) =
            (0..self.n_rows).filter(|row| among(*row)).fold((0.0, 0.0), |(sum, n), row| (sum + numbers[row], n + 1.0));
        sum / n
    }

    pub(crate) fn mean(&self, numbers: &[f64]) -> f64 {
        self.mean_among(|_| true, numbers)
    }

    pub(crate) fn deviation(&self, numbers: &[f64]) -> f64 {
        let mean = self.mean(numbers);
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        (squares / self.n_rows as f64).sqrt()
    }

    pub(crate) fn correlation(&self, a: &[f64], b: &[f64]) -> f64 {
        self.correlation_among(|_| true, a, b)
    }

    /// Pearson's correlation of those for whom it holds.
    pub(crate) fn correlation_among(&self, is: impl Fn(usize) -> bool, a: &[f64], b: &[f64]) -> f64 {
        let pairs: Vec<(f64, f64)> = (0..self.n_rows).filter(|row| is(*row)).map(|row| (a[row], b[row])).collect();
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
        let (mean_a, mean_b) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let sum = |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|(x, y)| of(x - mean_a, y - mean_b)).sum::<f64>();
        sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
    }
}

pub(crate) fn min(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::INFINITY, f64::min)
}

pub(crate) fn max(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
