"""A first node file to fill in, with every role, claim and patient the agreements know."""

from __future__ import annotations

from pathlib import Path
from string import Template

from conformance.agreements.catalogue import Catalogue

TEMPLATES = Path(__file__).resolve().parent / "templates"


def node_template(catalogue: Catalogue, lang: str, file: str) -> str:
    """The commented node file in a language (`nl` or `en`); `file` is the name its comments call it by."""
    actors = dict.fromkeys(actor for profile in catalogue.profiles.values() for actor in profile.actors)
    agreement = next(each for each in catalogue.agreements.values() if each.twiin)
    return Template((TEMPLATES / f"node-{lang}.yaml").read_text(encoding="utf-8")).substitute(
        file=file,
        actors="\n".join(f"  - {name}  # {getattr(catalogue.actors[name], lang)}" for name in actors),
        claims="\n".join(f"  {name}: unknown  # {getattr(title, lang)}" for name, title in catalogue.claims.items()),
        patients="\n".join(f"  {name}: {{}}" for name, patient in catalogue.patients.items() if patient.known),
        release=agreement.default_release,
        releases=", ".join(agreement.releases),
    )
