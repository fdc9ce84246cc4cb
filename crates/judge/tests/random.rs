//! Random pipelines on the engine and on a real server, always the same ones; `cargo xtask fuzz-pipelines` asks others.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use judge::fuzz;
use judge::random::{AVOIDED, Maker, STATEMENTS_A_WORLD};
use judge::runner::Server;
use pipeline::{Known, language};

/// What a minute is enough for, also on a slow machine.
const STATEMENTS: u64 = 1_500;

#[test]
fn the_engine_agrees_with_the_server_on_random_pipelines() {
    let Some(uri) = mongod::bank("the_engine_agrees_with_the_server_on_random_pipelines") else { return };
    let mut server = Server::connect(&uri).expect("the server answers");
    let report = fuzz::run(2026, None, &mut server, |report| report.asked < STATEMENTS).expect("the server answers");
    let mut shown = String::new();
    for finding in &report.findings {
        let _ = writeln!(shown, "\n# {}; the engine says {}\n{}", finding.verdict, finding.engine, finding.case);
    }
    assert!(report.findings.is_empty(), "{} of {} differ{shown}", report.different, report.asked);
    // Most must be answered, else nothing is compared; few may be left open or passed over.
    assert!(report.answered * 10 > report.asked * 7, "{report:?}");
    assert!(report.open * 50 < report.asked && report.avoided * 10 < report.asked, "{report:?}");
}

/// All names in the statements of a seed.
fn names(seed: u64, n: u64) -> BTreeSet<String> {
    let maker = Maker::new(seed);
    let mut found = BTreeSet::new();
    let mut world = maker.world(0);
    for number in 0..n {
        if number % STATEMENTS_A_WORLD == 0 {
            world = maker.world(number);
        }
        if let Some(statement) = maker.statement(number, &world) {
            found.extend(fuzz::names(&statement.pipeline));
        }
    }
    found
}

/// What other tests ask: nothing can be combined with it, or it writes and gives no rows to compare.
const PLAIN: &[&str] = &["$comment", "$alwaysTrue", "$alwaysFalse", "$out", "$merge"];

#[test]
fn every_part_of_the_language_is_asked() {
    let asked = names(1, 8_000);
    let is_due = |known: &Known| known.is_supported && judge::is_in_reference(known.since);
    let never: Vec<&str> = language()
        .into_iter()
        .filter(|known| is_due(known) && !asked.contains(known.name) && !PLAIN.contains(&known.name))
        .map(|known| known.name)
        .collect();
    assert!(never.is_empty(), "never asked: {never:?}");
}

#[test]
fn the_same_seed_asks_the_same() {
    let maker = Maker::new(7);
    let again = Maker::new(7);
    for number in [0, 81, 200, 333] {
        let (world, same_world) = (maker.world(number), again.world(number));
        assert_eq!(format!("{:?}", world.collections), format!("{:?}", same_world.collections));
        let text = |maker: &Maker| {
            maker.statement(number, &world).map(|statement| pipeline::print::canonical(&statement.pipeline))
        };
        assert_eq!(text(&maker), text(&again));
    }
}

#[test]
fn whatever_is_avoided_says_why() {
    for avoided in AVOIDED {
        assert!(avoided.reason.len() > 40 && !avoided.what.is_empty(), "{}", avoided.what);
    }
}
