"""Client assertions: what a token endpoint does not look at, or looks at wrongly."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import Callable

from conformance.simulators.assertions import Check, Checks, Shown
from conformance.simulators.faults import Hook, Piece
from tests.strangers.nodes import Place, legal, wrong


def unless(*names: str) -> Place:
    """A function of an assertion: whether it is let by although these checks say something is wrong with it."""

    def place(lets: Callable[[Shown], bool]) -> Piece:
        def softened(check: Check) -> Check:
            def look(shown: Shown) -> str | None:
                problem = check(shown)
                return None if problem and lets(shown) else problem

            return look

        def change(checks: Checks) -> Checks:
            return {name: softened(check) if name in names else check for name, check in checks.items()}

        return Piece(Hook.ASSERTION, change)

    return place


SIGNED = unless("alg", "key", "signature")


@wrong("PULL-22", at=SIGNED)
def checks_a_signature_when_there_is_one(shown: Shown) -> bool:
    """An assertion that ends after the second dot is believed."""
    return shown.compact.endswith(".")


@wrong("PULL-23", at=SIGNED)
def takes_the_name_for_the_secret(shown: Shown) -> bool:
    """HS256 is checked with the client's own name, which is what stands in the empty field for a secret."""
    head, _, signature = shown.compact.rpartition(".")
    own = hmac.new(shown.client.id.encode(), head.encode(), hashlib.sha256).digest()
    return shown.header.get("alg") == "HS256" and own == urlsafe_b64decode(signature + "===")


@wrong("PULL-24", at=unless("audience"))
def takes_what_begins_with_its_address(shown: Shown) -> bool:
    """An audience need only begin with the endpoint's address."""
    return str(shown.claims.get("aud")).startswith(shown.audience)


@wrong("PULL-27", at=unless("key", "signature"))
def tries_no_key_without_its_name(shown: Shown) -> bool:
    """An assertion that names no key is not checked with any."""
    return "kid" not in shown.header


@wrong("SAFE-06", at=SIGNED)
def believes_the_key_that_is_shown(shown: Shown) -> bool:
    """An assertion with a key in its header, and no name of a known one, is checked with that key."""
    return "jwk" in shown.header and "kid" not in shown.header


@wrong("SAFE-07", at=unless("expiry", "issued"))
def takes_no_end_for_none_yet(shown: Shown) -> bool:
    """An assertion without an end has not ended."""
    return "exp" not in shown.claims


@wrong("SAFE-17", at=Hook.ASSERTION)
def takes_any_name(checks: Checks) -> Checks:
    """The name of an assertion may be a number."""

    def named(check: Check) -> Check:
        return lambda shown: None if isinstance(shown.claims.get("jti"), int) else check(shown)

    return {**checks, "replay": named(checks["replay"])}


@legal("RFC 7519 section 5.1: typ is compared without regard to case", at=unless("typ"))
def takes_jwt_in_small_letters(shown: Shown) -> bool:
    """An assertion of type `jwt` is a JWT."""
    return str(shown.header.get("typ")).upper() == "JWT"
