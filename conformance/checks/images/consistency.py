"""Judgements that lay answers beside one another: what is found, described and handed over is the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from conformance.checks.images.reading import all_values, came, described, found, listed, named, objects, some
from conformance.checks.judgement import decidable, judgement, met, require
from conformance.codecs.dicomjson import Dataset, items, number, value, values
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

SOP = "SOPInstanceUID"


@judgement("same-identifiers")
def same_identifiers(exchange: Exchange, control: Exchange, *, identity: str) -> Text | None:
    """Two answers about the same thing name the same identifiers, each as often."""
    left, right = (Counter(_identifiers(one, identity)) for one in (exchange, control))
    decidable(left or right, nl=f"geen van beide noemt {identity}", en=f"neither names {identity}", triage=Triage.NODE)
    here, there = left - right, right - left
    where = listed({*here, *there})
    require(
        not here and not there,
        nl=f"{here.total()} {identity} alleen hier, {there.total()} alleen daar: {where}",
        en=f"{here.total()} {identity} only here, {there.total()} only there: {where}",
    )
    return Text(f"{left.total()} keer dezelfde {identity}", f"the same {left.total()} {identity}")


def _identifiers(exchange: Exchange, identity: str) -> Iterator[str]:
    for dataset in described(exchange):
        yield from values(dataset, identity)


@judgement("described-alike")
def described_alike(exchange: Exchange, control: Exchange, *, attributes: tuple[str, ...]) -> Text | None:
    """Instances that both answers hold have the same values for these attributes in both."""
    others = {value(dataset, SOP): dataset for dataset in described(control)}
    pairs = [(dataset, others[value(dataset, SOP)]) for dataset in described(exchange) if value(dataset, SOP) in others]
    decidable(
        pairs,
        nl="de antwoorden hebben geen instantie gemeen",
        en="the answers have no instance in common",
        triage=Triage.NODE,
    )
    decidable(
        any(_plain(one, name) for pair in pairs for one in pair for name in attributes),
        nl=f"geen van beide noemt {listed(attributes, 6)}",
        en=f"neither names {listed(attributes, 6)}",
        triage=Triage.NODE,
    )
    differing = {name for one, other in pairs for name in attributes if _plain(one, name) != _plain(other, name)}
    require(
        not differing,
        nl=f"de antwoorden spreken elkaar tegen over {listed(differing, 6)}",
        en=f"the answers contradict one another on {listed(differing, 6)}",
    )
    return Text(f"{len(pairs)} instanties gelijk beschreven", f"{len(pairs)} instances described alike")


@judgement("belongs-to-patient")
def belongs_to_patient(exchange: Exchange, control: tuple[Exchange, ...], *, attribute: str) -> Text | None:
    """Whatever is described or handed over carries the number of the patient that it was asked of."""
    wanted = {f"bsn-{exchange.given.get('patient', '')}"}
    datasets = came(exchange, control)
    seen = {text for dataset in datasets for text in values(dataset, attribute) or ("",)}
    require(
        seen <= wanted,
        nl=f"{attribute} is {listed(seen - wanted) or 'leeg'}, verwacht {listed(wanted)}",
        en=f"{attribute} is {listed(seen - wanted) or 'empty'}, expected {listed(wanted)}",
    )
    return Text(f"niets dan van {listed(wanted)}", f"nothing but of {listed(wanted)}")


@judgement("answers-the-path")
def answers_the_path(exchange: Exchange, control: tuple[Exchange, ...]) -> Text | None:
    """What comes is only what the path names: that study, that series, that instance."""
    wanted = named(exchange)
    datasets = came(exchange, control)
    if not wanted:
        met()
        return Text("het pad noemt niets", "the path names nothing")
    decidable(
        not datasets or any(value(dataset, keyword) for keyword in wanted for dataset in datasets),
        nl="het antwoord zegt niet waar het bij hoort",
        en="the answer does not say what it belongs to",
        triage=Triage.NODE,
    )
    strays = {
        keyword for keyword, uid in wanted.items() for dataset in datasets if value(dataset, keyword) not in ("", uid)
    }
    require(
        not strays,
        nl=f"het antwoord bevat iets anders dan gevraagd: {listed(strays)}",
        en=f"the answer holds something else than asked for: {listed(strays)}",
    )
    if SOP in wanted:
        require(
            len(datasets) < 2,
            nl=f"{len(datasets)} instanties, verwacht één",
            en=f"{len(datasets)} instances, expected one",
        )
    return Text("alleen wat is gevraagd", "only what was asked for")


@judgement("study-counts-agree")
def study_counts_agree(series: Exchange, instances: Exchange, studies: tuple[Exchange, ...]) -> Text | None:
    """The counts a study is found with, each time it is, are those of the series and instances found in it."""
    held = _studies_of(series, studies)
    counted = {
        "NumberOfStudyRelatedSeries": len(found(series)),
        "NumberOfStudyRelatedInstances": len(found(instances)),
    }
    said = [(name, number(study, name)) for study in held for name in counted]
    decidable(
        all(count is not None for _, count in said),
        nl="de studie wordt zonder aantallen gevonden",
        en="the study is found without counts",
        triage=Triage.NODE,
    )
    for name, count in said:
        require(
            count == counted[name],
            nl=f"{name} is {count}, geteld {counted[name]}",
            en=f"{name} is {count}, counted {counted[name]}",
        )
    return Text(f"de aantallen kloppen, {len(held)} keer", f"the counts are right, {len(held)} times")


def _studies_of(below: Exchange, studies: tuple[Exchange, ...]) -> list[Dataset]:
    """How the study that a path names was found, once for each search that found it."""
    wanted = named(below).get("StudyInstanceUID", "")
    some(studies[0])
    held = [study for study in _in_good_answers(studies) if value(study, "StudyInstanceUID") == wanted]
    decidable(held, nl="de studie zelf is niet gevonden", en="the study itself was not found")
    return held


def _in_good_answers(exchanges: tuple[Exchange, ...]) -> list[Dataset]:
    """What searches found that were answered; a node need not know every way to search."""
    return [one for each in exchanges if each.response and each.response.status == 200 for one in found(each)]


@judgement("series-counts-agree")
def series_counts_agree(exchange: Exchange, instances: Exchange, again: tuple[Exchange, ...]) -> Text | None:
    """The count each series is found with is that of the instances found in it, also when it is found again."""
    held = [value(one, "SeriesInstanceUID") for one in found(instances)]
    here = {value(one, "SeriesInstanceUID") for one in some(exchange)}
    everywhere = [*some(exchange), *_in_good_answers(again)]
    counts = [
        (uid, number(one, "NumberOfSeriesRelatedInstances"))
        for one in everywhere
        if (uid := value(one, "SeriesInstanceUID")) in here
    ]
    decidable(
        any(held),
        nl="de instanties noemen hun serie niet",
        en="the instances do not name their series",
        triage=Triage.NODE,
    )
    decidable(
        all(count is not None for _, count in counts),
        nl="series worden zonder aantal gevonden",
        en="series are found without a count",
        triage=Triage.NODE,
    )
    wrong = {uid for uid, count in counts if count != held.count(uid)}
    require(
        not wrong,
        nl=f"aantal klopt niet bij serie {listed(wrong)}",
        en=f"the count is wrong for series {listed(wrong)}",
    )
    return Text(f"{len(counts)} series geteld", f"{len(counts)} series counted")


@judgement("modalities-agree")
def modalities_agree(series: Exchange, studies: tuple[Exchange, ...]) -> Text | None:
    """The modalities a study is found with, each time it is, are those of its series."""
    held = all_values(some(series), "Modality")
    for study in _studies_of(series, studies):
        said = set(values(study, "ModalitiesInStudy"))
        decidable(
            said,
            nl="de studie wordt zonder modaliteiten gevonden",
            en="the study is found without modalities",
            triage=Triage.NODE,
        )
        require(
            said == held,
            nl=f"de studie noemt {listed(said, 6)}, de series zijn {listed(held, 6)}",
            en=f"the study names {listed(said, 6)}, the series are {listed(held, 6)}",
        )
    return Text(listed(held, 6), listed(held, 6))


@judgement("references-exist")
def references_exist(exchange: Exchange, study: Exchange) -> Text | None:
    """Every instance a document lists as evidence is in the study."""
    pointed = {uid for document in objects(exchange) for uid in _evidence(document)}
    decidable(pointed, nl="het document verwijst nergens naar", en="the document refers to nothing", triage=Triage.NODE)
    missing = pointed - all_values(described(study), SOP)
    require(
        not missing,
        nl=f"verwijst naar wat er niet is: {listed(missing)}",
        en=f"refers to what is not there: {listed(missing)}",
    )
    return Text(f"{len(pointed)} verwijzingen kloppen", f"{len(pointed)} references hold")


def _evidence(document: Dataset) -> list[str]:
    return [
        value(reference, "ReferencedSOPInstanceUID")
        for evidence in items(document, "CurrentRequestedProcedureEvidenceSequence")
        for series in items(evidence, "ReferencedSeriesSequence")
        for reference in items(series, "ReferencedSOPSequence")
    ]


def _plain(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in values(dataset, keyword))
