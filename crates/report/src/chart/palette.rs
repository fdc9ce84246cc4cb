//! Colours: one set of names, a light and a dark value for each.
//!
//! Series take Okabe and Ito's hues, which stay apart for colour-blind eyes, darkened a little on white and lightened on
//! black so that marks stand out from both. "Unknown" is grey. Cells of a heatmap run through one hue.

use std::fmt::Write;

/// Whose background a chart stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on white: files, print.
    Light,
    /// Light ink on near-black.
    Dark,
    /// The colours of the page around it: CSS custom properties, so one picture serves both themes.
    Page,
}

/// A colour by its purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Text,
    Muted,
    Axis,
    Grid,
    Surface,
    Unknown,
    OnUnknown,
    /// A series by its place; places beyond the palette repeat.
    Series(usize),
    /// Text on a series' colour.
    OnSeries(usize),
    /// A heatmap's cell, 0 (least) to 9 (most), and text on it.
    Heat(usize),
    OnHeat(usize),
    /// The same for what is below zero, in another hue.
    Fall(usize),
    OnFall(usize),
}

const N_SERIES: usize = 6;
pub(crate) const N_HEAT: usize = 10;

/// Red, green and blue.
pub(crate) type Rgb = (u8, u8, u8);

struct Values {
    text: Rgb,
    muted: Rgb,
    axis: Rgb,
    grid: Rgb,
    surface: Rgb,
    unknown: Rgb,
    series: [Rgb; N_SERIES],
    heat: (Rgb, Rgb),
    fall: (Rgb, Rgb),
}

const LIGHT: Values = Values {
    text: (0x1c, 0x24, 0x2e),
    muted: (0x56, 0x61, 0x6e),
    axis: (0x8b, 0x95, 0xa1),
    grid: (0xe7, 0xea, 0xee),
    surface: (0xff, 0xff, 0xff),
    unknown: (0x9c, 0xa4, 0xae),
    series: [
        (0x00, 0x66, 0xa6),
        (0xdb, 0x8f, 0x00),
        (0x00, 0x8f, 0x6b),
        (0xc4, 0x51, 0x0a),
        (0xb5, 0x62, 0x92),
        (0x4a, 0xa6, 0xdb),
    ],
    heat: ((0xed, 0xf4, 0xf9), (0x06, 0x4a, 0x7c)),
    fall: ((0xfb, 0xf2, 0xea), (0x8a, 0x36, 0x04)),
};

const DARK: Values = Values {
    text: (0xe8, 0xeb, 0xef),
    muted: (0xa3, 0xad, 0xb8),
    axis: (0x6b, 0x76, 0x83),
    grid: (0x2a, 0x31, 0x3a),
    surface: (0x14, 0x18, 0x1d),
    unknown: (0x74, 0x7e, 0x8a),
    series: [
        (0x4f, 0xa5, 0xdd),
        (0xe9, 0xad, 0x3f),
        (0x3a, 0xb8, 0x92),
        (0xe7, 0x7c, 0x43),
        (0xd8, 0x98, 0xbb),
        (0x9a, 0xd3, 0xf3),
    ],
    heat: ((0x1c, 0x2a, 0x37), (0x8f, 0xcb, 0xf2)),
    fall: ((0x36, 0x2a, 0x1f), (0xf4, 0xb8, 0x92)),
};

impl Theme {
    /// The colour that an ink has here, as CSS names it.
    pub(crate) fn color(self, ink: Ink) -> String {
        match self {
            Self::Light | Self::Dark => hex(self.rgb(ink)),
            Self::Page => format!("var({})", property(ink)),
        }
    }

    /// The colour that an ink has where there is no page around it.
    pub(crate) fn rgb(self, ink: Ink) -> Rgb {
        values(self).rgb(ink)
    }
}

impl Values {
    fn rgb(&self, ink: Ink) -> Rgb {
        match ink {
            Ink::Text => self.text,
            Ink::Muted => self.muted,
            Ink::Axis => self.axis,
            Ink::Grid => self.grid,
            Ink::Surface => self.surface,
            Ink::Unknown => self.unknown,
            Ink::OnUnknown => readable_on(self.unknown),
            Ink::Series(place) => self.series[place % N_SERIES],
            Ink::OnSeries(place) => readable_on(self.series[place % N_SERIES]),
            Ink::Heat(step) => shade(self.heat, step),
            Ink::OnHeat(step) => readable_on(shade(self.heat, step)),
            Ink::Fall(step) => shade(self.fall, step),
            Ink::OnFall(step) => readable_on(shade(self.fall, step)),
        }
    }
}

