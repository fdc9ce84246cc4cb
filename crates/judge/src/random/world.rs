//! Worlds: small collections for pipelines to be asked of, and the words that pipelines over them are made of.
//!
//! In: chance. Out: a [`World`]: documents of any shape, regular documents full of extremes (which go into columns), or a
//! generated bank. Each has the collection `documents`, which is asked, and `other`, which is joined.

use bson::{Bson, Document, doc};
use engine::{Collection, Engine};
use pipeline::{Pipeline, Run as _};

use super::chance::Chance;
use crate::runner::{Collections, DOCUMENTS};

/// The collection that is joined.
pub(crate) const OTHER: &str = "other";

/// Collections, and what pipelines may say of them.
pub struct World {
    /// The documents.
    pub collections: Collections,
    pub(crate) words: &'static Words,
}

/// The paths of a world by what they mostly hold.
pub(crate) struct Words {
    pub(crate) numbers: &'static [&'static str],
    pub(crate) texts: &'static [&'static str],
    pub(crate) dates: &'static [&'static str],
    pub(crate) bools: &'static [&'static str],
    pub(crate) arrays: &'static [&'static str],
    pub(crate) objects: &'static [&'static str],
    /// Anything, also what is not there.
    pub(crate) others: &'static [&'static str],
    /// What queries look at.
    pub(crate) asked: &'static [&'static str],
    /// What is grouped by and joined on.
    pub(crate) keys: &'static [&'static str],
    /// What is written to.
    pub(crate) written: &'static [&'static str],
    /// Whether values are mostly of their field's type, so that windows by range make sense.
    pub(crate) is_regular: bool,
    /// The field by which `other` is joined first, as the bank's questions do; what comes of it is `t`.
    pub(crate) joined_by: Option<&'static str>,
}

const NASTY: Words = Words {
    numbers: &["n", "m", "m", "o.x", "_id"],
    texts: &["s", "t", "s", "o.y"],
    dates: &["d", "e"],
    bools: &["b"],
    arrays: &["a", "ns", "ao", "ao.x", "a.x"],
    objects: &["o"],
    others: &["v", "g", "nope", "o.x", "ao.x.y", "a.0", "v.x"],
    asked: &[
        "n", "m", "s", "d", "b", "a", "o", "v", "g", "ns", "ao", "o.x", "o.y", "a.x", "ao.x", "ao.y", "a.0", "ao.0.x",
        "v.x", "v.x.y", "nope", "ao.x.y", "ns.0", "a.1.x", "_id",
    ],
    keys: &["n", "m", "s", "g", "o.x", "a", "ao.x", "v", "b", "d", "_id"],
    written: &["n", "m", "o.x", "o.q", "a.x", "ao.x", "v", "new", "z.w"],
    is_regular: false,
    joined_by: None,
};
const EXTREME: Words = Words {
    numbers: &["i", "j", "l", "f", "h", "p.a", "p.b", "t.f", "t.w", "_id"],
    texts: &["s", "c", "p.s"],
    dates: &["d"],
    bools: &["b"],
    arrays: &[],
    objects: &["p", "t"],
    others: &["nope", "p", "p.nope", "t", "s"],
    asked: &["i", "j", "l", "f", "h", "s", "c", "b", "d", "p.a", "p.b", "p.s", "p", "nope", "t.f", "_id"],
    keys: &["i", "j", "s", "c", "b", "p.a", "f", "p", "d", "t.f"],
    written: &["i", "f", "p.a", "p.q", "new", "z.w", "s"],
    is_regular: true,
    joined_by: Some("k"),
};
const BANK: Words = Words {
    numbers: &[
        "Customer_Age",
        "Dependent_count",
        "Income_Info.Category_Code",
        "Income_Info.Max",
        "Months_on_book",
        "t.Credit_Limit",
        "t.Total_Revolving_Bal",
        "t.Avg_Utilization_Ratio",
        "t.Total_Trans_Ct",
        "Months_Inactive_12_mon",
    ],
    texts: &["Gender", "Card_Category", "Education_Level", "Income_Category", "Attrition_Flag"],
    dates: &[],
    bools: &[],
    arrays: &[],
    objects: &["Income_Info", "t"],
    others: &["Income_Info.Min", "nope", "t"],
    asked: &[
        "Customer_Age",
        "Gender",
        "Card_Category",
        "Income_Info.Min",
        "Income_Info.Category_Code",
        "Income_Category",
        "t.Credit_Limit",
        "t.Total_Trans_Ct",
        "Marital_Status",
        "Attrition_Flag",
        "_id",
        "nope",
    ],
    keys: &[
        "Gender",
        "Card_Category",
        "Education_Level",
        "Income_Info.Category_Code",
        "Dependent_count",
        "Attrition_Flag",
        "Months_Inactive_12_mon",
        "Income_Info",
        "Customer_Age",
    ],
    written: &["Customer_Age", "Income_Info.Min", "new", "z.w", "t.Credit_Limit", "Gender"],
    is_regular: true,
    joined_by: Some("CLIENTNUM"),
};

impl World {
    /// A dozen documents of any shape: fields missing, null, of other types.
    pub(crate) fn nasty(chance: &mut Chance) -> Self {
        let documents = (1..=12).map(|id| nasty_document(chance, id)).collect();
        let other = (1..=6).map(|id| nasty_document(chance, id)).collect();
        Self { collections: collections(documents, other), words: &NASTY }
    }

