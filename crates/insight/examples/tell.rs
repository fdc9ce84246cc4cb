//! tmp: reads name\tjson results
use std::collections::BTreeMap;
fn main() {
    let c = catalog::Catalog::built_in().unwrap_or_else(|f| panic!("{f}"));
    let text = std::fs::read_to_string("/tmp/insight-results.txt").unwrap();
    let mut by: BTreeMap<String, Vec<Vec<bson::Document>>> = BTreeMap::new();
    for line in text.lines() {
        let (name, json) = line.split_once('\t').unwrap();
        let bson::Bson::Array(a) = pipeline::read(json).unwrap() else { panic!() };
        by.entry(name.into()).or_default().push(a.into_iter().map(|d| d.as_document().unwrap().clone()).collect());
    }
    let mut answers = vec![];
    for a in c.analyses() {
        answers.push(insight::answer(a, &by[&a.name]).unwrap());
    }
    insight::adjust(&mut answers);
    let verbose = std::env::args().nth(1);
    for a in &answers {
        if let Some(v) = &verbose {
            if *v != a.name {
                continue;
            }
        }
        println!("== {} [{}]\n{}", a.name, a.effect.map_or("-".into(), |e| format!("{e:.3}")), a.sentence);
        for n in &a.notes {
            println!("   * {n}");
        }
        if verbose.is_some() {
            println!("{}", a.table.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(" | "));
            for r in &a.table.rows {
                println!(
                    "{}",
                    r.iter()
                        .map(|c| match c {
                            insight::Cell::Missing => "-".into(),
                            insight::Cell::Text(t) => t.clone(),
                            insight::Cell::Integer(i) => i.to_string(),
                            insight::Cell::Number(n) => format!("{n:.4}"),
                        })
                        .collect::<Vec<_>>()
                        .join(" | ")
                );
            }
        }
    }
    let s = insight::summarize(&answers);
    if verbose.is_none() {
        for k in s.key_figures {
            println!("{}: {} {}", k.label, k.value, k.note.unwrap_or_default());
        }
        for f in s.findings {
            println!("- [{}] {}", f.analysis, f.sentence);
        }
    }
}
