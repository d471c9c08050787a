"""Text (FHIRPath section 5.6)."""

from __future__ import annotations

from conformance.validation.fhir.fhirpath.arithmetic import bounded_text
from conformance.validation.fhir.fhirpath.environment import MAX_ITEMS, Context
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.nodes import Items
from conformance.validation.fhir.fhirpath.regexes import Pattern, pattern
from conformance.validation.fhir.fhirpath.registry import function, predicate
from conformance.validation.fhir.fhirpath.values import single_integer, single_string


@predicate("startsWith", 1)
def starts_with(_: Context, items: Items, prefix: Items) -> bool | None:
    """Whether the text starts with the other."""
    text, wanted = single_string(items, "startsWith()"), single_string(prefix, "startsWith()")
    return None if text is None or wanted is None else text.startswith(wanted)


@predicate("endsWith", 1)
def ends_with(_: Context, items: Items, suffix: Items) -> bool | None:
    """Whether the text ends with the other."""
    text, wanted = single_string(items, "endsWith()"), single_string(suffix, "endsWith()")
    return None if text is None or wanted is None else text.endswith(wanted)


@predicate("contains", 1)
def contains(_: Context, items: Items, part: Items) -> bool | None:
    """Whether the other text is somewhere in the text."""
    text, wanted = single_string(items, "contains()"), single_string(part, "contains()")
    return None if text is None or wanted is None else wanted in text


@predicate("matches", 1, 2)
def matches(_: Context, items: Items, expression: Items, flags: Items | None = None) -> bool | None:
    """Whether the regular expression is found somewhere in the text."""
    text, wanted = single_string(items, "matches()"), single_string(expression, "matches()")
    return None if text is None or wanted is None else _pattern(wanted, flags).search(text)


@predicate("matchesFull", 1, 2)
def matches_full(_: Context, items: Items, expression: Items, flags: Items | None = None) -> bool | None:
    """Whether the regular expression covers the whole text."""
    text, wanted = single_string(items, "matchesFull()"), single_string(expression, "matchesFull()")
    return None if text is None or wanted is None else _pattern(wanted, flags).full(text)


@function("replaceMatches", 2, 3)
def replace_matches(
    _: Context, items: Items, expression: Items, substitution: Items, flags: Items | None = None
) -> Items:
    """The text with every match replaced; `$1` and `${name}` stand for groups."""
    text, wanted = single_string(items, "replaceMatches()"), single_string(expression, "replaceMatches()")
    replacement = single_string(substitution, "replaceMatches()")
    if text is None or wanted is None or replacement is None:
        return []
    return [bounded_text(_pattern(wanted, flags).replace(text, replacement) if wanted else text)]


def _pattern(expression: str, flags: Items | None) -> Pattern:
    return pattern(expression, single_string(flags or [], "regular expression flags") or "")


@function("replace", 2)
def replace(_: Context, items: Items, wanted: Items, substitution: Items) -> Items:
    """The text with every occurrence of one text replaced by another."""
    text, old = single_string(items, "replace()"), single_string(wanted, "replace()")
    new = single_string(substitution, "replace()")
    if text is None or old is None or new is None:
        return []
    occurrences = text.count(old)
    if len(text) + occurrences * len(new) > 2 * MAX_ITEMS:
        raise FhirPathEvaluationError("replace() grew its text beyond the limit")
    return [text.replace(old, new)]


@function("indexOf", 1)
def index_of(_: Context, items: Items, part: Items) -> Items:
    """Where the other text starts, from 0; -1 when it does not occur."""
    text, wanted = single_string(items, "indexOf()"), single_string(part, "indexOf()")
    return [] if text is None or wanted is None else [text.find(wanted)]


@function("lastIndexOf", 1)
def last_index_of(_: Context, items: Items, part: Items) -> Items:
    """Where the other text starts for the last time; -1 when it does not occur."""
    text, wanted = single_string(items, "lastIndexOf()"), single_string(part, "lastIndexOf()")
    return [] if text is None or wanted is None else [text.rfind(wanted)]


@function("substring", 1, 2)
def substring(_: Context, items: Items, start: Items, length: Items | None = None) -> Items:
    """The text from a position, at most so many characters; nothing when it starts outside."""
    text, begin = single_string(items, "substring()"), single_integer(start, "substring()")
    if text is None or begin is None or not 0 <= begin < len(text):
        return []
    size = single_integer(length, "substring()") if length is not None else None
    return [text[begin:] if size is None else text[begin : begin + max(size, 0)]]


@function("upper")
def upper(_: Context, items: Items) -> Items:
    """The text in capitals."""
    text = single_string(items, "upper()")
    return [] if text is None else [text.upper()]


@function("lower")
def lower(_: Context, items: Items) -> Items:
    """The text in small letters."""
    text = single_string(items, "lower()")
    return [] if text is None else [text.lower()]


@function("trim")
def trim(_: Context, items: Items) -> Items:
    """The text without white space around it."""
    text = single_string(items, "trim()")
    return [] if text is None else [text.strip()]


@function("length")
def length(_: Context, items: Items) -> Items:
    """The number of characters."""
    text = single_string(items, "length()")
    return [] if text is None else [len(text)]


@function("toChars")
def to_chars(_: Context, items: Items) -> Items:
    """Every character by itself."""
    text = single_string(items, "toChars()")
    if text is not None and len(text) > MAX_ITEMS:
        raise FhirPathEvaluationError(f"toChars() takes at most {MAX_ITEMS} characters")
    return list(text or "")


@function("split", 1)
def split(_: Context, items: Items, separator: Items) -> Items:
    """The parts of the text between the separators."""
    text, between = single_string(items, "split()"), single_string(separator, "split()")
    if text is None or between is None:
        return []
    return list(text.split(between)) if between else to_chars(_, items)


@function("join", 0, 1)
def join(_: Context, items: Items, separator: Items | None = None) -> Items:
    """All texts in one, with the separator between them."""
    between = single_string(separator or [], "join()") or ""
    texts = [single_string([item], "join()") or "" for item in items]
    if len(texts) * len(between) > 2 * MAX_ITEMS:
        raise FhirPathEvaluationError("join() grew its text beyond the limit")
    return [bounded_text(between.join(texts))] if items else []
