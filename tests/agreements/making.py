"""A small agreements folder of its own, so that tests do not depend on what Twiin agreed."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

VOCABULARY = """
    actors:
      keeper: { nl: Bewaarder, en: Keeper }
      asker: { nl: Vrager, en: Asker }
    claims:
      speaks-json: { nl: Spreekt JSON, en: Speaks JSON }
      speaks-xml: { nl: Spreekt XML, en: Speaks XML }
    """
AGREEMENT = """
    agreement: pact
    title: { nl: Pact, en: Pact }
    twiin: true
    releases: ["1", "2"]
    default: "2"
    """
REQUIREMENTS = """
    chapter: doors
    title: { nl: Deuren, en: Doors }
    requirements:
      DOOR-01:
        title: { nl: Deur dicht, en: Door closed }
        text: { nl: De deur blijft dicht, en: The door stays closed }
        remedy: { nl: Sluit de deur, en: Close the door }
        strength: MUST
        actor: [keeper]
        layer: infrastructure
        verify: [test]
        releases: { "1": normative, "2": normative }
        source: { document: Pact, section: "1", url: "https://example.org/pact" }
        judged:
          by: closed
          on: { operation: fhir.search, given: { format: json } }
          with: { sizes: { ref: "tables/sizes#/small" } }
      DOOR-02:
        title: { nl: Deur open, en: Door open }
        text: { nl: De deur gaat open, en: The door opens }
        remedy: { nl: Open de deur, en: Open the door }
        strength: SHOULD
        actor: [keeper]
        layer: infrastructure
        verify: [attestation]
        releases: { "1": normative }
        source: { document: Pact, section: "2", url: "https://example.org/pact" }
        asks: { nl: Gaat de deur open?, en: Does the door open? }
      DOOR-03:
        title: { nl: Naam op de deur, en: Name on the door }
        text: { nl: De naam staat op de deur, en: The name is on the door }
        remedy: { nl: Schrijf de naam, en: Write the name }
        strength: MUST
        actor: [keeper]
        layer: infrastructure
        verify: [test]
        needs: [speaks-xml]
        releases: { "2": trial }
        source: { document: Pact, section: "3", url: "https://example.org/pact" }
        judged:
          by: named
          on: fhir.search
          with: { name: { node: identity.ura }, whose: { node: patients.anna.bsn }, size: { parameter: size } }
    """
ROLE = """
    profile: doorkeeper
    version: "1"
    title: { nl: Portier, en: Doorkeeper }
    actor: [keeper]
    chapters: [doors]
    claims: [speaks-json]
    core: [DOOR-01]
    parameters: { size: 4 }
    """
TABLE = """
    table: sizes
    source: { document: Pact, section: annex, url: "https://example.org/pact" }
    data:
      small: [1, 2]
      doors: { front: { path: "Door?at=front" }, back: { path: "Door?at=back" } }
    """
SCENARIO = """
    scenario: knock
    title: { nl: Kloppen, en: Knock }
    needs: { claims: [speaks-json], endpoints: [fhir], patients: [anna] }
    steps:
      - try: fhir.search
        each: { ref: "tables/sizes#/doors" }
        with: { path: "{each.value.path}&who={patients.anna.bsn}", format: json }
    shows: [DOOR-01, DOOR-03]
    """
PATIENTS = """
    patients:
      anna: { bsn: "999970082" }
      unknown: { bsn: "999970124", known: false }
    """
NODE = """
    node: { vendor: V, product: P, version: "1", participant: D, ura: "00700701", application: doors }
    actors: [keeper]
    release: "2"
    claims: { speaks-json: "yes", speaks-xml: "yes" }
    endpoints: { fhir: { url: "https://localhost:8443/fhir" } }
    """
FILES = {
    "profiles/vocabulary.yaml": VOCABULARY,
    "profiles/pact/agreement.yaml": AGREEMENT,
    "profiles/pact/requirements/doors.yaml": REQUIREMENTS,
    "profiles/pact/roles/doorkeeper.yaml": ROLE,
    "profiles/tables/sizes.yaml": TABLE,
    "scenarios/doors/knock.yaml": SCENARIO,
    "scenarios/data/patients.yaml": PATIENTS,
}


def agreements(folder: Path, **changes: tuple[str, str]) -> Path:
    """Write the small agreements below a folder; `doors=("old", "new")` changes the file with that stem."""
    for name, content in FILES.items():
        text = dedent(content).lstrip()
        old, new = changes.get(Path(name).stem, ("", ""))
        if old and old not in text:
            raise ValueError(f"{old!r} is not in {name}")
        write(folder / name, text.replace(old, new) if old else text)
    return folder


def node_file(folder: Path, old: str = "", new: str = "") -> Path:
    """Write the node file, with one change."""
    text = dedent(NODE).lstrip()
    if old and old not in text:
        raise ValueError(f"{old!r} is not in the node file")
    return write(folder / "node.yaml", text.replace(old, new) if old else text)


def write(file: Path, text: str) -> Path:
    """Write a text file and the folders it lies in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
