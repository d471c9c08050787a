"""A shell line that repeats an exchange: node text is quoted, secrets and citizen service numbers are placeholders."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from conformance.model.exchange import Direction, Exchange, Request

BODY_LIMIT = 2048
"""Bytes of a request body that still fit in a line a person can read."""

_ROLE = re.compile(r"bsn-([a-z][a-z0-9-]*)")
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "dpop"})
_SECRET_IN_ADDRESS = re.compile(r"(?P<name>[?&]access_token=)[^&#]*")
_SECRET_IN_FORM = re.compile(r"(?P<name>(?:^|&)(?:client_assertion|assertion|client_secret|refresh_token)=)[^&]*")
_COMPUTED = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding"})
_AT = "@"
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
    words += _headers(request)
    words += _body(request, _SECRET_IN_FORM if exchange.operation.startswith("oauth.") else None)
    words += [f"--url {_quoted(request.url, _SECRET_IN_ADDRESS, 'TOKEN')}"]
    text = " \\\n  ".join(words)
    return Line(text=text, variables=tuple(sorted(set(re.findall(r"\"\$([A-Z][A-Z0-9_]*)\"", text)))))


def _tls(exchange: Exchange) -> list[str]:
    words = []
    if exchange.request is not None and exchange.request.url.startswith("https://"):
        words += ['--cacert "$ROOTS"']
    if exchange.tls is not None and exchange.tls.client:
        words += ['--cert "$CERTIFICATE"', '--key "$KEY"']
    return words


def _headers(request: Request) -> list[str]:
    words = []
    for name, value in request.headers:
        lower = name.lower()
        if lower in _COMPUTED:
            continue
        if lower in _SECRET_HEADERS:
            scheme = "Bearer " if lower == "authorization" else ""
            words.append(f"--header {shlex.quote(f'{name}: {scheme}')}" + '"$TOKEN"')
        else:
            # A leading @ would make curl read a file; no header name starts with one.
            words.append(f"--header {_quoted(f'{name.lstrip(_AT)}: {value}')}")
    return words


def _body(request: Request, secret: re.Pattern[str] | None) -> list[str]:
    if not request.size and not request.body:
        return []
    if len(request.body) > BODY_LIMIT or not request.body:
        return ['--data-binary @"$BODY"']
    try:
        return [f"--data-raw {_quoted(request.body.decode(), secret, 'CLIENT_ASSERTION')}"]
    except UnicodeDecodeError:
        return ['--data-binary @"$BODY"']


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
