"""report.json: the record from which every other form is made; its schema is `schemas/report.schema.json`."""

from __future__ import annotations

from dataclasses import asdict

from conformance.agreements.canonical import digest
from conformance.model.agreements import Json, Source, Taken
from conformance.model.facts import resting_on_facts
from conformance.model.plan import ProfilePlan
from conformance.model.run import Decision, Digests, Gap, RequirementResult, Rests, Run
from conformance.reporting.canonical import document_bytes, finding_document, findings_bytes, text_document
from conformance.reporting.labels import NOT_A_CERTIFICATE
from conformance.reporting.material import Material, Subject, subjects
from conformance.reporting.resting import said

KIND = "conformance-report"
SCHEMA = "3"


def report_bytes(material: Material) -> bytes:
    """The report as UTF-8 JSON with sorted keys."""
    return document_bytes(report_document(material))


def report_document(material: Material) -> dict[str, Json]:
    """The report as a JSON value. `end` is the marker without which a reader must take it as cut off."""
    return {
        "kind": KIND,
        "schema": SCHEMA,
        "id": f"urn:uuid:{material.run.id}",
        "standing": text_document(NOT_A_CERTIFICATE),
        "suite": {"version": material.run.suite, "digest": material.run.digests.suite},
        "agreements": _agreements(material),
        "node": _node(material),
        "run": _run(material.run),
        "decisions": [
            _decision(profile, decision)
            for profile, decision in zip(material.plan.profiles, material.decisions, strict=True)
        ],
        "requirements": [_requirement(subject) for subject in subjects(material)],
        "findings": [finding_document(finding) for finding in sorted(material.findings, key=lambda item: item.id)],
        "excluded": [
            {"requirement": item.requirement.id, "because": item.because.value, "text": text_document(item.text)}
            for item in material.plan.excluded
        ],
        "unasked": [
            {
                "scenario": item.scenario,
                "member": dict(item.exemption.member),
                "unless": item.exemption.unless,
                "text": text_document(item.exemption.because),
            }
            for item in material.plan.unasked
        ],
        "waivers": [
            {
                "requirement": waiver.requirement,
                "reason": waiver.reason,
                "owner": waiver.owner,
                "until": waiver.until.isoformat(),
            }
            for waiver in material.waivers
        ],
        "surprises": [
            {"about": item.about.value, "name": item.name, "expected": item.expected, "found": item.found}
            for item in material.surprises
        ],
        "evidence": _evidence(material),
        "end": True,
    }


def _agreements(material: Material) -> dict[str, Json]:
    agreements = {profile.agreement.id: profile for profile in material.plan.profiles}
    return {
        "digest": material.run.digests.agreements,
        "data": material.run.digests.data,
        "plan": material.plan.digest,
        "released": material.run.released,
        "agreements": [
            {
                "id": profile.agreement.id,
                "title": text_document(profile.agreement.title),
                "release": profile.release,
                "twiin": profile.agreement.twiin,
            }
            for profile in agreements.values()
        ],
    }


def _node(material: Material) -> dict[str, Json]:
    node = material.plan.node
    identity = node.identity
    return {
        "vendor": identity.vendor,
        "product": identity.product,
        "version": identity.version,
        "participant": identity.participant,
        "ura": identity.ura,
        "application": identity.application,
        "actors": list(node.actors),
        "release": node.release,
        "claims": {name: claim.value for name, claim in node.claims.items()},
        "endpoints": {name: endpoint.url for name, endpoint in node.endpoints.items()},
    }


