"""A handler that lets in two callers of all that have a certificate."""

from __future__ import annotations

from collections.abc import Sequence

from ..engine import Case, Check, WriteServicer, raises, wrong
from .certificates import company, pair, roots, server_credentials
from .setup import PARCELS, grpc, quote_pb2

_OK, _DENIED = grpc.StatusCode.OK, grpc.StatusCode.PERMISSION_DENIED
_UNKNOWN_CALLER = grpc.StatusCode.UNAUTHENTICATED

_BYTES = "`peer_identities()` gives bytes, and `allowed` has text: compare `name.decode()`."
_WHOLE = "Compare whole names: this one only looks like an allowed one, and anybody may own such a name."
_RECIPIENT = "Answer with the parcel `P-1` and its recipient, as it was sent."
_NOBODY = (
    "Without a certificate `peer_identities()` is None. Who has not said who they are gets UNAUTHENTICATED."
)


def _check_callers(check: Check) -> None:
    depot, ada = "depot.courier.example", "ada.courier.example"
    _call(check, [depot], True, {_DENIED: _BYTES, _UNKNOWN_CALLER: _BYTES})
    several = "A certificate may have several names, and one that is allowed is enough, wherever it stands."
    _call(check, ["127.0.0.1", "dispatch.courier.example"], True, {_DENIED: several})
    _call(check, [depot, ada], True, {_DENIED: several})
    known = "This caller is known, and not in `allowed`. Whom the CA has signed is not yet allowed to do everything."
    _call(check, [ada], _DENIED, {
        _OK: known, _UNKNOWN_CALLER: "It has shown a good certificate, so it is known who it is. What it may not do "
        "is refused with PERMISSION_DENIED."})  # fmt: skip
    _call(check, [f"{depot}.evil.example"], _DENIED, {_OK: _WHOLE})
    _call(check, [f"not-{depot}"], _DENIED, {_OK: _WHOLE})
    subject = "This certificate has the depot's name as its common name only. What counts are the alternative names, which "
    _call(check, [ada], _DENIED, {_OK: f"{subject}`peer_identities()` gives."}, common_name=depot)
    harbor = "harbor.courier.example"
    others = "Who may is what stands in `self.allowed` when the call comes; here that is the harbor alone."
    _call(check, [harbor], True, {_DENIED: others}, allowed=[harbor])
    _call(check, [depot], _DENIED, {_OK: others}, allowed=[harbor])
    _call(check, [], _UNKNOWN_CALLER, {
        _OK: _NOBODY, _DENIED: _NOBODY, (TypeError, "NoneType"): _NOBODY,
    })  # fmt: skip


def _call(
    check: Check,
    names: list[str],
    expected: grpc.StatusCode | bool,
    causes: dict[object, str],
    common_name: str | None = None,
    allowed: Sequence[str] = (),
) -> None:
    own = pair(company().issue_cert(*names, common_name=common_name)) if names else ()
    sides = (
        server_credentials(asks_for=company() if names else None),
        grpc.ssl_channel_credentials(roots(), *own),
    )
    shown = " and ".join(names) or "none"
    causes = {
        key: f"{cause} The names in the caller's certificate: {shown}." for key, cause in causes.items()
    }
    told: dict[object, str] = {...: _RECIPIENT, **causes}
    with check.serve(credentials=sides) as client:
        if allowed:
            client.servicer.allowed = frozenset(allowed)
        for recipient in ("Bob", " Eve  Li "):
            request = quote_pb2.CreateParcelRequest(recipient=recipient)
            reply = {"parcel": quote_pb2.Parcel(parcel_id="P-1", recipient=recipient)}
            client.expect(Case(request, reply if expected is True else expected, told))


allowed_callers = WriteServicer(
    title="Known is not yet allowed",
    task="""
        **Input:** a `CreateParcelRequest`, over a connection with or without a certificate of the client's. The
        names that may create parcels are in `self.allowed`, as text.

        **Goal:** answer with the parcel `P-1` and its recipient, if one of the alternative names in the
        caller's certificate is allowed. Refuse who has shown no certificate with `UNAUTHENTICATED`, and who has
        shown another with `PERMISSION_DENIED`.

        **Example:** the depot creates a parcel. Ada, whose certificate is as good, gets `PERMISSION_DENIED`.
    """,
    services=[PARCELS],
    check=_check_callers,
    hints=[
        "`context.peer_identities()` is a list of bytes, or None where no certificate was shown.",
        "`{name.decode() for name in identities} & self.allowed` is empty for who is not allowed.",
        "`context.abort(grpc.StatusCode.PERMISSION_DENIED, text)` ends the call.",
    ],
    reason="The handshake says who it is, and the handler what they may. Whole names are compared, with a set: a part of a "
    "name belongs to whoever registers the rest.",
    wrong_answers=[
        wrong("Whom the CA has signed", ("if self.allowed.isdisjoint", "if False and self.allowed.isdisjoint")),
        wrong("compare `name.decode()`", ("(name.decode() for name in identities)", "(identities)")),
        wrong("it is known who it is", ("PERMISSION_DENIED", "UNAUTHENTICATED")),
        wrong("Without a certificate", ("UNAUTHENTICATED", "PERMISSION_DENIED")),
        wrong("wherever it stands", ("in identities)", "in identities[:1])")),
        wrong("what stands in `self.allowed`",
              ("self.allowed.is", 'frozenset({"depot.courier.example", "dispatch.courier.example"}).is')),
        wrong("as it was sent", ("recipient=request.recipient", "recipient=request.recipient.strip()")),
        wrong("only looks like", ("self.allowed.isdisjoint(name.decode() for name in identities)",
              "not any(each in name.decode() for each in self.allowed for name in identities)")),
        wrong("only looks like", ("self.allowed.isdisjoint(name.decode() for name in identities)",
              "not any(name.decode().endswith(each) for each in self.allowed for name in identities)")),
        wrong("common name", ("if self.allowed.isdisjoint(name.decode() for name in identities):",
              'names = [*identities, *context.auth_context().get("x509_common_name", [])]\n'
              "        if self.allowed.isdisjoint(name.decode() for name in names):")),
        raises("Without a certificate", ("if not identities:", "if identities == []:")),
    ],
)  # fmt: skip
