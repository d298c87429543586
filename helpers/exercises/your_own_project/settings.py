"""Settings that are read when a program starts, and that name what is wrong."""

from __future__ import annotations

from ..engine import Case, Check, WriteFunction, raises, wrong

_TYPES = "Variables are texts: `int` makes a port of one, `float` the seconds."
_NAME = (
    "Whoever reads this has no code at hand: let the error name the variable, and what stands in it. Catch the "
    "`ValueError` of `int`, and raise your own."
)
_NEGATIVE = "There is no port below 0, and no time: refuse it, as you refuse what is no number."


def _check_settings(check: Check) -> None:
    for environ, name in (
        ({"PORT": "https"}, "PORT"),
        ({"PORT": "8080.5", "GRACE_SECONDS": "1"}, "PORT"),
        ({"PORT": ""}, "PORT"),
        ({"GRACE_SECONDS": "soon", "PORT": "0"}, "GRACE_SECONDS"),
    ):
        _refused(check, environ, name, _NAME)
    _refused(check, {"PORT": "-1"}, "PORT", _NEGATIVE)
    _refused(check, {"PORT": "443", "GRACE_SECONDS": "-0.5"}, "GRACE_SECONDS", _NEGATIVE)


def _refused(check: Check, environ: dict[str, str], name: str, cause: str) -> None:
    result = check.run(dict(environ), called=f"settings({environ})").expect_raised(ValueError, cause)
    text = str(result.error)
    result.expect(
        name in text and environ[name] in text, f"a text with {name} and {environ[name]!r}", text, _NAME
    )


settings = WriteFunction(
    title="Settings that say what is wrong",
    task="""
        **Input:** `environ`, a dict of texts such as `os.environ`.

        **Goal:** return `PORT`, a whole number, and `GRACE_SECONDS`, a float, as a tuple; they are 50051 and 5 where they
        are not set. If one of them is no such number, or below 0, raise a `ValueError` that names it and has its text.

        **Example:** `{"PORT": "8080"}` gives `(8080, 5.0)`.
    """,
    cases=[
        Case(({"PORT": "8080"},), (8080, 5.0), {"8080": _TYPES, ("8080", 5): _TYPES}),
        Case(
            ({"PORT": "0", "GRACE_SECONDS": "0.25", "HOME": "/root"},),
            (0, 0.25),
            {
                (50051, 0.25): "0 is a port that was set, and means any free one. `or` takes it for nothing.",
                KeyError: "Where a variable is not set there is a default.",
            },
        ),
        Case(
            ({},),
            (50051, 5.0),
            {KeyError: "`environ.get(name, default)` gives a default where nothing is set."},
        ),
        Case(
            ({"GRACE_SECONDS": "0"},),
            (50051, 0.0),
            {
                (50051, 5.0): "0 seconds are a grace that was set. `or` takes it for nothing.",
            },
        ),
    ],
    check=_check_settings,
    hints=[
        '`environ.get("PORT", "50051")` is a text in both cases; `int` and `float` raise a ValueError of their own.',
        'Catch that one, and raise `ValueError(f"PORT cannot be {text!r}")`.',
        "Both variables need the same four lines: a loop over `(name, kind, default)` saves you from writing them twice.",
    ],
    reason="A program that starts with a wrong setting fails later, at somebody's call. One that refuses to start, and says "
    "which variable it was, is mended in a minute.",
    wrong_answers=[
        wrong("let the error name the variable", ('f"{name} cannot be {text!r}"', '"a setting is wrong"')),
        wrong("let the error name the variable", ("cannot be {text!r}", "is wrong")),
        wrong("refuse it, as you refuse", ("if value < 0", "if value < -1"), ("value = -1", "value = -2")),
        wrong("`or` takes it for nothing").whole("""
            def settings(environ):
                return int(environ.get("PORT", 0)) or 50051, float(environ.get("GRACE_SECONDS", 0)) or 5.0
        """),
        raises("gives a default where nothing is set").whole("""
            def settings(environ):
                grace = environ.get("GRACE_SECONDS", "5")
                return int(environ["PORT"]), float(grace)
        """),
        wrong("`int` makes a port of one").whole("""
            def settings(environ):
                return environ.get("PORT", "50051"), float(environ.get("GRACE_SECONDS", "5"))
        """),
        wrong("let the error name the variable").whole("""
            def settings(environ):
                return int(environ.get("PORT", "50051")), float(environ.get("GRACE_SECONDS", "5"))
        """),
    ],
)
