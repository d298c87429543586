"""The report on a comparison: its contents, drawn as static HTML, as SVG and as text."""
