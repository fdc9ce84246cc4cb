//! tmp
fn main() {
    let catalog = catalog::Catalog::built_in().unwrap_or_else(|f| panic!("{f}"));
    let only = std::env::args().nth(1);
    for a in catalog.analyses() {
        for (c, p) in a.queries() {
            if let Some(o) = &only {
                if *o == a.name {
                    println!("{}", pipeline::print::mongosh(c, p));
                }
            } else {
                println!("{}\t{}", a.name, pipeline::print::extended_json(p).replace('\n', " "));
            }
        }
    }
}
