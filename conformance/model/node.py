"""The system under test as its vendor describes it: the node file, never holding a secret value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conformance.model.agreements import Json, Place
from conformance.model.words import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is tested."""

    vendor: str
    product: str
    version: str
    participant: str
    ura: str
    application: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A client certificate by reference: files on disk and, for the key's password, an environment variable."""

    certificate: Path
    key: Path
    password_env: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of the node; `kind` names what it speaks: fhir, oauth, dicomweb. `token`: whether images want an
    access token too (records always do)."""

    kind: str
    url: str
    token: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPatient:
    """A synthetic patient by role; an own one carries a fictitious BSN. `named`: the node file says he is there."""

    __test__ = False

    role: str
    bsn: str
    own: bool = False
    named: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """What starts the node's own actions: an HTTP hook or a command; without either a person is asked."""

    url: str = ""
    command: tuple[str, ...] = ()
    timeout_s: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How gently the node is treated, counted over all workers together."""

    concurrency: int = 4
    rate_per_s: int = 50
    connect_timeout_s: int = 5
    read_timeout_s: int = 15
    body_limit_kib: int = 65536
    pause_s: int = 10
    """How long to wait before a good request that fails after wrong ones is made once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """An address on which the suite waits for the node: where it listens and how the node reaches it."""

    kind: str
    listen: str
    advertise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Which roots vouch for the node, which certificates the suite shows, in which roles.

    `clients` maps a certificate role (valid, expired, revoked, foreign, self-signed, other-purpose, other) to its
    files; `counterpart` and `counterpart-...` are what the suite's counterparts show. What needs a role that is not
    there stays undecided.
    """

    roots: Path | None = None
    clients: Mapping[str, Certificate] = field(default_factory=dict)
    signing_key: Path | None = None
    signing_key_id: str = ""
    expired_token: Path | None = None
    """An access token of an earlier day, given to the suite and past its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Everything the node file says."""

    identity: Identity
    actors: tuple[str, ...]
    release: str
    claims: Mapping[str, Claim]
    endpoints: Mapping[str, Endpoint]
    trust: Trust
    patients: Mapping[str, TestPatient]
    place: Place
    counterparts: Mapping[str, Counterpart] = field(default_factory=dict)
    driver: Driver | None = None
    attestations: Path | None = None
    politeness: Politeness = field(default_factory=Politeness)
    settings: Mapping[str, Json] = field(default_factory=dict)
    loaded: Mapping[str, Json] = field(default_factory=dict)
    """What was loaded of each patient, by role and query; nothing where the node holds data that nobody described."""
    vouched: str = ""
    """Who signed for it, where it is the vendor's own sheet; empty for the suite's."""
