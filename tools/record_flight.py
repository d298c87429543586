"""Records the calls of Arrow Flight that lesson 32 shows where `pyarrow` is not installed; needs `pyarrow`.

It runs the lesson's own cells, and saves what they have captured: `python -m tools.record_flight`
"""

from __future__ import annotations

import importlib.util
import sys

from helpers.recordings import ARROW_FLIGHT
from tools.kernel import LessonKernel
from tools.lessons import find_lessons

CELLS = ("setup", "generate", "flight-server", "flight-client", "flight-contract", "flight-call")


def main() -> None:
    """Records them."""
    if importlib.util.find_spec("pyarrow") is None:
        sys.exit("pyarrow is not installed here: pip install pyarrow")
    lesson = next(each for each in find_lessons() if each.name == "32_large_data")
    with LessonKernel(lesson.notebook, lesson.path.parent, path=lesson.path) as kernel:
        for index in kernel.code_indexes:
            if kernel.notebook.cells[index].id in CELLS:
                run = kernel.run_cell(index)
                if run.error:
                    sys.exit(f"{run.id}: {run.error}")
        kernel.ask(f"flights.save({str(ARROW_FLIGHT)!r})")
        print(kernel.ask("str(flights)").partition("\n")[0], "→", ARROW_FLIGHT)


if __name__ == "__main__":
    main()
