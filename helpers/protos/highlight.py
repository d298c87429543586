"""Sources as HTML: a part each to unfold, colored as code is in JupyterLab's cells."""

from __future__ import annotations

from collections.abc import Mapping

from helpers.text import escape, escape_code

# The colors of JupyterLab's editor, which follow its theme; elsewhere those of its light theme.
_COLORS = {
    "k kd kn kt kc ow": "color: var(--jp-mirror-editor-keyword-color, #008000); font-weight: 600",
    "s s1 s2 sd sa se si": "color: var(--jp-mirror-editor-string-color, #ba2121)",
    "mi mf mh mo m": "color: var(--jp-mirror-editor-number-color, #008800)",
    "nc nf": "color: var(--jp-mirror-editor-def-color, #0000ff)",
    "c c1 cm ch": "color: var(--jp-ui-font-color2, #616161); font-style: italic",
}
_STYLE = """
.gv-sources.gv-sources pre { max-height: 24em; margin: 4px 0 8px; padding: 0 8px; overflow: auto;
  border-left: 2px solid var(--jp-border-color2, #e0e0e0);
  white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere; }
.gv-sources.gv-sources summary { width: fit-content; cursor: pointer; }
""" + "".join(
    f"{', '.join(f'.gv-sources .gv-code-{name}' for name in names.split())} {{ {rule} }}\n"
    for names, rule in _COLORS.items()
)


def sources_html(parts: Mapping[str, tuple[str, str]]) -> str:
    """Sources as HTML, the first one unfolded.

    Args:
        parts: for each title the language (`protobuf` or `python`) and the source.
    """
    page = "".join(
        f"<details{'' if number else ' open'}><summary>{escape(title)}</summary>"
        f'<pre tabindex="0" aria-label="{escape(title)}">{_colored(source.strip(), language)}</pre></details>'
        for number, (title, (language, source)) in enumerate(parts.items())
    )
    return f'<style>{_STYLE}</style><div class="gv-sources mathjax_ignore">{page}</div>'


def _colored(source: str, language: str) -> str:
    try:
        from pygments import lexers, token
    except ImportError:  # IPython brings it; without a notebook there is nobody to look
        return escape_code(source)
    lexer = lexers.get_lexer_by_name(language, stripnl=False, ensurenl=False)
    named = ((token.STANDARD_TYPES.get(kind), escape_code(text)) for kind, text in lexer.get_tokens(source))
    return "".join(
        f'<span class="gv-code-{name}">{text}</span>' if name in _KNOWN else text for name, text in named
    )


_KNOWN = frozenset(" ".join(_COLORS).split())
