"""The overview of what the learner has solved: `progress.show()` for the start page, and `progress.reset()`."""

from __future__ import annotations

from dataclasses import dataclass

from helpers import display
from helpers.display import Displayed
from helpers.views.kit.card import Card, card
from helpers.views.kit.style import bundle, escape

from . import catalog
from .engine import record


@dataclass(frozen=True)
class LessonProgress:
    """One lesson's exercises.

    Attributes:
        lesson: the notebook's stem, `"02_unary"`.
        done: titles of the exercises solved.
        open: titles of those still open.
    """

    lesson: str
    done: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many exercises the lesson has."""
        return len(self.done) + len(self.open)


@dataclass(frozen=True)
class Progress(Displayed):
    """All lessons that have exercises; shows itself as a table.

    Attributes:
        lessons: in the order of the course.
        note: something to tell the learner about the file, or empty.
    """

    lessons: tuple[LessonProgress, ...]
    note: str = ""

    def __str__(self) -> str:
        lines = [self._sentence()]
        for lesson in self.lessons:
            lines.append(f"{lesson.lesson}  {len(lesson.done)} of {lesson.total}")
            lines += [f"  {sign} {title} ({word})" for sign, word, title in _signs(lesson)]
        return "\n".join([*lines, *filter(None, [self.note])])

    def _sentence(self) -> str:
        done, total = (sum(n) for n in zip(*((len(x.done), x.total) for x in self.lessons), strict=True))
        return f"You have solved {done} of {total} exercises."

    def _html(self) -> str:
        rows = []
        for lesson in self.lessons:
            items = "".join(
                f'<li style="list-style: none"><span aria-hidden="true">{sign}</span> {escape(title)}'
                f'<span class="gv-sr"> ({word})</span></li>'
                for sign, word, title in _signs(lesson)
            )
            rows.append(
                f'<tr><td><a href="{escape(lesson.lesson)}.ipynb">{escape(lesson.lesson)}</a></td>'
                f"<td>{len(lesson.done)} of {lesson.total}</td>"
                f'<td><ul style="margin: 0; padding: 0">{items}</ul></td></tr>'
            )
        heads = "".join(f'<th scope="col">{name}</th>' for name in ("Lesson", "Solved", "Exercises"))
        note = f'<p class="gv-muted">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<div class="gv gv-progress" role="region" aria-label="Your progress"><p>{self._sentence()}</p>'
            f'<table class="gv-table"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>{note}</div>'
        )


@display.static.register
def _(progress: Progress) -> dict[str, str]:
    return bundle(progress._html(), str(progress))


def load() -> Progress:
    """The learner's progress as it stands now."""
    entries, note = record.read()
    lessons = []
    for lesson, exercises in catalog().items():
        done = tuple(exercise.title for exercise in exercises if record.has_passed(entries, exercise.id))
        still = tuple(exercise.title for exercise in exercises if not record.has_passed(entries, exercise.id))
        lessons.append(LessonProgress(lesson, done, still))
    return Progress(tuple(lessons), note)


def by_lesson() -> dict[str, LessonProgress]:
    """The progress of each lesson that has exercises, by its notebook's stem: `{"02_unary": ...}`."""
    return {lesson.lesson: lesson for lesson in load().lessons}


def show() -> Progress:
    """The learner's progress, as a table: what the start page displays."""
    return load()


def reset() -> Card:
    """Forgets everything: all exercises are open again."""
    if note := record.update(dict.clear):
        return card("warning", "Your progress", note)
    return card("open", "Your progress", "All exercises are open again.")


def _signs(lesson: LessonProgress) -> list[tuple[str, str, str]]:
    return [("✓", "done", title) for title in lesson.done] + [("○", "open", title) for title in lesson.open]
