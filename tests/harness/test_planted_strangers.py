"""A stranger's number planted in what a node says, in every form: the run stops or masks it, and nothing of it is left.

Looked through are the whole run folder, the folder for temporary files, and what the command said.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from conformance.simulators.http import Answer, Call, Handler, intercepted
from conformance.simulators.reference import ReferenceNode
from conformance.synthesis.patients import patients
from tests.harness.command import Commands
from tests.harness.test_exit_codes import stranger

STRANGER = stranger()
TRACES = [
    STRANGER.encode(),
    STRANGER.encode("utf-16-le"),
    b64encode(STRANGER.encode()),
    f"{STRANGER[:4]}.{STRANGER[4:6]}.{STRANGER[6:]}".encode(),
]
"""The number as it may be left, written and packed."""


class TellingNode(ReferenceNode):
    """A reference node whose answers are changed before they leave."""

    telling: Callable[[Call, Answer], Answer]

    def _handler(self) -> Handler:
        return intercepted(super()._handler(), [lambda call, handler: self.telling(call, handler(call))])


@dataclass(frozen=True)
class Planted:
    """Where the number is planted: the scenario that meets it, in which answers, and how."""

    scenario: str
    of: str
    change: Callable[[Answer], Answer]
    stops: bool = True
    at: str = "/"

    def __call__(self, call: Call, answer: Answer) -> Answer:
        meant = call.path.startswith(self.at) and self.of in answer.header("content-type")
        return self.change(answer) if meant else answer


def instead_of_ours(answer: Answer) -> Answer:
    body = answer.body
    for patient in patients().values():
        body = body.replace(patient.bsn.encode(), STRANGER.encode())
    return replace(answer, body=body)


def field(name: str, value: str) -> Callable[[Answer], Answer]:
    return lambda answer: answer.with_header(name, value)


def member(name: str, value: object) -> Callable[[Answer], Answer]:
    def change(answer: Answer) -> Answer:
        return replace(answer, body=json.dumps({**json.loads(answer.body), name: value}).encode())

    return change


def in_a_part(answer: Answer) -> Answer:
    head = f"X-BSN: {STRANGER}\r\nContent-Type: ".encode()
    return replace(answer, body=answer.body.replace(b"Content-Type: ", head, 1))


def error(kind: str, text: str) -> Callable[[Answer], Answer]:
    return lambda _: Answer(404, (("Content-Type", kind),), text.encode())


OUTCOME = json.dumps({"resourceType": "OperationOutcome", "issue": [{"diagnostics": f"Geen BSN {STRANGER}"}]})
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"

FORMS = {
    "FHIR JSON": Planted("record-json", "fhir+json", instead_of_ours),
    "FHIR XML": Planted("record-xml", "fhir+xml", instead_of_ours),
    "DICOM JSON": Planted("search-images", "dicom+json", instead_of_ours),
    "a header of a part": Planted("single-frames", "multipart/related", in_a_part),
    "a header field named for it": Planted("search-images", "dicom+json", field("X-Patient-BSN", STRANGER)),
    "a cookie": Planted("search-images", "dicom+json", field("Set-Cookie", f"bsn={STRANGER}")),
    "an address": Planted("record-json", "fhir+json", field("Location", f"/Patient?identifier={BSN}|{STRANGER}")),
    "a field of no name": Planted("search-images", "dicom+json", field("X-Trace", STRANGER), stops=False),
    "a token's answer": Planted("tokens", "json", member("bsn", STRANGER), at="/oauth"),
    "words of an error": Planted("record-json", "fhir+json", error("application/fhir+json", OUTCOME)),
    "a web page": Planted("record-json", "fhir+json", error("text/html", f"<p>Patient met BSN {STRANGER}</p>")),
    "base64": Planted("tokens", "json", member("data", b64encode(f"bsn={STRANGER}".encode()).decode()), at="/oauth"),
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TellingNode]:
    with TellingNode(folder=tmp_path_factory.mktemp("telling")) as node:
        yield node


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_stranger_is_left(node: TellingNode, commands: Commands, tmp_path: Path, form: str) -> None:
    node.telling = planted = FORMS[form]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    arguments = (str(node.node_file), "--scenario", planted.scenario, "--out", "run")
    ended = commands("run", *arguments, cwd=tmp_path, surroundings={"TMPDIR": str(temporary)})
    assert (ended.code == 2) == planted.stops, ended.err
    if planted.stops:
        assert "patient's number that is not of the data set" in ended.err
    said = {"stdout": ended.out.encode(), "stderr": ended.err.encode()}
    left = {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} | said
    assert [(name, trace) for name, data in left.items() for trace in TRACES if trace in data] == []
    assert (tmp_path / "run" / "run.json").exists()
