"""An interruption, wherever it comes, leaves nothing behind that closing would wait for."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from conformance.protocols.observing import SYSTEM_CLOCK
from conformance.protocols.wire import Call, Wire, current


def interrupted(self: threading.Condition) -> bool:
    """The signal comes when the lock is held already and the block has not begun."""
    self._lock.acquire()  # type: ignore[attr-defined]
    raise KeyboardInterrupt


def refused() -> str:
    """An address at which nobody listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{nobody.getsockname()[1]}/"


def send_and_close(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wire, seconds = Wire(None), Timeout(connect=5, read=5)
    current.set(Call(SYSTEM_CLOCK.monotonic() + 5, 5, SYSTEM_CLOCK.monotonic))
    with contextlib.suppress(HTTPError):
        wire.send("GET", url, {}, None, seconds)
    with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt, HTTPError):
        patched.setattr(threading.Condition, "__enter__", interrupted)
        wire.send("GET", url, {}, None, seconds)
    wire.close()


def test_a_wire_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    ending = threading.Thread(target=send_and_close, args=(refused(), monkeypatch), daemon=True)
    ending.start()
    ending.join(10)
    assert not ending.is_alive()
