//! The same bank on a real server: the same answers as in a folder.

use bank::{Bank, Place, Request};
use insight::Answer;

use crate::bench::{ask, bank, contract, talk, topic};

fn on_server(uri: &str) -> Bank {
    bank(Some(Place::named(uri.as_ref()).unwrap_or_else(|error| panic!("{error}"))))
}

#[test]
fn a_server_answers_as_a_folder_does() {
    let Some(uri) = mongod::bank("second_contract_on_a_server") else { return };
    let (folder, server) = (bank(None), on_server(&uri));
    assert_eq!(server.contract(), Some(&contract()));
    let all = |bank: &Bank| talk(|talk| bank.answer_all(talk)).unwrap_or_else(|error| panic!("{error}"));
    let (here, there) = (all(&folder), all(&server));
    assert_eq!(here.answers.len(), 12);
    let text = |answer: &Answer| report::answer_text(answer, None);
    for (one, other) in here.answers.iter().zip(&there.answers) {
        assert_eq!(text(one), text(other));
        assert_eq!(one, other, "{}", one.name);
    }
    assert!(here.page.is_some());
    assert_eq!(here.page, there.page);
    assert_eq!((&here.left_out, &here.quality, &here.summary), (&there.left_out, &there.quality, &there.summary));
    let request = Request {
        by: vec!["Region".to_owned(), "age_band".to_owned()],
        measures: vec!["closure_rate".to_owned(), "mean_VisitsPerWeek".to_owned()],
        filters: vec!["Satisfaction>=5 and not (Plan=Day)".to_owned()],
        ..topic("segment")
    };
    assert_eq!(ask(&folder, &request).answers, ask(&server, &request).answers);
    let measures = [
        "quartiles:VisitsPerWeek",
        "p90:MonthsWithUs",
        "sd:age",
        "min:AgeYears",
        "sum:Satisfaction",
        "distinct:Plan",
        "distinct:Phone",
    ];
    let measures = measures.map(str::to_owned).to_vec();
    let filters = vec!["Satisfaction between 3 and 9".to_owned(), "not Plan=day".to_owned()];
    for by in [vec!["Region".to_owned(), "age_band".to_owned()], Vec::new()] {
        let request = Request { by, measures: measures.clone(), filters: filters.clone(), ..topic("segment") };
        assert_eq!(ask(&folder, &request).answers, ask(&server, &request).answers);
    }
    let wish =
        bank::Wish { sort: vec!["-age_band".to_owned(), "Region".to_owned()], limit: 7, ..bank::Wish::default() };
    let [here, there] = [&folder, &server].map(|bank| bank.list(&filters, &wish).unwrap());
    assert_eq!(here, there);
    let segments = bank::Segments {
        first: "status=open".to_owned(),
        measures: vec!["mean_VisitsPerWeek".to_owned(), "mean_age".to_owned(), "median:age".to_owned()],
        ..bank::Segments::default()
    };
    let [here, there] = [&folder, &server].map(|bank| bank.compare(&segments).unwrap().0);
    assert_eq!(here, there);
    let [here, there] = [&folder, &server].map(|bank| bank.description(&filters).unwrap().0);
    assert_eq!(here, there);
    let [here, there] = [&folder, &server].map(|bank| bank.answer(&topic("health")).expect_err("it has no analysis"));
    assert_eq!(here.to_string(), there.to_string());
}

#[test]
fn it_comes_back_from_a_server_as_it_was() {
    let Some(uri) = mongod::bank("second_contract_back_from_a_server") else { return };
    let server = on_server(&uri);
    let folder = tempfile::tempdir().expect("a folder for the test");
    let back = Place::Folder(folder.path().join("back.sphere"));
    talk(|talk| server.copy_to(back.clone(), talk)).unwrap_or_else(|error| panic!("{error}"));
    let back = Bank::open(&back, &bank::Opening::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(back.contract(), Some(&contract()));
    for word in ["segment", "status"] {
        assert_eq!(ask(&back, &topic(word)).answers, ask(&server, &topic(word)).answers, "{word}");
    }
}

/// MongoDB 6.0 ends at what the engine refuses, so no server is asked.
#[test]
fn what_nests_too_deep_is_refused_on_both() {
    let Some(uri) = mongod::bank("what_nests_too_deep_is_refused_on_both") else { return };
    let brackets = ["[".repeat(90), "]".repeat(90)];
    let text = format!(
        r#"[{{"$set": {{"v": {{"$reduce": {{"input": {{"$range": [0, 800]}}, "initialValue": 1, "in": {}"$$value"{}}}}}}}}}]"#,
        brackets[0], brackets[1]
    );
    let on_server = on_server(&uri);
    for bank in [&bank(None), &on_server] {
        let query = bank.query(&text, None, "customers").unwrap_or_else(|error| panic!("{error}"));
        let rows = bank.rows(&query).and_then(|rows| rows.collect::<Result<Vec<_>, _>>().map_err(bank::Error::from));
        let error = rows.expect_err("it is refused");
        assert_eq!(error.diagnostic().message(), "a document is nested in more than 400 levels");
        assert_eq!((error.kind(), error.diagnostic().error_code()), (bank::ErrorKind::Question, Some(15)));
        let explained = bank.explain(&query).map(drop);
        assert!(bank.place() != on_server.place() || explained.is_err());
    }
    assert!(ask(&on_server, &topic("segment")).answers.len() > 1, "the server is still there");
}
