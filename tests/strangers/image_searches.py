"""Searches for images: keys, what is told of a match, and pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from conformance.codecs.dicomjson import tag_of
from conformance.simulators.faults import Hook
from conformance.simulators.http import Answer, Call, Handler
from tests.strangers.nodes import legal, wrong
from tests.strangers.pictures import Model, key, keys, matches, searched, with_key

ANY = ("studies", "series", "instances")


@wrong("IMG-S04", at=keys("studies"))
def forgets_the_number_on_the_next_page(call: Call) -> Call:
    """The next page is cut from everybody's studies."""
    return with_key(call, "PatientID", "*") if dict(call.query).get("offset", "0") != "0" else call


@wrong("IMG-S05", at=Hook.IMAGES)
def misses_series_as_404(call: Call, handler: Handler) -> Answer:
    """A search for series that finds none says that there is nothing here."""
    answer = handler(call)
    return replace(answer, status=404) if searched(call) == "series" and answer.status == 204 else answer


@wrong("IMG-S08", at=keys("studies"))
def ends_a_period_at_midnight(call: Call) -> Call:
    """The last day of a period is the moment at which it begins."""
    first, _, last = key(call, "StudyDate").partition("-")
    if not first.isdigit() or not last.isdigit() or first >= last:
        return call
    before = datetime.strptime(last, "%Y%m%d") - timedelta(days=1)  # noqa: DTZ007 - a day of the calendar
    return with_key(call, "StudyDate", f"{first}-{before:%Y%m%d}")


@wrong("IMG-S10", at=keys("studies"))
def reads_one_of_a_list(call: Call) -> Call:
    """Of several studies that are asked for it finds the first."""
    return with_key(call, "StudyInstanceUID", key(call, "StudyInstanceUID").split(",")[0] or None)


@wrong("IMG-S19", at=Hook.IMAGES)
def finds_nothing_on_impossible_days(call: Call, handler: Handler) -> Answer:
    """A day that is none finds nothing, and is not refused."""
    answer = handler(call)
    return Answer(204) if searched(call) == "studies" and answer.status == 400 and key(call, "StudyDate") else answer


@wrong("IMG-S02", at=matches("studies"))
def loses_the_time_of_the_last(models: list[Model], _: Call) -> list[Model]:
    """The last of several matches has no study time."""
    if len(models) > 1:
        models[-1].pop(tag_of("StudyTime"))
    return models


@wrong("IMG-S03", at=matches("studies"))
def finds_three_studies_at_most(models: list[Model], call: Call) -> list[Model]:
    """Whoever says nothing of a page gets the newest three."""
    return models if "limit" in dict(call.query) else models[:3]


@legal("PS3.18 section 10.6.3.3: without matches the JSON message is empty", at=Hook.IMAGES)
def finds_nothing_as_an_empty_list(call: Call, handler: Handler) -> Answer:
    """Nothing found is an empty list."""
    answer = handler(call)
    if not searched(call) or answer.status != 204:
        return answer
    return Answer(200, (("Content-Type", "application/dicom+json"),), b"[]")


@legal("PS3.18 annex F.2.3: IS and DS as numbers or as strings", at=matches(*ANY))
def writes_numbers_as_text(models: list[Model], _: Call) -> list[Model]:
    """Whole and decimal strings are written as text."""
    for attribute in (one for model in models for one in model.values()):
        if attribute["vr"] in ("IS", "DS") and "Value" in attribute:
            attribute["Value"] = [str(number) for number in attribute["Value"]]
    return models


@legal("PS3.18 section 10.6.3.3: a server may tell more than was asked", at=keys(*ANY))
def tells_all_it_has(call: Call) -> Call:
    """Each match comes with all its attributes."""
    return replace(call, query=(*call.query, ("includefield", "all")))
