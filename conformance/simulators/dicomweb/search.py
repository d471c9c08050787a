"""Search (QIDO-RS, PS3.18 section 10.6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.codecs.dicomjson import attribute
from conformance.simulators.dicomweb.archive import RETURNED, Archive, Entry, Level, Target
from conformance.simulators.dicomweb.matching import Key, key_of, path_of
from conformance.simulators.dicomweb.negotiation import JSON, Offer, chosen
from conformance.simulators.dicomweb.refusals import Refusal
from conformance.simulators.http import Answer, Call

MOST_ANSWERS = 500
_NARROWING = frozenset({"00100020", "0020000D", "0020000E", "00080018", "00080050"})
"""Patient, study, series, instance, accession number: a search must name one, or it would show everybody's data."""


_NOT_FUZZY = "The fuzzymatching parameter is not supported. Only literal matching has been performed."
_MORE = "The number of results exceeded the maximum supported by the server. Additional results can be requested."


@dataclass(frozen=True, slots=True)
class Search:
    """What a search asks: keys, extra attributes, and which slice of the matches."""

    keys: tuple[Key, ...]
    include: frozenset[str]
    everything: bool
    limit: int
    offset: int
    fuzzy: bool


def search(archive: Archive, call: Call, level: Level, within: Target) -> Answer:
    """Answer a search: 200 with the matches of this page, or 204 when there are none."""
    offer = chosen(call, (Offer(JSON), Offer("application/json")))
    asked = _asked(call.query)
    if not within.study and not any(key.path[0] in _NARROWING and key.test for key in asked.keys):
        raise Refusal(
            400, "Name a patient, an accession number or a UID: this gateway does not list everybody's studies."
        )
    if within.study:
        archive.instances(within)
    found = [entry for entry in archive.entries(level, within) if all(key.matches(entry.model) for key in asked.keys)]
    page = found[asked.offset : asked.offset + asked.limit]
    headers = tuple(_warnings(asked, call.base, len(found)))
    if not page:
        return Answer(204, headers)
    wanted = RETURNED[level] | _study_level(level, within) | asked.include
    datasets = [_answered(entry, wanted, asked.everything, call.base) for entry in page]
    body = json.dumps(datasets, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(200, (("Content-Type", offer.name), *headers), body)


def _study_level(level: Level, within: Target) -> frozenset[str]:
    """A search over all studies also answers with the attributes of the levels above (PS3.18 section 10.6.3.3)."""
    if within.study or level is Level.STUDY:
        return frozenset()
    return RETURNED[Level.STUDY] | (RETURNED[Level.SERIES] if level is Level.INSTANCE else frozenset())


def _answered(entry: Entry, wanted: frozenset[str], everything: bool, base: str) -> Mapping[str, Any]:
    model = {**entry.model, **attribute("RetrieveURL", base + entry.target.path)}
    return {tag: model[tag] for tag in sorted(model) if everything or tag in wanted}


def _warnings(asked: Search, service: str, matches: int) -> Iterable[tuple[str, str]]:
    """The warnings that PS3.18 section 8.3.4 words itself: clients look for these sentences."""
    if asked.fuzzy:
        yield "Warning", f'299 {service} "{_NOT_FUZZY}"'
    if asked.limit == MOST_ANSWERS and matches > asked.offset + asked.limit:
        yield "Warning", f'299 {service} "{_MORE}"'


def _asked(query: tuple[tuple[str, str], ...]) -> Search:
    plain = {name: value for name, value in query if name in ("limit", "offset", "fuzzymatching")}
    fields = [field for name, value in query if name == "includefield" for field in value.split(",") if field]
    keys = [pair for pair in query if pair[0] not in ("limit", "offset", "fuzzymatching", "includefield", "accept")]
    if plain.get("fuzzymatching", "false") not in ("true", "false"):
        raise Refusal(400, "fuzzymatching is true or false.")
    return Search(
        keys=tuple(key_of(name, value) for name, value in keys),
        include=frozenset(path_of(field)[0] for field in fields if field != "all"),
        everything="all" in fields,
        limit=min(_count(plain, "limit", MOST_ANSWERS), MOST_ANSWERS),
        offset=_count(plain, "offset", 0),
        fuzzy=plain.get("fuzzymatching") == "true",
    )


def _count(plain: Mapping[str, str], name: str, default: int) -> int:
    text = plain.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Refusal(400, f"{name} is not a whole number of zero or more.")
    return int(text)