    /// Regular documents full of extremes, nulls and ties: what columns hold.
    pub(crate) fn extreme(chance: &mut Chance) -> Self {
        let n = 20 + chance.below(120) as i32;
        // Of one sign only: where both cancel, the digits that are left depend on the order of additions, which is not told.
        let edge = chance.pick(&[i64::MAX, i64::MIN]);
        let documents = (1..=n).map(|id| extreme_document(chance, id, edge)).collect();
        let other = (1..=n).map(|id| extreme_partner(chance, id)).collect();
        Self { collections: collections(documents, other), words: &EXTREME }
    }

    /// A generated bank of `n` customers.
    ///
    /// # Panics
    /// Where no temporary bank can be written.
    pub(crate) fn bank(n: u64, seed: u64) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let store = store::Store::create_or_open(home.path()).unwrap_or_else(|error| panic!("{error}"));
        extract::load_sample(n, seed, &store, &extract::Options::default()).unwrap_or_else(|error| panic!("{error}"));
        let documents = |name: &str| {
            let (schema, batches) = store.read(name).unwrap_or_else(|error| panic!("{error}"));
            let collection = Collection::from_batches(&schema, batches).unwrap_or_else(|error| panic!("{error}"));
            let mut engine = Engine::new();
            engine.insert(name, collection);
            engine.run(name, &Pipeline::default()).unwrap_or_else(|error| panic!("{error}"))
        };
        Self { collections: collections(documents("customers"), documents("transactions")), words: &BANK }
    }

    /// A value that stands at a path of some document, or one like it.
    pub(crate) fn value_at(&self, chance: &mut Chance, path: &str) -> Bson {
        let documents = &self.collections[DOCUMENTS];
        let document = &documents[chance.below(documents.len())];
        let mut found = document.get(path.split('.').next().unwrap_or(path));
        for name in path.split('.').skip(1) {
            found = found.and_then(Bson::as_document).and_then(|inner| inner.get(name));
        }
        match found {
            Some(Bson::Array(items)) if !items.is_empty() && chance.is(0.5) => chance.pick(items),
            Some(value) => value.clone(),
            None => chance.value(1),
        }
    }
}

fn collections(documents: Vec<Document>, other: Vec<Document>) -> Collections {
    Collections::from([(DOCUMENTS.to_owned(), documents), (OTHER.to_owned(), other)])
}

fn nasty_document(chance: &mut Chance, id: i32) -> Document {
    /// What a field mostly holds.
    type Usual = fn(&mut Chance) -> Bson;
    let fields: [(&str, f64, Usual); 13] = [
        ("n", 0.1, Chance::number),
        ("m", 0.1, Chance::tame_number),
        ("s", 0.1, Chance::text),
        ("t", 0.1, Chance::text),
        ("d", 0.1, Chance::date),
        ("e", 0.03, Chance::date),
        ("b", 0.1, |chance| Bson::Boolean(chance.is(0.5))),
        ("a", 0.1, |chance| chance.array(1)),
        ("o", 0.1, |chance| Bson::Document(chance.object(1))),
        ("v", 0.0, |chance| chance.value(2)),
        ("g", 0.1, |chance| {
            chance.pick(&["p".into(), "q".into(), Bson::Int32(1), Bson::Int64(1), Bson::Double(1.0), Bson::Null])
        }),
        ("ns", 0.03, |chance| {
            let n = chance.below(5);
            chance.list(n, Chance::number)
        }),
        ("ao", 0.05, |chance| {
            let n = chance.below(4);
            chance.list(n, |chance| Bson::Document(chance.object(1)))
        }),
    ];
    let mut document = doc! { "_id": id };
    for (name, of_another_type, usual) in fields {
        let value = match () {
            () if chance.is(0.1) => continue,
            () if chance.is(0.08) => Bson::Null,
            () if chance.is(of_another_type) => chance.value(2),
            () => usual(chance),
        };
        document.insert(name, value);
    }
    document
}

fn or_null(chance: &mut Chance, value: impl Into<Bson>) -> Bson {
    if chance.is(0.12) { Bson::Null } else { value.into() }
}

fn extreme_document(chance: &mut Chance, id: i32, edge: i64) -> Document {
    let small = chance.between(-3, 6);
    let int = chance.pick(&[0, 1, 2, 2, 7, -7, 46_341, i32::MAX, i32::MIN]);
    let long = chance.pick(&[0, 1, 2, 5, -5, 1 << 31, (1 << 53) + 1, edge, edge]);
    let fraction = chance.pick(&[0.0, 0.5, 1.0, 1.5, 2.0, 2.5, -2.5, 0.1, 0.2, 100.25]);
    let wild = chance.pick(&[0.0, -0.0, 1.0, 1e18, -1e300, 5e-324, f64::NAN, f64::INFINITY, 3.5]);
    let card = chance.pick(&["Blue", "Silver", "Gold", "", "Ünknown", "$40K - $60K"]);
    let name = chance.pick(&["a", "b", "ä", "ab", "B", "", "日本", "😀x", "5", "-1.5", "z", "y", "x", "w", "v"]);
    doc! {
        "_id": id, "k": id, "i": small, "j": or_null(chance, int), "l": long, "f": or_null(chance, fraction), "h": wild,
        "s": name, "c": or_null(chance, card), "b": or_null(chance, small > 0), "d": chance.date(),
        "p": { "a": or_null(chance, small / 2), "b": fraction * 2.0, "s": card },
    }
}

fn extreme_partner(chance: &mut Chance, id: i32) -> Document {
    let fraction = chance.pick(&[0.25, 0.5, 1.0, 2.0, 3.0, 4.5, 0.1, 0.2, 0.3]);
    let whole = chance.between(-1000, 1000);
    doc! { "_id": id, "k": id, "f": or_null(chance, fraction), "w": whole, "g": f64::from(whole) / 3.0 }
}
