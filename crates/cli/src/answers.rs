//! From a catalog and a home of collections to answered analyses.

use catalog::{Analysis, Catalog};
use insight::Answer;
use pipeline::Run;

use crate::args::CatalogArgs;
use crate::failure::Failure;

/// The built-in catalog, with the user's folder beside it.
pub(crate) fn open_catalog(args: &CatalogArgs) -> Result<Catalog, Failure> {
    let built_in = Catalog::built_in().map_err(Failure::new)?;
    match &args.catalog {
        Some(folder) => built_in.with_folder(folder).map_err(Failure::new),
        None => Ok(built_in),
    }
}

/// Runs one analysis and reads its rows.
pub(crate) fn answer(analysis: &Analysis, home: &dyn Run) -> Result<Answer, Failure> {
    let results = analysis
        .queries()
        .iter()
        .map(|(collection, pipeline)| home.run(collection, pipeline))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::new(format!("the analysis `{}` failed: {error}", analysis.name)))?;
    Ok(insight::answer(analysis, &results)?)
}
