"""The gateway's paths (PS3.18 sections 10.4.1 and 10.6.1): which request means what."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.simulators.dicomweb import retrieve
from conformance.simulators.dicomweb.archive import Archive, Level, Target
from conformance.simulators.dicomweb.matching import is_uid
from conformance.simulators.dicomweb.refusals import Refusal
from conformance.simulators.dicomweb.search import search
from conformance.simulators.http import Answer, Call, Handler
from conformance.synthesis.studies import Study

_LEVELS = ("studies", "series", "instances")


def dicomweb_handler(studies: Iterable[Study]) -> Handler:
    """A gateway that holds these studies; paths start at its base address (`/studies?...`)."""
    archive = Archive(studies)

    def handle(call: Call) -> Answer:
        try:
            return _answer(archive, call)
        except Refusal as refusal:
            return refusal.answer()

    return handle


def _answer(archive: Archive, call: Call) -> Answer:
    if call.method not in ("GET", "HEAD"):
        raise Refusal(405, "This gateway is read with GET.", ("Allow", "GET, HEAD"))
    segments = call.path.strip("/").split("/")
    target, rest = _target(segments)
    if rest and rest[0] in _LEVELS:
        return _search(archive, call, rest, target)
    if not target.study:
        raise Refusal(404, f"{call.path} is no path of a DICOMweb gateway.")
    return _retrieve(archive, call, target, rest)


def _search(archive: Archive, call: Call, rest: list[str], within: Target) -> Answer:
    if len(rest) > 1 or within.instance:
        raise Refusal(404, f"{call.path} is no path of a DICOMweb gateway.")
    return search(archive, call, Level(rest[0]), within)


def _retrieve(archive: Archive, call: Call, target: Target, rest: list[str]) -> Answer:
    match rest:
        case []:
            return retrieve.instances(archive, call, target)
        case ["metadata"]:
            return retrieve.metadata(archive, call, target)
        case ["rendered"] if target.instance:
            return retrieve.rendered(archive, call, target)
        case ["frames", listed] if target.instance:
            return retrieve.frames(archive, call, target, listed)
        case ["frames", listed, "rendered"] if target.instance:
            return retrieve.rendered(archive, call, target, listed)
        case ["bulkdata", tag] if target.instance:
            return retrieve.bulk(archive, call, target, tag)
    raise Refusal(404, f"{call.path} is no path of a DICOMweb gateway.")


def _target(segments: list[str]) -> tuple[Target, list[str]]:
    """The study, series and instance a path names, and what stands behind them; a 400 for what is no UID."""
    uids: list[str] = []
    rest = list(segments)
    while len(rest) > 1 and len(uids) < len(_LEVELS) and rest[0] == _LEVELS[len(uids)]:
        if not is_uid(rest[1]):
            raise Refusal(400, f"The identifier behind {rest[0]} is not a UID; digits and dots are expected.")
        uids.append(rest[1])
        rest = rest[2:]
    return Target(*uids), rest
