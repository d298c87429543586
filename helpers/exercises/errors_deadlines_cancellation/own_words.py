"""A backend's error, as the front's client is told of it."""

from __future__ import annotations

import re

import grpc

from ..engine import Check, Incorrect, WriteFunction, formatting, wrong
from .setup import QUOTES, quote_pb2, quote_pb2_grpc

_LATE, _AWAY = grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE
_INTERNAL, _FULL = grpc.StatusCode.INTERNAL, grpc.StatusCode.RESOURCE_EXHAUSTED
_SECRET = "table prices_2026 of db-7.internal"
_PASSES_ON = {_LATE: _LATE, _AWAY: _AWAY, _FULL: _AWAY}
_LEAKS = (
    "The text has something of the backend's in it: its words, its status or its address. The client knows nothing of "
    "that server, and should not learn of it. Write a text of your own."
)
_CAUSES = {
    _LATE: "The time was over. That is true for your client, too: DEADLINE_EXCEEDED.",
    _AWAY: "A backend that cannot be reached means that you are not available either, for now: UNAVAILABLE.",
    _FULL: "To your client it does not matter which server is full. Asking again later may help: UNAVAILABLE.",
    grpc.StatusCode.INVALID_ARGUMENT: "The backend has refused what *you* have sent. Your client cannot mend that: "
    "INTERNAL.",
    grpc.StatusCode.UNAUTHENTICATED: "The backend does not know *you*. Your client has shown who it is: INTERNAL.",
}
_OTHERWISE = "A status that means nothing to your client becomes INTERNAL: something is wrong on your side."


def _check_own_words(check: Check) -> None:
    # Those with a cause of their own first; OK is no error.
    for code in dict.fromkeys([grpc.StatusCode.INVALID_ARGUMENT, *_CAUSES, *grpc.StatusCode]):
        if code is grpc.StatusCode.OK:
            continue
        for text in (f"no row in {_SECRET}", "out of luck") if code in (_LATE, _INTERNAL) else (_SECRET,):
            _expect_own_words(check, code, text)
    with check.fake_server(GetQuote=quote_pb2.GetQuoteResponse()) as server:
        address = server.address
    _expect_own_words(check, _AWAY, "", address)


def _expect_own_words(check: Check, code: grpc.StatusCode, text: str, address: str = "") -> None:
    """Expects the status that stands for a backend's, and a text that has nothing of the backend's."""
    error = _refused_by(address) if address else _error(check, code, text)
    story = (
        f"UNAVAILABLE, since nobody listens at {address}" if address else formatting.status_text(code, text)
    )
    expected = _PASSES_ON.get(code, _INTERNAL)
    wanted = f"(StatusCode.{expected.name}, a text of your own)"
    result = check.run(error, called=f"own_words(error), of a backend that ended with {story}")
    if result.error is not None:
        result.expect_value(wanted)
    value = result.value
    is_pair = isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], str)
    shape = "Return two values: a `grpc.StatusCode` and a text."
    result.expect(is_pair and isinstance(value[0], grpc.StatusCode), wanted, formatting.show(value), shape)
    actual = f"(StatusCode.{value[0].name}, {value[1]!r})"
    result.expect(value[0] is expected, wanted, actual, _CAUSES.get(code, _OTHERWISE))
    result.expect(
        bool(value[1].strip()), wanted, actual, "Say something: a client that is told nothing will ask you."
    )
    told = value[1].lower()
    words = [
        *_pieces(text),
        *_pieces(address),
        address.rpartition(":")[2],
        "db-7",
        "_inactiverpcerror",
        "statuscode.",
    ]
    leaked = any(word in told for word in words if word)
    result.expect(not leaked, wanted, actual, _LEAKS)
    if code is not expected:
        named = re.search(rf"\b{code.name}\b", value[1], re.IGNORECASE) is not None and "_" in code.name
        result.expect(not named, wanted, actual, _LEAKS)


def _pieces(text: str) -> list[str]:
    """All that is longer than a word that both may have chosen, such as "internal"."""
    return [text[start : start + 9].lower() for start in range(max(1, len(text) - 8))]


def _error(check: Check, code: grpc.StatusCode, text: str) -> grpc.RpcError:
    """The error of a call to a backend that ends so."""
    with check.fake_server(GetQuote=lambda request, context: context.abort(code, text)) as server:
        return _raised(server.channel)


def _refused_by(address: str) -> grpc.RpcError:
    with grpc.insecure_channel(address) as channel:
        return _raised(channel)


def _raised(channel: grpc.Channel) -> grpc.RpcError:
    try:
        quote_pb2_grpc.QuoteServiceStub(channel).GetQuote(quote_pb2.GetQuoteRequest(), timeout=5)
    except grpc.RpcError as error:
        return error
    raise Incorrect("The server that was to refuse a call has answered it. Run the cell again.")


own_words = WriteFunction(
    title="An error in your own words",
    task="""
        **Input:** the `grpc.RpcError` with which a call to a backend has ended.

        **Goal:** return the status and the text that the front gives its own client. `DEADLINE_EXCEEDED` stays what it
        is. `UNAVAILABLE` and `RESOURCE_EXHAUSTED` become `UNAVAILABLE`, all others `INTERNAL`. The text is your own,
        and has nothing of the backend's in it: not its words, not its address.

        **Example:** `INVALID_ARGUMENT: no such column` becomes `INTERNAL` and `something went wrong on our side`.
    """,
    services=[QUOTES],
    check=_check_own_words,
    hints=[
        "`error.code()` is the backend's status. Of its text, `error.details()`, your client must see nothing.",
        "Three statuses need a branch, and everything else goes the same way: "
        '`return grpc.StatusCode.INTERNAL, "..."`.',
    ],
    reason="A front speaks for itself: its client does not know which servers stand behind it. What the backend said "
    "belongs into the front's log. Statuses that say *your request is wrong* must not be passed on, because the request "
    "that was wrong is the front's.",
    wrong_answers=[
        wrong("The text has something of the backend's", ('"this took too long"', "error.details()")),
        wrong(
            "The text has something of the backend's", ('"something went wrong on our side"', "str(error)")
        ),
        wrong(
            "The text has something of the backend's",
            ('"we cannot take orders at the moment"', "error.details()"),
        ),
        wrong(
            "The text has something of the backend's",
            ('"something went wrong on our side"', '"failed: " + error.details()[:17]'),
        ),
        wrong("Your client cannot mend that").whole("""
            def own_words(error):
                return error.code(), "something went wrong on our side"
        """),
        wrong(
            "which server is full",
            (
                "(grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED)",
                "(grpc.StatusCode.UNAVAILABLE,)",
            ),
        ),
        wrong(
            "true for your client, too", ("if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED", "if False")
        ),
        wrong("refused what *you* have sent", ("return grpc.StatusCode.INTERNAL, ", "return error.code(), ")),
        wrong("Return two values", (', "something went wrong on our side"', "")),
    ],
)
