"""Hand-made plans, findings and recordings, so that reporting is tested without a loader or a player."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from conformance.model.agreements import Agreement, Judged, Place, Profile, Requirement, Scenario, Selector, Source
from conformance.model.exchange import (
    Direction,
    Exchange,
    Outcome,
    Recording,
    Request,
    Response,
    Rung,
    TlsSession,
    Trouble,
)
from conformance.model.finding import Finding
from conformance.model.node import Endpoint, Identity, Node, TestPatient, Trust
from conformance.model.plan import ClaimGap, Excluded, Exclusion, Plan, Planned, ProfilePlan, Selection
from conformance.model.run import Digests, Run
from conformance.model.words import Claim, Layer, RunState, Status, Strength, Text, Triage, Verdict, Verification

PLACE = Place("profiles/twiin/requirements/network.yaml", 3, 1)
TWIIN = Agreement(
    id="twiin",
    title=Text("Twiin Afsprakenstelsel", "Twiin agreement system"),
    twiin=True,
    releases=("1.4", "1.5"),
    default_release="1.5",
)
HOUSE = Agreement(
    id="house-images",
    title=Text("Huisprofiel beelden", "House profile images"),
    twiin=False,
    releases=("1",),
    default_release="1",
)


def requirement(name: str = "NET-01", **changes: Any) -> Requirement:
    """A normative MUST that a recording decides."""
    given: dict[str, Any] = {
        "id": name,
        "title": Text(f"Titel van {name}", f"Title of {name}"),
        "text": Text(f"Wat is afgesproken in {name}.", f"What was agreed in {name}."),
        "remedy": Text("Pas de server aan.", "Change the server's settings."),
        "chapter": "network",
        "agreement": "twiin",
        "strength": Strength.MUST,
        "actors": ("twiin-node",),
        "layer": Layer.INFRASTRUCTURE,
        "verify": (Verification.TEST,),
        "releases": {"1.5": Status.NORMATIVE},
        "source": Source("Twiin TA 1.5", "§ 3.2", "https://example.org/ta#3.2"),
        "place": PLACE,
        "toetsing": "Validatie",
        "judged": Judged(by="answers", on={"exchange": Selector(operation="fhir.search")}),
    }
    return Requirement(**(given | changes))


def planned(subject: Requirement, *scenarios: str, **changes: Any) -> Planned:
    """The requirement in its plan, shown by the scenarios."""
    given: dict[str, Any] = {
        "requirement": subject,
        "profile": "twiin-node",
        "status": Status.NORMATIVE,
        "scenarios": scenarios,
    }
    return Planned(**(given | changes))


def profile_plan(
    *plans: Planned,
    name: str = "twiin-node",
    agreement: Agreement = TWIIN,
    gaps: tuple[ClaimGap, ...] = (),
    core: tuple[str, ...] | None = None,
    missing: tuple[str, ...] = (),
    basis: bool = False,
    left_out: tuple[Excluded, ...] = (),
) -> ProfilePlan:
    """One profile that holds these; its core is the first of them unless said otherwise."""
    core = tuple(item.requirement.id for item in plans[:1]) if core is None else core
    profile = Profile(
        id=name,
        version="1.0.0",
        title=Text(f"Profiel {name}", f"Profile {name}"),
        agreement=agreement.id,
        actors=(name,),
        basis=basis,
        chapters=("network",),
        requirements=(),
        claims=(),
        core=core,
        place=PLACE,
    )
    return ProfilePlan(
        profile=profile,
        agreement=agreement,
        release=agreement.default_release,
        planned=plans,
        claim_gaps=gaps,
        core=core,
        missing=missing,
        left_out=left_out,
    )


def node(**identity: str) -> Node:
    """A node file's content."""
    given = {
        "vendor": "Voorbeeld BV",
        "product": "Example Gateway",
        "version": "4.2",
        "participant": "Ziekenhuis Voorbeeld",
        "ura": "90000001",
        "application": "Beeldbeschikbaarheid",
    }
    return Node(
        identity=Identity(**(given | identity)),
        actors=("twiin-node",),
        release="1.5",
        claims={"bgz-source": Claim.YES, "mitz": Claim.UNKNOWN},
        endpoints={"fhir": Endpoint(kind="fhir", url="https://node.example:8443/fhir")},
        trust=Trust(roots=Path("/secret/path/root.pem")),
        patients={"anna": TestPatient(role="anna", bsn="999900018")},
        place=Place("node.yaml"),
    )


