//! What is known of a document's fields at one place of a pipeline.

use std::collections::HashSet;

use indexmap::IndexMap;

use crate::{Schema, ast::Path};

/// The shape of all documents at one place.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Any field may be there.
    Open,
    /// No other fields than these are there.
    Closed(Fields),
}

/// What a field holds, where it is there and not null.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Not known.
    Any,
    /// Nothing that has fields.
    Value,
    /// An object with no other fields than these.
    Object(Fields),
    /// An array of such elements.
    Array(Box<Node>),
}

/// Fields by name, in document order.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(IndexMap<String, Node>);

impl Shape {
    /// The shape of a collection; one that is not known may have any.
    pub(super) fn of(schema: Option<&Schema>) -> Self {
        let Some(Schema::Fields(list)) = schema else { return Self::Open };
        // Every document of a collection has an `_id`, whether its schema says so or not.
        let mut fields = Fields::default().with("_id", Node::Any);
        for field in list {
            match Path::new(&field.path) {
                Some(path) => fields.set(&path, Node::Value),
                None => return Self::Open,
            }
        }
        Self::Closed(fields)
    }

    /// Documents of either shape.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Closed(a), Self::Closed(b)) => Self::Closed(a.or(b)),
            _ => Self::Open,
        }
    }
}

impl Fields {
    pub(super) fn with(mut self, name: &str, node: Node) -> Self {
        self.put(name, node);
        self
    }

    pub(super) fn find(&self, name: &str) -> Option<&Node> {
        self.0.get(name)
    }

    pub(super) fn list(&self) -> impl Iterator<Item = (&String, &Node)> {
        self.0.iter()
    }

    pub(super) fn into_list(self) -> impl Iterator<Item = (String, Node)> {
        self.0.into_iter()
    }

    pub(super) fn put(&mut self, name: &str, node: Node) {
        match self.0.get_mut(name) {
            Some(old) => *old = node,
            None => drop(self.0.insert(name.to_owned(), node)),
        }
    }

    /// What a path leads to; arrays are reached through. `None` where it cannot lead anywhere.
    pub(super) fn get(&self, path: &Path) -> Option<Node> {
        let mut node = self.find(path.head())?;
        for segment in &path.segments()[1..] {
            while let Node::Array(element) = node {
                node = element;
            }
            match node {
                Node::Any => return Some(Node::Any),
                Node::Object(fields) => node = fields.find(segment)?,
                Node::Value | Node::Array(_) => return None,
            }
        }
        Some(node.clone())
    }

    /// Puts a field, making the objects around it.
    pub(super) fn set(&mut self, path: &Path, node: Node) {
        set(self, path.segments(), node);
    }

    pub(super) fn remove<'a>(&mut self, paths: impl IntoIterator<Item = &'a Path>) {
        remove(self, paths.into_iter().map(Path::segments));
    }

    /// Documents with either set of fields.
    pub(super) fn or(mut self, other: Self) -> Self {
        for (name, node) in other.0 {
            let both = match self.find(&name) {
                Some(own) => own.clone().or(node),
                None => node,
            };
            self.put(&name, both);
        }
        self
    }

    /// The dotted paths of all fields, outer ones before what they hold.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect(self, "", &mut paths);
        paths
    }
}

impl Node {
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Value, Self::Value) => Self::Value,
            (Self::Object(a), Self::Object(b)) => Self::Object(a.or(b)),
            (Self::Array(a), Self::Array(b)) => Self::Array(Box::new(a.or(*b))),
            _ => Self::Any,
        }
    }
}

fn set(fields: &mut Fields, segments: &[String], node: Node) {
    match segments {
        [] => {}
        [last] => fields.put(last, node),
        [first, rest @ ..] => {
            let outer = fields.0.entry(first.clone()).or_insert_with(|| Node::Object(Fields::default()));
            set_inside(outer, rest, node);
        }
    }
}

/// MongoDB: a dotted path is set in every element of an array, and replaces what is no object.
fn set_inside(outer: &mut Node, segments: &[String], node: Node) {
    match outer {
        Node::Any => {}
        Node::Value => {
            let mut inner = Fields::default();
            set(&mut inner, segments, node);
            *outer = Node::Object(inner);
        }
        Node::Object(inner) => set(inner, segments, node),
        Node::Array(element) => set_inside(element, segments, node),
    }
}

/// Takes away several fields at once.
fn remove<'a>(fields: &mut Fields, paths: impl Iterator<Item = &'a [String]>) {
    let mut gone: HashSet<&str> = HashSet::new();
    let mut inside: IndexMap<&str, Vec<&[String]>> = IndexMap::new();
    for segments in paths {
        match segments {
            [] => {}
            [last] => drop(gone.insert(last)),
            [first, rest @ ..] => inside.entry(first).or_default().push(rest),
        }
    }
    if !gone.is_empty() {
        fields.0.retain(|name, _| !gone.contains(name.as_str()));
    }
    for (name, below) in inside {
        let Some(mut node) = fields.0.get_mut(name) else { continue };
        while let Node::Array(element) = node {
            node = element;
        }
        if let Node::Object(inner) = node {
            remove(inner, below.into_iter());
        }
    }
}

fn collect(fields: &Fields, above: &str, paths: &mut Vec<String>) {
    for (name, node) in &fields.0 {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        paths.push(path.clone());
        let mut node = node;
        while let Node::Array(element) = node {
            node = element;
        }
        if let Node::Object(inner) = node {
            collect(inner, &path, paths);
        }
    }
}