def _run(run: Run) -> dict[str, Json]:
    return {
        "started": run.started,
        "finished": run.finished,
        "state": run.state.value,
        "command": list(run.command),
        "tools": dict(run.tools),
        "release": run.release,
        "selection": {
            "profiles": list(run.selection.profiles),
            "scenarios": list(run.selection.scenarios),
            "requirements": list(run.selection.requirements),
            "keyword": run.selection.keyword,
        },
        "selected": None if run.selected is None else list(run.selected),
        "accept_partial": run.accept_partial,
        "seed": run.seed,
        "thorough": run.thorough,
        "anonymous": run.anonymous,
        "accept_not_decisive": run.accept_not_decisive,
        "lang": run.lang,
        "redactions": dict(run.redactions),
    }


def _decision(profile: ProfilePlan, decision: Decision) -> dict[str, Json]:
    return {
        "profile": decision.profile,
        "version": profile.profile.version,
        "title": text_document(profile.profile.title),
        "agreement": profile.agreement.id,
        "release": profile.release,
        "twiin": profile.agreement.twiin,
        "rule": decision.rule,
        "conclusion": decision.conclusion.value,
        "tested": None if decision.tested is None else decision.tested.value,
        "reasons": [text_document(reason) for reason in decision.reasons],
        "core": [{"requirement": shown.requirement, "verdict": shown.verdict.value} for shown in decision.core],
        "missing": list(decision.missing),
        "unserved": list(decision.unserved),
        "rests": _rests(decision.rests),
        "left_out": [{"requirement": one.requirement.id, "because": one.because.value} for one in profile.left_out],
        "results": [_result(result) for result in decision.results],
        "gaps": [_gap(gap) for gap in decision.gaps],
    }


def _rests(rests: Rests) -> dict[str, Json]:
    return {
        "held": rests.held,
        "applying": rests.applying,
        "deciding": asdict(rests.deciding),
        "beside": asdict(rests.beside),
        "said": text_document(said(rests)),
    }


def _result(result: RequirementResult) -> dict[str, Json]:
    return {
        "requirement": result.requirement,
        "verdict": result.verdict.value,
        "decisive": result.decisive,
        "qualifies": result.qualifies,
        "unattested": result.unattested,
        "waived": result.waived,
        "findings": list(result.findings),
    }


def _gap(gap: Gap) -> dict[str, Json]:
    return {
        "requirement": gap.requirement,
        "verdict": gap.verdict.value,
        "decisive": gap.decisive,
        "because": text_document(gap.because),
    }


def _requirement(subject: Subject) -> dict[str, Json]:
    requirement = subject.planned.requirement
    document: dict[str, Json] = {
        "id": requirement.id,
        "title": text_document(requirement.title),
        "agreement": requirement.agreement,
        "chapter": requirement.chapter,
        "strength": subject.planned.strength.value,
        "status": subject.planned.status.value,
        "layer": requirement.layer.value,
        "verify": [way.value for way in requirement.verify],
        "source": _source(requirement.source),
        "profiles": list(subject.profiles),
        "taken": [_taken(planned.profile, planned.taken) for planned in subject.taken if planned.taken],
        "verdict": subject.result.verdict.value,
    }
    if requirement.warn_until is not None:
        document["warn_until"] = requirement.warn_until.isoformat()
    if subject.attestation is not None:
        word = subject.attestation
        document["attestation"] = {
            "fulfilled": word.fulfilled,
            "by": word.by,
            "on": word.on.isoformat(),
            "evidence": word.evidence,
            "sha256": word.sha256,
        }
    return document


def _taken(profile: str, taken: Taken) -> dict[str, Json]:
    return {"profile": profile, "why": text_document(taken.why), "source": _source(taken.source)}


def _source(source: Source) -> dict[str, Json]:
    return {"document": source.document, "section": source.section, "url": source.url}


def _evidence(material: Material) -> dict[str, Json]:
    digests: Digests = material.run.digests
    return {
        "root": material.root,
        "digest": digests.evidence,
        "findings": digest(findings_bytes(material.findings)),
        "resting_on_facts": resting_on_facts(material.findings),
        "exchanges": [{"id": name, "digest": material.evidence.get(name, "")} for name in material.exchanges()],
    }
