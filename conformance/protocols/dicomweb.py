"""Asking an image gateway: QIDO-RS searches and WADO-RS retrievals (DICOM PS3.18)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from conformance.model.agreements import Json
from conformance.model.exchange import Rung
from conformance.protocols.client import Asked
from conformance.protocols.observing import Observed, Performed
from conformance.protocols.operations import operation
from conformance.protocols.session import Session
from conformance.protocols.tokens import credentials

STUDY, SERIES, INSTANCE, FRAMES = "0020000D", "0020000E", "00080018", "00280008"
MODEL = "application/dicom+json"
PART10 = 'multipart/related; type="application/dicom"'
OCTETS = 'multipart/related; type="application/octet-stream"'
PICTURES = "image/png, image/jpeg"

Query = Mapping[str, str | int | tuple[str, ...]]
_RESTS_ON = Rung.CLIENT_CERTIFICATE
_LABELS = ("patient", "besides", "level", "whole")
"""Of whom the answer should be, whose a part of the path is besides, at which level a search answers, and of which
study or series it is all that there is: for selectors and judgements."""


@operation(
    "dicomweb.search-studies",
    endpoint="dicomweb",
    rests_on=_RESTS_ON,
    yields=("studies", "study", "count"),
    labels=_LABELS,
)
def search_studies(session: Session, *, query: Query | None = None, accept: str = MODEL) -> Performed:
    """Search studies. `query` maps keywords or tags to values; a list repeats its key."""
    observed = _get(session, ["studies"], query, accept)
    return Performed(observed=(observed,), values=_listed(observed, {"studies": STUDY}, {"study": STUDY}))


@operation(
    "dicomweb.search-series",
    endpoint="dicomweb",
    rests_on=_RESTS_ON,
    yields=("series", "first", "count"),
    labels=_LABELS,
)
def search_series(session: Session, *, study: str = "", query: Query | None = None, accept: str = MODEL) -> Performed:
    """Search series, in one study or in all."""
    observed = _get(session, [*_part("studies", study), "series"], query, accept)
    return Performed(
        observed=(observed,), values=_listed(observed, {"series": SERIES}, {"first": SERIES, "study": STUDY})
    )


@operation(
    "dicomweb.search-instances",
    endpoint="dicomweb",
    rests_on=_RESTS_ON,
    yields=("instances", "instance", "series", "study", "count"),
    labels=_LABELS,
)
def search_instances(
    session: Session,
    *,
    study: str = "",
    series: str = "",
    query: Query | None = None,
    accept: str = MODEL,
) -> Performed:
    """Search instances, in a series, a study, or all."""
    observed = _get(session, [*_part("studies", study), *_part("series", series), "instances"], query, accept)
    first = {"instance": INSTANCE, "series": SERIES, "study": STUDY}
    return Performed(observed=(observed,), values=_listed(observed, {"instances": INSTANCE}, first))


@operation(
    "dicomweb.metadata",
    endpoint="dicomweb",
    rests_on=_RESTS_ON,
    yields=("instances", "series", "count", "frames"),
    labels=_LABELS,
)
def metadata(session: Session, *, study: str, series: str = "", instance: str = "", accept: str = MODEL) -> Performed:
    """Read the metadata of a study, series or instance."""
    observed = _get(session, [*_path(study, series, instance), "metadata"], None, accept)
    first = {"instance": INSTANCE, "series": SERIES, "frames": FRAMES}
    return Performed(observed=(observed,), values=_listed(observed, {"instances": INSTANCE}, first))


@operation("dicomweb.retrieve", endpoint="dicomweb", rests_on=_RESTS_ON, labels=_LABELS)
def retrieve(session: Session, *, study: str, series: str = "", instance: str = "", accept: str = PART10) -> Performed:
    """Retrieve the instances of a study, a series, or one instance."""
    return Performed(observed=(_get(session, _path(study, series, instance), None, accept),))


@operation("dicomweb.rendered", endpoint="dicomweb", rests_on=_RESTS_ON, labels=_LABELS)
def rendered(
    session: Session,
    *,
    study: str,
    series: str = "",
    instance: str = "",
    frames: str | int = "",
    accept: str = PICTURES,
) -> Performed:
    """Retrieve a picture a browser can show."""
    path = [*_path(study, series, instance), *_part("frames", str(frames)), "rendered"]
    return Performed(observed=(_get(session, path, None, accept),))


@operation("dicomweb.frames", endpoint="dicomweb", rests_on=_RESTS_ON, labels=_LABELS)
def frames(
    session: Session, *, study: str, series: str, instance: str, frames: str | int, accept: str = OCTETS
) -> Performed:
    """Retrieve frames of an instance by number (`1` or `1,3`), counted from 1."""
    path = [*_path(study, series, instance), *_part("frames", str(frames))]
    return Performed(observed=(_get(session, path, None, accept),))


def _part(name: str, value: str) -> list[str]:
    return [name, value] if value else []


def _path(study: str, series: str, instance: str) -> list[str]:
    return [*_part("studies", study), *_part("series", series), *_part("instances", instance)]


def _get(session: Session, path: Iterable[str], query: Mapping[str, Any] | None, accept: str) -> Observed:
    base = session.address("dicomweb").url
    url = f"{base}/{'/'.join(quote(segment, safe=',') for segment in path)}"
    if query:
        pairs = [(key, one) for key, value in query.items() for one in _values(value)]
        # Wild cards and list commas need no encoding (RFC 3986 section 3.4), and some archives do not decode them.
        url += "?" + urlencode(pairs, safe="*,?")
    return session.http.call(asked(session, url, accept))


def asked(session: Session, url: str, accept: str) -> Asked:
    """A request for what stands at an address of images, with a token where the node file says that they want one."""
    headers = ({"Accept": accept} if accept else {}) | credentials(session, "dicomweb")
    return Asked(method="GET", url=url, headers=headers)


def _values(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _listed(observed: Observed, lists: Mapping[str, str], firsts: Mapping[str, str]) -> dict[str, Json]:
    """Values of a DICOM JSON answer as far as it can be read; what cannot be read is judged elsewhere."""
    datasets = _datasets(observed)
    values: dict[str, Json] = {"count": len(datasets)} if observed.response else {}
    for name, tag in lists.items():
        values[name] = [value for dataset in datasets if (value := _first(dataset, tag)) is not None]
    for name, tag in firsts.items():
        found = _first(datasets[0], tag) if datasets else None
        if found is not None:
            values[name] = found
    return values


def _datasets(observed: Observed) -> list[dict[str, Any]]:
    if observed.response is None or observed.response.status != 200:
        return []
    try:
        body = json.loads(observed.response.body)
    except (ValueError, RecursionError):
        return []
    return [one for one in body if isinstance(one, dict)] if isinstance(body, list) else []


def _first(dataset: Mapping[str, Any], tag: str) -> Json:
    element = dataset.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    return values[0] if isinstance(values, list) and values and isinstance(values[0], str | int) else None
