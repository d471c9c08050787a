"""What may stay, and what names a person's number: every list of redaction as data, each entry with its reason.

A value stays only when its name is listed here and the value has the shape its list asks for.
"""

from __future__ import annotations

from collections.abc import Mapping


def _each(entries: str, reason: str) -> dict[str, str]:
    """One reason for many entries of the same kind."""
    return dict.fromkeys(entries.split(), reason)


NUMBERS: Mapping[str, tuple[tuple[int, ...], str]] = {
    "http://fhir.nl/fhir/NamingSystem/uzi-nr-pers": ((9,), "UZI number of a care professional"),
    "http://fhir.nl/fhir/NamingSystem/uzi-nr-sys": ((9,), "UZI number of a system"),
    "http://fhir.nl/fhir/NamingSystem/ura": ((8,), "URA number of a care provider"),
    "http://fhir.nl/fhir/NamingSystem/agb-z": ((8,), "AGB code of a care provider"),
    "http://fhir.nl/fhir/NamingSystem/agb": ((8,), "AGB code"),
    "http://fhir.nl/fhir/NamingSystem/uzovi": ((4,), "UZOVI code of an insurer"),
    "http://fhir.nl/fhir/NamingSystem/kvk": ((8,), "number in the register of companies"),
    "urn:oid:2.16.528.1.1007.3.1": ((9,), "UZI number of a care professional"),
    "urn:oid:2.16.528.1.1007.3.2": ((9,), "UZI number of a system"),
    "urn:oid:2.16.528.1.1007.3.3": ((8,), "URA number of a care provider"),
    "urn:oid:2.16.840.1.113883.2.4.6.1": ((8,), "AGB code"),
    "urn:oid:2.16.840.1.113883.2.4.6.4": ((4,), "UZOVI code of an insurer"),
}
"""Number systems of providers, by their name: the lengths they have, and whose they are."""

CODE_SYSTEMS: Mapping[str, str] = {
    "http://snomed.info/sct": "SNOMED CT: concept ids of nine digits often pass the eleven test",
    "http://loinc.org": "LOINC",
    "http://unitsofmeasure.org": "UCUM",
    "http://hl7.org/fhir/": "code systems of FHIR",
    "http://terminology.hl7.org/": "code systems of HL7",
    "http://www.whocc.no/atc": "ATC",
    "http://fhir.nl/fhir/NamingSystem/": "Dutch code systems of FHIR",
    "http://www.nictiz.nl/": "code systems of Nictiz",
    "http://nictiz.nl/": "code systems of Nictiz",
    "https://referentiemodel.nhg.org/": "tables of the general practitioners",
    "http://dicom.nema.org/": "DICOM's controlled terminology",
    "urn:ietf:bcp:": "languages and media types",
    "urn:iso:std:": "countries and currencies",
    "urn:oid:2.16.840.1.113883.": "code systems registered under HL7, Dutch ones among them",
    "urn:oid:1.2.36.1.2001.1001.101.104.16592": "a code system that HL7's own extensions use",
}
"""Beginnings of the names of code systems: a code under one of them is a word of a vocabulary."""

NAMESPACES: Mapping[str, str] = {
    "http://hl7.org/fhir": "FHIR",
    "http://www.w3.org/": "XHTML, XML Schema, XML Signature and Encryption, SOAP 1.2, WS-Addressing",
    "http://schemas.xmlsoap.org/": "SOAP 1.1 and WSDL",
    "http://docs.oasis-open.org/": "WS-Security and WS-Trust",
    "urn:oasis:names:tc:": "SAML, XACML, ebXML",
    "urn:hl7-org:": "HL7 version 3 and CDA",
    "urn:hl7-nl": "Dutch extensions of HL7 version 3",
    "urn:ihe:": "IHE's profiles",
    "http://dicom.nema.org/": "native DICOM",
    "urn:nictiz": "Nictiz's extensions",
    "http://www.nictiz.nl/": "Nictiz's extensions",
    "http://www.aortarelease.nl/": "AORTA, the national exchange",
}
"""Beginnings of the namespaces of XML that name a standard; any other may hold whatever its maker liked."""

