"""Judgements on a node that asks others for images: on the calls that arrived at the suite's counterpart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from conformance.checks.images.reading import UID_OF, all_values, asked, found, listed, named
from conformance.checks.judgement import answer, decidable, fact, judgement, met, require, undecided
from conformance.codecs.dicom import is_keyword
from conformance.codecs.dicomjson import tag_of
from conformance.codecs.mediatypes import MediaType, accepted, parse
from conformance.model.exchange import Exchange, Outcome, Request
from conformance.model.words import Text, Triage

_PARAMETERS = frozenset(
    {"limit", "offset", "includefield", "fuzzymatching", "emptyvaluematching", "multiplevaluematching", "accept"}
)
_PSEUDONYM = re.compile(r"bsn-[a-z]+")


def _request(exchange: Exchange) -> Request:
    """The call that arrived; undecidable when the recording lost it."""
    decidable(exchange.request, nl="er is geen verzoek opgenomen", en="no request was recorded", triage=Triage.NODE)
    return exchange.request or Request(method="", url="")


@judgement("calls-made")
def calls_made(calls: Exchange, start: Exchange, *, operations: tuple[str, ...]) -> Text | None:
    """Once its action was started, the node made each of these kinds of call within the time given."""
    if start.outcome is not Outcome.ANSWERED:
        raise undecided(start)
    decidable(
        start.response is None or start.response.status < 300,
        nl="de aansturing weigerde de actie te starten",
        en="the driver refused to start the action",
        triage=Triage.CONFIGURATION,
    )
    made = fact(calls, "operations")
    counts = made if isinstance(made, Mapping) else {}
    missing = [name for name in operations if not counts.get(name)]
    require(not missing, nl=f"geen aanroep gezien: {listed(missing)}", en=f"no call seen: {listed(missing)}")
    return Text(listed(operations, 6), listed(operations, 6))


@judgement("asks-for-patient")
def asks_for_patient(exchange: Exchange, start: Exchange) -> Text | None:
    """A search names the patient whose images were wanted, in full, and nobody else; or it looks within one study."""
    _request(exchange)
    wanted = f"bsn-{start.given.get('patient', '')}"
    named_ones = {value for key, value in asked(exchange) if tag_of(key) == tag_of("PatientID")}
    if not named_ones and named(exchange):
        met()
        return Text("binnen een studie", "within a study")
    seen = ", ".join(sorted(named_ones))
    require(
        named_ones == {wanted},
        nl=f"er is gezocht op PatientID '{seen or 'leeg'}', verwacht '{wanted}'",
        en=f"the search asked for PatientID '{seen or 'empty'}', expected '{wanted}'",
    )
    return Text(wanted, wanted)


@judgement("known-keys")
def known_keys(exchange: Exchange) -> Text | None:
    """Every key of a search is a parameter of the standard, or an attribute by keyword or tag."""
    _request(exchange)
    names = [name for name, _ in asked(exchange)]
    strange = {
        name for name in names if name not in _PARAMETERS and not all(_attribute(part) for part in name.split("."))
    }
    require(not strange, nl=f"onbekende zoeksleutels: {listed(strange)}", en=f"unknown search keys: {listed(strange)}")
    return Text(f"{len(names)} zoeksleutels", f"{len(names)} search keys")


def _attribute(name: str) -> bool:
    return bool(tag_of(name)) or is_keyword(name)


@judgement("accepts")
def accepts(exchange: Exchange, *, name: str, type: str = "") -> Text | None:  # noqa: A002 - the parameter's name in RFC 2387
    """The request says in Accept that it takes this media type, and for a multipart one parts of this type."""
    header = _request(exchange).header("accept")
    require(header, nl="geen Accept-kop", en="no Accept header")
    fitting = [one for one in accepted(header) if one.covers(name) and (not type or _root(one).covers(type))]
    wanted = f'{name}; type="{type}"' if type else name
    require(fitting, nl=f"Accept '{header}', verwacht {wanted}", en=f"Accept '{header}', expected {wanted}")
    return Text(header, header)


def _root(media: MediaType) -> MediaType:
    """The type, or range of types, that the parts may have."""
    return parse(media.parameters.get("type", "*/*"))


@judgement("takes-what-was-offered")
def takes_what_was_offered(exchange: Exchange, offers: tuple[Exchange, ...]) -> Text | None:
    """A study that is searched within, read or fetched is one that an earlier search found."""
    taken = named(exchange).get("StudyInstanceUID")
    if taken is None:
        met()
        return Text("geen studie bij name", "no study by name")
    answered = [offer for offer in offers if answer(offer).status in (200, 204)]
    offered = {
        uid: offer.number for offer in reversed(answered) for uid in all_values(found(offer), "StudyInstanceUID")
    }
    require(
        offered.get(taken, exchange.number) < exchange.number,
        nl=f"opgevraagd zonder eerst gevonden te zijn: {taken}",
        en=f"asked for without having been found first: {taken}",
    )
    return Text("eerst gevonden", "found first")


@judgement("number-only-in-search")
def number_only_in_search(exchange: Exchange) -> Text | None:
    """The patient's number stands nowhere in a request but in the query of a search."""
    request = _request(exchange)
    where = {name for name, text in request.headers if _PSEUDONYM.search(text)}
    if "bsn_in_headers" in exchange.facts:  # also where a secret stood, of which nothing is kept
        where |= {str(name) for name in fact(exchange, "bsn_in_headers") or ()}
    parts = urlsplit(request.url)
    path = parts.path if parts.path.rpartition("/")[2] in UID_OF else f"{parts.path}?{parts.query}"
    require(
        not _PSEUDONYM.search(path),
        nl="het nummer staat in het pad, of achter een adres dat niets zoekt",
        en="the number stands in the path, or behind an address that searches nothing",
    )
    require(
        not where,
        nl=f"het nummer staat in de kop {listed(where)}",
        en=f"the number stands in the header {listed(where)}",
    )
    return Text("alleen als zoekwaarde", "only as a search value")
