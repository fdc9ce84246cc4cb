//! Connections, databases, collections and answers: what a text asks of them is noted, nothing is sent.
//!
//! In: calls of their methods. Out: the calls of `aggregate`, each with its collection, pipeline and options.
//! Invariant: what would read or write anything else is refused by name, for the pipeline might depend on it.

use std::rc::Rc;

use super::{
    Machine,
    finds::Question,
    value::{Args, CollectionName, Entries, Entry, Item, Value},
};
use crate::{Error, read::script::syntax::Span};

/// A call of `aggregate`, or of `find` and its kin.
pub(in crate::read::script) struct Asked {
    pub(in crate::read::script) collection: CollectionName,
    pub(in crate::read::script) pipeline: Item,
    /// What stands beside the pipeline.
    pub(in crate::read::script) options: Entries,
    pub(in crate::read::script) span: Span,
    pub(in crate::read::script) explains: bool,
    /// Whether only the first row is taken.
    pub(in crate::read::script) is_first_only: bool,
    /// Whether the rows are gone through one by one.
    pub(super) is_walked: bool,
    /// What the text makes of the rows.
    pub(in crate::read::script) is_processed: Option<String>,
    /// What is asked in place of the pipeline.
    pub(in crate::read::script) question: Option<Question>,
}

/// A view that the text makes.
pub(super) struct View {
    name: Rc<str>,
    source: Rc<str>,
    pipeline: Item,
}

/// The methods by which some drivers build a pipeline stage by stage.
const BUILDERS: &[&str] = &[
    "addFields",
    "append",
    "facet",
    "graphLookup",
    "group",
    "limit",
    "lookup",
    "match",
    "merge",
    "near",
    "out",
    "pipeline",
    "project",
    "redact",
    "replaceRoot",
    "sample",
    "search",
    "skip",
    "sort",
    "sortByCount",
    "unionWith",
    "unwind",
];

/// How many views may stand on one another.
const MAX_VIEWS: usize = 20;

