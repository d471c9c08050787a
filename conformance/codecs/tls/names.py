"""Names and numbers of TLS: cipher suites, groups, versions, alerts (IANA's TLS parameters registry)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

ORDINARY_SUITES = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"
"""What is spoken below TLS 1.3 where nothing else is meant, as an OpenSSL list: Python's own. Distributors build Python
with others (Debian with static RSA and SHA-1), and what is found may not hang on who built it."""

VERSIONS: Mapping[str, int] = MappingProxyType(
    {"SSLv3": 0x0300, "TLSv1.0": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
)
"""Wire numbers by name."""

GROUPS: Mapping[str, int] = MappingProxyType(
    {
        "secp160k1": 15,
        "secp160r1": 16,
        "secp160r2": 17,
        "secp192k1": 18,
        "secp192r1": 19,
        "secp224k1": 20,
        "secp224r1": 21,
        "secp256k1": 22,
        "secp256r1": 23,
        "secp384r1": 24,
        "secp521r1": 25,
        "brainpoolP256r1": 26,
        "brainpoolP384r1": 27,
        "brainpoolP512r1": 28,
        "x25519": 29,
        "x448": 30,
        "brainpoolP256r1tls13": 31,
        "brainpoolP384r1tls13": 32,
        "brainpoolP512r1tls13": 33,
        "ffdhe2048": 256,
        "ffdhe3072": 257,
        "ffdhe4096": 258,
        "ffdhe6144": 259,
        "ffdhe8192": 260,
        "SecP256r1MLKEM768": 0x11EB,
        "X25519MLKEM768": 0x11EC,
        "SecP384r1MLKEM1024": 0x11ED,
    }
)

ALERTS: Mapping[int, str] = MappingProxyType(
    {
        0: "close_notify",
        10: "unexpected_message",
        20: "bad_record_mac",
        22: "record_overflow",
        40: "handshake_failure",
        42: "bad_certificate",
        43: "unsupported_certificate",
        44: "certificate_revoked",
        45: "certificate_expired",
        46: "certificate_unknown",
        47: "illegal_parameter",
        48: "unknown_ca",
        49: "access_denied",
        50: "decode_error",
        51: "decrypt_error",
        70: "protocol_version",
        71: "insufficient_security",
        80: "internal_error",
        86: "inappropriate_fallback",
        90: "user_canceled",
        100: "no_renegotiation",
        109: "missing_extension",
        110: "unsupported_extension",
        112: "unrecognized_name",
        116: "certificate_required",
        120: "no_application_protocol",
    }
)


@cache
def suites() -> Mapping[str, int]:
    """Wire numbers of cipher suites by IANA name."""
    text = files("conformance.codecs.tls").joinpath("cipher_suites.csv").read_text("ascii")
    return MappingProxyType({row["name"]: int(row["code"], 16) for row in csv.DictReader(text.splitlines())})


@cache
def suite_names() -> Mapping[int, str]:
    """IANA names of cipher suites by wire number."""
    return MappingProxyType({code: name for name, code in suites().items()})


def suite_name(code: int) -> str:
    """The name of a suite, or its number in hexadecimal when the registry here does not know it."""
    return suite_names().get(code, f"0x{code:04X}")


def group_name(code: int) -> str:
    """The name of a group, or its number in hexadecimal."""
    return next((name for name, number in GROUPS.items() if number == code), f"0x{code:04X}")


def version_name(code: int) -> str:
    """The name of a version, or its number in hexadecimal."""
    return next((name for name, number in VERSIONS.items() if number == code), f"0x{code:04X}")


COMMON_GROUPS = ("x25519", "secp256r1", "secp384r1", "secp521r1", "x448")
COMMON_1_3 = (
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_128_CCM_SHA256",
)
COMMON_1_2 = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
)


def common_suites(version: str) -> tuple[str, ...]:
    """What a hello offers whose step names no suites: for TLS 1.3, alone or with 1.2 (`any`), what ordinary clients do;
    for one older version everything there is, since a server that speaks it may know one suite only."""
    by_version = {"any": COMMON_1_3 + COMMON_1_2, "TLSv1.3": COMMON_1_3}
    return by_version.get(version) or tuple(name for name in suites() if _WITH in name)


_WITH = "_WITH_"
"""In the name of every suite below TLS 1.3."""
