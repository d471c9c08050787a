"""What the patient uses: medication (use, agreement, administration agreement) and medical devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.model.agreements import Json
from conformance.synthesis.bgz.parts import NICTIZ, Resource, coding, concept, extension, reference, resource
from conformance.synthesis.bgz.people import Care

Entry = Mapping[str, Json]
TREATMENT_SYSTEM = "urn:oid:2.999.1.77"


def medication(identity: str, entry: Entry, subject: Resource, care: Care) -> Iterator[Resource]:
    """The product and each of the three zibs that the entry says exist for it, and what is none of the three."""
    product = resource(
        "Medication",
        f"{identity}-product",
        coding(entry["product"])["display"],
        "zib-Product",
        code=concept(entry["product"]),
    )
    yield product
    taken = reference(product, coding(entry["product"])["display"])
    agreed = _agreement(f"{identity}-agreement", entry, subject, care, taken)
    if entry["agreement"]:
        yield agreed
    if entry["use"]:
        yield _use(f"{identity}-use", entry, subject, taken)
    if entry["dispense"]:
        yield _administration_agreement(f"{identity}-dispense", entry, subject, care, taken, agreed)
    yield from _beside(identity, entry, subject, care, taken)


def _beside(identity: str, entry: Entry, subject: Resource, care: Care, product: Resource) -> Iterator[Resource]:
    """Of the same types under other categories, so that a search by category has something to leave out."""
    if "told" in entry:
        yield _told(f"{identity}-told", entry, subject, product)
    if "supplied" in entry:
        request = _dispense_request(f"{identity}-supply-request", entry, subject, care, product)
        yield request
        yield _supply(f"{identity}-supply", entry, subject, care, product, request)


def _treatment(entry: Entry) -> Resource:
    identifier = {"system": TREATMENT_SYSTEM, "value": entry["treatment"]}
    return extension("zib-Medication-MedicationTreatment", "Identifier", identifier)


def _use(identity: str, entry: Entry, subject: Resource, product: Resource) -> Resource:
    return resource(
        "MedicationStatement",
        identity,
        f"Gebruikt {product['display']}",
        "zib-MedicationUse",
        extension=[
            extension("zib-MedicationUse-AsAgreedIndicator", "Boolean", True),
            extension("zib-MedicationUse-Author", "Reference", subject),
            _treatment(entry),
        ],
        status="active",
        category=concept("medication-process|6|Medicatiegebruik"),
        medicationReference=product,
        effectivePeriod={"start": entry["start"]},
        dateAsserted=entry["start"],
        informationSource=subject,
        subject=subject,
        taken="y",
        dosage=[{"text": entry["dosage"]}],
    )


def _agreement(identity: str, entry: Entry, subject: Resource, care: Care, product: Resource) -> Resource:
    return resource(
        "MedicationRequest",
        identity,
        f"Medicatieafspraak {product['display']}",
        "zib-MedicationAgreement",
        extension=[
            extension("zib-Medication-PeriodOfUse", "Period", {"start": entry["start"]}),
            _treatment(entry),
        ],
        status="active",
        intent="order",
        category=concept("sct|16076005|Prescription"),
        medicationReference=product,
        subject=subject,
        authoredOn=entry["start"],
        requester={"agent": care.practitioner("internist"), "onBehalfOf": care.organization("hospital")},
        dosageInstruction=[{"text": entry["dosage"]}],
    )


def _administration_agreement(
    identity: str, entry: Entry, subject: Resource, care: Care, product: Resource, agreed: Resource
) -> Resource:
    prescription = reference(agreed, f"Medicatieafspraak {product['display']}")
    return resource(
        "MedicationDispense",
        identity,
        f"Toedieningsafspraak {product['display']}",
        "zib-AdministrationAgreement",
        extension=[
            extension("zib-AdministrationAgreement-AuthoredOn", "DateTime", entry["start"]),
            extension("zib-Medication-PeriodOfUse", "Period", {"start": entry["start"]}),
            _treatment(entry),
        ],
        status="in-progress",
        category=concept("sct|422037009|Provider medication administration instructions"),
        medicationReference=product,
        subject=subject,
        performer=[{"actor": care.organization("pharmacy")}],
        authorizingPrescription=[prescription] if entry["agreement"] else None,
        dosageInstruction=[{"text": entry["dosage"]}],
    )


def _told(identity: str, entry: Entry, subject: Resource, product: Resource) -> Resource:
    """What somebody says the patient takes: FHIR's own statement, no zib MedicationUse."""
    return resource(
        "MedicationStatement",
        identity,
        f"Zegt te gebruiken: {product['display']}",
        "http://hl7.org/fhir/StructureDefinition/MedicationStatement",
        status="active",
        category=concept(entry["told"]),
        medicationReference=product,
        effectivePeriod={"start": entry["start"]},
        dateAsserted=entry["start"],
        informationSource=subject,
        subject=subject,
        taken="y",
    )


def _dispense_request(identity: str, entry: Entry, subject: Resource, care: Care, product: Resource) -> Resource:
    return resource(
        "MedicationRequest",
        identity,
        f"Verstrekkingsverzoek {product['display']}",
        "zib-DispenseRequest",
        extension=[_treatment(entry)],
        status="active",
        intent="order",
        category=concept("sct|52711000146108|Request to dispense medication to patient"),
        medicationReference=product,
        subject=subject,
        authoredOn=entry["start"],
        requester={"agent": care.practitioner("internist"), "onBehalfOf": care.organization("hospital")},
        dispenseRequest={"quantity": {"value": entry["pieces"], "unit": "stuks"}},
    )


def _supply(
    identity: str, entry: Entry, subject: Resource, care: Care, product: Resource, request: Resource
) -> Resource:
    return resource(
        "MedicationDispense",
        identity,
        f"Verstrekking {product['display']}",
        "zib-Dispense",
        extension=[_treatment(entry)],
        status="completed",
        category=concept("sct|373784005|Dispensing medication"),
        medicationReference=product,
        subject=subject,
        performer=[{"actor": care.organization("pharmacy")}],
        authorizingPrescription=[reference(request, f"Verstrekkingsverzoek {product['display']}")],
        quantity={"value": entry["pieces"], "unit": "stuks"},
        whenHandedOver=entry["supplied"],
    )


def device(identity: str, entry: Entry, subject: Resource, care: Care) -> Iterator[Resource]:
    """A device and its use."""
    serial = {"coding": [{"system": "http://hl7.org/fhir/identifier-type", "code": "SNO", "display": "Serial Number"}]}
    product = resource(
        "Device",
        f"{identity}-product",
        coding(entry["type"])["display"],
        "zib-MedicalDeviceProduct",
        identifier=[{"type": serial, "system": "urn:oid:2.999.1.78", "value": entry["serial"]}],
        status="active",
        type=concept(entry["type"]),
        patient=subject,
    )
    yield product
    provider = {"url": NICTIZ + "zib-MedicalDevice-Organization", "valueReference": care.organization("hospital")}
    yield resource(
        "DeviceUseStatement",
        identity,
        f"Gebruikt {coding(entry['type'])['display']}",
        "zib-MedicalDevice",
        extension=[provider],
        status="active",
        subject=subject,
        whenUsed={"start": entry["start"]},
        recordedOn=entry["start"],
        device=reference(product, coding(entry["type"])["display"]),
        bodySite=concept(entry["site"]),
    )
