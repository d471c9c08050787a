"""Tracing and the clock (FHIRPath section 5.9)."""

from __future__ import annotations

from datetime import datetime

from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathUndecidableError
from conformance.validation.fhir.fhirpath.nodes import Items
from conformance.validation.fhir.fhirpath.paths import each
from conformance.validation.fhir.fhirpath.registry import ItemsCode, Site, form, function
from conformance.validation.fhir.fhirpath.temporal import DATE, DATE_TIME, TIME, parse_temporal
from conformance.validation.fhir.fhirpath.values import single_string


@form("trace", 1, 2)
def trace(site: Site) -> ItemsCode:
    """The input unchanged; the environment may listen to it. Nothing is printed."""
    source, label = site.source, site.items(site.arguments[0])
    projection = site.items(site.arguments[1]) if len(site.arguments) > 1 else None

    def code(context: Context) -> Items:
        items = source(context)
        listener = context.environment.trace
        if listener is not None:
            listener(single_string(label(context), "trace()") or "", _projected(context, items, projection))
        return items

    return code


def _projected(context: Context, items: Items, projection: ItemsCode | None) -> Items:
    if projection is None:
        return items
    return [found for _ in each(context, items) for found in projection(context)]


@function("now")
def now(context: Context, _: Items) -> Items:
    """The date and time of the evaluation; the same wherever it is asked in one expression."""
    moment = _moment(context)
    text = moment.isoformat(timespec="milliseconds")
    value = parse_temporal(text if moment.tzinfo else text + "Z", DATE_TIME)
    return [] if value is None else [value]


@function("today")
def today(context: Context, _: Items) -> Items:
    """The date of the evaluation."""
    value = parse_temporal(_moment(context).date().isoformat(), DATE)
    return [] if value is None else [value]


@function("timeOfDay")
def time_of_day(context: Context, _: Items) -> Items:
    """The time of day of the evaluation."""
    value = parse_temporal(_moment(context).strftime("%H:%M:%S.%f")[:-3], TIME)
    return [] if value is None else [value]


def _moment(context: Context) -> datetime:
    if context.now is None:
        raise FhirPathUndecidableError("what time it is was not said")
    return context.now
