"""Judgements that lay answers beside one another: what is found, described and handed over is the same thing."""

from __future__ import annotations

from conformance.checks.images.reading import all_values, described, found, listed, named, objects, some
from conformance.checks.judgement import decidable, judgement, require
from conformance.codecs.dicomjson import Dataset, items, number, value, values
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

SOP = "SOPInstanceUID"


@judgement("same-identifiers")
def same_identifiers(exchange: Exchange, control: Exchange, *, identity: str) -> Text | None:
    """Two answers about the same thing name the same identifiers."""
    left, right = all_values(described(exchange), identity), all_values(described(control), identity)
    decidable(left or right, nl=f"geen van beide noemt {identity}", en=f"neither names {identity}", triage=Triage.NODE)
    require(
        left == right,
        nl=f"{len(left - right)} {identity} alleen hier, {len(right - left)} alleen daar: {listed(left ^ right)}",
        en=f"{len(left - right)} {identity} only here, {len(right - left)} only there: {listed(left ^ right)}",
    )
    return Text(f"{len(left)} keer dezelfde {identity}", f"the same {len(left)} {identity}")


@judgement("described-alike")
def described_alike(exchange: Exchange, control: Exchange, *, attributes: tuple[str, ...]) -> Text | None:
    """Instances that both answers hold have the same values for these attributes in both."""
    others = {value(dataset, SOP): dataset for dataset in described(control)}
    pairs = [(dataset, others[value(dataset, SOP)]) for dataset in described(exchange) if value(dataset, SOP) in others]
    decidable(pairs, nl="de antwoorden hebben geen instantie gemeen", en="the answers have no instance in common")
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


@judgement("same-patient")
def same_patient(exchange: Exchange, control: Exchange, *, attribute: str) -> Text | None:
    """What is described or handed over belongs to the patient whose studies were found."""
    expected = all_values(some(control), attribute)
    decidable(len(expected) == 1, nl=f"geen eenduidige {attribute} gevonden", en=f"no single {attribute} was found")
    seen = all_values(described(exchange), attribute)
    require(
        seen == expected,
        nl=f"{attribute} is {listed(seen) or 'leeg'}, verwacht {listed(expected)}",
        en=f"{attribute} is {listed(seen) or 'empty'}, expected {listed(expected)}",
    )
    return Text(f"alles van {listed(expected)}", f"everything of {listed(expected)}")


@judgement("answers-the-path")
def answers_the_path(exchange: Exchange) -> Text | None:
    """The answer holds only what the path names: that study, that series, that instance."""
    wanted = named(exchange)
    datasets = described(exchange)
    decidable(
        any(value(dataset, keyword) for keyword in wanted for dataset in datasets),
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
            len(datasets) == 1,
            nl=f"{len(datasets)} instanties, verwacht één",
            en=f"{len(datasets)} instances, expected one",
        )
    return Text(f"{len(datasets)} keer wat is gevraagd", f"{len(datasets)} times what was asked for")


@judgement("study-counts-agree")
def study_counts_agree(exchange: Exchange, series: Exchange, instances: Exchange) -> Text | None:
    """The counts a study is found with are those of the series and instances found in it."""
    study = some(exchange)[0]
    pairs = (
        ("NumberOfStudyRelatedSeries", len(found(series))),
        ("NumberOfStudyRelatedInstances", len(found(instances))),
    )
    said = {name: number(study, name) for name, _ in pairs}
    decidable(
        all(count is not None for count in said.values()),
        nl="de studie wordt zonder aantallen gevonden",
        en="the study is found without counts",
    )
    for name, count in pairs:
        require(
            said[name] == count,
            nl=f"{name} is {said[name]}, geteld {count}",
            en=f"{name} is {said[name]}, counted {count}",
        )
    return Text("de aantallen kloppen", "the counts are right")


@judgement("series-counts-agree")
def series_counts_agree(exchange: Exchange, instances: Exchange) -> Text | None:
    """The count each series is found with is that of the instances found in it."""
    held = [value(one, "SeriesInstanceUID") for one in found(instances)]
    counts = {value(one, "SeriesInstanceUID"): number(one, "NumberOfSeriesRelatedInstances") for one in some(exchange)}
    decidable(any(held), nl="de instanties noemen hun serie niet", en="the instances do not name their series")
    decidable(
        None not in counts.values(), nl="series worden zonder aantal gevonden", en="series are found without a count"
    )
    wrong = [uid for uid, count in counts.items() if count != held.count(uid)]
    require(
        not wrong,
        nl=f"aantal klopt niet bij serie {listed(wrong)}",
        en=f"the count is wrong for series {listed(wrong)}",
    )
    return Text(f"{len(counts)} series geteld", f"{len(counts)} series counted")


@judgement("modalities-agree")
def modalities_agree(exchange: Exchange, series: Exchange) -> Text | None:
    """The modalities a study is found with are those of its series."""
    said = set(values(some(exchange)[0], "ModalitiesInStudy"))
    held = all_values(some(series), "Modality")
    decidable(said, nl="de studie wordt zonder modaliteiten gevonden", en="the study is found without modalities")
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
    decidable(pointed, nl="het document verwijst nergens naar", en="the document refers to nothing")
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
