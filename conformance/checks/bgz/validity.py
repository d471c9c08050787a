"""Whether resources are valid FHIR STU3, by the base definitions that ship with the suite."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache

from conformance.checks.fhir.reading import Resource, content, entries, few, form_problems, name, searched
from conformance.checks.judgement import answer, decidable, judgement, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.definitions import Definitions, FhirVersion
from conformance.validation.fhir.options import Options, UnknownExtensions
from conformance.validation.fhir.validator import Validator

LENIENT = Options(unknown_extensions=UnknownExtensions.INFORM, displays=False)
"""Extensions are defined in packages that are not part of the suite, and displays may be Dutch or redacted: a verdict
hangs on neither."""


@judgement("valid-stu3")
def valid_stu3(exchange: Exchange, *, there: tuple[str, ...] = ()) -> Text | None:
    """The Bundle and every resource in it are valid by the base definitions of FHIR STU3; asked for one of these
    purposes there may be none."""
    bundle = searched(exchange)
    found = [content(entry) for entry in entries(bundle) if content(entry)]
    decidable(
        found or str(exchange.given.get("purpose")) in there,
        nl="het antwoord bevat geen resource: staan de proefgegevens in het knooppunt?",
        en="the answer holds no resource: are the test data loaded in the node?",
    )
    response = answer(exchange)
    malformed = list(form_problems(response.body, response.media_type))
    require(not malformed, nl=f"ongeldige XML: {few(malformed, 3)}", en=f"invalid XML: {few(malformed, 3)}")
    wrong = [(resource, complaint) for resource in found for complaint in _complaints(_key(resource), exchange.started)]
    wrong += [
        (bundle, complaint)
        for complaint in _complaints(_key(_around(bundle)), exchange.started)
        if not _WITHIN.match(complaint.en)
    ]
    require(
        not wrong,
        nl=f"ongeldig: {few([f'{name(resource)}: {text.nl}' for resource, text in wrong], 3)}",
        en=f"invalid: {few([f'{name(resource)}: {text.en}' for resource, text in wrong], 3)}",
    )
    return Text(f"{len(found)} geldige resources", f"{len(found)} valid resources")


_WITHIN = re.compile(r"Bundle\.entry\[\d+\]\.resource\b")


def _around(bundle: Resource) -> Resource:
    """The Bundle with, of each resource, only what its own rules look at: the resources are judged by themselves."""
    held = bundle.get("entry")
    if not isinstance(held, list):
        return bundle
    return {**bundle, "entry": [_emptied(one) if isinstance(one, dict) and content(one) else one for one in held]}


def _emptied(entry: Resource) -> Resource:
    kept = ("resourceType", "id", "meta")
    return {**entry, "resource": {key: value for key, value in content(entry).items() if key in kept}}


def _key(resource: Resource) -> str:
    # Decimals keep their digits as text marked so that no number of the node can look like one.
    return json.dumps(resource, sort_keys=True, default=lambda number: {"\0decimal": str(number)})


@lru_cache(maxsize=4096)
def _complaints(key: str, started: str) -> tuple[Text, ...]:
    """The errors in one resource at the moment of its exchange; every exchange is judged more than once."""
    resource = json.loads(key, object_hook=lambda one: Decimal(one["\0decimal"]) if "\0decimal" in one else one)
    findings = _validator().validate(resource, moment=datetime.fromisoformat(started))
    errors = (one for one in findings if one.severity is Severity.ERROR and one.code not in _OTHERS)
    return tuple(Text(f"{one.path}: {one.text.nl}", f"{one.path}: {one.text.en}") for one in errors)


_OTHERS = frozenset({Code.BUNDLE_FULL_URL, Code.BUNDLE_LINK, Code.BUNDLE_SEARCH})
"""What other requirements say of a Bundle, in words of their own (BGZ-C09, -C10, -C18)."""


@cache
def _validator() -> Validator:
    return Validator(Definitions.open(FhirVersion.STU3), options=LENIENT)
