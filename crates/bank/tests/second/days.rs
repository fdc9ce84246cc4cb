//! Names with a day, and days that a bank has nothing of: the same in a folder and on a server.

use bank::{Bank, Error, ErrorKind, Place};
use jiff::civil::date;

use crate::bench::{contract, talk};
use crate::contracts::{folder, import, open};

/// How many customers a name with a day stands for.
fn count(bank: &Bank, name: &str) -> Result<usize, Error> {
    let query = bank.query("[]", None, name)?;
    Ok(bank.rows(&query)?.collect::<Result<Vec<_>, _>>()?.len())
}

#[test]
fn a_day_stands_for_the_newest_state_not_later() {
    let Some(uri) = mongod::bank("a_day_stands_for_the_newest_state") else { return };
    let (_folder, folder) = folder("b.sphere");
    for place in [folder, Place::named(uri.as_ref()).unwrap_or_else(|error| panic!("{error}"))] {
        let bank = import(&place, &contract(), date(2026, 5, 31)).unwrap_or_else(|error| panic!("{error}"));
        for day in ["2026-05-31", "2026-06-01", "2026-11-30"] {
            assert_eq!(count(&bank, &format!("customers@{day}")), Ok(60), "{day} at {place}");
        }
        let join = r#"[{"$unionWith": "customers@2026-11-30"}, {"$match": {"Regoin": "North"}}]"#;
        let strict = bank.strict().query(join, None, "customers@2026-11-30");
        let error = strict.expect_err("no such field").to_string();
        assert!(error.starts_with("unknown field `Regoin`"), "its fields are known: {error}");
        // Otherwise it is missing, which no value is, and a notice says so.
        let query = bank.query(join, None, "customers@2026-11-30").unwrap_or_else(|error| panic!("{error}"));
        let rows = bank.rows(&query).unwrap_or_else(|error| panic!("{error}"));
        let notices = rows.notices().clone();
        assert_eq!(rows.count(), 0);
        let told: Vec<String> = notices.all().iter().map(ToString::to_string).collect();
        assert!(
            told.iter().any(|told| told.starts_with("unknown field `Regoin`") && told.contains("`Region`")),
            "{told:?}"
        );
        let error = count(&bank, "customers@2026-05-30").expect_err("nothing was there then");
        let told = "there is no collection `customers` on 2026-05-30 or before";
        assert_eq!(error.diagnostic().message(), told, "{place}");
        assert!(error.to_string().ends_with("hint: the days here are 2026-05-31"), "{error}");
    }
}

#[test]
fn a_copy_of_a_day_before_all_others_is_refused() {
    let ((_folder, place), (_other, to)) = (folder("b.sphere"), folder("copy.sphere"));
    import(&place, &contract(), date(2026, 5, 31)).unwrap_or_else(|error| panic!("{error}"));
    let early = open(&place, Some(date(2020, 1, 1)));
    let error = talk(|talk| early.copy_to(to.clone(), talk)).expect_err("there is nothing");
    assert_eq!(error.kind(), ErrorKind::Question);
    let told = "there is nothing to copy: nothing is of 2020-01-01 or before\nhint: the days here are 2026-05-31";
    assert_eq!(error.to_string(), told);
}
