//! What stages still read of their input, so that no row carries more.

use std::collections::HashSet;

use pipeline::ast::{AccumulatorCall, Expr, Path, Projected, Projection, Stage, WindowFunction};

use super::resolve;

/// The fields that `stages` read of the documents that enter them; `None` where that is all of them.
pub(crate) fn of_stages(stages: &[Stage]) -> Option<HashSet<Path>> {
    let mut paths = HashSet::new();
    for stage in stages {
        if of_stage(stage, &mut paths)? {
            return Some(paths);
        }
    }
    None
}

/// Adds what a stage reads; whether nothing else of its input can be seen behind it. `None`: it reads whole documents.
fn of_stage(stage: &Stage, paths: &mut HashSet<Path>) -> Option<bool> {
    match stage {
        Stage::Match(predicate) => paths.extend(resolve::predicate_reads(predicate)?),
        Stage::Project(Projection::Include { id, fields }) => {
            paths.extend(id.then(|| Path::new("_id")).flatten());
            for (path, projected) in fields {
                match projected {
                    Projected::Kept => drop(paths.insert(path.clone())),
                    Projected::Computed(expr) => {
                        paths.extend(resolve::reads(expr)?);
                        // What is there already gives the field its place.
                        paths.extend(parent(path));
                    }
                }
            }
            return Some(true);
        }
        Stage::AddFields(fields) => {
            for (path, expr) in fields {
                paths.extend(resolve::reads(expr)?);
                // What stands on the way decides whether an array is entered.
                paths.extend(parent(path));
            }
        }
        Stage::Project(Projection::Exclude(_)) | Stage::Unset(_) | Stage::Limit(_) | Stage::Skip(_) => {}
        Stage::UnionWith { .. } => {}
        Stage::Sort(keys) => paths.extend(keys.iter().map(|key| key.path.clone())),
        Stage::Unwind(unwind) => drop(paths.insert(unwind.path.clone())),
        Stage::Lookup(lookup) => {
            paths.insert(lookup.local.clone());
            paths.extend(parent(&lookup.target));
        }
        Stage::SetWindowFields { partition_by, sort_by, output } => {
            paths.extend(partition_by.as_ref().map_or(Some(Vec::new()), resolve::reads)?);
            paths.extend(sort_by.iter().map(|key| key.path.clone()));
            for (path, call) in output {
                paths.extend(parent(path));
                match &call.function {
                    WindowFunction::Accumulate(call) => of_call(call, paths)?,
                    WindowFunction::Shift { output, .. } => paths.extend(resolve::reads(output)?),
                    WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::DocumentNumber => {}
                }
            }
        }
        Stage::Group { id, fields } => return of_group(id, fields, paths),
        Stage::Bucket { group_by, output, .. } | Stage::BucketAuto { group_by, output, .. } => {
            return of_group(group_by, output, paths);
        }
        Stage::SortByCount(expr) | Stage::ReplaceRoot(expr) => {
            paths.extend(resolve::reads(expr)?);
            return Some(true);
        }
        Stage::Count(_) => return Some(true),
        Stage::Facet(facets) => {
            for (_, pipeline) in facets {
                paths.extend(of_stages(&pipeline.stages)?);
            }
            return Some(true);
        }
    }
    Some(false)
}

fn of_group(id: &Expr, fields: &[(String, AccumulatorCall)], paths: &mut HashSet<Path>) -> Option<bool> {
    paths.extend(resolve::reads(id)?);
    for (_, call) in fields {
        of_call(call, paths)?;
    }
    Some(true)
}

fn of_call(call: &AccumulatorCall, paths: &mut HashSet<Path>) -> Option<()> {
    paths.extend(resolve::reads(&call.input)?);
    paths.extend(call.sort_by.iter().map(|key| key.path.clone()));
    Some(())
}

fn parent(path: &Path) -> Option<Path> {
    let (_, parents) = path.segments().split_last()?;
    Path::new(&parents.join("."))
}
