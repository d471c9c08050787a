"""Whether resources name the profiles that they are of: those that a search matched, and the one that was read."""

from __future__ import annotations

from conformance.checks.bgz.content import matched
from conformance.checks.fhir.reading import Resource, at, few, name, resource
from conformance.checks.judgement import answer, decidable, judgement, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage


@judgement("claims-profile")
def claims_profile(exchange: Exchange, *, profiles: tuple[str, ...]) -> Text | None:
    """Every match, or the resource that was read, names these profiles in meta.profile."""
    found = _read(exchange) if exchange.given.get("member", {}).get("how") == "read" else matched(exchange)
    lacking = [
        f"{name(one)}: {profile.rsplit('/', 1)[-1]}"
        for one in found
        for profile in profiles
        if profile not in [str(claimed).split("|")[0] for claimed in at(one, "meta.profile")]
    ]
    require(not lacking, nl=f"profiel niet genoemd: {few(lacking)}", en=f"profile not named: {few(lacking)}")
    return Text(f"{len(found)} met profiel", f"{len(found)} with profile")


def _read(exchange: Exchange) -> list[Resource]:
    status = answer(exchange).status
    decidable(
        status == 200,
        nl=f"er werd niets gelezen (HTTP {status})",
        en=f"nothing was read (HTTP {status})",
        triage=Triage.NODE,
    )
    return [resource(exchange)]
