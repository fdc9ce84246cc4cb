//! Models of a sample's customers, and scores by them: the same bytes, the same scores in a folder and on a server, refusals.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use bank::{Bank, Error, Import, ImportSource, ModelCard, Opening, Place, Scoring, Talk, WhyWish};
use bson::{Bson, Document};
use pipeline::Limits;

/// Does something without telling anyone how far it is.
fn quietly<T>(work: impl FnOnce(&Talk<'_>) -> T) -> T {
    let cancel = Arc::new(AtomicBool::new(false));
    work(&Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel })
}

fn sample(place: Option<Place>, n: u64) -> Bank {
    let source = ImportSource::Sample { n, seed: 3 };
    let import = Import { source, as_of: Some("2026-05-31".parse().unwrap()), found: &|_| {} };
    let imported = quietly(|talk| bank::import(place, &import, &Limits::default(), talk)).unwrap();
    imported.open(&Opening::default()).unwrap()
}

fn why(bank: &Bank) -> Result<ModelCard, Error> {
    let wish = WhyWish { repeats: Some(1), ..WhyWish::default() };
    quietly(|talk| bank.why(&wish, talk))
}

/// Customers in memory with their models, which several tests look at: training is what takes long.
fn trained() -> &'static (Bank, ModelCard) {
    static TRAINED: OnceLock<(Bank, ModelCard)> = OnceLock::new();
    TRAINED.get_or_init(|| {
        let bank = sample(None, 500);
        let card = why(&bank).unwrap();
        (bank, card)
    })
}

fn scores(bank: &Bank, card: &ModelCard, view: &str) -> Vec<Document> {
    let wish = Scoring { view: Some(view.to_owned()), ..Scoring::default() };
    let scored = bank.score(card, &wish).unwrap();
    assert!(scored.notices.iter().all(|notice| notice.message().contains("made of as many")), "{:?}", scored.notices);
    bank.rows(&scored.query).unwrap().collect::<Result<_, _>>().unwrap()
}

fn double(row: &Document, field: &str) -> f64 {
    row.get_f64(field).unwrap()
}

#[test]
fn a_bank_gives_the_same_bytes_and_its_customers_their_own_scores() {
    let (bank, card) = trained();
    let text = card.to_json().unwrap();
    assert_eq!(text, why(bank).unwrap().to_json().unwrap());
    let read = ModelCard::read(&text, "model.json").unwrap();
    let names: Vec<&str> = read.views.iter().map(|viewed| &viewed.name[..]).collect();
    assert_eq!(names, ["hindsight", "early", "who", "first_part"]);
    assert_eq!((read.data.customers, read.data.unknown, read.absent.len()), (500, 0, 0));
    for viewed in &read.views {
        let rows = scores(bank, &read, &viewed.name);
        assert_eq!(rows.len(), 500);
        let left: f64 = rows.iter().map(|row| double(row, "probability")).sum();
        let wanted = read.data.left as f64;
        assert!((left - wanted).abs() < 0.1 * wanted, "{}: {left} of {wanted}", viewed.name);
        for row in &rows {
            let log_odds = double(row, "log_odds");
            assert_eq!((log_odds / additive::GRID).fract(), 0.0);
            assert!((double(row, "probability") - additive::probability(log_odds)).abs() < 1e-12);
        }
    }
    // Who scores high did leave: all customers are those that were learnt from.
    let tenth = read.views[0].deciles[8];
    let high = scores(bank, &read, "hindsight").into_iter().filter(|row| double(row, "log_odds") >= tenth).count();
    assert!((48..=55).contains(&high), "{high}");
}

#[test]
fn reasons_come_with_the_scores_of_the_pipeline() {
    let (bank, card) = trained();
    let hindsight = Scoring { view: Some("hindsight".to_owned()), ..Scoring::default() };
    let (rows, _) = bank.score_with_reasons(card, &hindsight).unwrap();
    let rows: Vec<Document> = rows.collect::<Result<_, _>>().unwrap();
    let scores = scores(bank, card, "hindsight");
    assert_eq!(rows.len(), 500);
    for (row, scored) in rows.iter().zip(&scores) {
        assert_eq!(row.get("CLIENTNUM"), scored.get("CLIENTNUM"));
        assert_eq!(double(row, "log_odds").to_bits(), double(scored, "log_odds").to_bits());
        assert!(row.get_str("reason_3").unwrap().ends_with(')'), "{row}");
        // Only who reaches the threshold has something to change.
        let threshold = card.views[0].evidence.threshold.mean;
        assert!(double(row, "probability") >= threshold || !row.contains_key("would_change"), "{row}");
    }
    let words = |words: &str| rows.iter().filter(|row| row.get_str("reason_1").unwrap().contains(words)).count();
    assert!(words(", few (") > 5 && words(", many (") > 5);
    let changes: Vec<&str> = rows.iter().filter_map(|row| row.get_str("would_change").ok()).collect();
    assert!(changes.len() > 10, "{changes:?}");
    let is_told =
        |change: &&&str| change.contains(" from ") && change.contains(" to ") && change.contains("(probability 0.");
    assert_eq!(changes.iter().filter(is_told).count(), changes.len(), "{changes:?}");
    assert!(changes.iter().all(|change| !change.starts_with("Age ")), "{changes:?}");
    // Who makes few transactions scores high for that.
    let reason = |row: &&Document| row.get_str("reason_1").unwrap().starts_with("Transactions (12 months) ");
    assert!(rows.iter().filter(reason).count() > 20);
}

