//! Verdicts: which tests are judged together, and what may be chance.

use insight::{Answer, Family, Statistic, judge, summarize};

use crate::bench::{answered, built_in, question};

/// An answer to an analysis of the catalog that tests: closures by months inactive in a small bank, where `closed` of the
/// first thousand customers closed and 155 of the second.
pub(crate) fn inactive(closed: u32) -> Answer {
    let catalog = built_in();
    let analysis = catalog.analysis("closures_by_months_inactive").expect("an analysis of the catalog");
    let by = &analysis.by[0].name;
    let rate = f64::from(closed) / 1000.0;
    answered(
        analysis,
        &format!(
            "[{{{by}: 1, customers: 1000, closed: {closed}, closure_rate: {rate}}},
              {{{by}: 2, customers: 1000, closed: 155, closure_rate: 0.155}}]"
        ),
    )
}

#[test]
fn the_family_of_a_p_value_is_its_topic_and_words_say_so() {
    let almost = inactive(190);
    assert!(almost.sentence().contains("more than chance would explain (p = 0.038);"), "{}", almost.sentence());
    let mut answers = vec![almost.clone(), almost.clone(), almost.clone()];
    answers[1].test.as_mut().unwrap().unadjusted = 0.9;
    answers[1].hypothesis = vec!["another".to_owned()];
    // A test of another topic does not count.
    answers[2].topic = std::sync::Arc::new(catalog::Topic { word: "other".to_owned(), ..(*almost.topic).clone() });
    judge(&mut answers);
    let told = "can well be chance (p = 0.077, adjusted over the 2 tests of its topic).";
    assert!(answers[0].sentence().ends_with(told), "{}", answers[0].sentence());
    assert_eq!(answers[0].test.unwrap().family, Family::Topic(2));
    assert!(answers[2].sentence().contains("(p = 0.038, the one test of its topic)"), "{}", answers[2].sentence());
    // Judged again, nothing changes: the p-value is adjusted from what the test gave.
    let once = answers.clone();
    judge(&mut answers);
    assert_eq!(answers, once);
}

#[test]
fn a_hypothesis_counts_once_by_the_largest_of_its_p_values() {
    let mut answers = vec![inactive(190), inactive(190)];
    assert_eq!(answers[0].hypothesis, answers[1].hypothesis);
    answers[1].test.as_mut().unwrap().unadjusted = 0.9;
    judge(&mut answers);
    let mut tests = answers.into_iter().map(|answer| answer.test.unwrap());
    assert!(tests.all(|test| test.family == Family::Topic(1) && test.p_value == 0.9));
}

#[test]
fn whether_means_differ_is_tested_by_means() {
    let status = r#"[{status: "Existing Customer", months_inactive: 1, customers: 810},
                     {status: "Existing Customer", months_inactive: 2, customers: 845},
                     {status: "Attrited Customer", months_inactive: 1, customers: 190},
                     {status: "Attrited Customer", months_inactive: 2, customers: 155}]"#;
    let catalog = built_in();
    let by_status = catalog.analysis("inactivity_by_status").expect("an analysis of the catalog");
    let mut answers = vec![inactive(190), answered(by_status, status)];
    assert_ne!(answers[0].hypothesis, answers[1].hypothesis);
    // scipy.stats.ttest_ind(open, closed, equal_var=False): t², its degrees of freedom, p = 0.038_238.
    let Statistic::Means(test) = answers[1].test.unwrap().statistic else { panic!("{:?}", answers[1].test) };
    assert!((test.f - 4.317_279).abs() < 1e-6 && (test.within - 499.111_591).abs() < 1e-4, "{test:?}");
    judge(&mut answers);
    assert!(answers.iter().all(|answer| answer.test.unwrap().family == Family::Topic(2)));
}

#[test]
fn what_may_be_chance_is_no_finding() {
    let mut answers = [inactive(400)];
    assert_eq!(summarize(&answers).findings.len(), 1);
    answers[0].test.as_mut().unwrap().unadjusted = 0.9;
    judge(&mut answers);
    assert!(summarize(&answers).findings.is_empty());
}

#[test]
fn a_composed_question_is_its_own_family() {
    let analysis = question(&["gender"], &["closure_rate"]);
    let rows = r#"[{gender: "F", customers: 1000, closed: 190, closure_rate: 0.19},
                   {gender: "M", customers: 1000, closed: 155, closure_rate: 0.155}]"#;
    let mut answers = vec![answered(&analysis, rows), inactive(190), inactive(190)];
    answers[2].hypothesis = vec!["another".to_owned()];
    judge(&mut answers);
    assert!(answers[0].sentence().contains("(p = 0.038, tested by itself)"), "{}", answers[0].sentence());
    assert_eq!(answers[1].test.unwrap().family, Family::Topic(2));
}
