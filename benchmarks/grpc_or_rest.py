"""gRPC against REST on this machine, as lesson 41 measures them: the same tables, with machine and versions.

python benchmarks/grpc_or_rest.py [--thorough] [--case small ...] [--candidate grpc ...] [--json FILE]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers import comparison


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--thorough", action="store_true", help="more rounds, some minutes")
    parser.add_argument(
        "--case", nargs="+", metavar="ID", choices=[case.id for case in comparison.CASES], help="only these"
    )
    parser.add_argument(
        "--candidate",
        nargs="+",
        metavar="ID",
        choices=[c.id for c in comparison.CANDIDATES],
        help="only these",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keeps the results, each round of them")
    arguments = parser.parse_args()
    if arguments.json and (arguments.json.suffix != ".json" or not arguments.json.parent.is_dir()):
        parser.error("--json takes a file's name that ends in .json, in a folder that exists")
    try:
        results = comparison.run(
            "thorough" if arguments.thorough else "quick",
            tell if sys.stderr.isatty() else None,
            arguments.case,
            arguments.candidate,
        )
    except (ValueError, comparison.ComparisonError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted before a case was complete.")
    print(results)
    if arguments.json:
        print(f"\nAll of it is in {results.save(arguments.json)}.")


def tell(done: float, text: str) -> None:
    """How far it has come, on one line that is taken away at the end."""
    line = f"{100 * done:3.0f} % {text}" if done < 1 else ""
    print(f"\r{line:<60}", end="" if line else "\r", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