#[test]
fn what_is_kept_with_a_bank_is_shown_beside_the_customers_that_it_was_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::named(folder.path().join("b.sphere").as_os_str()).unwrap();
    let bank = sample(Some(place.clone()), 500);
    assert!(bank.kept_models().unwrap().is_none());
    let (in_memory, card) = trained();
    assert!(bank.keep_models(card).unwrap().is_none());
    let bank = Bank::open(&place, &Opening::default()).unwrap();
    let kept = bank.kept_models().unwrap().unwrap();
    assert_eq!((&kept.data, kept.views[1].deciles.len()), (&card.data, 9));
    let shown = |bank: &Bank, given: Option<ModelCard>| {
        quietly(|talk| {
            let mut answers = bank::Answers::default();
            answers.add_models(bank, given, talk).unwrap();
            (answers.answers, answers.notices)
        })
    };
    let (answers, notices) = shown(&bank, None);
    assert!(answers.len() > 10 && notices.is_empty(), "{notices:?}");
    let other = sample(None, 501);
    let (answers, notices) = shown(&other, Some(card.clone()));
    assert!(answers.is_empty() && notices[0].to_string().contains("of other customers"), "{notices:?}");
    assert!(shown(in_memory, None).0.is_empty());
    let told = |bank: &Bank| quietly(|talk| bank.of_other_customers(card, talk)).unwrap();
    assert!(told(in_memory).is_none() && told(&bank).is_none());
    assert!(told(&other).unwrap().message().ends_with("what they say is of those"));
}

#[test]
fn groups_add_up_to_the_customers_and_answers_tell_them() {
    let (bank, card) = trained();
    let viewed = card.foreseeing().unwrap();
    assert_eq!(viewed.name, "first_part");
    assert!(viewed.first_reason_survives > 0.4 && viewed.first_reason_survives <= 1.0);
    assert!(!viewed.learning.is_empty() && viewed.learning.iter().all(|learnt| learnt.rows < 400));
    let attributes: Vec<&str> = viewed.fairness.iter().map(|fairness| &fairness.attribute[..]).collect();
    assert_eq!(attributes, ["gender", "age_band", "education", "income", "marital_status"]);
    for fairness in &viewed.fairness {
        let sum = |of: fn(&bank::Treated) -> u64| fairness.groups.iter().map(of).sum::<u64>();
        assert!(sum(|group| group.customers) <= 500 && sum(|group| group.left) <= card.data.left);
        for group in &fairness.groups {
            assert!(group.found <= group.left.min(group.selected) && group.selected <= group.customers, "{group:?}");
            assert!(group.expected > 0.0 && group.expected < group.customers as f64, "{group:?}");
        }
        assert!(fairness.stand_ins.windows(2).all(|pair| pair[0].roc_auc >= pair[1].roc_auc));
    }
    let gender = &viewed.fairness[0];
    assert_eq!(gender.groups.iter().map(|group| group.customers).sum::<u64>(), 500);
    assert!(gender.groups.iter().map(|group| group.left).sum::<u64>() == card.data.left);
    // Income is not known of a fifth of the women alone, so it tells them; the attribute's own column does not stand in for it.
    assert!(gender.stand_ins.iter().any(|one| one.feature == "Income_Category"), "{gender:?}");
    assert!(gender.stand_ins.iter().all(|one| one.feature != "Gender"));
    let answers = bank.why_answers(card).unwrap().answers;
    let find = |name: &str| answers.iter().find(|answer| answer.name == name).unwrap_or_else(|| panic!("no {name}"));
    let views = find("why_views");
    assert_eq!(views.table.rows.len(), 4);
    let sentence = views.sentence();
    assert!(sentence.contains("95 % interval") && sentence.contains("What this data cannot tell"), "{sentence}");
    for answer in &answers {
        assert!(answer.topic.word == bank::WHY && !answer.table.rows.is_empty(), "{}", answer.name);
        if answer.chart.is_some() {
            assert!(report::chart::svg(answer, report::chart::Theme::Light).is_ok(), "{}", answer.name);
        }
    }
    assert_eq!(views.queries.len(), 1);
    let names = bank.why_names().unwrap();
    assert!(answers.iter().all(|answer| names.contains(&answer.name)) && names.len() > answers.len(), "{names:?}");
    // Each rule selects the customers that were counted: by the pipeline that is shown, and by the filter of its row.
    let segments = find("why_segments");
    assert!(segments.table.rows.len() > 1 && segments.queries.len() == segments.table.rows.len());
    let customers = segments.table.column("customers").unwrap();
    let mut all = 0;
    for (row, query) in segments.table.rows.iter().zip(&segments.queries) {
        let insight::Cell::Integer(wanted) = row[customers] else { panic!("no count") };
        all += wanted;
        let query = bank.query(&query.extended_json, None, &query.collection).unwrap();
        let found: Vec<Document> = bank.rows(&query).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(found[0].get_i32("customers").map(i64::from).unwrap(), wanted, "{found:?}");
    }
    assert_eq!(all, 500);
    let listed = bank.list_row(segments, 0, &bank::Wish { limit: 0, ..bank::Wish::default() }).unwrap();
    assert_eq!(
        Some(listed.customers as i64),
        match segments.table.rows[0][customers] {
            insight::Cell::Integer(n) => Some(n),
            _ => None,
        }
    );
    let shapes = answers.iter().filter(|answer| answer.name.starts_with("why_shape_"));
    for shape in shapes {
        let customers = shape.table.column("customers").unwrap();
        let count = |row: &insight::Row| if let insight::Cell::Integer(n) = row[customers] { n } else { 0 };
        assert_eq!(shape.table.rows.iter().map(count).sum::<i64>(), 500, "{}", shape.name);
        assert!(shape.table.rows.len() <= 9, "{}", shape.name);
    }
}

