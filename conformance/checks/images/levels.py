"""Judgements that lay one object beside itself: as it comes with its study, with its series, and on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.checks.images.reading import JSON, described, listed, parts, seen
from conformance.checks.judgement import Undecidable, answer, decidable, judgement, require
from conformance.codecs.dicomjson import Dataset, value, values
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

SOP = "SOPInstanceUID"
Pictured = tuple[str, str]
"""The encoding of an object's pixels and by what they are known again; empty when there is nothing to compare."""


@judgement("alike-at-every-level")
def alike_at_every_level(
    exchange: Exchange, others: tuple[Exchange, ...], *, attributes: tuple[str, ...]
) -> Text | None:
    """Each object in an answer has the same values for these attributes, and the same pixels, where else it comes."""
    mine = dict(_objects(exchange))
    pairs = [(mine[uid], theirs) for other in others for uid, theirs in _elsewhere(other, exchange) if uid in mine]
    decidable(
        pairs,
        nl="wat hier kwam, kwam nergens anders",
        en="what came here came nowhere else",
        triage=Triage.NODE,
    )
    differing = {name for one, other in pairs for name in attributes if _plain(one[0], name) != _plain(other[0], name)}
    require(
        not differing,
        nl=f"hetzelfde object verschilt per niveau in {listed(differing, 6)}",
        en=f"the same object differs between levels in {listed(differing, 6)}",
    )
    repainted = sum(one[1] != other[1] for one, other in pairs if _comparable(one[1], other[1]))
    require(
        not repainted,
        nl=f"{repainted} keer andere beeldpunten voor hetzelfde object",
        en=f"{repainted} times other pixels for the same object",
    )
    return Text(f"{len(pairs)} keer hetzelfde object", f"{len(pairs)} times the same object")


def _elsewhere(other: Exchange, here: Exchange) -> Iterator[tuple[str, tuple[Dataset, Pictured]]]:
    """The objects in another answer; whether that can be read at all is for its own requirement."""
    if other.id == here.id or other.response is None or other.response.status != 200:
        return
    try:
        yield from _objects(other)
    except Undecidable:
        return


def _objects(exchange: Exchange) -> Iterator[tuple[str, tuple[Dataset, Pictured]]]:
    held = described(exchange)
    pixels = () if answer(exchange).media_type in JSON else _pixels(exchange)
    for at, dataset in enumerate(held):
        yield value(dataset, SOP), (dataset, pixels[at] if pixels else ("", ""))


def _pixels(exchange: Exchange) -> tuple[Pictured, ...]:
    """Of each file its transfer syntax, and by what its pixels are known again."""
    syntaxes = [str(part.get("dicom", {}).get("transfer_syntax", "")) for part in parts(exchange)]
    return tuple((syntax, _digest(found)) for syntax, found in zip(syntaxes, seen(exchange, "pixels"), strict=True))


def _digest(found: Mapping[str, Any]) -> str:
    return str(found.get("digest", ""))


def _comparable(one: Pictured, other: Pictured) -> bool:
    """Pixels in another encoding are other bytes, and may be the same picture."""
    return one[0] == other[0] and bool(one[1]) and bool(other[1])


def _plain(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in values(dataset, keyword))
