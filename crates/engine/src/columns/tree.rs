//! The document of a row, before any row is read: which column stands at which field.
//!
//! Stages that only rename, drop and add fields change this tree and nothing else.

use std::collections::HashSet;

use pipeline::ast::Path;

use super::plan::ColumnId;

/// A field's content.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Column(ColumnId),
    Object(Fields),
    /// A field of documents of any shape: its values as one column, and columns for paths inside that are regular.
    Loose {
        whole: ColumnId,
        inside: Fields,
    },
}

/// Fields in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields(pub(crate) Vec<(String, Node)>);

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    /// A column, and the part of the path that goes on inside its values.
    Column(ColumnId, &'a [String]),
    Object(&'a Fields),
    Nothing,
}

/// A change that depends on the values of a column, so that only rows can tell.
#[derive(Debug)]
pub(crate) struct InsideValues;

impl Fields {
    pub(crate) fn find<'a>(&'a self, path: &'a [String]) -> Found<'a> {
        let Some((head, rest)) = path.split_first() else { return Found::Object(self) };
        match self.0.iter().find(|(name, _)| name == head) {
            None => Found::Nothing,
            Some((_, Node::Column(column))) => Found::Column(*column, rest),
            Some((_, Node::Object(fields))) => fields.find(rest),
            Some((_, Node::Loose { whole, inside })) => match inside.find(rest) {
                _ if rest.is_empty() => Found::Column(*whole, rest),
                found @ Found::Column(..) => found,
                Found::Object(_) | Found::Nothing => Found::Column(*whole, rest),
            },
        }
    }

    /// Puts `node` at a path, making objects on the way; an existing field keeps its place.
    pub(crate) fn set(&mut self, path: &[String], node: Node) -> Result<(), InsideValues> {
        let Some((head, rest)) = path.split_first() else { return Ok(()) };
        let at = self.0.iter().position(|(name, _)| name == head);
        if rest.is_empty() {
            match at {
                Some(at) => self.0[at].1 = node,
                None => self.0.push((head.clone(), node)),
            }
            return Ok(());
        }
        let at = at.unwrap_or_else(|| {
            self.0.push((head.clone(), Node::Object(Self::default())));
            self.0.len() - 1
        });
        match &mut self.0[at].1 {
            Node::Object(inner) => inner.set(rest, node),
            Node::Column(_) | Node::Loose { .. } => Err(InsideValues),
        }
    }

    pub(crate) fn remove(&mut self, path: &[String]) -> Result<(), InsideValues> {
        let Some((head, rest)) = path.split_first() else { return Ok(()) };
        let Some(at) = self.0.iter().position(|(name, _)| name == head) else { return Ok(()) };
        if rest.is_empty() {
            self.0.remove(at);
            return Ok(());
        }
        match &mut self.0[at].1 {
            Node::Object(inner) => inner.remove(rest),
            Node::Column(_) | Node::Loose { .. } => Err(InsideValues),
        }
    }

    /// Keeps the fields at `paths`, in document order, and the objects on their way. Something is computed into what lies
    /// at `entered`: it keeps its place, be it an object or not.
    pub(crate) fn keep(&self, paths: &[&[String]], entered: &[&[String]]) -> Result<Self, InsideValues> {
        let mut kept = Vec::new();
        for (name, node) in &self.0 {
            let (rests, inside) = (below(paths, name), below(entered, name));
            if rests.is_empty() && inside.is_empty() {
                continue;
            }
            if rests.iter().any(|rest| rest.is_empty()) {
                kept.push((name.clone(), node.clone()));
                continue;
            }
            match node {
                Node::Object(inner) => kept.push((name.clone(), Node::Object(inner.keep(&rests, &inside)?))),
                Node::Column(_) if rests.is_empty() => kept.push((name.clone(), Node::Object(Self::default()))),
                Node::Column(_) | Node::Loose { .. } => return Err(InsideValues),
            }
        }
        Ok(Self(kept))
    }

    /// All columns, in document order.
    pub(crate) fn columns(&self) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        for (_, node) in &self.0 {
            match node {
                Node::Column(column) | Node::Loose { whole: column, .. } => columns.push(*column),
                Node::Object(inner) => columns.extend(inner.columns()),
            }
        }
        columns
    }

    /// Drops what none of `paths` reaches into.
    pub(crate) fn prune(&mut self, paths: &HashSet<Path>) {
        self.0.retain_mut(|(name, node)| {
            let below: Vec<&Path> = paths.iter().filter(|path| path.head() == name).collect();
            if let Node::Object(inner) = node
                && below.iter().all(|path| path.segments().len() > 1)
            {
                let rests = below.iter().filter_map(|path| Path::new(&path.segments()[1..].join("."))).collect();
                inner.prune(&rests);
            }
            !below.is_empty()
        });
    }
}

/// What is left of the paths that start with a name.
fn below<'a>(paths: &[&'a [String]], name: &str) -> Vec<&'a [String]> {
    paths.iter().filter_map(|path| path.split_first()).filter(|(head, _)| *head == name).map(|(_, rest)| rest).collect()
}
