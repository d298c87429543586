"""A charge that may be asked for again, by whomever and whenever."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..engine import Check, WriteFunction, raises, wrong

_SAME = "The same order is the same charge: answer with the number of the row that is there."
_NUMBER = "Return the `number` of the order's row, a whole number."
_TWICE = "There is one row for an order, however often it is charged, and it stays as it was first written."
_OTHER = "An order that was charged 540 cannot be charged 600: raise a ValueError, and leave the row alone."
_TEXT = "Let the error name the order and both amounts: whoever reads it has no ledger at hand."
_RACE = (
    "Between your look and your `insert` another replica has charged the same order. Insert first and look then: "
    "`insert … on conflict do nothing`."
)
_SEEN = "Another replica does not find the charge. Is there a transaction that nobody has committed?"


class _Rivalled(sqlite3.Connection):
    """A connection of one replica; before its next `insert`, another replica charges an order."""

    rival: sqlite3.Connection
    order: tuple[str, int] | None = None

    def watch(self, rival: sqlite3.Connection) -> None:
        """Has `rival` be the other replica."""
        self.rival = rival
        self.set_trace_callback(self._be_late)

    def _be_late(self, statement: str) -> None:
        words = statement.split(None, 1)
        if self.order and words and words[0].lower() in ("insert", "replace"):
            order, self.order = self.order, None
            with contextlib.suppress(sqlite3.OperationalError):  # whoever has locked the ledger comes first
                self.rival.execute("insert into charges (order_id, cents) values (?, ?)", order)


@contextlib.contextmanager
def _ledger() -> Iterator[_Rivalled]:
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        path = Path(folder) / "ledger.db"
        mine = sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=_Rivalled)
        rival = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        with contextlib.closing(mine), contextlib.closing(rival):
            rival.execute("pragma journal_mode=wal")
            rival.execute(
                "create table charges (number integer primary key, order_id text unique, cents integer)"
            )
            mine.watch(rival)
            yield mine


def _check_charge_once(check: Check) -> None:
    with _ledger() as ledger:
        for order_id, cents, number in (("O-1", 540, 1), ("O-2", 300, 2), ("O-3", 540, 3)):
            _charge(check, ledger, order_id, cents, number, _NUMBER)
        _charge(check, ledger, "O-2", 300, 2, _SAME, "once more")
        _charge(check, ledger, "O-1", 540, 1, _SAME, "once more")
        _refuse(check, ledger, "O-1", 600)
        _refuse(check, ledger, "O-3", 539)
        _rows(check, ledger, [("O-1", 540), ("O-2", 300), ("O-3", 540)], _TWICE)

        ledger.order = ("O-4", 540)
        _charge(check, ledger, "O-4", 540, 4, _RACE, "while another replica charges it")
        _rows(check, ledger, [("O-1", 540), ("O-2", 300), ("O-3", 540), ("O-4", 540)], _TWICE)
        ledger.order = ("O-5", 600)
        _refuse(check, ledger, "O-5", 540, "while another replica charges it 600")
        expected = [("O-1", 540), ("O-2", 300), ("O-3", 540), ("O-4", 540), ("O-5", 600)]
        _rows(check, ledger, expected, _TWICE)


def _charge(
    check: Check, ledger: _Rivalled, order_id: str, cents: int, number: int, cause: str, story: str = ""
) -> None:
    result = check.run(ledger, order_id, cents, called=_called(order_id, cents, story))
    result.expect_value(number, {sqlite3.IntegrityError: _RACE if ledger.order is None else "", ...: cause})
    found = ledger.rival.execute("select number from charges where order_id = ?", (order_id,)).fetchall()
    result.expect(bool(found), f"a row for {order_id}", "none", _SEEN)


def _refuse(check: Check, ledger: _Rivalled, order_id: str, cents: int, story: str = "") -> None:
    result = check.run(ledger, order_id, cents, called=_called(order_id, cents, story))
    result.expect_raised(ValueError, _OTHER)
    (charged,) = ledger.rival.execute("select cents from charges where order_id = ?", (order_id,)).fetchone()
    text, wanted = str(result.error), (order_id, str(charged), str(cents))
    result.expect(all(word in text for word in wanted), f"a text with {', '.join(wanted)}", text, _TEXT)


def _rows(check: Check, ledger: _Rivalled, expected: list[tuple[str, int]], cause: str) -> None:
    found = ledger.rival.execute("select order_id, cents from charges order by number").fetchall()
    check.expect(found == expected, f"the rows {expected}", f"{found}", cause)


def _called(order_id: str, cents: int, story: str) -> str:
    return f'charge(ledger, "{order_id}", {cents})' + (f", {story}" if story else "")


charge_once = WriteFunction(
    title="A charge that may be repeated",
    task="""
        **Input:** `ledger`, a connection to an SQLite database that several replicas have open, an `order_id` and
        `cents`. The table is `charges (number integer primary key, order_id text unique, cents integer)`, and each
        statement is written at once.

        **Goal:** charge the order, and return the `number` of its row. An order that is charged already, also by
        another replica at this very moment, is not charged again: return the number that it has. If it was charged
        with other `cents`, raise a `ValueError` that names the order and both amounts.

        **Example:** charging `O-1` twice gives the same number twice.
    """,
    check=_check_charge_once,
    hints=[
        "Whatever you look up first may have changed when you write. What can you write without looking?",
        '`ledger.execute("insert into charges (order_id, cents) values (?, ?) on conflict do nothing", (…))` writes '
        "the row, or nothing where there is one.",
        "Then `select number, cents from charges where order_id = ?` finds the row in either case.",
    ],
    reason="The database decides, in one statement, who comes first. Looking comes after it, and finds the same row "
    "whoever has written it. Other cents under the same id are a mistake of the caller, who should hear of it.",
    wrong_answers=[
        raises("Insert first and look then").whole("""
            def charge(ledger, order_id, cents):
                row = ledger.execute(
                    "select number, cents from charges where order_id = ?", (order_id,)
                ).fetchone()
                if row is None:
                    done = ledger.execute("insert into charges (order_id, cents) values (?, ?)", (order_id, cents))
                    return done.lastrowid
                if row[1] != cents:
                    raise ValueError(f"{order_id} was charged {row[1]}, not {cents}")
                return row[0]
        """),
        wrong(
            "name the order and both amounts",
            ('f"{order_id} was charged {charged}, not {cents}"', '"not twice"'),
        ),
        wrong("raise a ValueError").diff("""
            -    if charged != cents:
            -        raise ValueError(f"{order_id} was charged {charged}, not {cents}")
        """),
        wrong(
            "raise a ValueError",
            ("do nothing", "(order_id) do update set cents = excluded.cents"),
        ),
        wrong(
            "the number of the row that is there",
            ("insert into", "replace into"),
            (" on conflict do nothing", ""),
        ),
        wrong("Return the `number`", ("return number", "return order_id")),
        wrong("nobody has committed").diff("""
            +    if not ledger.in_transaction:
            +        ledger.execute("begin")
                 ledger.execute(
        """),
        raises("Insert first and look then", (" on conflict do nothing", "")),
    ],
)