def plan(*profiles: ProfilePlan, selection: Selection | None = None, **changes: Any) -> Plan:
    """A plan of these profiles; scenarios are made as needed."""
    names = {name for profile in profiles for item in profile.planned for name in item.scenarios}
    given: dict[str, Any] = {
        "node": node(),
        "profiles": profiles,
        "scenarios": {name: scenario(name) for name in sorted(names)},
        "excluded": (
            Excluded(
                requirement=requirement("IMG-99", chapter="images"),
                because=Exclusion.CLAIM,
                text=Text("De claim is 'nee'.", "The claim is 'no'."),
            ),
        ),
        "selection": selection or Selection(),
        "seed": "3fa9c1",
        "thorough": False,
        "digest": "sha256:" + "a" * 64,
    }
    return Plan(**(given | changes))


def scenario(name: str) -> Scenario:
    """A scenario without steps: reporting shows its title only."""
    return Scenario(
        id=name,
        title=Text(f"Scenario {name}", f"Scenario {name}"),
        needs=(),
        endpoints=("fhir",),
        patients=("anna",),
        steps=(),
        shows=(),
        place=PLACE,
    )


def run(**changes: Any) -> Run:
    """A finished run of released agreements."""
    given: dict[str, Any] = {
        "id": "3b1f6a2e-0000-4000-8000-000000000001",
        "started": "2026-11-22T07:00:00.000Z",
        "finished": "2026-11-22T07:00:09.000Z",
        "state": RunState.FINISHED,
        "suite": "0.1.0",
        "release": "1.5",
        "digests": Digests(
            suite="sha256:" + "1" * 64,
            agreements="sha256:" + "2" * 64,
            data="sha256:" + "3" * 64,
            evidence="sha256:" + "4" * 64,
        ),
        "released": True,
        "seed": "3fa9c1",
        "command": ("conformance", "run", "node.yaml", "--seed", "3fa9c1"),
        "tools": {"python": "3.11.7", "openssl": "3.0.15"},
        "redactions": {"bsn": 12, "token": 3},
    }
    return Run(**(given | changes))


def finding(name: str = "NET-01", where: str = "s", verdict: Verdict = Verdict.PASS, **changes: Any) -> Finding:
    """A finding; anything but a pass is the node's unless said otherwise."""
    given: dict[str, Any] = {
        "requirement": name,
        "scenario": where,
        "verdict": verdict,
        "reason": Text("Gezien: status 200.", "Seen: status 200."),
        "triage": None if verdict is Verdict.PASS else Triage.NODE,
        "evidence": (f"{where}/ask",),
    }
    return Finding(**(given | changes))


def exchange(where: str = "s", step: str = "ask", **changes: Any) -> Exchange:
    """A FHIR search that was answered."""
    body = b'{"resourceType":"Bundle","total":1,"entry":[{"resource":{"valueDecimal":1.10}}]}'
    given: dict[str, Any] = {
        "scenario": where,
        "step": step,
        "number": 1,
        "operation": "fhir.search",
        "given": {"query": "patient"},
        "direction": Direction.SENT,
        "outcome": Outcome.ANSWERED,
        "started": "2026-11-22T07:00:01Z",
        "duration_ms": 12,
        "request": Request(
            method="GET",
            url="https://node.example:8443/fhir/Patient?identifier=http://fhir.nl/fhir/NamingSystem/bsn|bsn-anna",
            headers=(("accept", "application/fhir+json"), ("authorization", "Bearer token-1a2b")),
        ),
        "response": Response(
            status=200, reason="OK", headers=(("content-type", "application/fhir+json"),), body=body, size=len(body)
        ),
        "tls": TlsSession(version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384", client="valid"),
    }
    return Exchange(**(given | changes))


def recordings(exchanges: Iterable[Exchange]) -> tuple[Recording, ...]:
    """The exchanges by scenario."""
    groups: dict[str, list[Exchange]] = {}
    for item in exchanges:
        groups.setdefault(item.scenario, []).append(item)
    return tuple(Recording(scenario=name, exchanges=tuple(items)) for name, items in groups.items())


def refused(where: str = "refused") -> Exchange:
    """An exchange that met no answer."""
    return exchange(
        where,
        outcome=Outcome.NO_ANSWER,
        response=None,
        tls=None,
        trouble=Trouble(rung=Rung.PORT, code="connection-refused", text="nothing listens on the port"),
    )


def until(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)


def claims(**said: bool) -> tuple[ClaimGap, ...]:
    """Claim gaps: true means refused."""
    return tuple(ClaimGap(profile="twiin-node", claim=name, refused=refused) for name, refused in said.items())
