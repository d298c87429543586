"""A token that is looked at from all sides before it is believed."""

from __future__ import annotations

import base64
import functools
import json
import secrets
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ..engine import Check, WriteFunction, raises, wrong
from .setup import datetime, jwt

_ISSUER = "login.courier.example"


@functools.cache
def _keys() -> tuple[ec.EllipticCurvePrivateKey, ec.EllipticCurvePrivateKey]:
    """The login service's key, and a stranger's."""
    return ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


@functools.cache
def _other_algorithms() -> dict[str, tuple[Any, Any]]:
    """What signs with another algorithm than ES256, and what checks that."""
    longer, primes = ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)
    secret = secrets.token_hex(32)
    return {
        "ES384": (longer, longer.public_key()),
        "RS256": (primes, primes.public_key()),
        "HS256": (secret, secret),
    }


def _token(
    key: Any = None,
    hours: float = 1,
    algorithm: str = "ES256",
    **changed: object,
) -> str:
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    claims = {"iss": _ISSUER, "aud": "parcels", "sub": "ada", "exp": until} | changed
    own: Any = _keys()[0] if algorithm == "ES256" else None  # nothing is signed with `none`
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, key or own, algorithm)


def _changed(token: str) -> str:
    """The same token, about somebody else: who changes it cannot sign it."""
    header, claims, signature = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) | {"sub": "boss"}
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
    return f"{header}.{forged}.{signature}"


def _refused() -> Iterator[tuple[str, str, str]]:
    """Tokens that are to be refused: what is wrong with each, the token, and the cause if it is believed."""
    signature = "The signature says who has made the token. Let `jwt.decode` check it, with `public_key`."
    yield "signed by a stranger", _token(_keys()[1]), signature
    yield "changed after it was signed", _changed(_token()), signature
    yield (
        "not signed: its algorithm is `none`",
        _token(algorithm="none"),
        "The algorithms are yours to name: ES256 alone.",
    )
    yield (
        "expired an hour ago",
        _token(hours=-1),
        "An expired token is what a thief has. Let `jwt.decode` check `exp`.",
    )
    yield (
        "expired ten seconds ago",
        _token(hours=-10 / 3600),
        "This token has expired, if only just. `leeway` makes all tokens longer than their issuer meant them to be.",
    )
    require = (
        'PyJWT checks a claim that is there. `options={"require": ["exp", ...]}` refuses a token without it.'
    )
    yield "without `exp`", _token(exp=None), f"It never expires. {require}"
    audience = 'This token is for another service. `audience="parcels"` refuses it.'
    yield "for billing", _token(aud="billing"), audience
    yield "for nobody in particular", _token(aud=None), audience
    issuer = f'Another service has issued it. `issuer="{_ISSUER}"` refuses it.'
    yield "issued by evil.example", _token(iss="evil.example"), issuer
    yield "issued by nobody", _token(iss=None), issuer
    yield "about nobody", _token(sub=None), f"There is no `sub` in it. {require}"
    yield "not a token", "P-1", "What is no token is refused as one that is bad."


def _check_user(check: Check) -> None:
    key = _keys()[0].public_key()
    for name in ("ada", "bob"):
        result = check.run(_token(sub=name), key, called=f"user_of(a good token of {name}'s, public_key)")
        result.expect_value(name, {None: "Is a `return` missing?", ...: "Return the claim `sub`."})
    both = check.run(
        _token(aud=["billing", "parcels"]), key, called="user_of(a token for two services, public_key)"
    )
    both.expect_value("ada", "A token may be for several services; one of them is `parcels`.")
    other = _token(_keys()[1], sub="eve")
    of_eve = check.run(
        other, _keys()[1].public_key(), called="user_of(a good token, the public key of another service)"
    )
    of_eve.expect_value("eve", "Check the token with the key that is given.")
    for story, token, cause in _refused():
        result = check.run(token, key, called=f"user_of(a token {story}, public_key)")
        result.expect_raised(jwt.InvalidTokenError, cause)
    for algorithm, (signs, checks) in _other_algorithms().items():
        called = f"user_of(a token signed with {algorithm}, what checks that)"
        check.run(_token(signs, algorithm=algorithm), checks, called=called).expect_raised(
            jwt.InvalidTokenError,
            f"ES256 was agreed on, and {algorithm} is another algorithm. Name ES256 alone.",
        )


checked_token = WriteFunction(
    title="Whose token is it?",
    task="""
        **Input:** `token`, a text that came with a call, and `public_key`, that of the login service.

        **Goal:** return the claim `sub` of a good token, and raise `jwt.InvalidTokenError`, or a class of its own
        kind, for every other text. A good token is signed with ES256 by the login service, was issued by
        `login.courier.example` for the audience `parcels`, has a `sub`, has an `exp`, and has not expired.

        **Example:** `user_of(token, public_key)` returns `"ada"`; with a token for `billing`, with one that has
        expired, and with one that never does, it raises.
    """,
    check=_check_user,
    hints=[
        "One call of `jwt.decode` checks all of it, if it is told what to check.",
        "`algorithms=[...]`, `audience=...` and `issuer=...` say what you expect.",
        '`options={"require": ["exp", "sub"]}` refuses tokens that leave out a claim.',
    ],
    reason="Each argument closes a door that somebody has walked through: the algorithm is named by the server and not by "
    "the token, a token for one service opens no other, and what never expires can be stolen for good.",
    wrong_answers=[
        wrong("never expires", ('"exp", ', "")),
        wrong("what a thief has", ('"require"', '"verify_exp": False, "require"')),
        wrong("`leeway` makes all tokens longer", ('audience="parcels",', 'audience="parcels", leeway=30,')),
        wrong("Name ES256 alone", ('["ES256"]', '["ES256", "ES384", "RS256"]')),
        wrong("Name ES256 alone", ('["ES256"]', '["ES256", "HS256"]')),
        wrong("for another service", ('        audience="parcels",\n', ""), ('"require"', '"verify_aud": False, "require"')),
        wrong("Another service has issued it", ('        issuer="login.courier.example",\n', "")),
        wrong("The signature says", ('"require"', '"verify_signature": False, "verify_exp": True, "require"')),
        wrong("Return the claim", ('return claims["sub"]', "return claims")),
        wrong("Is a `return` missing", ('return claims["sub"]', 'claims["sub"]')),
        raises("There is no `sub`", ('["exp", "sub"]', '["exp"]')),
    ],
)  # fmt: skip