/// A step from one colour to another.
fn shade((from, to): (Rgb, Rgb), step: usize) -> Rgb {
    let share = step.min(N_HEAT - 1) as f64 / (N_HEAT - 1) as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    (mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// Near-black or white, whichever stands out more (WCAG's contrast ratio).
fn readable_on(background: Rgb) -> Rgb {
    let (dark, white) = ((0x10, 0x15, 0x1b), (0xff, 0xff, 0xff));
    if contrast(background, white) >= contrast(background, dark) { white } else { dark }
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance((r, g, b): Rgb) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// The heat step of a share between 0 and 1.
pub(crate) fn heat_step(share: f64) -> usize {
    (share.clamp(0.0, 1.0) * (N_HEAT - 1) as f64).round() as usize
}

fn property(ink: Ink) -> String {
    match ink {
        Ink::Text => "--text".to_owned(),
        Ink::Muted => "--muted".to_owned(),
        Ink::Axis => "--axis".to_owned(),
        Ink::Grid => "--grid".to_owned(),
        Ink::Surface => "--surface".to_owned(),
        Ink::Unknown => "--unknown".to_owned(),
        Ink::OnUnknown => "--on-unknown".to_owned(),
        Ink::Series(place) => format!("--s{}", place % N_SERIES),
        Ink::OnSeries(place) => format!("--os{}", place % N_SERIES),
        Ink::Heat(step) => format!("--h{}", step.min(N_HEAT - 1)),
        Ink::OnHeat(step) => format!("--oh{}", step.min(N_HEAT - 1)),
        Ink::Fall(step) => format!("--f{}", step.min(N_HEAT - 1)),
        Ink::OnFall(step) => format!("--of{}", step.min(N_HEAT - 1)),
    }
}

/// The custom properties of a theme, for a style sheet's `:root`.
pub(crate) fn properties(theme: Theme) -> String {
    let values = values(theme);
    let plain = [Ink::Text, Ink::Muted, Ink::Axis, Ink::Grid, Ink::Surface, Ink::Unknown, Ink::OnUnknown];
    let inks = plain
        .into_iter()
        .chain((0..N_SERIES).flat_map(|place| [Ink::Series(place), Ink::OnSeries(place)]))
        .chain((0..N_HEAT).flat_map(|step| [Ink::Heat(step), Ink::OnHeat(step)]))
        .chain((0..N_HEAT).flat_map(|step| [Ink::Fall(step), Ink::OnFall(step)]));
    inks.fold(String::new(), |mut text, ink| {
        let _ = write!(text, "{}:{};", property(ink), hex(values.rgb(ink)));
        text
    })
}

/// The same within a notebook: its text and background are the notebook's own, where it names them (`JupyterLab`,
/// Visual Studio Code).
pub(crate) fn notebook_properties(theme: Theme) -> String {
    const OWN: [(Ink, &str); 3] = [
        (Ink::Text, "--jp-content-font-color1,var(--vscode-foreground"),
        (Ink::Muted, "--jp-content-font-color2,var(--vscode-descriptionForeground"),
        (Ink::Surface, "--jp-layout-color0,var(--vscode-notebook-editorBackground"),
    ];
    OWN.into_iter().fold(properties(theme), |mut text, (ink, theirs)| {
        let _ = write!(text, "{}:var({theirs},{}));", property(ink), hex(theme.rgb(ink)));
        text
    })
}

fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn values(theme: Theme) -> &'static Values {
    if theme == Theme::Dark { &DARK } else { &LIGHT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_readable_and_marks_stand_out() {
        for values in [&LIGHT, &DARK] {
            assert!(contrast(values.text, values.surface) > 12.0);
            assert!(contrast(values.muted, values.surface) > 4.5);
            for place in 0..N_SERIES {
                assert!(contrast(values.series[place], values.surface) > 2.5, "series {place}");
                assert!(contrast(values.rgb(Ink::OnSeries(place)), values.series[place]) > 4.0, "on series {place}");
            }
            for step in 0..N_HEAT {
                for (on, ink) in [(Ink::OnHeat(step), Ink::Heat(step)), (Ink::OnFall(step), Ink::Fall(step))] {
                    assert!(contrast(values.rgb(on), values.rgb(ink)) > 4.0, "on {ink:?}");
                }
            }
        }
    }
}
