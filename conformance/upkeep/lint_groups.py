"""Whether each patient of a group has what scenarios draw it for: for every search an answer and what it must leave
out, one study of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from conformance.agreements.catalogue import Catalogue, DataPatient
from conformance.agreements.covering import whole
from conformance.agreements.document import Document, Keys, field_name
from conformance.agreements.problems import Problem, quoted, same
from conformance.model.agreements import Json, Member, Span
from conformance.model.words import Text
from conformance.synthesis.bgz.record import RecordError, bgz_data

QUERIES = "tables/bgz-msz-2-0"
_STEP = Text(
    "Vul de gegevens aan, of haal de patiënt uit de groep of het bereik.",
    "Add the data, or take the patient out of the group or the span.",
)

Lacking = Iterator[tuple[Text, Text]]
"""What was expected of a patient, and what was found."""


def problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Everything that a patient of a group lacks, at the place that counts it among the group."""
    for document in catalogue.library.of("patients"):
        try:
            yield from _lacking(document, catalogue)
            yield from _unanswered(catalogue)
        except RecordError as wrong:
            expected = Text("gegevens waarvan een dossier te maken is", "data that a record can be made of")
            step = Text("Verbeter de beschrijving.", "Correct the description.")
            field = field_name(wrong.path)
            yield Problem(document.place(wrong.path, key=True), field, expected, same(str(wrong)), step)


def _unanswered(catalogue: Catalogue) -> Iterator[Problem]:
    """What a span asks of somebody (`asked` of `person`, or `query` of `patient`) who has no answer to it."""
    spans = [span for span in catalogue.spans.values() if _about(span)]
    pairs = {_about(span, member): span for span in spans for member in whole(replace(span, never=()))}
    records = bgz_data(catalogue.root).records if pairs else {}
    for (asked, role), span in pairs.items():
        query = span.dimensions[_about(span)[0]][asked]
        held = [one for one in records.get(role, ()) if one["resourceType"] == query["type"]]
        if not any(_meets(one, query["where"]) for one in held):
            place = catalogue.patients[role].place if role in catalogue.patients else span.place
            expected = Text(f"'{role}' met 1 x {asked}", f"'{role}' with 1 x {asked}")
            yield Problem(place, f"patients/{role}", expected, same(f"{len(held)} x {query['type']}"), _STEP)


def _about(span: Span, member: Member | None = None) -> tuple[str, ...]:
    """The dimensions that say what is asked and of whom, or the values that a member has in them."""
    names = next((names for names in _ABOUT if set(names) <= span.dimensions.keys()), ())
    return tuple(member[name] for name in names) if member else names


_ABOUT = (("asked", "person"), ("query", "patient"))


def _lacking(document: Document, catalogue: Catalogue) -> Iterator[Problem]:
    for name, roles in catalogue.groups.items():
        for number, role in enumerate(roles):
            path: Keys = ("groups", name, number)
            for expected, found in _DEMANDS[name](role, catalogue):
                yield Problem(document.place(path), field_name(path), expected, found, _STEP)


def _answers(role: str, catalogue: Catalogue) -> Lacking:
    """A match for each search, for one that gives the latest also something older of the same code, and for one that
    filters something of its type that it must leave out."""
    record = bgz_data(catalogue.root).records[role]
    queries: Mapping[str, Mapping[str, Json]] = catalogue.tables.get(QUERIES, {}).get("queries", {})
    for name, query in queries.items():
        of_type = [one for one in record if one["resourceType"] == query["type"]]
        matching = [one for one in of_type if _meets(one, query["where"])]
        wanted = 2 if query["latest"] else 1
        moments = {one["effectiveDateTime"] for one in matching} if query["latest"] else matching
        if len(moments) < wanted:
            expected = Text(f"'{role}' met {wanted} x {name}", f"'{role}' with {wanted} x {name}")
            yield expected, same(f"{len(moments)} x {query['type']}")
        if query["where"] and len(matching) == len(of_type):
            expected = Text(f"'{role}' met iets dat {name} weglaat", f"'{role}' with something that {name} leaves out")
            yield expected, same(f"{len(of_type)} x {query['type']}")


def _meets(resource: Mapping[str, Json], where: Mapping[str, list[str]]) -> bool:
    return all(_tokens(resource.get(element)) & set(wanted) for element, wanted in where.items())


def _tokens(value: Json) -> set[str]:
    """`system|code` of a concept or a list of them; a bare code as it is."""
    if isinstance(value, list):
        return {token for each in value for token in _tokens(each)}
    if isinstance(value, dict):
        return {f"{coding['system']}|{coding['code']}" for coding in value["coding"]}
    return {str(value)}


def _pictures(role: str, catalogue: Catalogue) -> Lacking:
    """One study of each kind the group has, so that a draw is never ambiguous; the earlier CT of an earlier year."""
    group = catalogue.groups["images"]
    studies: list[Mapping[str, Json]] = [one for one in catalogue.studies.values() if one["patient"] in group]
    own = {study["kind"]: study for study in studies if study["patient"] == role}
    counts = Counter(study["kind"] for study in studies if study["patient"] == role)
    for kind in sorted({study["kind"] for study in studies}):
        if counts[kind] != 1:
            expected = Text(f"'{role}' met 1 studie '{kind}'", f"'{role}' with 1 study '{kind}'")
            yield expected, same(str(counts[kind]))
    if {"earlier-ct", "reported-ct"} <= own.keys() and own["earlier-ct"]["date"][:4] >= own["reported-ct"]["date"][:4]:
        expected = Text("een eerdere CT uit een eerder jaar", "an earlier CT of an earlier year")
        yield expected, quoted(own["earlier-ct"]["date"])


def _coincides(role: str, catalogue: Catalogue) -> Lacking:
    """One other of the group with the same surname and birth date, and a number that is alike: the same digits in
    another order, or the next one."""
    mine = catalogue.patients[role]
    near = [catalogue.patients[other] for other in catalogue.groups["near"] if other != role]
    alike = [one for one in near if _birth(one) == _birth(mine)]
    if len(alike) != 1:
        expected = Text(f"'{role}' met één die er bijna mee samenvalt", f"'{role}' with one who nearly coincides")
        yield expected, same(str(len(alike)))
    for other in alike:
        if sorted(other.bsn) != sorted(mine.bsn) and abs(int(other.bsn) - int(mine.bsn)) > _NEXT:
            yield Text("nummers die op elkaar lijken", "numbers that are alike"), quoted(other.role)


_NEXT = 12
"""How far one number that passes the 11-test is from the next, at most but for where one is skipped."""


def _birth(patient: DataPatient) -> tuple[Json, Json]:
    return patient.description.get("family"), patient.description.get("birthDate")


_DEMANDS: Mapping[str, Callable[[str, Catalogue], Lacking]] = {
    "bgz": _answers,
    "images": _pictures,
    "near": _coincides,
}
