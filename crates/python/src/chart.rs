//! `Chart`: a picture of an answer, or of any table as the user wants it drawn.
//!
//! In: an answer with a chart, or the words for one: kind, axes, series, unit, as a catalog's file has them. Out: SVG in
//! the notebook's colours, text, a file.

use std::sync::Arc;

use catalog::{ChartKind, Unit};
use insight::{Answer, Cell};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use report::{chart, fragment};

use crate::content::Content;
use crate::errors::{of_home, usage, usage_hinted};
use crate::{arguments, errors, shown};

/// More marks than this cannot be told apart.
const MOST_ROWS: usize = 1000;
/// The width of a chart in text.
const COLUMNS: usize = 100;

/// What is to be drawn; what is not said is chosen.
pub(crate) struct Request {
    pub(crate) kind: Option<String>,
    pub(crate) x: Option<String>,
    pub(crate) y: Vec<String>,
    pub(crate) series: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) unit: Option<String>,
}

/// A picture of a table. In a notebook it shows itself in the notebook's colours, elsewhere as text.
///
/// Examples:
///     >>> chart = bank.status("closures_by_months_inactive").chart()
///     >>> chart.svg[:4]
///     '<svg'
#[pyclass(frozen, module = "banksphere")]
pub(crate) struct Chart {
    answer: Arc<Answer>,
}

impl Chart {
    /// The chart that belongs to an answer, or one as it is wanted.
    pub(crate) fn of(content: &Content, wish: &Request) -> PyResult<Self> {
        let answer = match content {
            Content::Answer(answer) if wish.is_empty() && answer.chart.is_some() => Arc::clone(answer),
            _ => Arc::new(wish.drawn(content)?),
        };
        // What cannot be drawn is refused now, and not when it is shown.
        chart::terminal(&answer, COLUMNS).map_err(errors::of)?;
        Ok(Self { answer })
    }

    fn text(&self, width: Option<usize>) -> String {
        let chart = chart::terminal(&self.answer, width.unwrap_or(COLUMNS)).unwrap_or_default();
        format!("{}\n{}", self.answer.heading(), chart.trim_end())
    }

    fn html(&self) -> PyResult<String> {
        fragment::chart(&self.answer).map_err(errors::of)
    }
}

impl Request {
    fn is_empty(&self) -> bool {
        self.y.is_empty()
            && [&self.kind, &self.x, &self.series, &self.title, &self.unit].iter().all(|said| said.is_none())
    }

    /// An answer with the chart that is wanted.
    fn drawn(&self, content: &Content) -> PyResult<Answer> {
        if self.kind.is_none() {
            let name = content.answer().map_or("this table".to_owned(), |answer| format!("`{}`", answer.name));
            return Err(usage_hinted(
                format!("{name} has no chart of its own"),
                format!("`chart(\"bar\", x=…, y=…)` draws it; the kinds are {}", quoted(&ChartKind::NAMES)),
            ));
        }
        if content.n_rows() > MOST_ROWS {
            let n = report::count(content.n_rows() as u64);
            return Err(usage_hinted(
                format!("a chart of {n} rows shows nothing"),
                format!("group them, or `$limit` them to {MOST_ROWS}"),
            ));
        }
        let mut table = content.first(MOST_ROWS).map_err(errors::of)?.into_owned();
        let chart = self.chart(&table)?;
        if let Some(unit) = self.unit()? {
            for column in table.columns.iter_mut().filter(|column| chart.y.contains(&column.name)) {
                column.unit = unit;
            }
        } else if content.answer().is_none() {
            count_whole_numbers(&mut table, &chart.y);
        }
        let title = match (&self.title, content.title()) {
            (Some(title), _) => title.clone(),
            (None, Some(title)) => title.to_owned(),
            (None, None) => format!("{} by {}", chart.y.join(", "), chart.x),
        };
        let told = |tell: fn(&Answer) -> &String| content.answer().map(tell).cloned().unwrap_or_default();
        Ok(Answer {
            name: content.answer().map_or_else(|| "table".to_owned(), |answer| answer.name.clone()),
            title,
            question: told(|answer| &answer.question),
            table,
            chart: Some(chart),
            filter: content.answer().and_then(|answer| answer.filter.clone()),
            narrative: content.answer().map(|answer| answer.narrative.clone()).unwrap_or_default(),
            ..Answer::default()
        })
    }

