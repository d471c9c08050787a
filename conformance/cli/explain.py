"""`conformance explain`: one requirement with its source, its scenarios, its judgement and its fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.telling import Lang, console, shown, usage_errors

if TYPE_CHECKING:
    from conformance.agreements.catalogue import Catalogue
    from conformance.model.agreements import Requirement


def explain(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A requirement, for example NET-01.")],
    agreements: Annotated[Path | None, typer.Option(help="A folder with profiles/ and scenarios/.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the texts.")] = Lang.EN,
) -> None:
    """Explain one requirement: what was agreed and where, how it is decided and how it was seen to fail."""
    from conformance.agreements.catalogue import load_catalogue
    from conformance.agreements.problems import DocumentError, Problem, near, quoted
    from conformance.model.words import Text

    with usage_errors(lang):
        catalogue = load_catalogue(agreements)
        if identifier not in catalogue.requirements:
            expected = Text("een eis die bestaat", "a requirement that exists")
            step = near(identifier.upper(), catalogue.requirements)
            raise DocumentError([Problem(None, "ID", expected, quoted(identifier), step)])
        requirement = catalogue.requirements[identifier]
        lines = [*_agreed(requirement, catalogue, lang), *_decided(requirement, catalogue, lang)]
    out = console()
    out.print(shown(f"{requirement.id}  {lang.of(requirement.title)}"), style="bold")
    width = max(len(label) for label, _ in lines)
    for label, text in lines:
        out.print(shown(f"{label:<{width}}  {text}"))


def _agreed(requirement: Requirement, catalogue: Catalogue, lang: Lang) -> Iterator[tuple[str, str]]:
    dutch = lang is Lang.NL
    yield ("afspraak" if dutch else "agreed", lang.of(requirement.text))
    if requirement.interpretation:
        yield ("uitleg" if dutch else "interpretation", lang.of(requirement.interpretation))
    yield ("herstel" if dutch else "remedy", lang.of(requirement.remedy))
    yield ("gewicht" if dutch else "strength", f"{requirement.strength} · {requirement.layer}")
    yield ("bindt" if dutch else "binds", ", ".join(requirement.actors))
    if requirement.needs:
        yield ("bij claim" if dutch else "with claim", ", ".join(requirement.needs))
    agreement = catalogue.agreements[requirement.agreement]
    yield ("stelsel" if dutch else "agreement", lang.of(agreement.title))
    for release in agreement.releases:
        status = requirement.releases.get(release)
        yield (f"release {release}", status.value if status else "-")
    yield ("bron" if dutch else "source", f"{requirement.source.document}, {requirement.source.section}")
    yield ("", requirement.source.url)
    if requirement.source.note:
        yield ("", requirement.source.note)
    yield ("staat in" if dutch else "written in", str(requirement.place))


def _decided(requirement: Requirement, catalogue: Catalogue, lang: Lang) -> Iterator[tuple[str, str]]:
    dutch = lang is Lang.NL
    toetsing = f" · toetsing {requirement.toetsing}" if requirement.toetsing else ""
    yield ("vaststelling" if dutch else "verification", ", ".join(requirement.verify) + toetsing)
    if requirement.asks:
        yield ("vraag" if dutch else "question", lang.of(requirement.asks))
    if requirement.untested:
        yield ("niet getest" if dutch else "untested", lang.of(requirement.untested))
    yield from _judged(requirement, lang)
    for name in catalogue.shown_by(requirement.id):
        yield ("scenario", f"{name}: {lang.of(catalogue.scenarios[name].title)}")
    yield from _held(requirement, catalogue, lang)
    if requirement.judged:
        yield from _faults(requirement, lang)


def _held(requirement: Requirement, catalogue: Catalogue, lang: Lang) -> Iterator[tuple[str, str]]:
    """In which profiles it binds, where it is of the core, and who took it on which ground."""
    dutch = lang is Lang.NL
    profiles = [each for each in catalogue.profiles.values() if each.bound_by(requirement)]
    yield ("profiel" if dutch else "profile", ", ".join(each.id for each in profiles) or "-")
    core = [each.id for each in catalogue.profiles.values() if requirement.id in each.core]
    if core:
        yield ("kern van" if dutch else "core of", ", ".join(core))
    for each in profiles:
        if taken := each.takes.get(requirement.id):
            yield (
                "overgenomen" if dutch else "taken",
                f"{each.id}, MUST ({', '.join(taken.actors)}): {lang.of(taken.why)}",
            )
            yield ("", f"{taken.source.document}, {taken.source.section}")


def _judged(requirement: Requirement, lang: Lang) -> Iterator[tuple[str, str]]:
    from conformance.checks.chapters import judgements

    if requirement.judged is None:
        return
    kind = judgements().get(requirement.judged.by)
    doc = f": {kind.doc}" if kind else ""
    yield ("oordeel" if lang is Lang.NL else "judgement", requirement.judged.by + doc)
    for name, selector in requirement.judged.on.items():
        given = ", ".join(f"{key}={value}" for key, value in selector.given.items())
        yield ("", f"{name} = {selector.operation}" + (f" ({given})" if given else ""))


def _faults(requirement: Requirement, lang: Lang) -> Iterator[tuple[str, str]]:
    from conformance.simulators.faults.loading import load_faults

    label = "fout" if lang is Lang.NL else "fault"
    breaking = [fault for fault in load_faults().values() if requirement.id in fault.fails]
    for fault in breaking:
        yield (label, f"{fault.id}: {fault.title[lang.value]}")
    if not breaking:
        yield (label, "-")
