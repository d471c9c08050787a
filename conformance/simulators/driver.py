"""The node's driver hook: the suite asks it to act, it says yes and acts by itself.

POST /driver  {"action": "view-images", "patient": {"role": "anna", "bsn": "..."}, "counterparts": {"dicomweb": "https://..."}}
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model.agreements import Json
from conformance.simulators.http import Answer, Call, Handler

if TYPE_CHECKING:
    from conformance.simulators.imageclient import Asking

JSON = (("Content-Type", "application/json"),)
JOIN_S = 5


@dataclass(frozen=True, slots=True)
class Order:
    """What the node is asked to do: an action, for a patient, towards a counterpart's address."""

    action: str
    bsn: str
    counterparts: Mapping[str, str]


Action = Callable[[Order], None]


class OrderRefusedError(ValueError):
    """The order cannot be carried out; the message says what is missing."""


class Driver:
    """Carries out orders in threads of its own, so that the hook answers at once."""

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self._actions = actions
        self._running: list[threading.Thread] = []

    @property
    def handler(self) -> Handler:
        """The hook."""
        return self._handle

    def finish(self) -> None:
        """Wait, a few seconds at most, for what is still going on."""
        for thread in self._running:
            thread.join(timeout=JOIN_S)

    def _handle(self, call: Call) -> Answer:
        if call.method != "POST":
            return Answer(405, (*JSON, ("Allow", "POST")), b'{"error": "orders are posted"}')
        try:
            order = self._order(call.body)
        except OrderRefusedError as refusal:
            return Answer(400, JSON, json.dumps({"error": str(refusal)}).encode())
        thread = threading.Thread(target=self._actions[order.action], args=(order,), name=order.action, daemon=True)
        self._running.append(thread)
        thread.start()
        return Answer(202, JSON, b'{"accepted": true}')

    def _order(self, body: bytes) -> Order:
        try:
            asked: Json = json.loads(body)
        except ValueError:
            raise OrderRefusedError("the order is no JSON") from None
        if not isinstance(asked, dict) or asked.get("action") not in self._actions:
            raise OrderRefusedError(f"action must be one of {', '.join(sorted(self._actions))}")
        patient, counterparts = asked.get("patient"), asked.get("counterparts")
        if not isinstance(patient, dict) or not isinstance(patient.get("bsn"), str):
            raise OrderRefusedError("patient.bsn is missing")
        if not isinstance(counterparts, dict):
            raise OrderRefusedError("counterparts must name the addresses to go to")
        return Order(asked["action"], patient["bsn"], {str(key): str(url) for key, url in counterparts.items()})


Contexts = tuple[ssl.SSLContext | None, ...]
"""How a node goes out: with the first of these (None: without TLS), and where that comes to no end with the next."""


def image_viewing(contexts: Callable[[], Contexts], asking: Sequence[Asking]) -> Action:
    """The action `view-images`: look for the patient's studies at the counterpart and fetch from it."""

    def act(order: Order) -> None:
        from conformance.simulators import imageclient  # pydicom is slow to load and only needed here

        base = order.counterparts.get("dicomweb")
        if base is None:
            return
        for context in contexts():
            # What goes wrong shows in what the counterpart does or does not receive.
            with suppress(imageclient.ViewingError):
                imageclient.view_images(base, order.bsn, context, asking)
                return

    return act
