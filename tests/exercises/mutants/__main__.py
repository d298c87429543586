"""Shows the mutants that pass: `uv run python -m tests.exercises.mutants unary.minimum_price`."""

from __future__ import annotations

import argparse
import time

from tests.exercises.mutants import running


def main() -> None:
    """Judges the mutants of the exercises named, of lessons named, or of all."""
    parser = argparse.ArgumentParser(prog="python -m tests.exercises.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="exercises (unary.minimum_price) or lessons (unary)")
    parser.add_argument("-j", "--jobs", type=int, default=running.WORKERS, help="how many at a time")
    parser.add_argument("-a", "--all", action="store_true", help="show the verdict on each mutant")
    chosen = parser.parse_args()
    wanted = [
        exercise
        for exercise in running.exercises()
        if not chosen.names or {exercise.id, exercise.lesson} & set(chosen.names)
    ]
    if not wanted:
        parser.error(f"no such exercise; there are {', '.join(item.id for item in running.exercises())}")
    with running.pool(chosen.jobs) as executor:
        for exercise in wanted:
            _report(exercise, executor, chosen.all)


def _report(exercise, executor, show_all: bool) -> None:
    begun, equals, passed = time.monotonic(), running.equals(exercise), set()
    judged = running.judged(exercise, executor)
    for mutant, future in judged:
        verdict = future.result()
        if verdict.startswith("passed"):
            passed.add(mutant.name)
        if show_all:
            print(f"{mutant.name}\n    {verdict.splitlines()[0]}")
        if verdict.startswith("passed") and mutant.name not in equals:
            print(f"\n{mutant.diff}\n    {mutant.name!r},")
    seconds = time.monotonic() - begun
    print(
        f"{exercise.id}: {len(judged)} mutants, {len(passed)} pass, {len(passed & set(equals))} of them equals; "
        f"{seconds:.0f} s"
    )
    for name in sorted((set(equals) | running.unsolved(exercise)) - passed):
        print(f"    listed, and does not pass: {name!r}")


if __name__ == "__main__":
    main()
