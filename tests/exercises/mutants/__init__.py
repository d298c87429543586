"""Mutants: small mechanical changes of each exercise's solution, none of which may pass.

An answer that breaks one clause of a goal is mostly such a change, so a mutant that passes is a clause that
the check does not look at: let the check see one more case, or let the goal say more. Where a mutant is as good
an answer as the solution, it stands in `equals/`, with the reason.

    uv run python -m tests.exercises.mutants unary                          # a lesson
    uv run python -m tests.exercises.mutants server_streaming.until_near    # an exercise, with its survivors as diffs
"""
