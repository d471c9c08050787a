"""Wrong gateways that passed until what they break was mended: what is found twice, told otherwise, or found by a
part."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from conformance.codecs.dicomjson import tag_of
from conformance.simulators.faults import Hook
from conformance.simulators.http import Answer, Call, Handler
from tests.strangers.nodes import wrong
from tests.strangers.pictures import Model, key, keys, matches, searched, with_key

ANY = ("studies", "series", "instances")
TAG = re.compile(r"[0-9A-Fa-f]{8}")


@wrong("IMG-S09", at=matches("studies"))
def joins_the_table_of_series(models: list[Model], call: Call) -> list[Model]:
    """A study has a row for each series when a modality is asked for, and all rows are told."""
    if not key(call, "ModalitiesInStudy"):
        return models
    return [one for one in models for _ in range(one[tag_of("NumberOfStudyRelatedSeries")]["Value"][0])]


@wrong("IMG-S07", at=matches("studies"))
def joins_the_table_of_orders(models: list[Model], call: Call) -> list[Model]:
    """An order has two lines, so that a study is found twice by its number."""
    return models * 2 if key(call, "AccessionNumber") else models


@wrong("IMG-S08", at=matches("studies"))
def searches_two_years_at_a_time(models: list[Model], call: Call) -> list[Model]:
    """A period is cut into two that overlap."""
    return models + models if "-" in key(call, "StudyDate") else models


@wrong("IMG-S12", at=matches(*ANY))
def looks_a_tag_up_in_two_dictionaries(models: list[Model], call: Call) -> list[Model]:
    """A key that is written as a tag is looked up in the standard's dictionary and in the vendor's own."""
    return models * 2 if any(TAG.fullmatch(name) for name, _ in call.query) else models


@wrong("IMG-S24", at=matches("studies"))
def names_one_modality_by_order(models: list[Model], call: Call) -> list[Model]:
    """The table of orders has room for one modality."""
    for one in models if key(call, "AccessionNumber") or key(call, "StudyDate") else []:
        one[tag_of("ModalitiesInStudy")]["Value"] = one[tag_of("ModalitiesInStudy")]["Value"][:1]
    return models


@wrong("IMG-S22", at=matches("studies"))
def does_not_count_for_lists(models: list[Model], call: Call) -> list[Model]:
    """Counting is left out when several studies are asked for by name."""
    for one in models if "," in key(call, "StudyInstanceUID") else []:
        one[tag_of("NumberOfStudyRelatedInstances")]["Value"] = [0]
    return models


@wrong("IMG-S01", at=Hook.IMAGES)
def writes_one_match_without_a_list(call: Call, handler: Handler) -> Answer:
    """The library writes a list of one as the one."""
    answer = handler(call)
    models = json.loads(answer.body) if searched(call) and answer.status == 200 else []
    return replace(answer, body=json.dumps(models[0]).encode()) if len(models) == 1 else answer


@wrong("IMG-S07", "IMG-S29", at=keys("studies"))
def finds_orders_while_typing(call: Call) -> Call:
    """A number of an order is completed as in the search field on the screen."""
    begun = key(call, "AccessionNumber")
    return with_key(call, "AccessionNumber", f"{begun}*") if begun else call


@wrong("IMG-S10", at=keys("studies"))
def has_two_fields_for_studies(call: Call) -> Call:
    """The form has a field for a study and one for a study to compare it with."""
    listed = key(call, "StudyInstanceUID").split(",")
    return with_key(call, "StudyInstanceUID", ",".join(listed[:2])) if listed != [""] else call


@wrong("IMG-S11", at=keys("series"))
def knows_an_asterisk_at_the_ends(call: Call) -> Call:
    """Within a word an asterisk is an asterisk."""
    inside = "*" in key(call, "Modality")[1:-1]
    return with_key(call, "Modality", "none") if inside else call


@wrong("IMG-S14", at=keys("instances"))
def counts_pages_not_instances(call: Call) -> Call:
    """The offset of instances is taken for the number of the page."""
    asked = dict(call.query)
    if not asked.get("offset", "").isdigit() or not asked.get("limit", "").isdigit():
        return call
    at = str(int(asked["offset"]) * int(asked["limit"]))
    return replace(call, query=tuple((name, at if name == "offset" else value) for name, value in call.query))


@wrong("IMG-S04", at=keys("studies"))
def is_fuzzy_about_numbers(call: Call) -> Call:
    """A fuzzy search is fuzzy about all that was asked, the number of the patient too."""
    fuzzy = dict(call.query).get("fuzzymatching") == "true"
    return with_key(call, "PatientID", f"{key(call, 'PatientID')[:4]}*") if fuzzy else call
