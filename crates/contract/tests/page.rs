//! `docs/CONTRACT.md` names every key, kind, unit and role that the parser knows, and its example is well formed.

use contract::{Contract, Role, Unit};

const PAGE: &str = include_str!("../../../docs/CONTRACT.md");

/// The keys of the first column of the tables in a section.
fn keys(section: &str) -> Vec<&'static str> {
    let start = PAGE.find(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("no section {section}"));
    let text = &PAGE[start + 4..];
    let text = &text[..text.find("\n## ").unwrap_or(text.len())];
    let cells = text.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

/// The keys that the parser names when it meets one that it does not know.
fn known(text: &str, place: &str) -> Vec<String> {
    let faults = Contract::parse("t.toml", text).expect_err("it has an unknown key");
    let fault = faults.iter().find(|fault| fault.place() == Some(place)).expect("the key is refused");
    let hint = fault.to_string();
    let hint = hint.lines().last().unwrap_or_default().to_owned();
    hint.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_example_is_well_formed() {
    let example = PAGE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    Contract::parse("example.toml", example).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn the_page_names_the_keys_of_short_tables() {
    assert_eq!(known("x = 1", "t.toml: x"), keys("The file"));
    let category = "[columns.c]\nkind = 'category'\ncategories = [{ x = 1 }]";
    let place = "t.toml: columns.c.categories[1].x";
    let sorted = |mut keys: Vec<String>| {
        keys.sort();
        keys
    };
    let of_page = |section: &str| sorted(keys(section).into_iter().map(str::to_owned).collect());
    assert_eq!(sorted(known(category, place)), of_page("A category"));
    assert_eq!(sorted(known("[[left_out]]\nx = 1", "t.toml: left_out[1].x")), of_page("Left out"));
    assert_eq!(sorted(known("[[rules]]\nx = 1", "t.toml: rules[1].x")), of_page("Rules"));
    let adopted = known("adopted = { x = 1 }", "t.toml: adopted.x");
    assert_eq!(sorted(adopted), of_page("Collections that another program loaded"));
    for key in known("[columns.c]\nkind = 'text'\ndetail = { x = 1 }", "t.toml: columns.c.detail.x") {
        assert!(PAGE.contains(&format!("`{key}`")), "{key}");
    }
}

/// A column has more keys than a message lists, so each is tried.
#[test]
fn every_key_of_a_column_on_the_page_is_known_and_no_other() {
    let of_page = keys("A column");
    let kinds = ["category", "whole", "decimal", "text", "date"];
    let column_keys: Vec<&str> = of_page.into_iter().filter(|key| !kinds.contains(key)).collect();
    assert_eq!(column_keys.len(), 25);
    for key in &column_keys {
        let text = format!("[columns.c]\n{key} = 1979-05-27");
        let faults = Contract::parse("t.toml", &text).expect_err("a date is no value of it").to_string();
        assert!(!faults.contains("unknown key"), "{faults}");
    }
    for kind in kinds {
        assert!(keys("A column").contains(&kind), "{kind}");
    }
    for unit in Unit::NAMES {
        assert!(PAGE.contains(&format!("`{unit}`")), "{unit}");
    }
}

#[test]
fn the_page_names_each_role_once_with_its_kinds() {
    let of_page: Vec<&str> = keys("Roles");
    for role in Role::names() {
        assert_eq!(of_page.iter().filter(|name| **name == role).count(), 1, "{role}");
    }
    assert_eq!(of_page.len(), Role::names().count());
}
