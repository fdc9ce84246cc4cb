//! A column that names persons: in no filter, and in a pipeline only where it is named knowingly; in a folder and on a server.

use bank::{Bank, Place, Query, Request};
use pipeline::find::Find;
use pipeline::{Bson, Document};

use crate::bench::{bank, topic};

fn rows(bank: &Bank, query: &Query) -> Vec<Document> {
    let rows = bank.rows(query).unwrap_or_else(|error| panic!("{error}"));
    rows.collect::<Result<Vec<_>, _>>().unwrap_or_else(|error| panic!("{error}"))
}

fn told(query: &Query) -> Vec<String> {
    query.notices().iter().map(ToString::to_string).collect()
}

fn on_both(name: &str) -> Vec<Bank> {
    let server = mongod::bank(name).map(|uri| Place::named(uri.as_ref()).unwrap_or_else(|error| panic!("{error}")));
    std::iter::once(bank(None)).chain(server.map(|place| bank(Some(place)))).collect()
}

const LEFT_OUT: &str =
    "`Phone` names persons: it is left out of the documents\nhint: name `Phone` knowingly to read it all the same";
const REFUSED: &str = "the column `Phone` names persons, so it is not shown, filtered, sorted or grouped by\n\
                       hint: name `Phone` knowingly to read it all the same";

#[test]
fn whole_documents_come_without_it_and_say_so() {
    for bank in on_both("whole_documents_come_without_persons") {
        for text in [
            "[]",
            "[{$match: {Region: 'North'}}, {$sort: {_id: 1}}]",
            "[{$unionWith: 'customers'}]",
            "[{$limit: 1}, {$unset: 'Region'}]",
            "[{$replaceRoot: {newRoot: '$$ROOT'}}]",
            "[{$facet: {all: [{$limit: 2}]}}, {$unwind: '$all'}, {$replaceRoot: {newRoot: '$all'}}]",
            "[{$limit: 1}, {$lookup: {from: 'customers', localField: '_id', foreignField: '_id', as: 'm'}}, \
             {$unwind: '$m'}, {$replaceRoot: {newRoot: '$m'}}]",
            "[{$limit: 1}, {$lookup: {from: 'customers', pipeline: [{$limit: 1}], as: 'm'}}, \
             {$unwind: '$m'}, {$replaceRoot: {newRoot: '$m'}}]",
            "[{$limit: 1}, {$graphLookup: {from: 'customers', startWith: '$_id', connectFromField: '_id', \
             connectToField: '_id', as: 'm'}}, {$unwind: '$m'}, {$replaceRoot: {newRoot: '$m'}}]",
        ] {
            let query = bank.query(text, None, "customers").unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(told(&query), [LEFT_OUT], "{text}");
            let rows = rows(&bank, &query);
            assert!(!rows.is_empty() && rows.iter().all(|row| row.contains_key("Plan")), "{text}: {rows:?}");
            assert!(rows.iter().all(|row| !row.contains_key("Phone")), "{text}: {rows:?}");
        }
        // What reads some fields alone is as it was written.
        let query = bank.query("[{$group: {_id: '$Region', n: {$sum: 1}}}]", None, "customers").unwrap();
        assert_eq!((query.pipeline().stages.len(), query.notices()), (1, &[][..]));
    }
}

#[test]
fn a_pipeline_that_names_it_is_refused_until_it_is_named_knowingly() {
    for bank in on_both("a_pipeline_that_names_persons") {
        let knowing = bank.knowingly(&["Phone".to_owned()]).unwrap();
        for text in [
            "[{$match: {Phone: {$gt: 0}}}, {$count: 'n'}]",
            "[{$project: {Phone: 1}}]",
            "[{$group: {_id: '$Phone'}}]",
            "[{$sort: {Phone: 1}}, {$limit: 1}]",
            "[{$set: {x: {$add: ['$Phone', 1]}}}]",
            "[{$set: {x: '$$ROOT.Phone'}}]",
            "[{$limit: 1}, {$lookup: {from: 'customers', localField: 'Region', foreignField: 'Phone', as: 'm'}}]",
            "[{$limit: 1}, {$lookup: {from: 'customers', localField: '_id', foreignField: '_id', as: 'm'}}, \
             {$project: {phones: '$m.Phone'}}]",
            "[{$unionWith: {coll: 'customers', pipeline: [{$project: {Phone: 1}}]}}]",
        ] {
            let refused = bank.query(text, None, "customers").map(drop).unwrap_err();
            assert_eq!(refused.to_string(), REFUSED, "{text}");
            let query = knowing.query(text, None, "customers").unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(query.notices().is_empty(), "{text}: {:?}", told(&query));
            assert!(!rows(&knowing, &query).is_empty(), "{text}");
        }
        assert_eq!(bank.distinct("Phone", None, "customers").map(drop).unwrap_err().to_string(), REFUSED);
        let filter = Bson::from(bson::doc! { "Phone": { "$gt": 0 } });
        assert!(bank.count_documents(Some(&filter), None, None, "customers").is_err());
        let find = Find { filter: Some(filter), ..Find::default() };
        assert!(bank.find(&find, "customers").is_err());
        let all = rows(&knowing, &knowing.find(&Find::default(), "customers").unwrap());
        assert!(all.iter().all(|row| row.contains_key("Phone")));
        let error = bank.knowingly(&["Region".to_owned()]).map(drop).unwrap_err().to_string();
        assert!(error.starts_with("the column `Region` names no person by its contract"), "{error}");
        assert!(bank.knowingly(&["Fone".to_owned()]).is_err());
    }
}

#[test]
fn a_view_shows_it_only_where_it_was_made_knowingly() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let place = Place::Folder(folder.path().join("views.sphere"));
    let bank = bank(Some(place));
    bank.create_view("north", &bank.query("[{$match: {Region: 'North'}}]", None, "customers").unwrap()).unwrap();
    let knowing = bank.knowingly(&["Phone".to_owned()]).unwrap();
    knowing.create_view("phones", &knowing.query("[{$project: {Phone: 1}}]", None, "customers").unwrap()).unwrap();
    for (view, has) in [("north", false), ("phones", true)] {
        let [here, there] = [&bank, &knowing].map(|bank| {
            let query = bank.query("[]", None, view).unwrap_or_else(|error| panic!("{error}"));
            rows(bank, &query).iter().any(|row| row.contains_key("Phone"))
        });
        assert_eq!((here, there), (false, has), "{view}");
    }
    assert_eq!(bank.query("[{$match: {Phone: 1}}]", None, "phones").map(drop).unwrap_err().to_string(), REFUSED);
}

#[test]
fn no_filter_names_it() {
    let bank = bank(None);
    for filter in [
        "Phone=41000071271",
        "Region=North and Phone > 5",
        "5 < Phone",
        "{Phone: {$gt: 5}}",
        "{$expr: {$gt: ['$Phone', 5]}}",
    ] {
        let request = Request { filters: vec![filter.to_owned()], ..topic("status") };
        let error = bank.answer(&request).map(drop).unwrap_err().to_string();
        assert!(error.starts_with("`Phone` names persons, so customers are not filtered by it"), "{filter}: {error}");
        assert!(bank.list(&[filter.to_owned()], &bank::Wish::default()).is_err(), "{filter}");
    }
}
