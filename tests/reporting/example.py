"""A run large and varied enough to look at: every verdict, every triage, hostile text, big and binary bodies."""

from __future__ import annotations

from conformance.model.exchange import Direction, Exchange, Outcome, Request, Response, Rung, Trouble
from conformance.model.finding import Finding
from conformance.model.run import Waiver
from conformance.model.words import Layer, Status, Strength, Text, Triage, Verdict, Verification
from conformance.reporting.decide import decide
from conformance.reporting.material import Material
from tests.reporting import making

HOSTILE = (
    "</script><script>window.hit=1</script><img src=x onerror=window.hit=1> "
    "\x1b[31m\u202egnp.exe \" onfocus=window.hit=1 autofocus ' ` $(id) [bold] \ud800"
)
VERDICTS = (
    Verdict.PASS,
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.PASS,
    Verdict.INCONCLUSIVE,
    Verdict.PASS,
    Verdict.NOT_TESTED,
)
TRIAGES = (Triage.NODE, Triage.CONFIGURATION, Triage.CONNECTION, Triage.TEST_DATA)
LAYERS = tuple(Layer)


def material(requirements: int = 40, exchanges: int = 60, *, hostile: str = HOSTILE) -> Material:
    """The whole of a run, decided."""
    shown = tuple(_exchange(number, hostile) for number in range(exchanges))
    scenarios = tuple(dict.fromkeys(item.scenario for item in shown))
    subjects = [
        making.planned(
            making.requirement(
                f"NET-{number:02}" if number % 2 else f"BGZ-{number:02}",
                chapter="network" if number % 2 else "bgz-retrieval",
                strength=Strength.SHOULD if number % 9 == 8 else Strength.MUST,
                layer=LAYERS[number % len(LAYERS)],
            ),
            scenarios[number % len(scenarios)],
            status=Status.INFORMATIVE if number % 11 == 10 else Status.NORMATIVE,
        )
        for number in range(requirements)
    ]
    asked = making.requirement(
        "LOG-01",
        verify=(Verification.ATTESTATION,),
        judged=None,
        asks=Text("Hoe lang bewaart u?", "How long do you keep?"),
    )
    house = making.planned(making.requirement("IMG-01", chapter="images", agreement="house-images"), scenarios[0])
    plan = making.plan(
        making.profile_plan(*subjects, making.planned(asked), gaps=making.claims(mitz=False)),
        making.profile_plan(house, name="image-gateway", agreement=making.HOUSE),
    )
    findings = tuple(
        _finding(number, item.requirement.id, item.scenarios[0], shown, hostile) for number, item in enumerate(subjects)
    )
    findings += (making.finding("IMG-01", scenarios[0], evidence=(shown[0].id,)),)
    run, waivers = (
        making.run(),
        (Waiver(requirement="BGZ-02", reason="x", owner="body", until=making.until("2027-01-01")),),
    )
    decisions = decide(plan, findings, run, (), waivers)
    return Material(
        plan=plan,
        run=run,
        findings=findings,
        recordings=making.recordings(shown),
        decisions=decisions,
        waivers=waivers,
        evidence={item.id: "sha256:" + "e" * 64 for item in shown},
        root="sha256:" + "5" * 64,
    )


def _finding(number: int, name: str, where: str, shown: tuple[Exchange, ...], hostile: str) -> Finding:
    verdict = VERDICTS[number % len(VERDICTS)]
    text = f"Status 404, {hostile}" if verdict is Verdict.FAIL else "Status 200"
    return making.finding(
        name,
        where,
        verdict,
        reason=Text(f"Gezien: {text}.", f"Seen: {text}."),
        triage=None if verdict is Verdict.PASS else TRIAGES[number // 7 % len(TRIAGES)],
        rung=Rung.TOKEN if verdict is Verdict.NOT_TESTED else None,
        evidence=tuple(item.id for item in shown if item.scenario == where)[:2],
        facts=("body_digest",) if number % 5 == 0 else (),
    )


def _exchange(number: int, hostile: str) -> Exchange:
    where, step = f"scenario-{number // 5}", f"step-{number % 5}"
    body, kind = (
        (b'{"resourceType":"Bundle","total":1.10,"entry":[' + b'{"a":"b"},' * 3000 + b"{}]}", "application/fhir+json"),
        (b"<Bundle xmlns='http://hl7.org/fhir'><total value='1'/><entry><a/></entry></Bundle>", "application/fhir+xml"),
        (bytes(range(256)) * 20, "application/dicom"),
        (hostile.encode("utf-8", "replace") + b"\xff\xfe", "text/html"),
        (b"", "text/plain"),
    )[number % 5]
    if number % 13 == 12:
        trouble = Trouble(rung=Rung.PORT, code="read-timeout", text="no answer came in time")
        return making.exchange(where, step, outcome=Outcome.NO_ANSWER, response=None, trouble=trouble)
    if number % 17 == 16:
        return making.exchange(
            where,
            step,
            direction=Direction.RECEIVED,
            operation="dicomweb.search-studies",
            request=Request(method="GET", url="/studies?x=" + hostile),
        )
    answer = Response(
        status=200,
        reason=hostile if number % 5 == 3 else "OK",
        body=body,
        size=len(body),
        headers=(("content-type", kind), ("x-node", hostile)),
    )
    return making.exchange(where, step, response=answer, facts={"body_utf8": True, "patients": ["anna"]})
