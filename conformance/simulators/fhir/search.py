"""Finds what a search asks for and puts it in a searchset Bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from conformance.model.agreements import Json
from conformance.simulators.fhir.parameters import Kind, Parameter
from conformance.simulators.fhir.query import DATE, Condition, Link, Search
from conformance.simulators.fhir.reply import Resource
from conformance.simulators.fhir.store import Store, references, values


def found(store: Store, search: Search) -> list[Resource]:
    """All matches, in the order asked for (or that of the store), before paging."""
    matches = [item for item in store.of(search.kind) if all(_matches(store, item, one) for one in search.conditions)]
    for parameter, descending in reversed(search.sort):
        matches.sort(key=lambda item: _sort_key(item, parameter), reverse=descending)
    return _latest(matches, search.latest) if search.latest else matches


def _matches(store: Store, resource: Resource, condition: Condition) -> bool:
    if condition.chain is not None:
        targets = (store.resolve(reference) for reference in references(resource, condition.parameter))
        inner = Condition(condition.chain, condition.values)
        return any(
            target is not None and target["resourceType"] == condition.target and _matches(store, target, inner)
            for target in targets
        )
    kind = condition.parameter.kind
    if kind is Kind.REFERENCE:
        present = set(references(resource, condition.parameter))
        return any(value in present or _by_id(value, present) for value in condition.values)
    test = _token_matches if kind is Kind.TOKEN else _date_matches
    return any(test(item, value) for item in values(resource, condition.parameter) for value in condition.values)


def _by_id(value: str, present: set[str]) -> bool:
    """A bare id, or an absolute address, against relative references."""
    wanted = "/".join(value.split("/")[-2:])
    return any(reference == wanted or reference.split("/")[-1] == value for reference in present)


def _token_matches(item: Json, wanted: str) -> bool:
    """Against a Coding, CodeableConcept, Identifier, code or boolean, as FHIR's token search says."""
    system, bar, code = wanted.rpartition("|")
    if isinstance(item, dict) and "coding" in item:
        return any(_token_matches(coding, wanted) for coding in item["coding"])
    if isinstance(item, dict):
        own = str(item.get("code", item.get("value", "")))
        right_system = not bar or item.get("system", "") == system
        return right_system and (own == code or (bool(system) and not code))
    own = str(item).lower() if isinstance(item, bool) else str(item)
    return own == code


def _date_matches(item: Json, wanted: str) -> bool:
    """Dates are compared on the part that was asked for; the sources of this suite write one time zone."""
    match = DATE.match(wanted)
    if match is None:
        return False
    own, day = str(item)[: len(match[2])], match[2]
    return {"ge": own >= day, "gt": own > day, "le": own <= day, "lt": own < day}.get(match[1] or "eq", own == day)


def _sort_key(resource: Resource, parameter: Parameter) -> str:
    return max((str(value) for value in values(resource, parameter)), default="")


def _latest(matches: list[Resource], latest: int) -> list[Resource]:
    """For `Observation/$lastn`: of each code the newest ones, newest first."""
    newest = sorted(matches, key=when_measured, reverse=True)
    kept: dict[str, list[Resource]] = {}
    for item in newest:
        first = item["code"]["coding"][0]
        group = kept.setdefault(f"{first['system']}|{first['code']}", [])
        if len(group) < latest:
            group.append(item)
    return [item for group in kept.values() for item in group]


def when_measured(observation: Resource) -> datetime:
    """The moment, whichever time zone it is written in."""
    when = observation.get("effectiveDateTime") or observation.get("effectivePeriod", {}).get("start", "")
    return datetime.fromisoformat(str(when)).astimezone(UTC) if when else datetime.min.replace(tzinfo=UTC)


def searchset(store: Store, search: Search, base: str, path: str) -> Resource:
    """The Bundle: one page of matches with what comes along, a self link and a link to the next page."""
    matches = found(store, search)
    page = matches[search.offset : search.offset + search.count]
    links = [{"relation": "self", "url": address(base, path, search.asked)}]
    if search.offset + search.count < len(matches) and search.count:
        following = [pair for pair in search.asked if pair[0] != "_offset"]
        following.append(("_offset", str(search.offset + search.count)))
        links.append({"relation": "next", "url": address(base, path, following)})
    along = _along(store, search, page)
    bundle: Resource = {
        "resourceType": "Bundle",
        "id": store.edition.id_for(links[0]["url"]),
        "meta": {"lastUpdated": store.edition.moment.isoformat(timespec="seconds")},
        "type": "searchset",
        "total": len(matches),
        "link": links,
    }
    entries = [*_entries(base, page, "match"), *_entries(base, along, "include")]
    return {**bundle, "entry": entries} if entries else bundle


def _entries(base: str, resources: Iterable[Resource], mode: str) -> Iterator[Resource]:
    for resource in resources:
        address = f"{base}/{resource['resourceType']}/{resource['id']}"
        yield {"fullUrl": address, "resource": resource, "search": {"mode": mode}}


def address(base: str, path: str, asked: Iterable[tuple[str, str]]) -> str:
    """An absolute address with its query; characters that FHIR uses in values stay readable."""
    query = urlencode(list(asked), safe="|,/:$-")
    return f"{base}{path}?{query}" if query else f"{base}{path}"


def _along(store: Store, search: Search, page: list[Resource]) -> list[Resource]:
    """Included resources, each once and none that is a match already."""
    seen = {(item["resourceType"], item["id"]) for item in page}
    along: list[Resource] = []
    for item in (*_included(store, search.includes, page), *_including(store, search.revincludes, page)):
        key = (item["resourceType"], item["id"])
        if key not in seen:
            seen.add(key)
            along.append(item)
    return along


def _included(store: Store, links: Iterable[Link], page: list[Resource]) -> Iterator[Resource]:
    for link in links:
        for item in page:
            for reference in references(item, link.parameter):
                target = store.resolve(reference)
                if target is not None and link.target in ("", target["resourceType"]):
                    yield target


def _including(store: Store, links: Iterable[Link], page: list[Resource]) -> Iterator[Resource]:
    wanted = {f"{item['resourceType']}/{item['id']}" for item in page}
    for link in links:
        for item in store.of(link.source):
            if wanted.intersection(references(item, link.parameter)):
                yield item
