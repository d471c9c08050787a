"""Whether a recorded request is the one that was asked: address, form and header fields, whatever was redacted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from conformance.agreements.bsn import passes_eleven_test
from conformance.model.exchange import Exchange, Request
from conformance.model.words import Text
from conformance.protocols.client import Asked, on_the_wire, outgoing
from conformance.recordings.redaction.masks import shape

UNKNOWN = "…"
"""Stands for a secret: which one was sent is not kept."""

_SECRET = frozenset({"access_token", "client_assertion", "client_secret"})
_SECRET_KEPT = re.compile(r"(?:(?:\S+ )?token-[0-9a-f]{16})?")
"""What redaction leaves of a header with a secret."""
_AGENT = "user-agent"
"""Whether it is there is the run's choice, and looked at elsewhere."""
_NINE = re.compile(r"(?<!\d)(\d{9})(?!\d)")


def compared(exchange: Exchange, said: Request, asked: Asked) -> Iterator[Text]:
    """Where a recorded request differs from the one asked."""
    if said.method != asked.method:
        yield differs(exchange, f"methode {said.method}", f"method {said.method}")
    if not same_address(said.url, asked.url):
        yield differs(exchange, "een ander adres dan de stap vraagt", "another address than the step asks")
    if said.body != asked.body and not _same(_pairs(_text(said.body)), _pairs(_text(asked.body))):
        yield differs(exchange, "een ander formulier dan de stap stuurt", "another form than the step sends")
    if said.header("accept") != asked.headers.get("Accept", ""):
        yield differs(exchange, "een andere Accept dan de stap stuurt", "another Accept than the step sends")
    if bool(said.header("authorization")) != ("Authorization" in asked.headers):
        yield differs(exchange, "wel of geen token, anders dan de stap", "a token or none, unlike the step")
    elif _scheme(said.header("authorization")) != _scheme(asked.headers.get("Authorization", "")):
        yield differs(exchange, "een andere aanmelding dan de stap", "another kind of credentials than the step")
    elif not _SECRET_KEPT.fullmatch(said.header("authorization")):
        yield differs(exchange, "een geheim dat niemand bewaart", "a secret that nobody keeps")
    if sorted(name for name, _ in said.headers if name != _AGENT) != sorted(_names(asked)):
        yield differs(exchange, "andere kopregels dan de stap stuurt", "other header fields than the step sends")
    yield from certificate(exchange, asked.certificate)


def _scheme(credentials: str) -> str:
    scheme, blank, _ = credentials.partition(" ")
    return scheme if blank else ""


def _names(asked: Asked) -> list[str]:
    return [name for name, _ in outgoing(asked).headers if name != _AGENT]


def certificate(exchange: Exchange, role: str) -> Iterator[Text]:
    """Where another client certificate was shown than the role says."""
    if exchange.tls is not None and exchange.tls.client != ("" if role == "none" else role):
        yield differs(exchange, "een ander clientcertificaat", "another client certificate")


def same_address(said: str, asked: str) -> bool:
    """Whether two addresses are one, in the form in which a client sends them."""
    try:
        sent = on_the_wire(asked)
        if said == sent:
            return True
        ours, theirs = urlsplit(said), urlsplit(sent)
    except ValueError:
        return False
    if ours.fragment != theirs.fragment:
        return False
    same = _origin(ours) == _origin(theirs) and _same_text(unquote(ours.path), unquote(theirs.path))
    return same and _same(_pairs(ours.query), _pairs(theirs.query))


def below(said: str, base: str) -> bool:
    """Whether an address lies at or below a base."""
    try:
        ours, theirs = urlsplit(said), urlsplit(on_the_wire(base))
    except ValueError:
        return False
    path, inside = theirs.path.rstrip("/"), ours.path
    return _origin(ours) == _origin(theirs) and (inside == path or inside.startswith(f"{path}/"))


def _origin(parts: SplitResult) -> tuple[str, str]:
    return parts.scheme, parts.netloc.lower()


def masked(text: str) -> bool:
    """Whether a part of an address may be a mask: which text was sent in its place is not kept."""
    return any(len(part) > 1 and part == shape(part) and _MASKED.search(part) for part in _PARTS.split(text))


_PARTS, _MASKED = re.compile(r"[/?&=|,#]"), re.compile(r"[xX0]")


def fields_of(said: Request) -> set[str]:
    """The names of the parameters of a token request, in its form or (wrongly) in its query."""
    try:
        return {name for name, _ in (*_pairs(_text(said.body)), *_pairs(urlsplit(said.url).query))}
    except ValueError:
        return set()


def differs(exchange: Exchange, nl: str, en: str) -> Text:
    """The sentence that an exchange shows something else than it should."""
    return Text(f"{exchange.id}: de opname toont {nl}.", f"{exchange.id}: the recording shows {en}.")


def _same(said: list[tuple[str, str]], asked: list[tuple[str, str]]) -> bool:
    nothing = ("", "")
    return all(
        name == wanted and _same_text(value, meant)
        for (name, value), (wanted, meant) in zip_longest(said, asked, fillvalue=nothing)
    )


def _same_text(said: str, asked: str) -> bool:
    """Equal, but for numbers of nine digits that may be a person's: redaction put others in their place."""
    if said == asked:
        return True
    ours, theirs = _NINE.split(said), _NINE.split(asked)
    return len(ours) == len(theirs) and all(
        one == other or (at % 2 == 1 and passes_eleven_test(other) and not passes_eleven_test(one))
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True))
    )


def _pairs(query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True)
    return [(name, UNKNOWN if name in _SECRET else value) for name, value in pairs]


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
