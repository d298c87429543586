from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers.views.kit import style


def luminance(color: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_knows_its_two_ends():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("region", style.REGIONS)
def test_bytes_can_be_read_on_their_region(region, dark):
    assert contrast(style.REGIONS[region][dark], style.REGION_TEXT[dark]) >= 4.5


def test_regions_are_six_and_differ():
    assert len(style.REGIONS) == 6
    for theme in (0, 1):
        assert len({pair[theme] for pair in style.REGIONS.values()}) == 6


@pytest.mark.parametrize("name", style.COLORS)
def test_colors_can_be_read_as_text_and_under_text(name):
    fill, on_fill, light_ink, dark_ink = style.COLORS[name]
    surface = style.NEUTRALS["surface"]
    assert contrast(fill, on_fill) >= 4.5
    assert contrast(light_ink, surface[1]) >= 4.5
    assert contrast(dark_ink, surface[2]) >= 4.5


@pytest.mark.parametrize("name", ["text", "muted"])
def test_neutral_text_can_be_read(name):
    _, light, dark = style.NEUTRALS[name]
    assert contrast(light, style.NEUTRALS["surface"][1]) >= 4.5
    assert contrast(dark, style.NEUTRALS["surface"][2]) >= 4.5


def test_the_course_uses_the_okabe_ito_colors_of_the_design():
    fills = {name: values[0] for name, values in style.COLORS.items()}
    assert fills["headers"] == "#0072B2"
    assert fills["data"] == fills["done"] == "#009E73"
    assert fills["trailers"] == "#56B4E9"
    assert fills["reset"] == fills["failed"] == "#D55E00"
    assert fills["malformed"] == "#CC79A7"
    assert fills["waiting"] == "#E69F00"


def test_every_custom_property_that_is_used_is_defined():
    for text in (style.CSS, style.css("views/timeline/style.css")):
        used = set(re.findall(r"var\((--gv-[\w-]+)", text))
        defined = set(re.findall(r"^\s*(--gv-[\w-]+)\s*:|[{;]\s*(--gv-[\w-]+)\s*:", text, flags=re.M))
        assert used - {name for pair in defined for name in pair} == set()


def test_rules_stay_inside_our_own_elements():
    rules = re.sub(r"/\*.*?\*/", "", style.css("views/timeline/style.css"), flags=re.S)
    selectors = [s.strip() for block in re.findall(r"([^{}]+)\{", rules) for s in block.split(",")]
    assert selectors
    assert [s for s in selectors if not re.search(r"\.gv\b", s)] == []


def test_dark_tokens_depend_on_the_theme_of_jupyterlab():
    light, dark = style.CSS.split('[data-jp-theme-light="false"] .gv', 1)
    assert f"--gv-region-value: {style.REGIONS['value'][0]}" in light
    assert f"--gv-region-value: {style.REGIONS['value'][1]}" in dark


def test_bundle_carries_its_style():
    made = style.bundle("<p>x</p>", "x", "views/timeline/style.css")
    assert made["text/plain"] == "x"
    assert made["text/html"].startswith("<style>")
    assert ".gv-tl-bars" in made["text/html"]
    assert made["text/html"].endswith('<div class="mathjax_ignore"><p>x</p></div>'), "$ is no mathematics"


def test_escape_covers_text_and_attributes():
    assert style.escape("<b a=\"1\" c='2'>&") == "&lt;b a=&quot;1&quot; c=&#x27;2&#x27;&gt;&amp;"
    assert style.escape(3) == "3"


BYTES = [
    (None, "–"),
    (0, "0 B"),
    (999, "999 B"),
    (1000, "1.00 kB"),
    (1234, "1.23 kB"),
    (38_600, "38.6 kB"),
    (386_000, "386 kB"),
    (999_949, "1.00 MB"),
    (5_000_005, "5.00 MB"),
    (3_000_000_000, "3.00 GB"),
    (2_000_000_000_000_000, "2000 TB"),
]
DURATIONS = [
    (None, "–"),
    (0, "0 s"),
    (12e-9, "12.0 ns"),
    (84e-6, "84.0 µs"),
    (0.00124, "1.24 ms"),
    (0.0124, "12.4 ms"),
    (0.124, "124 ms"),
    (0.99949, "999 ms"),
    (0.9996, "1.00 s"),
    (1.2, "1.20 s"),
    (59.99, "60.0 s"),
    (240, "240 s"),
    (1200, "20.0 min"),
    (1e6, "278 h"),
    (-0.00124, "-1.24 ms"),
]


@pytest.mark.parametrize(("count", "text"), BYTES)
def test_fmt_bytes(count, text):
    assert style.fmt_bytes(count) == text


@pytest.mark.parametrize(("seconds", "text"), [*DURATIONS, (float("nan"), "–"), (float("inf"), "–")])
def test_fmt_duration(seconds, text):
    assert style.fmt_duration(seconds) == text


@pytest.mark.skipif(
    shutil.which("node") is None, reason="needs Node.js: install it to compare with the JavaScript"
)
def test_the_kit_for_widgets_formats_alike():
    cases = json.dumps([[c for c, _ in BYTES], [s for s, _ in DURATIONS]])
    program = (
        f"import {{ fmtBytes, fmtDuration }} from {json.dumps((Path(style.__file__).parent / 'text.js').as_uri())};"
        f"const [b, d] = {cases};process.stdout.write(JSON.stringify([b.map(fmtBytes), d.map(fmtDuration)]));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program], capture_output=True, check=True, encoding="utf-8"
    )
    assert json.loads(done.stdout) == [[text for _, text in BYTES], [text for _, text in DURATIONS]]


def _selectors(text: str):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for rule in re.findall(r"([^{}]+)\{", text):
        yield from (
            one.strip() for one in re.split(r",(?![^()]*\))", rule) if not rule.strip().startswith("@")
        )


SHEETS = [
    sheet
    for folder in ("views", "exercises", "comparison")
    for sheet in sorted((Path(style.__file__).parents[2] / folder).rglob("*.css"))
    if sheet.parent.name != "kit" or sheet.name != "style.css"
]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: f"{sheet.parent.name}-{sheet.stem}")
def test_a_view_styles_nothing_but_its_own(sheet):
    """The style sheets of all views meet on one page: a rule for `legend` alone would be a rule for all."""
    own = r'\.gv-[\w-]+|\[class\*="gv-'
    selectors = [
        one for one in _selectors(sheet.read_text(encoding="utf-8")) if not re.match(r"from|to|\d", one)
    ]
    assert selectors
    assert [one for one in selectors if not re.search(own, one)] == []
