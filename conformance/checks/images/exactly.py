"""Judgements on all searches of a kind together: what any of them says, and what only a whole value finds."""

from __future__ import annotations

from conformance.checks.images.reading import MODEL
from conformance.checks.images.search import dicom_json_answer, matches, search_narrows
from conformance.checks.judgement import answer, judgement, met, read_whole, require
from conformance.codecs.dicomjson import DicomJsonError, read_model
from conformance.model.exchange import Exchange
from conformance.model.words import Text


@judgement("dicom-json-throughout")
def dicom_json_throughout(exchange: Exchange, control: tuple[Exchange, ...]) -> Text | None:
    """A search of the control is answered with DICOM JSON, as `dicom-json-answer` has it; and what any other one found,
    however little, is DICOM JSON wherever it says so."""
    if exchange in control:
        return dicom_json_answer(exchange)
    response = answer(exchange)
    if response.status != 200 or response.media_type not in (MODEL, "application/json"):
        met()
        return Text("zegt geen DICOM JSON te zijn", "does not say that it is DICOM JSON")
    read_whole(exchange)
    try:
        datasets = read_model(response.body)
    except DicomJsonError as error:
        require(False, nl=f"geen DICOM JSON: {error}", en=f"not DICOM JSON: {error}")
        return None
    met()
    return Text(f"{len(datasets)} gegevensverzamelingen", f"{len(datasets)} data sets")


@judgement("finds-exactly")
def finds_exactly(exchange: Exchange, control: Exchange, short: Exchange) -> Text | None:
    """A search narrows as `search-narrows` has it; and one for the mere beginning of values finds nothing."""
    found_all = search_narrows(exchange, control)
    shortened = matches(short)
    require(
        not shortened,
        nl=f"{len(shortened)} gevonden op een begin alleen",
        en=f"{len(shortened)} found by a beginning alone",
    )
    return found_all
