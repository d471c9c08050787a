"""The node file: who is tested, where it is, what it claims. Every mistake is told at once, with line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from conformance.agreements import schema
from conformance.agreements.bsn import FICTITIOUS_PREFIX, why_not_fictitious
from conformance.agreements.catalogue import Catalogue
from conformance.agreements.document import Document, Keys
from conformance.agreements.documents import Complaints
from conformance.agreements.ownsheet import own_sheet
from conformance.agreements.problems import same
from conformance.agreements.strict import read
from conformance.model.agreements import Json
from conformance.model.node import (
    Certificate,
    Counterpart,
    Driver,
    Endpoint,
    Identity,
    Node,
    Politeness,
    TestPatient,
    Trust,
)
from conformance.model.words import Claim, Text

SUITE = "suite"
"""What `data` says where the suite's own data set was loaded, as it is where a node file says nothing of it."""


def load_node(path: Path, catalogue: Catalogue, *, files: bool = True) -> Node:
    """Read a node file; paths in it are relative to its folder. Raises DocumentError with every problem.

    With `files=False` the certificates and keys it names need not be there: a plan can be made without them.
    """
    document = read(path)
    schema.check(document, "node")
    complaints = Complaints()
    _known_names(document, catalogue, complaints)
    _addresses(document, complaints)
    _patients_are_fictitious(document, catalogue, complaints)
    _driver_is_one(document, complaints)
    _token_has_a_source(document, complaints)
    _sheet_is_own(document, complaints)
    if files:
        _files_exist(document, path.parent, complaints)
    complaints.stop()
    node = _node(document, path.parent, catalogue)
    if "sheet" not in document.value:
        return node
    sheet = own_sheet(document, path.parent, node.patients)
    return replace(node, loaded=sheet.patients, vouched=sheet.signed)


def _known_names(document: Document, catalogue: Catalogue, complaints: Complaints) -> None:
    raw = document.value
    actors = {actor: profile for profile in catalogue.profiles.values() for actor in profile.actors}
    releases = {name: 0 for agreement in catalogue.agreements.values() for name in agreement.releases}
    expected = Text("een rol waarvoor een profiel bestaat", "a role for which there is a profile")
    for number, actor in enumerate(raw["actors"]):
        if actor not in actors:
            complaints.unknown(document, ("actors", number), expected, actor, actors)
    if raw["release"] not in releases:
        expected = Text("een bestaande release", "a release that exists")
        complaints.unknown(document, ("release",), expected, raw["release"], releases)
    for key, known, nl, en in (
        ("claims", catalogue.claims, "een claim die bestaat", "a claim that exists"),
        ("patients", catalogue.patients, "een patiëntrol van de gegevensset", "a patient role of the data set"),
    ):
        for name in raw.get(key, {}):
            if name not in known:
                complaints.unknown(document, (key, name), Text(nl, en), name, known)


def _addresses(document: Document, complaints: Complaints) -> None:
    """A URL whose port is no port, which no pattern can tell."""
    for path in _urls(document.value):
        value: Json = document.value
        for part in path:
            value = value[part]
        try:
            port = urlsplit(value).port
        except ValueError:
            port = 0
        if port == 0:
            expected = Text("een poort van 1 tot 65535", "a port from 1 to 65535")
            complaints.at(document, path, expected, same(value), Text("Verbeter het adres.", "Correct the address."))


def _urls(raw: Mapping[str, Json]) -> Iterator[Keys]:
    for kind in raw["endpoints"]:
        yield "endpoints", kind, "url"
    for kind, counterpart in raw.get("counterparts", {}).items():
        if "advertise" in counterpart:
            yield "counterparts", kind, "advertise"
    if "url" in raw.get("driver", {}):
        yield "driver", "url"


def _patients_are_fictitious(document: Document, catalogue: Catalogue, complaints: Complaints) -> None:
    """Own numbers may be used only when they can't be a person's and are not another role's."""
    owner: dict[str, str] = {patient.bsn: role for role, patient in catalogue.patients.items()}
    step = Text(
        f"Gebruik een fictief BSN uit {FICTITIOUS_PREFIX}xxxxx, of laat 'bsn' weg voor de patiënt van de suite.",
        f"Use a fictitious BSN in {FICTITIOUS_PREFIX}xxxxx, or leave 'bsn' out to use the suite's own patient.",
    )
    for role, patient in document.value.get("patients", {}).items():
        if "bsn" not in patient:
            continue
        path: Keys = ("patients", role, "bsn")
        why = why_not_fictitious(patient["bsn"])
        if why:
            complaints.at(document, path, Text("een fictief BSN", "a fictitious BSN"), why, step)
        other = owner.setdefault(patient["bsn"], role)
        if other != role:
            expected = Text("een eigen nummer per patiënt", "a number of its own for each patient")
            found = Text(f"het nummer van '{other}'", f"the number of '{other}'")
            complaints.at(document, path, expected, found, step)