FHIR_CODES: Mapping[str, str] = _each(
    """
        accept acceptUnknown action actuality aggregation assurance availability base cardinalityBehavior category
        causality clinicalStatus code comparator conditionalDelete conditionalRead confidentiality contentType
        contextType criticality currency dayOfWeek daysOfWeek derivation direction displayLanguage docStatus
        durationUnit enableBehavior entryType equivalence eye fhirVersion focus format gender generation
        groupingBehavior hierarchyMeaning intent kind language license lifecycleStatus listMode meaning
        measurementPrinciple medium method mode modifier op operationalStatus operator outcome participantStatus
        patchFormat payloadMimeType periodUnit precheckBehavior preferredLanguage priority publicationStatus
        referencePolicy relation relationship representation requestMethod requiredBehavior response
        result role rule rules searchType selectionBehavior severity sigFormat status strength stringency
        subjectType taken targetFormat type typeMode use valueCode verificationStatus versioning when xpathUsage
        """,
    "of type code in FHIR STU3 or R4: a word of a value set, and a validator reads it",
)
"""Elements whose value stays when it is written as a code: no blanks, and not a word that starts with a capital."""

FHIR_ADDRESSES: Mapping[str, str] = _each(
    """
        answerUri authority baseDefinition canonical compartment definition derivedFrom endpoint eventUri
        fullUrl implementationGuide implicitRules import instantiates instantiatesCanonical instantiatesUri
        issuer library link measure outputProfile policy policyRule profile protocol questionnaire reference
        replaces source sourceUri supportedProfile system targetProfile targetUri uid uri url valueCanonical
        valueOid valueReference valueSet valueSetUri valueUri valueUrl valueUuid whoUri
        """,
    "of a type for addresses in FHIR: a check follows it; it is screened part by part",
)
"""Elements whose value is an address or the name of a vocabulary."""

FHIR_IDS: Mapping[str, str] = {
    "id": "a check pairs resources by it; a bare number in it gets a stand-in",
    "versionId": "the version of a resource",
    "linkId": "the place of an answer in a questionnaire",
    "valueId": "the id in an extension",
}
"""Elements whose value stays when it is written as an id (64 letters, digits, hyphens and dots at most)."""

FHIR_MOMENTS: Mapping[str, str] = _each(
    """
        abatementDateTime approvalDate assertedDate authored authoredOn availableStart collectedDateTime
        created date dateAsserted dateTime dateWritten effectiveDateTime effectiveInstant end event
        expirationDate expiry indexed initialDateTime issued lastModified lastOccurrence lastReviewDate
        lastUpdated manufactureDate occurrenceDateTime onset onsetDateTime performedDateTime received
        recorded recordedDate sent servicedDate start started statusDate time timestamp timingDateTime
        valueDate valueDateTime valueInstant valueTime whenHandedOver whenPrepared assertedDateTime
        """,
    "the moment of care or of a record, which a check compares; never of a birth or a death",
)
"""Elements whose value stays when it is a FHIR date, time or instant."""

TELLING: Mapping[str, str] = {
    "diagnostics": "OperationOutcome.issue: what a server says of an error, also beside what was found",
    "error_description": "OAuth (RFC 6749 section 5.2): what a token endpoint says of an error",
}
"""Members that tell of an error whatever the status is, so that a vendor must be able to read them."""

SCHEMES: Mapping[str, str] = {
    "http": "an address of the web",
    "https": "an address of the web",
    "urn": "a name (RFC 8141): systems, OIDs and UUIDs",
    "ws": "an address of a subscription",
    "wss": "an address of a subscription",
}
"""Kinds of addresses that stay part by part; of any other (data, mailto, tel, file) only the kind does."""

MEMBERS: Mapping[str, str] = {
    "token_type": "OAuth: Bearer or DPoP; a check reads it",
    "expires_in": "OAuth: how long a token holds",
    "scope": "OAuth: what a token is for",
    "error": "OAuth: a check shows the code of a refusal",
    "issued_token_type": "OAuth token exchange: a URN",
    "grant_type": "OAuth: which kind of request this is",
    "client_assertion_type": "OAuth: a URN",
    "response_type": "OAuth: which kind of request this is",
    "status": "RFC 9457: the HTTP status again",
}
"""Members of JSON and fields of forms in no vocabulary of health care whose value stays, when it is a plain word."""

SECRETS: Mapping[str, str] = {
    "access_token": "OAuth",
    "refresh_token": "OAuth",
    "id_token": "OpenID Connect",
    "client_secret": "OAuth",
    "client_assertion": "RFC 7523",
    "assertion": "RFC 7521",
    "subject_token": "RFC 8693",
    "actor_token": "RFC 8693",
    "code_verifier": "RFC 7636",
    "password": "a person's",
    "token": "of any kind",
    "api_key": "of any kind",
    "apikey": "of any kind",
    "secret": "of any kind",
}
"""Members, fields and parameters whose value is a secret: a pseudonym stands in that is equal for equal secrets."""

