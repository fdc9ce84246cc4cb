//! Rows and charts in; terminal text, SVG, PNG, PDF and one HTML file out.
