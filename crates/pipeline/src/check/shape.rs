//! What is known of a document's fields at one place of a pipeline.

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
pub(super) struct Fields(Vec<(String, Node)>);

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
        self.0.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }

    pub(super) fn list(&self) -> &[(String, Node)] {
        &self.0
    }

    pub(super) fn into_list(self) -> Vec<(String, Node)> {
        self.0
    }

    pub(super) fn put(&mut self, name: &str, node: Node) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = node,
            None => self.0.push((name.to_owned(), node)),
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

    pub(super) fn remove(&mut self, path: &Path) {
        remove(self, path.segments());
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
            let mut outer = fields.find(first).cloned().unwrap_or(Node::Object(Fields::default()));
            set_inside(&mut outer, rest, node);
            fields.put(first, outer);
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

fn remove(fields: &mut Fields, segments: &[String]) {
    match segments {
        [] => {}
        [last] => fields.0.retain(|(name, _)| name != last),
        [first, rest @ ..] => {
            if let Some((_, node)) = fields.0.iter_mut().find(|(name, _)| name == first) {
                let mut node = node;
                while let Node::Array(element) = node {
                    node = element;
                }
                if let Node::Object(inner) = node {
                    remove(inner, rest);
                }
            }
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
