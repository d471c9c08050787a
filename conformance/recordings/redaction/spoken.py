"""Words that stay readable in what a server says of an error, each group with its reason.

Words that start small stay too; every other word that starts with a capital may be somebody's name.
"""

from __future__ import annotations

from collections.abc import Mapping

_GROUPS: Mapping[str, str] = {
    "words near to HTTP's phrases (RFC 9110 section 15), which are listed there": """
        Authorized Refused Digest Negotiate DPoP NTLM
    """,
    "first words of sentences, which tell what went wrong": """
        Access All An And Another Any Are As At Because But By Can Cannot Could Del Did Do Does Each Either
        Every Expected From Give Has Have How If In Input Invalid Is It Its Malformed Missing More Must Name
        Near Neither None Nothing Of On One Only Operation Or Parameter Please Search Should Some Something That
        The There This To Try Unable Unexpected Unknown Value We What When Where Which While Why With Without
        Wrong You Your De Deze Dit Een Er Geen Het Ongeldig Onbekend Op Voor Niet Fout Verwacht Geef Probeer
        Waarde
    """,
    "signs and formats of the trade": """
        API ASCII AND BASE64 BSN BgZ CDA CORS DELETE DICOM DICOMweb DOCTYPE ETag FHIR GET HEAD HTML HTTPS ID IHE
        ISO JSON JWK JWKS JWS JWT LOINC MIME MTLS OAUTH OAuth OID OPTIONS OR PATCH POST PUT QIDO RFC SAML SNOMED
        SOAP SQL SQLSTATE SSL STOW STU3 R4 TLS UID UCUM URA URI URL URN UTC UTF UTF8 UUID UZI WADO XML XDS XHTML
        ORA SELECT FROM WHERE INSERT INTO UPDATE Accept
        Authorization Bearer Code Line Column Attribute Field Path Query Token Client Scope Assertion
        Body Message Status Date Time Number String Boolean Integer UIDs Document
    """,
    "exceptions and the parts their names are made of": """
        Exception Traceback Throwable Stack Trace Caused Suppressed RuntimeException NullPointerException
        IllegalArgumentException IllegalStateException IOException SQLException TimeoutException ParseException
        ClassCastException NumberFormatException ArrayIndexOutOfBoundsException IndexOutOfBoundsException
        UnsupportedOperationException NoSuchElementException InterruptedException ExecutionException
        ResourceNotFoundException InvalidRequestException UnprocessableEntityException DataFormatException
        AuthenticationException InvalidOperationException ArgumentException ArgumentNullException
        FormatException NullReferenceException HttpRequestException ValueError TypeError KeyError IndexError
        AttributeError RuntimeError OSError IOError ConnectionError TimeoutError ImportError ValidationError
        SyntaxError RangeError ReferenceError System Java Object Class Thread Native
    """,
    "names of products": """
        Apache Tomcat Nginx IIS Microsoft Kestrel Jetty Undertow WildFly Spring Boot HAPI Firely Vonk Orthanc
        DCM4CHEE Dcm4chee Python Django Flask FastAPI Uvicorn Node Express PostgreSQL Postgres MySQL MariaDB
        Oracle MongoDB Redis Kubernetes Envoy HAProxy Keycloak Azure Amazon AWS Google Cloud Linux Windows
        Ubuntu Debian ASP NET OpenSSL Werkzeug Gunicorn Hibernate Elasticsearch Mirth Rhapsody
    """,
}

SPOKEN: Mapping[str, str] = {word: reason for reason, words in _GROUPS.items() for word in words.split()}
"""Word to the reason why it stays."""

_MEMBERS = """
    Action Alphabetic Audience Classification Conditions Data Description Detail Entry Envelope Errors Expires
    Fault Id Ideographic Include Instance Issuer Item Items Link Links Messages Phonetic Reason Response Result
    Results Root Security Subcode Subject Text Timestamp Title Transform Transforms Uri Url
"""
MEMBER_NAMES = frozenset(_MEMBERS.split())
"""Members and elements of one word that start with a capital in SOAP, SAML, ebXML, DICOM JSON and error bodies."""
