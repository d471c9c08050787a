"""Odd answers, by kind: each takes a faithful answer and gives the bytes that are sent in its place.

What is odd is drawn with a random number generator that hypothesis seeds, so that one example holds many odd answers.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from random import Random
from typing import Any

from conformance.model.exchange import Response
from tests.hostile.junk import FIELDS, JUNK, LINES, MEDIA, NUMBERS, PARTS, PROLOGUES, TEXTS, XML
from tests.hostile.playing import sent

Bend = Callable[[Random, Response], bytes]


class Raw(str):
    """JSON as it is written."""

    __slots__ = ()


def json_bent(random: Random, response: Response) -> bytes:
    """With something else in a few places of what is JSON."""
    try:
        document = json.loads(response.body)
    except ValueError:
        return json_whole(random, response)
    for _ in range(random.randint(1, 3)):
        document = _bent(random, document)
    return _with_body(response, _written(random, document))


def json_whole(random: Random, response: Response) -> bytes:
    """Another document altogether."""
    return _with_body(response, random.choice(JUNK).encode("utf-8", "surrogatepass"))


def _bent(random: Random, value: Any) -> Any:
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(list(value))
        if random.random() < 0.04:
            return {
                random.choice(["", "\ud800", "a" * 300, "999911110", "vr"]) if one == key else one: held
                for one, held in value.items()
            }
        return {**value, key: _bent(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.9:
        place = random.randrange(len(value))
        return [*value[:place], _bent(random, value[place]), *value[place + 1 :]]
    return Raw(random.choice(JUNK))


def _written(random: Random, value: Any) -> bytes:
    return _text(random, value).encode("utf-8", "surrogatepass")


def _text(random: Random, value: Any) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        pairs = [f"{json.dumps(name)}:{_text(random, held)}" for name, held in value.items()]
        if pairs and random.random() < 0.002:
            pairs.append(random.choice(pairs))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(random, held) for held in value) + "]"
    return json.dumps(value)


VALUES = re.compile(rb'"[^"<>]*"')


def xml_bent(random: Random, response: Response) -> bytes:
    """With something between two tags, in an attribute, or in front of it."""
    body = response.body
    for _ in range(random.randint(1, 3)):
        tags = [found.start() for found in re.finditer(rb"<", body)]
        values = list(VALUES.finditer(body))
        way = random.randrange(4)
        if way == 0 and tags:
            at = random.choice(tags)
            body = body[:at] + random.choice(XML) + body[at:]
        elif way == 1 and values:
            found = random.choice(values)
            text = random.choice(TEXTS).strip('"').encode("utf-8", "surrogatepass").replace(b"<", b"&lt;")
            body = body[: found.start() + 1] + text.replace(b'"', b"") + body[found.end() - 1 :]
        elif way == 2:
            body = random.choice(PROLOGUES) + body
        elif len(tags) > 2:
            begin, end = sorted(random.sample(tags, 2))
            body = body[:begin] + body[end:]
    return _with_body(response, body)


def xml_whole(random: Random, response: Response) -> bytes:
    """Another document altogether, in FHIR's namespace or none."""
    inner = b"".join(random.choice(XML) for _ in range(3))
    name = random.choice([b"Bundle", b"Patient", b"OperationOutcome", b"x", b"html"])
    space = random.choice([b"", b" xmlns='http://hl7.org/fhir'"])
    return _with_body(response, b"<" + name + space + b">" + inner + b"</" + name + b">", "application/fhir+xml")


def bytes_bent(random: Random, response: Response) -> bytes:
    """With some bytes put in, overwritten, left out or repeated: lengths of elements, of chunks, of parts."""
    body = bytearray(response.body or b"x")
    for _ in range(random.choice([1, 1, 2, 8, 40])):
        at = random.randrange(min(len(body), 700) if random.random() < 0.7 else len(body)) if body else 0
        match random.randrange(5):
            case 0:
                body[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                body[at : at + 4] = random.choice([b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"\xfe\xff\0\xe0"])
            case 2:
                del body[at : at + random.choice([1, 2, 7, 500, len(body)])]
            case 3:
                body[at:at] = body[at : at + random.choice([1, 8, 600])]
            case _:
                body[at:at] = random.randbytes(random.choice([1, 3, 40]))
    return _with_body(response, bytes(body))


def parts(random: Random, response: Response) -> bytes:
    """A body in parts that is none, or is of odd ones."""
    media = random.choice(['multipart/related; type="application/dicom"; boundary=a', "multipart/related; boundary=a"])
    return _with_body(response, random.choice(PARTS), media)


def typed_otherwise(random: Random, response: Response) -> bytes:
    """The same body under another name."""
    return _with_body(response, response.body, random.choice(MEDIA))


def headed(random: Random, response: Response) -> bytes:
    """With odd fields, and sometimes an odd first line."""
    line = random.choice(LINES) if random.random() < 0.4 else f"HTTP/1.1 {response.status} {response.reason}"
    odd = [random.choice(FIELDS) for _ in range(random.choice([1, 2, 5]))]
    fields = [f"{name}: {value}" for name, value in response.headers]
    random.shuffle(fields)
    return sent(line, [*odd, *fields] if random.random() < 0.5 else [*fields, *odd], response.body)


def anything(random: Random, response: Response) -> bytes:
    """No HTTP at all, or hardly."""
    head = random.choice(
        [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"\r\n\r\n"]
    )
    said = head + random.choice([b"zz\r\n", b"-5\r\nx", b"ffffffffff\r\n", b"3\r\nab", b"", random.randbytes(60)])
    whole = sent(f"HTTP/1.1 {response.status} OK", [], response.body)
    return random.choice([said, whole[: random.randrange(len(whole))]])


def token(random: Random, response: Response) -> bytes:
    """A token answer with odd members, and odd tokens in it."""
    claims = [random.choice(['{"exp":%s}', '{"a":%s}', "%s", '{"iss":1,"iss":%s}']) % random.choice(JUNK) for _ in "ab"]
    pieces = [urlsafe_b64encode(one.encode("utf-8", "surrogatepass")).decode().rstrip("=") for one in claims]
    tokens = [
        json.dumps(f"{pieces[0]}.{pieces[1]}.{random.choice(['', 'x', '@', '=='])}"),
        random.choice(JUNK),
        '"a b"',
        '"\\u00e9"',
        '"x"',
    ]
    members = {
        "access_token": random.choice(tokens),
        "token_type": random.choice(['"Bearer"', '"bearer"', random.choice(JUNK)]),
        "expires_in": random.choice([*NUMBERS, "300", '"300"', random.choice(JUNK)]),
        "scope": random.choice(['"x"', random.choice(JUNK)]),
    }
    kept = [f'"{name}":{held}' for name, held in members.items() if random.random() < 0.9]
    return _with_body(response, ("{" + ",".join(kept) + "}").encode("utf-8", "surrogatepass"), "application/json", 200)


def _with_body(response: Response, body: bytes, media: str | None = None, status: int = 0) -> bytes:
    kept = [(name, value) for name, value in response.headers if media is None or name != "content-type"]
    fields = [f"{name}: {value}" for name, value in kept]
    typed = [] if media is None else [f"Content-Type: {media}"]
    return sent(f"HTTP/1.1 {status or response.status} OK", [*fields, *typed], body)


KINDS: dict[str, Bend] = {
    "json": json_bent,
    "other-json": json_whole,
    "xml": xml_bent,
    "other-xml": xml_whole,
    "bytes": bytes_bent,
    "parts": parts,
    "media-type": typed_otherwise,
    "head": headed,
    "no-http": anything,
    "token": token,
}
