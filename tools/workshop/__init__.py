"""What a teacher prepares a workshop with, computed from the lessons: schedules, and a page a lesson.

`python -m tools.sync` writes it into the folder `workshop`. What only a person can say stands in `workshop/notes.toml`
(a lesson's point, what a room is like in it, its short form) and in `workshop/plans.toml` (which lessons a schedule
has); everything else comes from the notebooks and their exercises.
"""

from .files import files

__all__ = ["files"]
