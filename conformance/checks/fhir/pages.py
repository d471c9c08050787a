"""Whether the pages of an answer make one whole."""

from __future__ import annotations

from collections import Counter

from conformance.checks.fhir.reading import few, goes_on, matches, name, searched
from conformance.checks.judgement import decidable, judgement, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage


@judgement("pages-hold-each-once")
def pages_hold_each_once(pages: tuple[Exchange, ...]) -> Text | None:
    """Every match stands on one page, and there are as many as the first page counts. Undecided where not every page
    was asked, and where a page has no more to say than that it does not come."""
    total = searched(pages[0]).get("total")
    found: list[str] = []
    for number, page in enumerate(pages, start=1):
        bundle = searched(page)
        found += [name(one) for one in matches(bundle)]
        twice = sorted(one for one, times in Counter(found).items() if times > 1)
        require(
            not twice,
            nl=f"verwacht: elke treffer één keer; tot en met bladzijde {number} meer dan eens: {few(twice)}",
            en=f"expected: every match once; up to page {number} more than once: {few(twice)}",
        )
        if not goes_on(bundle):
            return _counted(found, total, number)
    decidable(
        False,
        nl=f"na {len(pages)} bladzijden gaat het antwoord nog verder; meer zijn er niet opgevraagd",
        en=f"after {len(pages)} pages the answer still goes on; no more were asked",
        triage=Triage.NODE,
    )
    return None


def _counted(found: list[str], total: object, pages: int) -> Text:
    decidable(
        found and total is not None,
        nl="de eerste bladzijde telt de treffers niet, of er is er geen: staan de proefgegevens in het knooppunt?",
        en="the first page does not count the matches, or there are none: are the test data loaded in the node?",
    )
    require(
        len(found) == total,
        nl=f"verwacht: {total} treffers, zoals de eerste bladzijde telt; gezien: {len(found)} op {pages} bladzijden",
        en=f"expected: {total} matches, as the first page counts; seen: {len(found)} on {pages} pages",
    )
    return Text(f"{total} treffers op {pages} bladzijden", f"{total} matches on {pages} pages")
