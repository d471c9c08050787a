"""A node that asks for images."""

from __future__ import annotations

from dataclasses import replace

from conformance.simulators.imageclient import MODEL, Ask
from tests.strangers.nodes import legal, wrong
from tests.strangers.pictures import besides, instead

JSON = {"Accept": MODEL}
SEARCH = r"\A/studies\Z"
FETCH = r"/series/[\d.]+\Z"


def number_in(ask: Ask) -> str:
    return dict(ask.query)["PatientID"]


@wrong("IMG-V02", at=besides(SEARCH))
def looks_at_the_worklist(_: Ask) -> Ask:
    """Beside the patient's studies it asks for all of this year."""
    return Ask("/studies", (("StudyDate", "20260101-"),), JSON)


@wrong("IMG-V03", at=besides(SEARCH))
def sorts_by_a_key_of_its_own(ask: Ask) -> Ask:
    """A search with a key that its own gateway knows."""
    return replace(ask, query=(*ask.query, ("sort", "StudyDate")))


@wrong("IMG-V04", at=besides(SEARCH))
def searches_for_plain_json(ask: Ask) -> Ask:
    """A second search accepts application/json only."""
    return replace(ask, headers={"Accept": "application/json"})


@wrong("IMG-V07", at=besides(FETCH))
def fetches_a_study_from_its_history(ask: Ask) -> Ask:
    """A study that an older order named is fetched, though this search did not find it."""
    return replace(ask, path="/studies/2.25.4711")


@legal("PS3.18 section 8.3.4: an attribute by its tag", at=instead(SEARCH))
def searches_by_tag(ask: Ask) -> Ask:
    """The patient's number is asked by its tag."""
    return replace(ask, query=(("00100020", number_in(ask)), *ask.query[1:]))


@legal("PS3.18 section 10.4.1.1.3: rendered pictures of what was found", at=besides(FETCH))
def shows_a_picture_too(ask: Ask) -> Ask:
    """Of the series that it fetches it also asks a picture."""
    return Ask(f"{ask.path}/rendered", (), {"Accept": "image/png"})
