"""Rules that hold for everything in a BgZ answer, taken from the assert rules of Nictiz' serving scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, urlsplit

from conformance.checks.fhir.reading import (
    Resource,
    at,
    content,
    entries,
    few,
    goes_on,
    included,
    matches,
    mode,
    name,
    not_wholly,
    objects,
    resources,
    searched,
    target,
    tokens,
    walk,
)
from conformance.checks.judgement import decidable, judgement, met, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

ZIB_VALUE_SETS = "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.2"
ABSENT = (
    "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
    "http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor",
)
WITHOUT_PROFILE = frozenset({"OperationOutcome", "Binary"})


def _none(lacking: Iterable[str], nl: str, en: str) -> None:
    found = list(lacking)
    require(not found, nl=f"{nl}: {few(found)}", en=f"{en}: {few(found)}")


def matched(exchange: Exchange) -> list[Resource]:
    """The matches of a search: with none there is nothing that could carry what is asked for."""
    found = matches(searched(exchange))
    decidable(
        found,
        nl="de zoekvraag had geen treffer: staan de proefgegevens in het knooppunt?",
        en="the search had no match: are the test data loaded in the node?",
    )
    return found


def _something(exchange: Exchange) -> list[Resource]:
    searched(exchange)
    found = [resource for resource in resources(exchange) if str(resource.get("resourceType")) not in WITHOUT_PROFILE]
    decidable(
        found,
        nl="het antwoord bevat geen resource: staan de proefgegevens in het knooppunt?",
        en="the answer holds no resource: are the test data loaded in the node?",
    )
    return found


def _each(
    exchange: Exchange, holds: Callable[[Resource], bool], nl: str, en: str, *, shape: Callable[[Resource], bool]
) -> None:
    """Every object of a shape, anywhere in the answer, for which the rule must hold."""
    lacking = [
        f"{name(resource)} {path}"
        for resource in _something(exchange)
        for path, value in walk(resource)
        if shape(value) and not holds(value)
    ]
    _none(lacking, nl, en)


@judgement("entries-have-full-url")
def entries_have_full_url(exchange: Exchange) -> None:
    """Every entry has an absolute fullUrl, or a urn:uuid or urn:oid."""
    bundle = searched(exchange)
    _something(exchange)
    starts = ("http://", "https://", "urn:uuid:", "urn:oid:")
    lacking = (
        name(content(entry))
        for entry in entries(bundle)
        if mode(entry) != "outcome" and not str(entry.get("fullUrl", "")).startswith(starts)
    )
    _none(lacking, "geen absolute fullUrl bij", "no absolute fullUrl for")


@judgement("ids-match-full-url")
def ids_match_full_url(exchange: Exchange) -> None:
    """Every resource under an http fullUrl has an id, and the fullUrl ends in type and id."""
    _something(exchange)
    lacking = (
        name(content(entry))
        for entry in entries(searched(exchange))
        if mode(entry) != "outcome" and str(entry.get("fullUrl", "")).startswith("http") and not _ends_in_id(entry)
    )
    _none(lacking, "fullUrl eindigt niet op type en id bij", "fullUrl does not end in type and id for")


def _ends_in_id(entry: Resource) -> bool:
    return "id" in content(entry) and str(entry["fullUrl"]).endswith("/" + name(content(entry)))


@judgement("resources-name-profile")
def resources_name_profile(exchange: Exchange) -> None:
    """Every resource names at least one profile in meta.profile."""
    lacking = (name(resource) for resource in _something(exchange) if not at(resource, "meta.profile"))
    _none(lacking, "geen meta.profile bij", "no meta.profile for")


@judgement("codings-complete")
def codings_complete(exchange: Exchange) -> None:
    """Every Coding has a system and a code."""

    def holds(concept: Resource) -> bool:
        return all(coding.get("system") and coding.get("code") for coding in objects(concept["coding"]))

    _each(
        exchange,
        holds,
        "Coding zonder system of code",
        "Coding without system or code",
        shape=lambda value: "coding" in value,
    )


@judgement("no-value-set-as-system")
def no_value_set_as_system(exchange: Exchange) -> None:
    """No zib value set stands as the system of a Coding."""

    def holds(coding: Resource) -> bool:
        return not str(coding["system"]).startswith(ZIB_VALUE_SETS)

    def shape(value: Resource) -> bool:
        return "system" in value and "code" in value

    _each(exchange, holds, "waardelijst als system", "value set as system", shape=shape)


@judgement("concepts-readable")
def concepts_readable(exchange: Exchange) -> None:
    """Every CodeableConcept has a display, a text or an extension."""

    def holds(concept: Resource) -> bool:
        codings = objects(concept["coding"])
        return bool(concept.get("text") or concept.get("extension") or any(coding.get("display") for coding in codings))

    _each(exchange, holds, "geen display of text", "no display or text", shape=lambda value: "coding" in value)


@judgement("references-readable")
def references_readable(exchange: Exchange) -> None:
    """Every Reference has a display, or an extension that says why not."""

    def holds(reference: Resource) -> bool:
        siblings = [*objects(reference.get("extension")), *at(reference, "_display.extension")]
        return bool(reference.get("display")) or any(extension.get("url") in ABSENT for extension in siblings)

    def shape(value: Resource) -> bool:
        return isinstance(value.get("reference"), str)

    _each(exchange, holds, "geen display bij verwijzing", "no display with reference", shape=shape)


@judgement("identifiers-complete")
def identifiers_complete(exchange: Exchange) -> None:
    """Every Identifier has a value, and a system or a type."""
    lacking = [
        f"{name(resource)} {path}.identifier".replace(" .", " ")
        for resource in _something(exchange)
        for path, value in walk(resource)
        for identifier in _identifiers(value)
        if not (identifier.get("value") and (identifier.get("system") or identifier.get("type")))
    ]
    _none(lacking, "Identifier zonder value of system", "Identifier without value or system")


def _identifiers(value: Resource) -> list[Resource]:
    found = value.get("identifier")
    return [found] if isinstance(found, dict) else objects(found)


@judgement("total-counts-matches")
def total_counts_matches(exchange: Exchange) -> Text | None:
    """Bundle.total is not smaller than the matches shown, and equals them when there is no next page."""
    bundle = searched(exchange)
    total, shown = bundle.get("total"), len(matches(bundle))
    if total is None:
        met()
        return Text("geen total, dat mag", "no total, which is allowed")
    require(
        total == shown or (goes_on(bundle) and isinstance(total, int) and total > shown),
        nl=f"verwacht: total {shown}; gezien: {total}",
        en=f"expected: total {shown}; seen: {total}",
    )
    return Text(f"total {total}", f"total {total}")


def _self(bundle: Resource) -> str:
    links = [str(link.get("url", "")) for link in objects(bundle.get("link")) if link.get("relation") == "self"]
    return links[0] if links else ""


@judgement("self-link-present")
def self_link_present(exchange: Exchange) -> None:
    """The Bundle has a link with relation self."""
    require(_self(searched(exchange)), nl="geen link met relation 'self'", en="no link with relation 'self'")


@judgement("self-link-repeats-search")
def self_link_repeats_search(exchange: Exchange) -> None:
    """The self link holds each parameter of the search; reference values, and chains, may gain or lose their type."""
    link = _self(searched(exchange))
    decidable(link, nl="er is geen self-link", en="there is no self link", triage=Triage.NODE)
    asked = parse_qsl(urlsplit(exchange.request.url).query) if exchange.request else []
    told = {(_untyped(key), value.rsplit("/", 1)[-1]) for key, value in parse_qsl(urlsplit(link).query)}
    missing = [
        key
        for key, value in asked
        if not key.startswith("_format") and (_untyped(key), value.rsplit("/", 1)[-1]) not in told
    ]
    _none(missing, "niet in de self-link", "not in the self link")


def _untyped(key: str) -> str:
    """A chained parameter without the types it goes along: `patient:Patient.identifier` (FHIR search, section 2.21.1.2)
    is `patient.identifier`; a modifier such as `:exact` stays."""
    return _CHAINED.sub(".", key)


_CHAINED = re.compile(r":[A-Z][A-Za-z]+\.")


@judgement("observations-coded")
def observations_coded(exchange: Exchange, *, codes: tuple[str, ...]) -> None:
    """Every Observation that matches carries one of these codes."""
    lacking = (name(found) for found in matched(exchange) if not tokens(found.get("code")) & set(codes))
    _none(lacking, f"verwacht: {', '.join(codes)}; niet zo bij", f"expected: {', '.join(codes)}; not so for")


@judgement("provenance-for-matches")
def provenance_for_matches(exchange: Exchange) -> Text | None:
    """For each match the Bundle holds a Provenance that targets it, marked as included, and no other Provenance."""
    if "_revinclude" not in str(exchange.given["path"]):
        return _not_asked(exchange)
    bundle = searched(exchange)
    found = matched(exchange)
    came = [one for one in included(bundle) if one.get("resourceType") == "Provenance"]
    told = {one for provenance in came for one in _targets(provenance)}
    _none(
        (name(resource) for resource in found if name(resource) not in told), "geen Provenance bij", "no Provenance for"
    )
    there = {name(content(entry)) for entry in entries(bundle)}
    strays = [name(one) for one in came if not there.intersection(_targets(one))]
    if strays:
        not_wholly(bundle, f"waarvan {few(strays)} is, staat hier niet", f"what {few(strays)} is of is not here")
    _none(strays, "Provenance van wat niet is gevonden", "Provenance of what was not found")
    return Text(f"Provenance bij {len(found)} treffers", f"Provenance for {len(found)} matches")


def _targets(provenance: Resource) -> set[str]:
    return {target(str(reference)) for reference in at(provenance, "target.reference")}


def _not_asked(exchange: Exchange) -> Text:
    searched(exchange)
    met()
    return Text("hier niet meegevraagd", "not asked along here")


@judgement("provenance-complete")
def provenance_complete(exchange: Exchange) -> Text | None:
    """Every Provenance names its target, when it was recorded, the activity and an organisation as agent."""
    if "_revinclude" not in str(exchange.given["path"]):
        return _not_asked(exchange)
    found = [resource for resource in resources(exchange) if resource.get("resourceType") == "Provenance"]
    decidable(found, nl="het antwoord bevat geen Provenance", en="the answer holds no Provenance", triage=Triage.NODE)
    lacking = [f"{name(resource)} {element}" for resource in found for element in _lacking(resource)]
    _none(lacking, "ontbreekt", "missing")
    return Text(f"{len(found)} x Provenance", f"{len(found)} x Provenance")


def _lacking(provenance: Resource) -> list[str]:
    lacking = [element for element in ("target", "recorded", "activity") if not provenance.get(element)]
    agents = [*at(provenance, "agent.whoReference.reference"), *at(provenance, "agent.onBehalfOfReference.reference")]
    return lacking if any("Organization/" in str(agent) for agent in agents) else [*lacking, "agent (Organization)"]