SPILLING: Mapping[str, str] = {
    r"pass(?:word|wd|phrase|code)|\bpwd?": "a person's or an account's, in English",
    r"wachtwoord": "the same in Dutch",
    r"secret": "of a client, or of any other kind",
    r"api[\s_-]?key": "of a gateway",
    r"(?:access|private|shared|signing)[\s_-]?key": "of a store or a signature",
    r"(?<![^\W_])token": "of any kind",
    r"(?<![^\W_])assertion": "RFC 7521",
    r"credentials?": "of any kind",
    r"authorization": "RFC 9110: a header that a server repeats",
    r"(?<![^\W_])cookie": "RFC 6265: a header that a server repeats",
    r"session[\s_-]?id": "of a session, which is as good as a password",
}
"""Words that name a secret in what a server says of an error, before a colon or an equals sign."""

SECRET_HEADERS: Mapping[str, str] = {
    "authorization": "RFC 9110",
    "proxy-authorization": "RFC 9110",
    "cookie": "RFC 6265",
    "set-cookie": "RFC 6265",
    "dpop": "RFC 9449",
    "x-api-key": "of many gateways",
    "x-auth-token": "of many gateways",
}
"""Header fields that hold a secret."""

_NEGOTIATING = _each(
    """
    accept accept-charset accept-encoding accept-language allow cache-control connection content-encoding
    content-language content-type keep-alive pragma prefer preference-applied referrer-policy retry-after
    strict-transport-security te trailer transfer-encoding upgrade vary x-content-type-options x-frame-options
    """,
    "negotiation, caching or framing of HTTP: words of the standard",
)

NEGOTIATED: Mapping[str, str] = {
    **_each(
        """
        age cache cached if immutable max maxage must no only private proxy public revalidate stale store transform
        understand
        """,
        "directive of Cache-Control (RFC 9111 section 5.2), which ignores case",
    ),
    **_each(
        """
        application ascii audio boundary charset dicom fhir fhirversion font gif html image iso jls jp2 jpeg jpx json
        message model mp4 mpeg multipart octet plain png related rle stream text type us utf video xml
        """,
        "media type, its parameters and charsets (RFC 9110 section 8.3), which ignore case",
    ),
}
"""Words that stay in a header field however they are written."""

HEADERS: Mapping[str, tuple[str, str]] = {
    **{name: ("words", reason) for name, reason in _NEGOTIATING.items()},
    "age": ("number", "seconds in a cache"),
    "content-length": ("number", "framing"),
    "date": ("moment", "of the answer"),
    "expires": ("moment", "of the answer"),
    "last-modified": ("moment", "of the resource"),
    "if-modified-since": ("moment", "of the resource"),
    "if-unmodified-since": ("moment", "of the resource"),
    "etag": ("tag", "version of the resource"),
    "if-match": ("tag", "version of the resource"),
    "if-none-match": ("tag", "version of the resource"),
    "location": ("address", "a check reads where it points"),
    "content-location": ("address", "a check reads where it points"),
    "link": ("links", "where the next page is"),
    "host": ("address", "the node's own name, which the node file has too"),
    "www-authenticate": ("parameters", "a check asks for the scheme; of its parameters the names stay"),
    "content-disposition": ("parameters", "inline or attachment; of its parameters the names stay"),
    "warning": ("parameters", "the code of a warning; its text does not stay"),
}
"""Header fields of which something stays: the shape a value must have to stay, and why."""

PARAMETERS: Mapping[str, str] = {
    **_each(
        """
        _id _lastUpdated _tag _profile _security _content _list _type _sort _count _include _include:iterate
        _revinclude _revinclude:iterate _summary _total _elements _contained _containedType _format _pretty
        _has _offset _page
        """,
        "parameter of every FHIR search",
    ),
    **_each(
        """
        category class clinical-status code date identifier intent onset-date patient patient.identifier
        status subject type code:in verification-status context encounter participant relation
        related-target target beneficiary
        """,
        "search parameter of the BgZ; a check compares it with what was asked",
    ),
    **_each(
        """
        limit offset includefield fuzzymatching emptyvaluematching multiplevaluematching accept annotation
        quality viewport window iccprofile charset
        """,
        "parameter of DICOMweb (PS3.18 section 8.3)",
    ),
    **_each(
        """
        StudyInstanceUID SeriesInstanceUID SOPInstanceUID StudyDate StudyTime AccessionNumber Modality
        ModalitiesInStudy SOPClassUID StudyID SeriesNumber InstanceNumber 0020000D 0020000E 00080018
        00080020 00080030 00080050 00080060 00080061 00080016 00200010 00200011 00200013
        """,
        "key of a DICOMweb search; a check compares it with what was found",
    ),
    **dict.fromkeys(
        ("grant_type", "response_type", "client_assertion_type", "scope", "client_id"), "parameter of OAuth"
    ),
}
"""Parameters of an address whose value stays, when it is a plain word, code, date, UID or address."""
