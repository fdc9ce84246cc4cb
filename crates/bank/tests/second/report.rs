//! The HTML report: in the words of the contract, and none of the card's.

use roxmltree::{Document, Node, ParsingOptions};

use bank::{Bank, Request};
use contract::Contract;

use crate::bench::{ask, bank, contract, talk, topic};

fn page(bank: &Bank) -> String {
    let answers = talk(|talk| bank.answer_all(talk)).unwrap_or_else(|error| panic!("{error}"));
    report::html(&answers.into_report())
}

/// What a reader sees: no pipelines, styles or scripts.
fn visible(node: Node<'_, '_>) -> String {
    let is_hidden = |node: &Node<'_, '_>| ["pre", "style", "script"].contains(&node.tag_name().name());
    let texts = node.descendants().filter(|node| node.is_text() && !node.ancestors().any(|up| is_hidden(&up)));
    texts.filter_map(|node| node.text()).collect::<Vec<_>>().join(" ")
}

/// The words that the card's contract has and the other one has not.
fn card_words() -> Vec<String> {
    let card = Contract::card();
    let columns = card.columns.iter();
    let categories = columns.clone().flat_map(|column| column.categories().iter().map(|one| one.value.clone()));
    // A single letter, or a word such as `Age`, says nothing of cards.
    let labels = columns.clone().map(|column| column.label.clone());
    let words = columns.map(|column| column.name.clone()).chain(categories).chain(labels);
    let club = contract().text().to_owned();
    let mut words: Vec<String> =
        words.filter(|word| word.chars().count() > 1 && word != "Status" && !club.contains(word.as_str())).collect();
    words.extend(
        ["$", "attrited", "Attrited", "credit", "Credit", "card ", " cards", "the bank for"].map(str::to_owned),
    );
    words
}

#[test]
fn no_word_of_the_card_data_is_in_it() {
    let page = page(&bank(None));
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&page, options).unwrap_or_else(|error| panic!("{error}"));
    let left_out = document.descendants().find(|node| node.attribute("aria-labelledby") == Some("left-out"));
    let names = left_out.map(visible).expect("it tells what was left out");
    let text = visible(document.root_element()).replace(&names, "");
    let words = card_words();
    assert!(words.len() > 40 && words.contains(&"Blue".to_owned()) && words.contains(&"Credit_Limit".to_owned()));
    let found: Vec<&String> = words.iter().filter(|word| text.contains(word.as_str())).collect();
    assert!(found.is_empty(), "{found:?} in {text}");
    for word in ["Lakeside Club members", "Customers by plan", "Courses booked", "Months with the club"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    for hollow in ["(no rows)", "No rows", "NaN"] {
        assert!(!text.contains(hollow), "{hollow} in {text}");
    }
    assert!(page.contains("<dt>Customers</dt><dd>60</dd>") && page.contains("<dt>Closure rate</dt><dd>25.0"), "{text}");
}

#[test]
fn what_is_left_out_stands_once_with_what_it_needs() {
    let bank = bank(None);
    let page = page(&bank);
    let left_out: Vec<_> = bank.catalog().left_out().iter().filter(|one| one.kind == catalog::Kind::Analysis).collect();
    assert!(left_out.len() > 20);
    for one in left_out {
        let entry = format!("<dt>{}</dt><dd>{}</dd>", one.heading(), one.needs().join(", "));
        assert_eq!(page.matches(&entry).count(), 1, "{entry}");
        assert!(!page.contains(&format!(">{}<", one.name)) && !entry.contains(['_', '{']), "{entry}");
    }
    assert_eq!(page.matches("<h2 id=\"left-out\">").count(), 1);
}

#[test]
fn the_summary_on_one_screen_says_that_something_is_left_out() {
    let answers = talk(|talk| bank(None).answer_all(talk)).unwrap_or_else(|error| panic!("{error}"));
    let text = report::terminal(&answers.into_report(), 100);
    assert!(text.starts_with("Lakeside Club members\n"), "{text}");
    assert!(text.contains("\n29 analyses are left out: "), "{text}");
    let words = card_words();
    let found: Vec<&String> = words.iter().filter(|word| text.contains(word.as_str())).collect();
    assert!(found.is_empty(), "{found:?} in {text}");
}

#[test]
fn the_page_of_a_question_has_it_for_its_title() {
    let bank = bank(None);
    let asked = |by: &[&str]| {
        let by = by.iter().map(|one| (*one).to_owned()).collect();
        ask(&bank, &Request { by, filters: vec!["Age > 40".to_owned()], ..topic("segment") })
    };
    let one = asked(&["age_band"]);
    let heading = one.answers[0].heading();
    assert!(heading.contains("(only customers with Age > 40"), "{heading}");
    assert_eq!(one.into_page().title, heading);
    let several = asked(&[]);
    assert!(several.answers.len() > 1);
    assert_eq!(several.into_page().title, "Lakeside Club members (only customers with Age > 40)");
}
