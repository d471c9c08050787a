"""Wrong nodes that ask for images, and passed until what they break was mended."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

from conformance.simulators.faults import Hook
from conformance.simulators.imageclient import Ask, Reply, Send
from tests.strangers.nodes import wrong


class Remembers:
    """Sends what it knows of the patient along with every later request."""

    header = "Cookie"

    def __init__(self) -> None:
        self.number = ""

    def __call__(self, ask: Ask, send: Send) -> Reply:
        self.number = dict(ask.query).get("PatientID", self.number)
        return send(replace(ask, headers={**ask.headers, self.header: self.said()}))

    def said(self) -> str:
        """What the header says."""
        return f"theme=dark; patient={self.number}"


@wrong("IMG-V08", at=Hook.ASKING)
class KeepsThePatientInACookie(Remembers):
    """A cookie of the viewer holds the patient whose record is open."""


@wrong("IMG-V08", at=Hook.ASKING)
class KeepsASessionOfThePatient(Remembers):
    """The session of the viewer is the patient's number, in base64."""

    def said(self) -> str:
        return f"session={b64encode(self.number.encode()).decode()}"


@wrong("IMG-V08", at=Hook.ASKING)
class LogsInAsThePatient(Remembers):
    """A user for each patient, with his number as the name."""

    header = "Authorization"

    def said(self) -> str:
        return f"Basic {b64encode(f'{self.number}:viewer'.encode()).decode()}"
