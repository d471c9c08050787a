"""What holds for every test: loopback only, no settings of the surroundings, and in CI no peer may be missing."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("suite", deadline=None)  # a busy machine is no bug
settings.load_profile("suite")
pytest_plugins = ["tests.browser.fixtures", "tests.harness.fixtures", "tests.upkeep.kills.beside"]
REQUIRED = "TWIIN_REQUIRE_PEERS"
"""Set by CI: a skipped peer or browser test is then a failure."""
SHARED = Path(os.environ.get("TWIIN_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
"""Public test data that is no part of the project."""
SURROUNDINGS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "NETRC")
_connect = socket.socket.connect

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts us in the background has us ignore it, and with us all that the tests start and interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):
        raise AssertionError(f"a test tried to reach {address[0]}; tests use loopback only")
    _connect(self, address)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole runs first: the files that take longest must not be left to one worker at the end."""
    items.sort(key=lambda item: not {"harness", "tampering"} & set(item.path.parts))


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (*SURROUNDINGS, *(name.lower() for name in SURROUNDINGS)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket.socket, "connect", _loopback_only)
    return


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn a skip that CI does not allow into a failure that keeps its reason."""
    report = yield
    marked = item.get_closest_marker("peer") or item.get_closest_marker("browser")
    for_want_of_data = item.get_closest_marker("shared") and not SHARED.is_dir()
    if report.skipped and marked and os.environ.get(REQUIRED) and not for_want_of_data:
        report.outcome = "failed"
        report.longrepr = f"{marked.name} tests may not be skipped here: {report.longrepr}"
    return report
