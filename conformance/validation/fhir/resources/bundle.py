"""Rules of Bundles that no invariant states (FHIR R4, bundle.html 2.36 and documents.html 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.resolving import literal
from conformance.validation.fhir.base.strings import ABSOLUTE
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.resources.bundle_documents import check_document, check_message

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

URL_NOT_NEEDED = {"transaction", "transaction-response", "batch", "batch-response"}
ONCE = {"self", "first", "last", "next", "previous", "prev"}


def check_bundle(run: Run, value: dict[str, Any], at: At) -> None:
    """Hook of the resource Bundle."""
    kind = str(value.get("type"))  # what is no text is told elsewhere
    entries = (
        [(index, each) for index, each in enumerate(value["entry"]) if isinstance(each, dict)]
        if isinstance(value.get("entry"), list)
        else []
    )
    for index, entry in entries:
        _full_url(run, entry, kind, (at, "entry", index))
    _links(run, value, at)
    _duplicates(run, entries, kind, at)
    _asked_for(run, entries, at)
    if kind == "searchset":
        _search(run, value, entries, at)
    elif kind == "document":
        check_document(run, value, at)
    elif kind == "message":
        check_message(run, value, at)


def _full_url(run: Run, entry: dict[str, Any], kind: str, at: At) -> None:
    url, resource = entry.get("fullUrl"), entry.get("resource")
    if not isinstance(url, str):
        if kind not in URL_NOT_NEEDED and isinstance(resource, dict):
            expected = "every entry has one, except in transactions and batches"
            run.report(Code.BUNDLE_FULL_URL, (at, "fullUrl", -1), expected=expected)
        return
    here = (at, "fullUrl", -1)
    if not ABSOLUTE.match(url):
        run.report(Code.BUNDLE_FULL_URL, here, expected="it must be absolute", found=url)
        return
    parts = literal(url)
    if parts is None or not isinstance(resource, dict) or not run.engine.model.is_resource(parts.type):
        return
    ending = f"{resource.get('resourceType')}/{resource.get('id')}"
    if "id" not in resource:
        run.report(Code.BUNDLE_FULL_URL, here, expected="it is a server's URL and the resource has no id", found=url)
    elif f"{parts.type}/{parts.id}" != ending:
        run.report(Code.BUNDLE_FULL_URL, here, expected=f"a server's URL ends with {ending}", found=url)


def _links(run: Run, value: dict[str, Any], at: At) -> None:
    seen = set()
    links = value.get("link")
    for index, link in enumerate(links if isinstance(links, list) else ()):
        relation = link.get("relation") if isinstance(link, dict) else None
        if not isinstance(relation, str):
            continue
        if relation in ONCE and relation in seen:
            run.report(Code.BUNDLE_LINK, (at, "link", index), found=relation)
        seen.add(relation)


def _duplicates(run: Run, entries: list[tuple[int, dict[str, Any]]], kind: str, at: At) -> None:
    """One resource is there once; versions of it only in a history (bdl-7 judges the full URLs)."""
    seen: dict[tuple[Any, ...], str] = {}
    for index, entry in entries:
        resource = entry.get("resource")
        if not isinstance(resource, dict) or not isinstance(resource.get("id"), str) or kind == "history":
            continue
        meta = resource.get("meta")
        version = meta.get("versionId") if isinstance(meta, dict) else None
        url = str(entry.get("fullUrl", ""))
        key = (str(resource.get("resourceType")), resource["id"], str(version))
        if key in seen and seen[key] == url:
            found = f"{key[0]}/{key[1]}"
            run.report(
                Code.BUNDLE_DUPLICATE, ((at, "entry", index), "resource", -1), found=found, severity=Severity.WARNING
            )
        seen[key] = url


def _asked_for(run: Run, entries: list[tuple[int, dict[str, Any]]], at: At) -> None:
    """Profiles a user asked for by resource type and position (-1: every one)."""
    for name, position, profile in run.engine.options.bundle_profiles:
        number = -1
        for index, entry in entries:
            resource = entry.get("resource")
            if not isinstance(resource, dict) or resource.get("resourceType") != name:
                continue
            number += 1
            if position in {-1, number}:
                run.engine.check_profile(run, resource, ((at, "entry", index), "resource", -1), profile)


def _search(run: Run, value: dict[str, Any], entries: list[tuple[int, dict[str, Any]]], at: At) -> None:
    types = _searched(run, value)
    for index, entry in entries:
        resource, search = entry.get("resource"), entry.get("search")
        if not isinstance(resource, dict):
            continue
        here = ((at, "entry", index), "resource", -1)
        mode = search.get("mode") if isinstance(search, dict) else None
        name = str(resource.get("resourceType"))
        if mode == "outcome" and name != "OperationOutcome":
            run.report(Code.BUNDLE_SEARCH, here, expected="an outcome is an OperationOutcome", found=name)
        if name == "OperationOutcome":
            if mode == "match" and types and name not in types:
                run.report(Code.BUNDLE_SEARCH, here, expected=f"matches are of type {', '.join(types)}", found=name)
        elif mode != "outcome":
            _match(run, resource, name, mode, types, here)


def _match(run: Run, resource: dict[str, Any], name: str, mode: Any, types: list[str], at: At) -> None:
    if "id" not in resource:
        run.report(Code.BUNDLE_SEARCH, at, expected="search results have ids", found=name)
    if types and mode == "match" and name not in types:
        run.report(Code.BUNDLE_SEARCH, at, expected=f"matches are of type {', '.join(types)}", found=name)


def _searched(run: Run, value: dict[str, Any]) -> list[str]:
    """The types the self link says were searched for: the last part of its path, or `_type`."""
    links = value.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "self" and isinstance(link.get("url"), str):
            path, _, query = link["url"].partition("?")
            name = path.rstrip("/").rsplit("/", 1)[-1]
            if run.engine.model.is_resource(name):
                return [name]
            for part in query.split("&"):
                if part.startswith("_type="):
                    return [each for each in part[6:].replace("%2C", ",").split(",") if each]
    return []
