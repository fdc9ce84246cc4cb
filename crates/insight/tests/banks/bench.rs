//! A bank with the real file or a generated one in it, and the catalog over it.

use std::path::{Path, PathBuf};

use catalog::{Analysis, Catalog};
use contract::Contract;
use engine::{Collection, Engine};
use insight::Answer;
use pipeline::Run;
use pipeline::ast::Predicate;

/// A bank in a folder of its own that goes when this does.
pub(crate) struct Bench {
    engine: Engine,
    pub(crate) catalog: Catalog,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// Imports the file; says so and gives nothing where there is none.
    #[expect(clippy::print_stdout, reason = "a skipped test says why")]
    pub(crate) fn open() -> Option<Self> {
        let folder = std::env::var_os("BANKSPHERE_DATA")
            .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
        let file = folder.join("BankChurners.csv");
        if !file.exists() {
            println!("skipped: no BankChurners.csv at {}", folder.display());
            return None;
        }
        Some(Self::with(&Contract::card(), |store| {
            extract::import_customers(&extract::Contract::card(), &file, store, &extract::Options::default())
                .unwrap_or_else(|error| panic!("{error}"));
        }))
    }

    /// A generated bank of `n` customers.
    pub(crate) fn sample(n: u64) -> Self {
        Self::sample_by(n, 7)
    }

    /// The same by another seed.
    pub(crate) fn sample_by(n: u64, seed: u64) -> Self {
        Self::with(&Contract::card(), |store| {
            extract::load_sample(n, seed, store, &extract::Options::default())
                .unwrap_or_else(|error| panic!("{error}"));
        })
    }

    /// The bank of the second contract.
    pub(crate) fn second() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contracts");
        let text = include_str!("../../../../tests/contracts/second.toml");
        let contract = Contract::parse("second.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
        Self::with(&contract, |store| {
            extract::import_customers(&contract, &folder.join("second.csv"), store, &extract::Options::default())
                .unwrap_or_else(|error| panic!("{error}"));
        })
    }

