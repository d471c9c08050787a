"""Whether a search that goes on on a next page can be followed."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit

from conformance.checks.fhir.reading import Resource, matches, name, objects, searched, searchset
from conformance.checks.judgement import answer, in_its_time, judgement, met, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text


@judgement("next-link-followed")
def next_link_followed(page: Exchange, following: Exchange) -> Text | None:
    """Where a page names a next one, that is at this endpoint, over TLS, answers with a searchset, and is another
    page; whether a source pages at all is its own choice."""
    first = searched(page)
    asked = page.request.url if page.request else ""
    link = _next(first)
    if not link:
        met()
        return Text("er is geen volgende bladzijde", "there is no next page")
    _here(asked, link)
    answer(following)
    in_its_time(following)
    second = searchset(following)
    _another(first, second)
    return Text("de volgende bladzijde kwam", "the next page came")


def _next(bundle: Resource) -> str:
    links = (one for one in objects(bundle.get("link")) if one.get("relation") == "next")
    return next((str(one.get("url", "")) for one in links), "")


def _here(asked: str, link: str) -> None:
    ours, theirs = urlsplit(asked), _joined(asked, link)
    require(
        theirs.netloc,
        nl="verwacht: een adres als next-link; gezien: iets dat er geen is",
        en="expected: an address as the next link; seen: what is none",
    )
    require(
        theirs.scheme == ours.scheme,
        nl=f"verwacht: een volgende bladzijde over {ours.scheme}; gezien: {theirs.scheme}",
        en=f"expected: a next page over {ours.scheme}; seen: {theirs.scheme}",
    )
    require(
        theirs.netloc.lower() == ours.netloc.lower(),
        nl="verwacht: een volgende bladzijde op dit eindpunt; gezien: een andere host, en daar gaat geen token heen",
        en="expected: a next page at this endpoint; seen: another host, and no token is shown there",
    )


def _joined(asked: str, link: str) -> SplitResult:
    """Where a link leads, which may be relative; nowhere when it is no address."""
    try:
        return urlsplit(urljoin(asked, link))
    except ValueError:
        return urlsplit("")


def _another(first: Resource, second: Resource) -> None:
    had, has = ({name(one) for one in matches(bundle)} for bundle in (first, second))
    require(
        not has or has - had,
        nl="verwacht: andere treffers op de volgende bladzijde; gezien: dezelfde, zodat er geen eind aan komt",
        en="expected: other matches on the next page; seen: the same ones, so that it never ends",
    )
