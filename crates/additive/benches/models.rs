//! Trains on the folds of a file and scores what was left out; `benchmarks/models.py` compares the scores with those of peers.
//!
//! In: `--data FILE` (CSV: columns, then `outcome` of 0 and 1, then a column `fold N` for each division) and `--columns A,B`. Out: a
//! line of JSON a fold: repeat, part, seconds, the threshold, and the probability of each row of the part. With `--rows N` it
//! trains once on so many rows drawn from the file, and prints seconds and memory. Without `--data` there is nothing to do.

#![expect(clippy::print_stdout, reason = "its output is its product")]

use std::error::Error;
use std::time::Instant;

use additive::evidence::best_threshold;
use additive::{Column, Settings, Watch, fit, probability};

/// The file, of the columns that were asked for.
struct Table {
    columns: Vec<(String, Owned)>,
    outcomes: Vec<bool>,
    divisions: Vec<Vec<u8>>,
}

enum Owned {
    Numbers(Vec<f64>),
    Categories(Vec<u32>, Vec<String>),
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (mut data, mut columns, mut rows) = (None, String::new(), None);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{argument}` needs a value"))?;
        match &argument[..] {
            "--data" => data = Some(value),
            "--columns" => columns = value,
            "--rows" => rows = Some(value.parse()?),
            other => return Err(format!("unknown option `{other}`").into()),
        }
    }
    let Some(data) = data else { return Ok(()) };
    let table = Table::read(&data, &columns.split(',').collect::<Vec<_>>())?;
    rows.map_or_else(|| table.folds(), |rows| table.large(rows))
}

impl Table {
    fn read(path: &str, wanted: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut reader = csv::Reader::from_reader(fs_err::File::open(path)?);
        let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
        let cells = |name: &str| -> Result<Vec<&str>, Box<dyn Error>> {
            let at = header.iter().position(|known| known == name).ok_or_else(|| format!("no column `{name}`"))?;
            Ok(records.iter().map(|record| &record[at]).collect())
        };
        let mut columns = Vec::new();
        for name in wanted {
            columns.push(((*name).to_owned(), Owned::new(&cells(name)?)));
        }
        let outcomes = cells("outcome")?.iter().map(|cell| *cell == "1").collect();
        let mut divisions: Vec<Vec<u8>> = Vec::new();
        for name in header.iter().filter(|name| name.starts_with("fold ")) {
            divisions.push(cells(name)?.iter().map(|cell| cell.parse()).collect::<Result<_, _>>()?);
        }
        Ok(Self { columns, outcomes, divisions })
    }

    fn of(&self, rows: &[usize]) -> Self {
        let columns = self.columns.iter().map(|(name, owned)| (name.clone(), owned.of(rows))).collect();
        Self { columns, outcomes: rows.iter().map(|row| self.outcomes[*row]).collect(), divisions: Vec::new() }
    }

    fn columns(&self) -> Vec<Column<'_>> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for (name, owned) in &self.columns {
            columns.push(match owned {
                Owned::Numbers(values) => Column::numbers(name, values),
                Owned::Categories(codes, names) => Column::categories(name, codes, names),
            });
        }
        columns
    }

    fn folds(&self) -> Result<(), Box<dyn Error>> {
        for (repeat, division) in self.divisions.iter().enumerate() {
            for part in 0..=division.iter().copied().max().unwrap_or(0) {
                let is_tested = |row: &usize| division[*row] == part;
                let (tested, learnt): (Vec<usize>, Vec<usize>) = (0..division.len()).partition(is_tested);
                let (training, test) = (self.of(&learnt), self.of(&tested));
                let start = Instant::now();
                let fitted = fit(&training.columns(), &training.outcomes, &Settings::default(), Watch::NONE)?;
                let seconds = start.elapsed().as_secs_f64();
                let threshold = probability(best_threshold(&training.outcomes, &fitted.out_of_bag));
                let scores = fitted.model.log_odds(&test.columns())?;
                let probabilities: Vec<f64> = scores.into_iter().map(probability).collect();
                println!(
                    "{}",
                    serde_json::json!({"repeat": repeat, "part": part, "seconds": seconds, "threshold": threshold,
                        "rows": tested, "probabilities": probabilities})
                );
            }
        }
        Ok(())
    }

    /// Trains on `n` rows drawn from the file with replacement, their numbers moved a little so that hardly two are the same.
    fn large(&self, n: usize) -> Result<(), Box<dyn Error>> {
        let mut rng = fastrand::Rng::with_seed(1);
        let rows: Vec<usize> = (0..n).map(|_| rng.usize(0..self.outcomes.len())).collect();
        let mut large = self.of(&rows);
        for (_, owned) in &mut large.columns {
            if let Owned::Numbers(values) = owned {
                for value in values.iter_mut() {
                    *value *= 1.0 + (rng.f64() - 0.5) * 1e-3;
                }
            }
        }
        drop(rows);
        let bytes: usize = large.columns.iter().map(|(_, owned)| owned.bytes()).sum();
        let before = most_memory();
        let start = Instant::now();
        let fitted = fit(&large.columns(), &large.outcomes, &Settings::default(), Watch::NONE)?;
        println!(
            "{}",
            serde_json::json!({"rows": n, "seconds": start.elapsed().as_secs_f64(), "columns_mb": bytes as f64 / 1e6,
                "memory_before_mb": before, "memory_mb": most_memory(), "terms": fitted.model.terms.len()})
        );
        Ok(())
    }
}

impl Owned {
    fn new(cells: &[&str]) -> Self {
        let numbers: Result<Vec<f64>, _> = cells.iter().map(|cell| cell.parse()).collect();
        numbers.map_or_else(
            |_| {
                let mut names: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
                names.sort();
                names.dedup();
                let code = |cell: &&str| names.partition_point(|name| name.as_str() < *cell) as u32;
                Self::Categories(cells.iter().map(code).collect(), names)
            },
            Self::Numbers,
        )
    }

    fn of(&self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(values) => Self::Numbers(rows.iter().map(|row| values[*row]).collect()),
            Self::Categories(codes, names) => {
                Self::Categories(rows.iter().map(|row| codes[*row]).collect(), names.clone())
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len() * 8,
            Self::Categories(codes, _) => codes.len() * 4,
        }
    }
}

/// The most memory that the process has held so far, in MB.
fn most_memory() -> f64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kb.map_or(f64::NAN, |kb| kb / 1e3)
}