    /// A generated bank of `n` customers whose every answer may be null, the outcome too, which also may be `Unknown`. Each column
    /// lacks about one answer in twelve.
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    pub(crate) fn full_of_gaps(n: u64) -> Self {
        let mut text = Vec::new();
        extract::write_sample_csv(n, 7, &mut text, &extract::Options::default())
            .unwrap_or_else(|error| panic!("{error}"));
        let text = String::from_utf8(text).expect("a file of text");
        let blanked = |(row, line): (usize, &str)| {
            let chance = |column: usize| ((row * 64 + column) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
            let cell = |(column, cell): (usize, &str)| match chance(column) % 12 {
                // The key stays.
                _ if column == 0 || row == 0 => cell.to_owned(),
                0 => String::new(),
                1 if column == 1 => "Unknown".to_owned(),
                _ => cell.to_owned(),
            };
            line.split(',').enumerate().map(cell).collect::<Vec<_>>().join(",")
        };
        let lines: Vec<String> = text.lines().enumerate().map(blanked).collect();
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("gaps.csv");
        std::fs::write(&file, lines.join("\n") + "\n").expect("a file is written");
        let contract = Contract::card().text().replace("role = ", "nullable = true\nrole = ");
        let contract = contract.replacen("nullable = true\nrole = \"customer_key\"", "role = \"customer_key\"", 1);
        let open = "{ value = \"Existing Customer\", phrase = \"customers with an open account\" },";
        let contract = contract.replacen(open, &format!("{open}\n{{ value = \"Unknown\", missing = true }},"), 1);
        let contract = Contract::parse("gaps.toml", &contract).unwrap_or_else(|faults| panic!("{faults}"));
        Self::with(&contract, |store| {
            extract::import_customers(&contract, &file, store, &extract::Options::default())
                .unwrap_or_else(|error| panic!("{error}"));
        })
    }

    /// A bank of a contract and the text of a file.
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    pub(crate) fn of_text(contract: &Contract, text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("customers.csv");
        std::fs::write(&file, text).expect("a file is written");
        Self::with(contract, |store| {
            extract::import_customers(contract, &file, store, &extract::Options::default())
                .unwrap_or_else(|error| panic!("{error}"));
        })
    }

    /// The same bank with a folder of one's own beside the catalog.
    pub(crate) fn with_catalog(self, folder: &Path) -> Self {
        let catalog = self.catalog.with_folder(folder).unwrap_or_else(|faults| panic!("{faults}"));
        Self { catalog, ..self }
    }

    fn with(contract: &Contract, fill: impl Fn(&store::Store)) -> Self {
        let home = tempfile::tempdir().expect("a folder for the test");
        let store = store::Store::create_or_open(home.path()).unwrap_or_else(|error| panic!("{error}"));
        fill(&store);
        let mut engine = Engine::new();
        for info in store.collections() {
            let (schema, batches) = store.read(&info.name).unwrap_or_else(|error| panic!("{error}"));
            let collection = Collection::from_batches(&schema, batches).unwrap_or_else(|error| panic!("{error}"));
            engine.insert(&info.name, collection);
        }
        let catalog = Catalog::built_in(contract).unwrap_or_else(|faults| panic!("{faults}"));
        Self { engine, catalog, _folder: home }
    }

    pub(crate) fn answer(&self, analysis: &Analysis) -> Answer {
        let run = |(collection, pipeline): &(String, pipeline::Pipeline)| {
            self.engine.run(collection, pipeline).unwrap_or_else(|error| panic!("{}: {error}", analysis.name))
        };
        let mut results: Vec<_> = analysis.queries().iter().map(run).collect();
        let with_cells = insight::with_cells(analysis, &results).unwrap_or_else(|error| panic!("{error}"));
        let analysis = with_cells.as_ref().unwrap_or(analysis);
        results.extend(analysis.queries()[results.len()..].iter().map(run));
        insight::answer(analysis, &results).unwrap_or_else(|error| panic!("{}: {error}", analysis.name))
    }

    /// An analysis of the catalog, answered.
    pub(crate) fn analysis(&self, name: &str) -> Answer {
        self.answer(self.catalog.analysis(name).unwrap_or_else(|error| panic!("{error}")))
    }

    /// An analysis of the catalog over those for whom a filter holds, answered.
    pub(crate) fn narrowed(&self, name: &str, filter: &str) -> Answer {
        let filter = self.catalog.filter(filter).unwrap_or_else(|error| panic!("{error}"));
        self.answer(&self.catalog.analysis(name).unwrap_or_else(|error| panic!("{error}")).with_filter(&filter))
    }

    /// The quality page of all customers.
    pub(crate) fn quality(&self) -> insight::QualityPage {
        let inspection = self.catalog.inspection(None);
        let run = |questions: &[catalog::QualityQuestion]| -> Vec<Vec<bson::Document>> {
            let run = |question: &catalog::QualityQuestion| self.engine.run(&question.query.0, &question.query.1);
            questions.iter().map(|question| run(question).unwrap_or_else(|error| panic!("{error}"))).collect()
        };
        let contract = self.catalog.contract();
        let mut questions = vec![inspection.customers()];
        questions.extend(inspection.questions(None));
        let rows = run(&questions).pop().expect("the first rows come last");
        questions.extend(inspection.pairs(&insight::candidate_pairs(contract, &rows)));
        insight::quality(contract, None, &questions, &run(&questions))
    }

    /// How many customers a predicate selects, by a pipeline.
    pub(crate) fn count(&self, selected: &Predicate) -> f64 {
        let topic = self.catalog.topic("segment").unwrap_or_else(|error| panic!("{error}"));
        let counted = self.catalog.compose(&[], &["customers"], Some(selected), topic);
        let answer = self.answer(&counted.unwrap_or_else(|error| panic!("{error}")));
        answer.table.rows.first().and_then(|row| row[0].number()).unwrap_or(0.0)
    }

    /// The rows of a pipeline over a collection.
    pub(crate) fn run(&self, collection: &str, pipeline: &pipeline::Pipeline) -> Vec<bson::Document> {
        self.engine.run(collection, pipeline).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The rows of a pipeline over the customers.
    pub(crate) fn rows(&self, pipeline: &str) -> Vec<bson::Document> {
        let pipeline = pipeline::parse_text(pipeline).unwrap_or_else(|error| panic!("{error}"));
        self.engine.run(contract::CUSTOMERS, &pipeline).unwrap_or_else(|error| panic!("{error}"))
    }

    /// A question of one's own over all customers, answered; none where the bank has not what it asks of.
    pub(crate) fn asked(&self, by: &[&str], measures: &[&str]) -> Option<Answer> {
        let topic = self.catalog.topic("segment").ok()?;
        let mut analysis = self.catalog.compose(by, measures, None, topic).ok()?;
        analysis.name =
            format!("{} by {}", measures.join(", "), if by.is_empty() { "nothing".to_owned() } else { by.join(", ") });
        Some(self.answer(&analysis))
    }

    /// A question of one's own, answered.
    pub(crate) fn question(&self, by: &[&str], measures: &[&str], filter: &str) -> Answer {
        let filter = self.catalog.filter(filter).unwrap_or_else(|error| panic!("{error}"));
        let topic = self.catalog.topic("segment").unwrap_or_else(|error| panic!("{error}"));
        let analysis = self.catalog.compose(by, measures, Some(&filter), topic);
        self.answer(&analysis.unwrap_or_else(|error| panic!("{error}")))
    }
}
