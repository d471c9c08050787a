"""How much time playing takes beside bare requests that make the same calls."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.model.exchange import Exchange
from conformance.model.plan import Plan
from conformance.play.player import Player
from conformance.protocols.session import Session
from conformance.recordings.store import RunFolder

SCENARIOS = ("record-json", "record-xml", "reading", "hand-over-study", "search-images")
ROUNDS = 6
FACTOR, PER_KB_S = 1.5, 0.00025
"""What play may take: so many times the bare requests, and so many seconds for each KB: redaction reads every value."""


def played(plan: Plan, folder: Path) -> tuple[float, list[Exchange]]:
    """Seconds to play the scenarios in a fresh run folder, the ladder left out, and what was said."""
    with Player.open(plan, RunFolder.create(folder)) as player:
        player.preflight()
        begin = time.perf_counter()
        recordings = [player.recording(scenario) for scenario in SCENARIOS]
        took = time.perf_counter() - begin
    return took, [exchange for recording in recordings for exchange in recording.exchanges if exchange.request]


def bare(plan: Plan, exchanges: list[Exchange], token: str) -> float:
    """Seconds that a plain requests session takes for the same calls, reading each body."""
    trust = plan.node.trust
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(trust.roots)
        session.cert = (str(trust.clients["valid"].certificate), str(trust.clients["valid"].key))
        session.get(plan.node.endpoints["fhir"].url + "/metadata")
        begin = time.perf_counter()
        for exchange in exchanges:
            assert exchange.request is not None
            headers = {"Accept": exchange.request.header("accept"), "Authorization": f"Bearer {token}"}
            url = exchange.request.url
            for role, patient in plan.node.patients.items():
                url = url.replace(f"bsn-{role}", patient.bsn)
            _ = session.get(url, headers=headers, allow_redirects=False).content
        return time.perf_counter() - begin


NODE = """
import sys
from conformance.simulators.reference import ReferenceNode
with ReferenceNode() as node:
    print(node.node_file, flush=True)
    sys.stdin.read()
"""


@contextmanager
def running_node() -> Iterator[Path]:
    """The reference node in a process of its own, as a node would be."""
    command = [sys.executable, "-c", NODE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Path(process.stdout.readline().strip())
        process.communicate("")


def share_taken(folder: Path) -> tuple[float, str]:
    """Play time as a share (%) of what it may take, the median of some rounds, and the figures behind it."""
    with running_node() as node_file:
        catalogue = load_catalogue()
        plan = resolve(catalogue, load_node(node_file, catalogue))
        session = Session(plan.node)
        token = session.tokens.token()
        session.close()
        _, calls = played(plan, folder / "warm")
        kilobytes = sum((exchange.response.size if exchange.response else 0) for exchange in calls) / 1024
        rounds = [(bare(plan, calls, token), played(plan, folder / str(number))[0]) for number in range(ROUNDS)]
    # The rounds of one moment belong together: a busy machine slows both.
    shares = sorted(play / (plain * FACTOR + kilobytes * PER_KB_S) for plain, play in rounds)
    plain, play = min(each[0] for each in rounds), min(each[1] for each in rounds)
    told = f"{len(calls)} calls, {kilobytes:.0f} KB: bare requests {plain:.3f} s, play {play:.3f} s"
    return 100 * shares[len(shares) // 2], told
