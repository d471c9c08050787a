"""Switches of the image gateway that look elsewhere than the path says."""

from __future__ import annotations

import re
from dataclasses import replace

from conformance.codecs.dicomjson import TAGS, tag_of
from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.dicomweb import before
from conformance.simulators.faults.naming import home_of, study_of
from conformance.simulators.http import Call, Interceptor


@switch("dicomweb.ignores-study", hook=Hook.IMAGES)
def ignores_study(*, when: When) -> Interceptor:
    """The gateway finds a series wherever it is, whatever study the path names."""

    def change(call: Call) -> Call:
        found = _SERIES.search(call.path)
        home = study_of().get(found["series"]) if found else None
        return replace(call, path=_SERIES.sub(rf"/studies/{home}/series/\g<series>", call.path)) if home else call

    return before(when, change)


_SERIES = re.compile(r"/studies/[^/]+/series/(?P<series>[^/]+)")


@switch("dicomweb.ignores-parents", hook=Hook.IMAGES)
def ignores_parents(*, when: When) -> Interceptor:
    """The gateway finds an instance by its own identifier, whatever study and series the path names."""

    def change(call: Call) -> Call:
        found = _INSTANCE.search(call.path)
        home = home_of().get(found["instance"]) if found else None
        return replace(call, path=_INSTANCE.sub(rf"{home}/instances/\g<instance>", call.path)) if home else call

    return before(when, change)


_INSTANCE = re.compile(r"/studies/[^/]+/series/[^/]+/instances/(?P<instance>[^/]+)")


@switch("dicomweb.key-over-path", hook=Hook.IMAGES)
def key_over_path(*, when: When) -> Interceptor:
    """A search below a study or series looks in the one that a key names, and not in that of the path."""

    def change(call: Call) -> Call:
        path = call.path
        for word, keyword in (("studies", "StudyInstanceUID"), ("series", "SeriesInstanceUID")):
            named = next((value for key, value in call.query if tag_of(key) == TAGS[keyword]), "")
            path = re.sub(rf"/{word}/[^/]+", f"/{word}/{named}", path) if named else path
        return replace(call, path=path)

    return before(when, change)
