"""What a token endpoint says when it gives no token (RFC 6749 section 5.2), and which setting that points at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from conformance.model.agreements import Json
from conformance.model.exchange import Response

LONGEST = 160
"""So much of a server's words stands in a sentence of ours."""

_NOWHERE = frozenset({301, 302, 303, 307, 308, 404, 405, 410})
_POINTS_AT: Mapping[str, re.Pattern[str]] = {
    "token-audience-refused": re.compile(r"\baud(?:ience)?\b", re.IGNORECASE),
    "token-client-id-missing": re.compile(
        r"\bclient[ _-]?id\b|\bunknown client\b|\bclient\b.*\bnot (?:registered|known|found)\b", re.IGNORECASE
    ),
    "token-scope-refused": re.compile(r"\bscopes?\b|invalid_scope", re.IGNORECASE),
}
"""What is most likely meant, by the words in which servers speak of it; the first that fits."""


def no_token(response: Response | None) -> str:
    """The code of the trouble where an answer holds no token: what to look at first."""
    if response is None:
        return "token-refused"
    if response.status in _NOWHERE:
        return "token-endpoint-absent"
    if response.status < 300:
        return "token-unreadable"
    said = " ".join(_words(response))
    return next((code for code, pattern in _POINTS_AT.items() if pattern.search(said)), "token-refused")


def refusal_of(response: Response) -> str:
    """Error code and description of a refusal, to stand behind its status; empty where it says nothing."""
    said = ", ".join(_words(response))
    return f", {said[:LONGEST]}{'…' if len(said) > LONGEST else ''}" if said else ""


def members(response: Response) -> Mapping[str, Json]:
    """The members of an answer that is a JSON object; none of any other."""
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _words(response: Response) -> list[str]:
    said = members(response)
    told = [one for name in ("error", "error_description") if isinstance(one := said.get(name), str) and one]
    return ["".join(sign if sign.isprintable() else " " for sign in one) for one in told]
