"""Filling in what only the profile or the node knows: `{parameter: ..}` and `{node: ..}` in `judged.with`."""

from __future__ import annotations

from dataclasses import replace

from conformance.agreements.problems import DocumentError, Problem
from conformance.agreements.references import Dangling, replaced, walk
from conformance.model.agreements import Json, Profile, Requirement
from conformance.model.node import Node
from conformance.model.words import Text


def with_parameters(requirement: Requirement, profile: Profile, node: Node) -> Requirement:
    """The requirement with `{parameter: ..}` and `{node: ..}` filled in."""
    judged = requirement.judged
    if judged is None or not judged.parameters:
        return requirement

    def fill(word: str, argument: str) -> Json:
        try:
            return _parameter(argument, profile) if word == "parameter" else value_of(node, argument)
        except Dangling:
            raise DocumentError([_missing_value(requirement, profile, node, word, argument)]) from None

    parameters = replaced(judged.parameters, ("parameter", "node"), fill)
    return replace(requirement, judged=replace(judged, parameters=parameters))


def _parameter(name: str, profile: Profile) -> Json:
    if name not in profile.parameters:
        raise Dangling(name, tuple(profile.parameters))
    return profile.parameters[name]


def value_of(node: Node, name: str) -> Json:
    """A value of the node by its dotted name, as judgements may see it.

    A patient's BSN is given as the word that stands for it in recordings (`bsn-anna`): judgements only ever see
    redacted recordings, and recomputing them later must not need the number.
    """
    identity = {
        key: getattr(node.identity, key)
        for key in ("vendor", "product", "version", "participant", "ura", "application")
    }
    patients = {role: {"bsn": f"bsn-{role}"} for role in node.patients}
    view = {"identity": identity, "settings": dict(node.settings), "patients": patients, "release": node.release}
    own = bool(node.vouched) or not node.loaded
    view |= {"loaded": node.loaded, "vouched": node.vouched, "data": "own" if own else "suite"}
    return walk(view, "".join(f"/{part}" for part in name.split(".")), name)


def _missing_value(requirement: Requirement, profile: Profile, node: Node, word: str, name: str) -> Problem:
    needed = Text(f"een waarde, nodig voor {requirement.id}", f"a value, needed by {requirement.id}")
    place, field = (node.place, name) if word == "node" else (profile.place, f"parameters/{name}")
    step = Text(f"Voeg '{name}' toe.", f"Add '{name}'.")
    return Problem(place, field.replace(".", "/"), needed, Text("niets", "nothing"), step)