    fn chart(&self, table: &insight::Table) -> PyResult<catalog::Chart> {
        let name = self.kind.as_deref().unwrap_or_default();
        let kind = ChartKind::named(name).ok_or_else(|| {
            usage_hinted(
                format!("no kind of chart is `{name}`"),
                format!("the kinds are {}", quoted(&ChartKind::NAMES)),
            )
        })?;
        let known = |name: &String| {
            if table.column(name).is_some() {
                return Ok(name.clone());
            }
            let names = table.columns.iter().map(|column| column.name.as_str());
            Err(usage_hinted(format!("no column `{name}`"), diagnostic::nearest("column", name, names)))
        };
        let Some(first) = table.columns.first() else {
            return Err(usage("this table has no columns, so there is nothing to draw"));
        };
        let x = self.x.as_ref().map_or_else(|| Ok(first.name.clone()), known)?;
        let series = self.series.as_ref().map(known).transpose()?;
        let mut y = self.y.iter().map(known).collect::<PyResult<Vec<_>>>()?;
        if y.is_empty() {
            y = numbers(table).filter(|name| *name != x && Some(name) != series.as_ref()).collect();
            // Series, and the cells of a heatmap, are of one column; only lines and bars side by side are of several.
            let takes_many = matches!(kind, ChartKind::Line | ChartKind::GroupedBar | ChartKind::StackedBar);
            y.truncate(if takes_many && series.is_none() { y.len() } else { 1 });
        }
        if y.is_empty() {
            return Err(usage_hinted("this table has no column of numbers to draw", "`y` names what is drawn"));
        }
        let name = |place: usize| table.columns[place].name.clone();
        let interval = table.interval_of(&y[0]).map(|(low, high)| (name(low), name(high)));
        Ok(catalog::Chart { kind, x, y, series, interval })
    }

    fn unit(&self) -> PyResult<Option<Unit>> {
        let Some(name) = &self.unit else { return Ok(None) };
        Unit::named(name).map(Some).ok_or_else(|| {
            usage_hinted(format!("no unit is `{name}`"), format!("the units are {}", quoted(&Unit::NAMES)))
        })
    }
}

/// The columns of numbers, but for the ends of intervals.
fn numbers(table: &insight::Table) -> impl Iterator<Item = String> {
    let is_number =
        |place: usize| table.rows.iter().any(|row| matches!(row[place], Cell::Integer(_) | Cell::Number(_)));
    let columns = table.columns.iter().enumerate();
    columns.filter(move |(place, column)| is_number(*place) && !column.is_end()).map(|(_, column)| column.name.clone())
}

/// Whole numbers of a pipeline are counts unless the user says otherwise.
fn count_whole_numbers(table: &mut insight::Table, names: &[String]) {
    for name in names {
        let Some(place) = table.column(name) else { continue };
        let is_whole = table.rows.iter().all(|row| matches!(row[place], Cell::Integer(_) | Cell::Missing));
        if is_whole {
            table.columns[place].unit = Unit::Count;
        }
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[pymethods]
impl Chart {
    /// str: the chart as an SVG picture of its own, on white.
    #[getter]
    fn svg(&self) -> PyResult<String> {
        chart::svg(&self.answer, chart::Theme::Light).map_err(errors::of)
    }

    /// Writes the chart to a file.
    ///
    /// Args:
    ///     path (str | os.PathLike[str]): the file; its ending says as what: `.svg`, `.png` or `.pdf`.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path(path, "path")?;
        let answer = &self.answer;
        py.detach(|| bank::write_file(&path, &bank::picture(&path, answer)?)).map_err(|error| of_home(py, &error))
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        self.text(shown::width(py))
    }

    /// The chart in the notebook's colours.
    fn _repr_html_(&self) -> PyResult<String> {
        self.html()
    }

    /// What a notebook may choose from.
    #[pyo3(signature = (include=None, exclude=None))]
    fn _repr_mimebundle_<'py>(
        &self,
        py: Python<'py>,
        include: Option<Bound<'py, PyAny>>,
        exclude: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        // The caller drops what it does not want.
        let _ = (include, exclude);
        let bundle = PyDict::new(py);
        bundle.set_item("text/plain", self.text(shown::width(py)))?;
        bundle.set_item("text/html", self.html()?)?;
        bundle.set_item("image/svg+xml", self.svg()?)?;
        Ok(bundle)
    }
}