#[test]
fn a_server_gives_the_scores_of_a_folder_to_the_last_bit() {
    let Some(uri) = mongod::bank("why") else { return };
    let (folder, server) = (sample(None, 300), sample(Some(Place::named(uri.as_ref()).unwrap()), 300));
    let card = why(&folder).unwrap();
    let there = why(&server).unwrap();
    assert_eq!(there.data.fingerprint, card.data.fingerprint);
    assert_eq!(there.views, card.views);
    for viewed in &card.views {
        let (here, there) = (scores(&folder, &card, &viewed.name), scores(&server, &card, &viewed.name));
        assert_eq!(here.len(), there.len());
        for (here, there) in here.iter().zip(&there) {
            assert_eq!(here.get("CLIENTNUM"), there.get("CLIENTNUM"));
            assert_eq!(double(here, "log_odds").to_bits(), double(there, "log_odds").to_bits());
            assert!((double(here, "probability") - double(there, "probability")).abs() < 1e-12);
        }
    }
}

#[test]
fn a_server_keeps_models_beside_its_collections() {
    let Some(uri) = mongod::bank("why_kept") else { return };
    let (_, card) = trained();
    let place = Place::named(uri.as_ref()).unwrap();
    let server = sample(Some(place.clone()), 500);
    assert!(server.kept_models().unwrap().is_none());
    assert!(server.keep_models(card).unwrap().is_none());
    let again = Bank::open(&place, &Opening::default()).unwrap();
    let kept = again.kept_models().unwrap().unwrap();
    assert!(kept.data == card.data && kept.features == card.features && kept.views[0].model == card.views[0].model);
    let mut answers = bank::Answers::default();
    quietly(|talk| answers.add_models(&again, None, talk)).unwrap();
    assert!(answers.answers.len() > 10 && answers.notices.is_empty(), "{:?}", answers.notices);
    // The collections are as they were.
    assert_eq!(again.inventory().unwrap().collections.len(), 2);
}

#[test]
fn scores_are_written_into_a_collection() {
    let folder = tempfile::tempdir().unwrap();
    let bank = sample(Some(Place::named(folder.path().join("b.sphere").as_os_str()).unwrap()), 500);
    let (_, card) = trained();
    let wish = Scoring { into: Some("scores".to_owned()), ..Scoring::default() };
    let scored = bank.score(card, &wish).unwrap();
    assert_eq!(bank.rows(&scored.query).unwrap().count(), 0);
    let query = bank.query("[{$match: {probability: {$gt: 0.5}}}, {$count: 'n'}]", None, "scores").unwrap();
    let found: Vec<Document> = bank.rows(&query).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(matches!(found[0].get("n"), Some(Bson::Int32(60..=120))), "{found:?}");
    // A copy has what was written since the bank was opened.
    let to = Place::named(folder.path().join("copy.sphere").as_os_str()).unwrap();
    quietly(|talk| bank.copy_to(to.clone(), talk)).unwrap();
    let copy = Bank::open(&to, &Opening::default()).unwrap();
    let query = copy.query("[{$count: 'n'}]", None, "scores").unwrap();
    let copied: Vec<Document> = copy.rows(&query).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(copied[0].get_i32("n").unwrap(), 500);
}

