"""Hand-made recordings: answers in pages."""

from __future__ import annotations

from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from tests.checks.fhir.strangers import BASE, bundle, problem, told
from tests.checks.making import Case, response

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
ONE, TWO, THREE = (problem(f"c{number}", "a", str(number + 10)) for number in (1, 2, 3))
ONWARD = {"link": [{"relation": "next", "url": f"{BASE}?page=2"}]}
FIRST = told(bundle(ONE, TWO, total=3, **ONWARD))
LAST = told(bundle(THREE, total=3))


def paged(verdict: Verdict, about: str, *pages: tuple[Exchange, ...]) -> Case:
    """An answer in these pages."""
    exchanges = {"pages": tuple(one for page in pages for one in page)}
    return Case(kind="pages-hold-each-once", verdict=verdict, about=about, exchanges=exchanges)


CASES = [
    paged(PASS, "two pages", FIRST, LAST),
    paged(PASS, "one page, and no more to ask for", told(bundle(ONE, TWO, total=2)), told(None)),
    paged(PASS, "the total on the first page only", FIRST, told(bundle(THREE))),
    paged(FAIL, "one is lost", FIRST, told(bundle(total=3))),
    paged(FAIL, "one comes twice", FIRST, told(bundle(TWO, THREE, total=3))),
    paged(FAIL, "the first page again, and on", FIRST, FIRST),
    paged(FAIL, "counts what is on the page", told(bundle(ONE, TWO, total=2, **ONWARD)), told(bundle(THREE, total=1))),
    paged(UNDECIDED, "goes on and on", FIRST, told(bundle(THREE, total=3, **ONWARD))),
    paged(UNDECIDED, "a page that does not come", FIRST, told(response(404))),
    paged(UNDECIDED, "silence in place of a page", FIRST, told(None)),
    paged(UNDECIDED, "counts nothing", told(bundle(ONE, TWO, **ONWARD)), told(bundle(THREE))),
    paged(UNDECIDED, "nothing there", told(bundle(total=0))),
]
