"""Documents and messages: what they start with, what must be inside, and what must be reached.

FHIR R4, documents.html 3.3.1 and messaging.html 3.4.1; resolution by bundle.html 2.36.4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.resolving import Target, entries_of, in_bundle, literal
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.run import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

SINGLE = ("subject", "encounter", "custodian")
LISTED = ("author",)


def check_document(run: Run, value: dict[str, Any], at: At) -> None:
    """A document starts with a Composition, holds what it names, and holds nothing it does not lead to."""
    first = _first(run, value, at, "Composition")
    if first is None:
        return
    bundle = run.scope
    composition = first.resource
    for name, reference in _direct(composition):
        _present(run, bundle, reference, first, f"Composition.{name}")
    for reference in _section_entries(composition.get("section")):
        _present(run, bundle, reference, first, "section entry")
    _reach(run, bundle, first, "Composition")
    _stylesheets(run, bundle, value, at)


def check_message(run: Run, value: dict[str, Any], at: At) -> None:
    """A message starts with a MessageHeader and holds the resources in its focus."""
    first = _first(run, value, at, "MessageHeader")
    if first is None:
        return
    focus = first.resource.get("focus")
    for each in focus if isinstance(focus, list) else ():
        if isinstance(each, dict) and isinstance(each.get("reference"), str):
            _present(run, run.scope, each["reference"], first, "MessageHeader.focus")
    _reach(run, run.scope, first, "MessageHeader")


def _first(run: Run, value: dict[str, Any], at: At, wanted: str) -> Target | None:
    entries = value.get("entry")
    entry = entries[0] if isinstance(entries, list) and entries else None
    resource = entry.get("resource") if isinstance(entry, dict) else None
    found = str(resource.get("resourceType")) if isinstance(resource, dict) else "nothing"
    if not isinstance(entry, dict) or not isinstance(resource, dict) or found != wanted:
        run.report(Code.BUNDLE_FIRST, (at, "entry", 0), expected=wanted, found=found)
        return None
    here = ((at, "entry", 0), "resource", -1)
    full_url = entry.get("fullUrl")
    return Target(resource, here, Scope(resource, here, run.scope, full_url if isinstance(full_url, str) else ""))


def _direct(composition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The references of a Composition whose targets a document must hold."""
    for name in SINGLE:
        yield from ((name, each) for each in _literal(composition.get(name)))
    for name in LISTED:
        listed = composition.get(name)
        for each in listed if isinstance(listed, list) else ():
            yield from ((name, one) for one in _literal(each))
    attesters = composition.get("attester")
    for each in attesters if isinstance(attesters, list) else ():
        if isinstance(each, dict):
            yield from (("attester.party", one) for one in _literal(each.get("party")))


def _literal(value: Any) -> list[str]:
    reference = value.get("reference") if isinstance(value, dict) else None
    return [reference] if isinstance(reference, str) and not reference.startswith("#") else []


def _section_entries(sections: Any) -> Iterator[str]:
    for section in sections if isinstance(sections, list) else ():
        if isinstance(section, dict):
            entries = section.get("entry")
            for each in entries if isinstance(entries, list) else ():
                yield from _literal(each)
            yield from _section_entries(section.get("section"))


def _present(run: Run, bundle: Scope, reference: str, source: Target, role: str) -> None:
    target = in_bundle(bundle, reference, source.scope.full_url)
    if target is None:
        run.report(Code.BUNDLE_NOT_FOUND, source.at, expected=role, found=reference)
    elif target.matches > 1:
        run.report(Code.REFERENCE_AMBIGUOUS, source.at, expected=role, found=reference)


def _reach(run: Run, bundle: Scope, first: Target, kind: str) -> None:
    """Follow references from the first entry, then take in what refers to something reached, until nothing is new."""
    targets = [each for listed in entries_of(bundle).by_url.values() for each in listed]
    by_place = {each.at[0][2]: each for each in targets if each.at[0] is not None}
    links = {place: _links_of(bundle, each) for place, each in by_place.items()}
    start = first.at[0][2] if first.at[0] is not None else 0
    reached, waiting = {start}, [start]
    while waiting:
        place = waiting.pop()
        backwards = {each for each, out in links.items() if place in out}
        for following in (links.get(place, set()) | backwards) - reached:
            reached.add(following)
            waiting.append(following)
    for place, target in by_place.items():
        if place not in reached:
            severity = Severity.ERROR if kind == "Composition" else Severity.WARNING
            found = target.scope.full_url
            run.report(
                Code.BUNDLE_UNREACHABLE, target.at[0] or target.at, expected=kind, found=found, severity=severity
            )


def _links_of(bundle: Scope, source: Target) -> set[int]:
    found = set()
    for reference in references_in(source.resource):
        target = in_bundle(bundle, reference, source.scope.full_url)
        if target is not None and target.at[0] is not None:
            found.add(target.at[0][2])
    return found


def references_in(value: Any) -> Iterator[str]:
    """Every literal reference and URL below a value that may lead to an entry."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in {"reference", "url", "valueUrl", "valueUri", "valueCanonical"} and isinstance(each, str):
                if not each.startswith("#"):
                    yield each
            else:
                yield from references_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from references_in(each)


def _stylesheets(run: Run, bundle: Scope, value: dict[str, Any], at: At) -> None:
    links = value.get("link")
    for index, link in enumerate(links if isinstance(links, list) else ()):
        if isinstance(link, dict) and link.get("relation") == "stylesheet" and isinstance(link.get("url"), str):
            url = link["url"]
            if in_bundle(bundle, url, "") is None and literal(url) is not None:
                run.report(Code.BUNDLE_STYLESHEET, (at, "link", index), found=url)