#[track_caller]
fn refused<T>(result: Result<T, Error>, why: &str) {
    let text = result.map(|_| ()).unwrap_err().render(|_| String::new());
    assert!(text.contains(why), "{text}");
}

#[test]
fn what_is_no_model_of_this_bank_is_refused() {
    let (bank, card) = trained();
    let text = card.to_json().unwrap();
    let read = |text: &str| ModelCard::read(text, "m.json");
    refused(read(&text[..text.len() / 2]), "the file of models is damaged");
    refused(read("{}"), "its format is none, and not 2");
    refused(read(&text.replacen("\"format\":2", "\"format\":7", 1)), "its format is 7");
    refused(read(&text.replacen("\"intercept\":-", "\"intercept\":-9000000000", 1)), "its intercept is no score");
    refused(read(&text.replacen("\"intercept\":", "\"intercept\":\"x\",\"was\":", 1)), "the file of models is damaged");
    refused(read(&text.replacen("\"name\":\"Customer_Age\"", "\"name\":\"Shoe_Size\"", 1)), "which is no feature");
    let mut other = card.clone();
    for feature in other.features.iter_mut().filter(|feature| feature.unit == "dollars") {
        feature.unit = "months".to_owned();
    }
    refused(bank.score(&other, &Scoring::default()), "`Credit_Limit` counts dollars, and months in the model");
    let late = Scoring { view: Some("late".to_owned()), ..Scoring::default() };
    refused(bank.score(card, &late), "the models have no view `late`");
    let mut unseen = card.clone();
    for input in unseen.views.iter_mut().flat_map(|viewed| &mut viewed.model.inputs) {
        if let Some(names) = input.categories.as_mut().filter(|names| names.contains(&"Blue".to_owned())) {
            names.iter_mut().filter(|name| *name == "Blue").for_each(|name| *name = "Green".to_owned());
        }
    }
    refused(bank.score(&unseen, &Scoring::default()), "the model has not seen `Blue` of `Card_Category`");
    let told = bank.score(&unseen, &Scoring { unseen_is_missing: true, ..Scoring::default() }).unwrap();
    assert!(told.notices[0].message().contains("they are scored as missing"), "{:?}", told.notices);
    // Where no view is named, the notice says which one it is, and what it cannot do.
    let notices: Vec<String> = told.notices.iter().map(ToString::to_string).collect();
    let of_view = |notice: &&String| notice.starts_with("scored by");
    let last = notices.iter().find(of_view).cloned().unwrap_or_default();
    assert!(notices.last().is_some_and(|last| last.contains("made of as many customers")), "{notices:?}");
    assert!(
        last.starts_with("scored by the view `first_part`, the one here that can foresee most. With what"),
        "{last}"
    );
    assert!(last.contains("`--view` chooses another: `hindsight`, `early` and `who`"), "{last}");
    refused(why(&sample(None, 10)), "10 rows are too few");
}

#[test]
fn customers_of_the_sample_are_no_groups_and_get_no_profile() {
    let bank = sample(None, 300);
    let found = quietly(|talk| bank.why_clusters(talk)).unwrap();
    let names: Vec<&str> = found.answers.iter().map(|answer| &answer.name[..]).collect();
    assert_eq!(names, ["why_clusters"]);
    let answer = &found.answers[0];
    assert_eq!((answer.table.rows.len(), answer.queries.len(), &answer.topic.word[..]), (7, 1, bank::WHY));
    assert!(answer.sentence().starts_with("There are no stable groups"), "{}", answer.sentence());
    assert!(report::chart::svg(answer, report::chart::Theme::Light).is_ok());
    // What is shown beside it reads the columns that were compared, the outcome, and the key.
    let query = bank.query(&answer.queries[0].extended_json, None, &answer.queries[0].collection).unwrap();
    let row = bank.rows(&query).unwrap().next().unwrap().unwrap();
    assert_eq!(row.len(), 14, "{row}");
    assert_eq!(found.answers, quietly(|talk| bank.why_clusters(talk)).unwrap().answers);
    let cancel = Arc::new(AtomicBool::new(true));
    let stopped = bank.why_clusters(&Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel });
    assert!(stopped.is_err_and(|error| error.kind() == bank::ErrorKind::Cancelled));
}
