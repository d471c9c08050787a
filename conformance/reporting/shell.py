"""A shell line that repeats an exchange: node text is quoted, secrets and citizen service numbers are placeholders."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import lru_cache

from conformance.model.exchange import Direction, Exchange, Request

BODY_LIMIT = 2048
"""Bytes of a request body that still fit in a line a person can read."""

_ROLE = re.compile(r"bsn-([a-z][a-z0-9-]*)")
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "dpop"})
_SECRET_IN_ADDRESS = re.compile(r"(?P<name>[?&]access_token=)[^&#]*")
_SECRET_IN_FORM = re.compile(r"(?P<name>(?:^|&)(?:client_assertion|assertion|client_secret|refresh_token)=)[^&]*")
_COMPUTED = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding"})
_AT = "@"
_VERSION = re.compile(r"TLSv(1\.[0-3])")
_VARIABLE = re.compile(r'"\$((?:BODY|BSN|CERTIFICATE|CLIENT_ASSERTION|KEY|ROOTS|TOKEN)[A-Z0-9_]*)"')
_GAP = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The command, one option on a line, and the names of the variables that a reader fills in first."""

    text: str
    variables: tuple[str, ...]


def curl(exchange: Exchange) -> Line | None:
    """The command that repeats a request of the suite; None for a bare handshake and for a call by the node."""
    request = exchange.request
    if request is None or exchange.direction is not Direction.SENT:
        return None
    if not request.url.startswith(("https://", "http://")):
        return None
    # --globoff: brackets and braces in an address are text; --path-as-is: so are dots.
    words = ["curl --silent --show-error --include --globoff --path-as-is"]
    words += _tls(exchange)
    words += [f"--request {_quoted(request.method)}"]
    token = f"TOKEN{_kind(str(exchange.given.get('token', 'valid')))}"
    words += _headers(request, token)
    words += _body(request, _SECRET_IN_FORM if exchange.operation.endswith(".token") else None)
    words += [f"--url {_quoted(request.url, _SECRET_IN_ADDRESS, token)}"]
    text = " \\\n  ".join(words)
    return Line(text=text, variables=tuple(sorted(set(_VARIABLE.findall(text)))))


def _tls(exchange: Exchange) -> list[str]:
    if exchange.request is None or not exchange.request.url.startswith("https://"):
        return []
    words = ['--cacert "$ROOTS"']
    # Without a finished handshake the step still says which certificate was to be shown.
    role = str(exchange.given.get("certificate", "valid")) if exchange.tls is None else exchange.tls.client
    if role not in ("", "none"):
        words += [f'--cert "$CERTIFICATE{_kind(role)}"', f'--key "$KEY{_kind(role)}"']
    version = _VERSION.fullmatch(str(exchange.given.get("version", "")))
    return words if version is None else [*words, f"--tlsv{version[1]} --tls-max {version[1]}"]


def _kind(word: str) -> str:
    """How a variable for another token or certificate than the valid one ends."""
    return "" if word == "valid" else "_" + re.sub(r"[^A-Z0-9]", "_", word.upper())


def _headers(request: Request, token: str) -> list[str]:
    words = []
    for name, value in request.headers:
        lower = name.lower()
        if lower in _COMPUTED:
            continue
        if lower in _SECRET_HEADERS:
            scheme = "Bearer " if lower == "authorization" else ""
            words.append(f"--header {shlex.quote(f'{name}: {scheme}')}" + f'"${token}"')
        else:
            # A leading @ would make curl read a file; no header name starts with one.
            words.append(f"--header {_quoted(f'{name.lstrip(_AT)}: {value}')}")
    return words


def _body(request: Request, secret: re.Pattern[str] | None) -> list[str]:
    if not request.size and not request.body:
        return []
    if len(request.body) > BODY_LIMIT or not request.body or _GAP.encode() in request.body:
        return ['--data-binary @"$BODY"']
    try:
        return [f"--data-raw {_quoted(request.body.decode(), secret, 'CLIENT_ASSERTION')}"]
    except UnicodeDecodeError:
        return ['--data-binary @"$BODY"']


@lru_cache(maxsize=1024)
def _quoted(text: str, secret: re.Pattern[str] | None = None, variable: str = "") -> str:
    """The text as one shell word, in which test patients and what `secret` matches are variables."""
    plain = text.replace(_GAP, "")
    marked = plain if secret is None else secret.sub(lambda match: match["name"] + _GAP, plain)
    pieces = ("".join(_patients(piece)) for piece in marked.split(_GAP))
    return f'"${variable}"'.join(pieces) or "''"


def _patients(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    for match in _ROLE.finditer(text):
        parts.append(_word(text[at : match.start()]))
        parts.append(f'"$BSN_{match[1].rstrip("-").upper().replace("-", "_")}"')
        at = match.end()
    parts.append(_word(text[at:]))
    return parts


def _word(text: str) -> str:
    return shlex.quote(text) if text else ""