impl Machine<'_> {
    pub(super) fn method_of_place(&mut self, of: &Value, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        match of {
            Value::Client => self.method_of_client(name, args, span),
            Value::Database(database) => self.method_of_database(database.as_ref(), name, args, span),
            Value::Collection(collection) => {
                self.method_of_collection(&CollectionName::clone(collection), name, args, span)
            }
            Value::Answer(id) => self.method_of_answer(*id, name, args, span),
            _ => Err(self.no_method(of, name, span)),
        }
    }

    fn name_of(&mut self, args: &Args, span: Span) -> Result<Rc<str>, Error> {
        match args.get(0, "name") {
            Value::Text(name) => Ok(name),
            _ => Err(self.error(span, "a name belongs here, in quotes")),
        }
    }

    fn method_of_client(&mut self, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        match name {
            "db" | "getDB" | "getDatabase" | "get_database" | "get_default_database" if args.items.is_empty() => {
                Ok(Value::Database(None))
            }
            "db" | "getDB" | "getDatabase" | "get_database" => Ok(Value::Database(Some(self.name_of(args, span)?))),
            "close" | "connect" | "aconnect" | "startSession" | "start_session" | "setReadPref" => Ok(Value::Client),
            _ => Err(self.asks_the_server(name, span)),
        }
    }

    fn method_of_database(
        &mut self,
        database: Option<&Rc<str>>,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        match name {
            "getCollection" | "collection" | "get_collection" => {
                let name = Some(self.name_of(args, span)?);
                Ok(Value::Collection(Rc::new(CollectionName { database: database.cloned(), name, explains: false })))
            }
            "getSiblingDB" | "getSisterDB" | "sibling" => Ok(Value::Database(Some(self.name_of(args, span)?))),
            "getMongo" => Ok(Value::Client),
            "getName" => Ok(Value::Text(database.cloned().unwrap_or_else(|| Rc::from("test")))),
            "runCommand" | "command" => self.command(database, args, span),
            "adminCommand" => self.command(Some(&Rc::from("admin")), args, span),
            "createView" | "create_collection" | "createCollection" => self.view(name, args, span),
            "aggregate" => Err(self
                .error(span, "`db.aggregate` runs on no collection")
                .hint("a pipeline is run by `db.COLLECTION.aggregate([ … ])`")),
            _ => Err(self.asks_the_server(name, span)),
        }
    }

    fn asks_the_server(&self, name: &str, span: Span) -> Error {
        self.error(span, format!("`{name}` asks or changes the server, which is not done here"))
            .hint("of a text only one `aggregate` is run; leave out what stands beside it")
    }

    /// The names of the views that the text makes.
    pub(in crate::read::script) fn view_names(&self) -> Vec<String> {
        self.views.iter().map(|view| format!("`{}`", view.name)).collect()
    }

    /// `db.createView(name, source, pipeline)`: known inside the text alone.
    fn view(&mut self, method: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let name = self.name_of(args, span)?;
        let (source, pipeline) = if method == "createView" {
            (args.get(1, ""), args.item(2, "").cloned())
        } else {
            let options = args.get(1, "");
            let of = |machine: &Self, key: &str| match &options {
                Value::Object(id) => machine.objects[*id].get(key).map(|entry| entry.item.clone()),
                _ => args.named.iter().find(|(known, _)| &**known == key).map(|(_, item)| item.clone()),
            };
            let source = of(self, "viewOn").map_or(Value::Undefined, |item| item.value);
            (source, of(self, "pipeline"))
        };
        let (Value::Text(source), Some(pipeline)) = (source, pipeline) else {
            return Err(self.asks_the_server(method, span));
        };
        let pipeline = self.copied(&pipeline.value, span)?.at(pipeline.span);
        self.note(format!(
            "the view `{name}` is not kept: its stages are put before those of the pipeline that reads it"
        ));
        self.views.push(View { name, source, pipeline });
        Ok(Value::Undefined)
    }

    /// `db.runCommand({aggregate: …})`, and pymongo's `db.command("aggregate", …)`.
    pub(in crate::read::script) fn command(
        &mut self,
        database: Option<&Rc<str>>,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        let mut entries = match args.first() {
            Value::Object(id) => self.objects[id].clone(),
            Value::Text(name) => {
                let item = args.get(1, "value").at(span);
                Entries::from_iter([(name, Entry { key_span: span, item })])
            }
            _ => Entries::new(),
        };
        for (name, item) in &args.named {
            entries.insert(Rc::clone(name), Entry { key_span: item.span, item: item.clone() });
        }
        let mut explains = false;
        if let Some(Value::Object(id)) = entries.get("explain").map(|entry| &entry.item.value) {
            let explained = self.objects[*id].clone();
            entries = explained;
            explains = true;
        }
        if let (None, Some(name)) = (entries.get("aggregate"), entries.keys().next()) {
            return Err(self.asks_the_server(&Rc::clone(name), span));
        }
        let name = entries.shift_remove("aggregate").map(|entry| entry.item.value);
        let pipeline = entries.shift_remove("pipeline").map(|entry| entry.item);
        let (Some(Value::Text(name)), Some(pipeline)) = (name, pipeline) else {
            return Err(self
                .error(span, "the command `aggregate` takes the name of a collection and a pipeline")
                .hint("write `{aggregate: \"COLLECTION\", pipeline: [ … ], cursor: {}}`"));
        };
        let collection = CollectionName { database: database.cloned(), name: Some(name), explains };
        self.ask(collection, &pipeline, entries, span)
    }

    fn method_of_collection(
        &mut self,
        collection: &CollectionName,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        match name {
            "aggregate" => {
                let (pipeline, options) = self.asked_for(args, span)?;
                self.ask(collection.clone(), &pipeline, options, span)
            }
            "explain" => Ok(Value::Collection(Rc::new(CollectionName { explains: true, ..collection.clone() }))),
            "with_options" | "withOptions" => Ok(Value::Collection(Rc::new(collection.clone()))),
            "getName" => Ok(Value::Text(collection.name.clone().unwrap_or_else(|| Rc::from("")))),
            "createIndex" | "ensureIndex" | "createIndexes" | "create_index" | "create_indexes" => {
                self.note(format!("`{name}` is passed over: an index changes no answer"));
                Ok(Value::Undefined)
            }
            _ => match self.question(collection, name, args, span)? {
                Some(answer) => Ok(answer),
                None => Err(self.asks_the_server(name, span)),
            },
        }
    }

    /// The pipeline and the options of a call.
    fn asked_for(&mut self, args: &Args, span: Span) -> Result<(Item, Entries), Error> {
        let mut options = Entries::new();
        for (name, item) in args.named.iter().filter(|(name, _)| &**name != "pipeline") {
            if !item.value.is_nothing() {
                options.insert(Rc::clone(name), Entry { key_span: item.span, item: item.clone() });
            }
        }
        let first = args.item(0, "pipeline").cloned();
        match first {
            None => Ok((self.list(Vec::new(), span)?.at(span), options)),
            Some(item) if matches!(item.value, Value::List(_)) => {
                if let Value::Object(id) = args.get(1, "") {
                    options.extend(self.objects[id].clone());
                }
                Ok((item, options))
            }
            // Stages side by side.
            Some(_) if !self.is_python => Ok((self.list(args.items.clone(), span)?.at(span), options)),
            Some(item) => Ok((item, options)),
        }
    }

    pub(super) fn ask(
        &mut self,
        mut collection: CollectionName,
        pipeline: &Item,
        options: Entries,
        span: Span,
    ) -> Result<Value, Error> {
        if let Value::Unknown(what) = &pipeline.value {
            return Err(self.unknown(what, pipeline.span));
        }
        // What the text does to its lists later changes nothing any more.
        let pipeline = self.copied(&pipeline.value, span)?.at(pipeline.span);
        collection.database = collection.database.or_else(|| self.database.clone());
        let explains = collection.explains;
        let (collection, pipeline) = self.over_views(collection, pipeline, span)?;
        self.asked.push(Asked {
            collection,
            pipeline,
            options,
            span,
            explains,
            is_first_only: false,
            is_walked: false,
            is_processed: None,
            question: None,
        });
        Ok(Value::Answer(self.asked.len() - 1))
    }

    /// Puts the stages of views before those that read them.
    fn over_views(
        &mut self,
        mut collection: CollectionName,
        mut pipeline: Item,
        span: Span,
    ) -> Result<(CollectionName, Item), Error> {
        for _ in 0..MAX_VIEWS {
            let Some(view) = self.views.iter().rev().find(|view| Some(&view.name) == collection.name.as_ref()) else {
                return Ok((collection, pipeline));
            };
            let (source, stages) = (Rc::clone(&view.source), view.pipeline.clone());
            let mut items = self.stages(&stages);
            items.extend(self.stages(&pipeline));
            pipeline = self.list(items, span)?.at(pipeline.span);
            collection.name = Some(source);
        }
        Err(self.error(span, format!("more than {MAX_VIEWS} views stand on one another")))
    }

    /// A pipeline's stages: a single one is a pipeline, too.
    pub(in crate::read::script) fn stages(&self, pipeline: &Item) -> Vec<Item> {
        match pipeline.value {
            Value::List(id) => self.lists[id].items.clone(),
            _ => vec![pipeline.clone()],
        }
    }

    fn method_of_answer(&mut self, id: usize, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        if let Some(answer) = self.add_to_question(id, name, args, span)? {
            return Ok(answer);
        }
        let answer = Value::Answer(id);
        let unknown = Value::Unknown(Rc::from("the answer"));
        match name {
            "toArray" | "pretty" | "to_list" | "batchSize" | "batch_size" | "close" | "allowDiskUse" | "hint"
            | "comment" | "addCursorFlag" | "readConcern" | "withReadPreference" | "stream" | "rewind"
            | "noCursorTimeout" | "exec" | "lean" => Ok(answer),
            "maxTimeMS" | "max_time_ms" | "collation" => {
                let option = if name == "collation" { name } else { "maxTimeMS" };
                let entry = Entry { key_span: span, item: args.first().at(span) };
                self.asked[id].options.insert(Rc::from(option), entry);
                Ok(answer)
            }
            "explain" => {
                self.asked[id].explains = true;
                Ok(unknown)
            }
            "next" | "tryNext" | "try_next" => {
                let is_walked = self.asked[id].is_walked;
                self.asked[id].is_first_only |= !is_walked;
                Ok(unknown)
            }
            "hasNext" | "isExhausted" | "isClosed" | "objsLeftInBatch" => {
                self.asked[id].is_walked = true;
                Ok(unknown)
            }
            "forEach" => {
                let item = unknown.clone().at(span);
                self.asked[id].is_walked = true;
                self.apply(&args.first(), &Args::of(vec![item]), span)?;
                Ok(Value::Undefined)
            }
            _ if BUILDERS.contains(&name) => Err(self
                .error(span, format!("`{name}` adds to a pipeline behind `aggregate`, which is not read here"))
                .hint("write the stages inside `aggregate([ … ])`")),
            _ => {
                self.asked[id].is_processed = Some(name.to_owned());
                Ok(unknown)
            }
        }
    }

    /// `answer[0]`: only the first row is taken.
    pub(super) fn first_only(&mut self, id: usize, at: &Value) {
        match at {
            Value::Number(0.0) | Value::Integer(0) => self.asked[id].is_first_only = true,
            _ => self.asked[id].is_processed = Some("[…]".to_owned()),
        }
    }
}
