"""Who it is about and who cares: Patient, Organization, Practitioner, PractitionerRole, Coverage, CareTeam."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model.agreements import Json
from conformance.synthesis.bgz.parts import (
    NAMING,
    NL_CORE,
    Resource,
    coding,
    concept,
    extension,
    original_code,
    reference,
    resource,
)
from conformance.synthesis.patients import SyntheticPatient

BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
GENDERS = {"F": ("female", "Female"), "M": ("male", "Male"), "UN": ("other", "Undifferentiated")}


@dataclass(frozen=True, slots=True)
class Care:
    """Those who care, by the names patients.yaml gives them."""

    organizations: Mapping[str, Resource]
    practitioners: Mapping[str, Resource]
    roles: Mapping[str, Resource]

    def organization(self, name: str) -> Resource:
        """A reference to an organisation."""
        return reference(self.organizations[name], self.organizations[name]["name"])

    def practitioner(self, name: str) -> Resource:
        """A reference to a professional, with the extension that names the role."""
        role = reference(self.roles[name], self.roles[name]["practitioner"]["display"])
        display = self.roles[name]["practitioner"]["display"]
        extensions = [extension("practitionerrole-reference", "Reference", role)]
        return {"extension": extensions, **reference(self.practitioners[name], display)}

    def employer(self, name: str) -> Resource:
        """A reference to the organisation a professional works for."""
        employer: Resource = self.roles[name]["organization"]
        return employer

    def all(self) -> tuple[Resource, ...]:
        """Every resource in here."""
        return (*self.organizations.values(), *self.practitioners.values(), *self.roles.values())


def care_from(description: Mapping[str, Json]) -> Care:
    """Organisations by URA (or UZOVI), professionals by UZI number, and their roles."""
    organizations = {name: _organization(name, entry) for name, entry in description["organizations"].items()}
    practitioners = {name: _practitioner(name, entry) for name, entry in description["practitioners"].items()}
    roles = {
        name: _role(name, entry, practitioners[name], organizations[entry["at"]])
        for name, entry in description["practitioners"].items()
    }
    return Care(organizations, practitioners, roles)


def _organization(name: str, entry: Mapping[str, Json]) -> Resource:
    scheme = "ura" if "ura" in entry else "uzovi"
    return resource(
        "Organization",
        f"org-{name}",
        entry["name"],
        NL_CORE + "nl-core-organization",
        identifier=[{"system": NAMING + scheme, "value": entry[scheme]}],
        active=True,
        type=[concept(entry["type"])] if "type" in entry else None,
        name=entry["name"],
        telecom=[{"system": "phone", "value": "0700-0000010", "use": "work"}],
    )


def _practitioner(name: str, entry: Mapping[str, Json]) -> Resource:
    return resource(
        "Practitioner",
        f"prac-{name}",
        f"{entry['given']} {entry['family']}",
        NL_CORE + "nl-core-practitioner",
        identifier=[{"system": NAMING + "uzi-nr-pers", "value": entry["uzi"]}],
        active=True,
        name=[human_name(entry["given"], entry["family"])],
    )


def _role(name: str, entry: Mapping[str, Json], practitioner: Resource, organization: Resource) -> Resource:
    display = f"{entry['given']} {entry['family']}"
    return resource(
        "PractitionerRole",
        f"role-{name}",
        f"{display}, {coding(entry['role'])['display']}",
        NL_CORE + "nl-core-practitionerrole",
        active=True,
        practitioner=reference(practitioner, display),
        organization=reference(organization, organization["name"]),
        specialty=[concept(entry["role"])],
    )


def human_name(given: str, family: str, prefix: str = "") -> Resource:
    """A name, with the parts of the own family name and the given name marked the way nl-core-humanname asks. `prefix`:
    what of the family name is a prefix ("van 't")."""
    base = "http://hl7.org/fhir/StructureDefinition/humanname-own-"
    own = [extension(f"{base}name", "String", family.removeprefix(prefix).lstrip())]
    before = [extension(f"{base}prefix", "String", prefix)] if prefix else []
    qualifier = extension("http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier", "Code", "BR")
    return {
        "use": "official",
        "text": f"{given} {family}",
        "family": family,
        "_family": {"extension": [*before, *own]},
        "given": [given],
        "_given": [{"extension": [qualifier]}],
    }


def patient_from(patient: SyntheticPatient, care: Care) -> Resource:
    """The Patient, with BSN, address, general practitioner and contact person."""
    entry = patient.description
    gender, word = GENDERS[patient.gender]
    return resource(
        "Patient",
        patient.role,
        f"{patient.given} {patient.family}, {patient.birth_date}",
        NL_CORE + "nl-core-patient",
        "BgZ-Patient",
        identifier=[{"use": "official", "system": NAMING + "bsn", "value": patient.bsn}],
        active=True,
        name=[human_name(patient.given, patient.family, entry.get("prefix", ""))],
        telecom=[{"system": "phone", "value": entry["phone"], "use": "home"}],
        gender=gender,
        _gender=original_code(f"gender|{patient.gender}|{word}"),
        birthDate=patient.birth_date,
        _birthDate={"extension": [extension(BIRTH_TIME, "DateTime", entry["birthTime"])]}
        if "birthTime" in entry
        else None,
        deceasedDateTime=entry.get("deceased"),
        address=[_address(entry["address"])],
        maritalStatus=concept(entry["marital"]) if "marital" in entry else None,
        contact=[_contact(entry["contact"])] if "contact" in entry else None,
        generalPractitioner=[care.practitioner(entry["gp"])],
    )


def _address(entry: Mapping[str, str]) -> Resource:
    base = "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-"
    parts = [
        extension(base + "streetName", "String", entry["street"]),
        extension(base + "houseNumber", "String", entry["number"]),
    ]
    return {
        "use": "home",
        "line": [f"{entry['street']} {entry['number']}"],
        "_line": [{"extension": parts}],
        "city": entry["city"],
        "postalCode": entry["postcode"],
        "country": "NLD",
    }


def _contact(entry: Mapping[str, str]) -> Resource:
    return {
        "relationship": [concept(entry["role"]), concept(entry["relation"])],
        "name": human_name(entry["given"], entry["family"], entry.get("prefix", "")),
        "telecom": [{"system": "phone", "value": entry["phone"], "use": "home"}],
    }


def coverage_from(identity: str, entry: Mapping[str, str], subject: Resource, care: Care) -> Resource:
    """A policy (zib Payer), paid by an insurer or by the patient."""
    payor = subject if entry["payor"] == "patient" else care.organization(entry["payor"])
    return resource(
        "Coverage",
        identity,
        f"Verzekering: {coding(entry['type'])['display']}",
        "zib-Payer",
        status="active",
        type=concept(entry["type"]),
        subscriberId=entry["number"],
        beneficiary=subject,
        period={"start": entry["start"], "end": entry["end"]},
        payor=[payor],
    )


def care_team_from(identity: str, entry: Mapping[str, Json], subject: Resource, care: Care) -> Resource:
    """The care team: professionals on behalf of their organisations."""
    members = [
        {
            "role": concept("participation|PRF|Performer"),
            "member": care.practitioner(name),
            "onBehalfOf": care.employer(name),
        }
        for name in entry["members"]
    ]
    if "organization" in entry:
        role = concept("participation|RESP|Responsible Party")
        members.append({"role": role, "member": care.organization(entry["organization"])})
    return resource(
        "CareTeam",
        identity,
        entry["name"],
        NL_CORE + "nl-core-careteam",
        status=entry.get("status", "active"),
        name=entry["name"],
        subject=subject,
        participant=members,
        managingOrganization=[care.organization("hospital")],
    )