def _driver_is_one(document: Document, complaints: Complaints) -> None:
    driver = document.value.get("driver")
    if driver is not None and ("url" in driver) == ("command" in driver):
        expected = Text("'url' of 'command'", "either 'url' or 'command'")
        found = Text("beide", "both") if "url" in driver else Text("geen van beide", "neither")
        complaints.at(document, ("driver",), expected, found, Text("Kies er één.", "Choose one."), key=True)


def _token_has_a_source(document: Document, complaints: Complaints) -> None:
    endpoints = document.value["endpoints"]
    if endpoints.get("dicomweb", {}).get("token") and "oauth" not in endpoints:
        expected = Text("een eindpunt 'oauth' dat het token geeft", "an endpoint 'oauth' that gives the token")
        step = Text("Vul 'endpoints.oauth' in.", "Name 'endpoints.oauth'.")
        complaints.at(document, ("endpoints", "dicomweb", "token"), expected, Text("niets", "nothing"), step)


def _sheet_is_own(document: Document, complaints: Complaints) -> None:
    if "sheet" in document.value and document.value.get("data", SUITE) == SUITE:
        expected = Text("'data: own' bij een eigen gegevensblad", "'data: own' beside an answer sheet of your own")
        step = Text("Zeg 'data: own', of haal 'sheet' weg.", "Say 'data: own', or remove 'sheet'.")
        found = Text("de gegevensset van de suite", "the suite's data set")
        complaints.at(document, ("sheet",), expected, found, step, key=True)


def _files_exist(document: Document, folder: Path, complaints: Complaints) -> None:
    trust = document.value.get("trust", {})
    named: dict[Keys, str] = {}
    for name in ("roots", "expired_token"):
        if name in trust:
            named["trust", name] = trust[name]
    if "signing" in trust:
        named["trust", "signing", "key"] = trust["signing"]["key"]
    for role, files in trust.get("clients", {}).items():
        named |= {("trust", "clients", role, part): files[part] for part in ("certificate", "key")}
    if "attestations" in document.value:
        named["attestations",] = document.value["attestations"]
    if isinstance(document.value.get("sheet"), str):
        named["sheet",] = document.value["sheet"]
    for path, name in named.items():
        if not (folder / name).is_file():
            expected = Text("een bestaand bestand", "a file that exists")
            step = Text(
                "Paden zijn ten opzichte van het knooppuntbestand; verbeter het pad of haal de regel weg.",
                "Paths are relative to the node file; correct the path or remove the line.",
            )
            complaints.at(document, path, expected, same(name), step)


def _node(document: Document, folder: Path, catalogue: Catalogue) -> Node:
    raw = document.value
    counterparts: Mapping[str, Mapping[str, str]] = raw.get("counterparts", {})
    driver = raw.get("driver")
    return Node(
        identity=Identity(**raw["node"]),
        actors=tuple(raw["actors"]),
        release=raw["release"],
        claims={name: Claim(said) for name, said in raw["claims"].items()},
        endpoints={kind: Endpoint(kind=kind, **each) for kind, each in raw["endpoints"].items()},
        trust=_trust(raw.get("trust", {}), folder),
        patients=_patients(raw.get("patients", {}), catalogue),
        place=document.place(),
        counterparts={kind: Counterpart(kind=kind, **each) for kind, each in counterparts.items()},
        driver=_driver(driver) if driver else None,
        attestations=folder / raw["attestations"] if "attestations" in raw else None,
        politeness=Politeness(**raw.get("politeness", {})),
        settings=raw.get("settings", {}),
        loaded=catalogue.loaded if raw.get("data", SUITE) == SUITE else {},
    )


def _driver(raw: Mapping[str, Json]) -> Driver:
    timeout = {"timeout_s": raw["timeout_s"]} if "timeout_s" in raw else {}
    return Driver(url=raw.get("url", ""), command=tuple(raw.get("command", ())), **timeout)


def _trust(raw: Mapping[str, Json], folder: Path) -> Trust:
    signing = raw.get("signing")
    return Trust(
        roots=folder / raw["roots"] if "roots" in raw else None,
        clients={
            role: Certificate(
                certificate=folder / files["certificate"],
                key=folder / files["key"],
                password_env=files.get("password_env", ""),
            )
            for role, files in raw.get("clients", {}).items()
        },
        signing_key=folder / signing["key"] if signing else None,
        signing_key_id=signing["id"] if signing else "",
        expired_token=folder / raw["expired_token"] if "expired_token" in raw else None,
    )


def _patients(raw: Mapping[str, Mapping[str, str]], catalogue: Catalogue) -> dict[str, TestPatient]:
    """All patients of the data set, with the numbers the node file gives in their place."""
    return {
        role: TestPatient(
            role=role,
            bsn=raw.get(role, {}).get("bsn", patient.bsn),
            own="bsn" in raw.get(role, {}),
            named=role in raw,
        )
        for role, patient in catalogue.patients.items()
    }
