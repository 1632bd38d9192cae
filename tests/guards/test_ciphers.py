"""Which cryptography the programs use: libraries, the few algorithms of security.md 3.5, chance from the system.

Read from the source of server, bridge and pages.
"""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import argon2
import pytest
from tests.guards.source import BACKEND, imports, package_files, told, tree
from tests.guards.test_dangerous_calls import typescript

from otonai.config import HashCost, OddSetting, read_settings
from otonai.flow import hashing

PROGRAMS = ("otonai", "otonai_bridge")
#: Names that may be imported from the large library; a new one is a decision, and belongs into security.md as well.
OF_CRYPTOGRAPHY = {
    "AESGCM", "ec", "hashes", "serialization", "HKDF", "InvalidSignature", "InvalidTag", "encode_dss_signature",
    "decode_dss_signature", "UnsupportedAlgorithm", "x509", "Prehashed", "utils", "HKDFExpand",
}  # fmt: skip
WEAK = re.compile(r"\b(?:MD5|md5|SHA1|sha1|MD4|RC4|ARC4|DES|TripleDES|Blowfish|ECB|CBC|CTR|PKCS1v15|DSA|SECP192R1)\b")
OF_WEBCRYPTO = {"AES-GCM", "ECDSA", "ECDH", "HKDF", "HMAC", "PBKDF2", "SHA-256", "P-256", "AES-KW"}
WEBCRYPTO = re.compile(r"[\"'](AES-[A-Z]+|RSA[\w-]*|ECDSA|ECDH|HKDF|HMAC|PBKDF2|SHA-\d+|MD5|P-\d+|Ed25519|X25519)[\"']")
#: Files that draw lots about nothing that anybody could want to guess.
IDLE_CHANCE = {"backend/otonai_bridge/assemble.py": "spreads retries over time"}
#: Parameters of addresses that sound like secrets and are none.
NO_SECRETS = {
    "user_code": "shown on the new device and read out; worth nothing without the office's own approval",
    "passkey_id": "which of one's own passkeys is meant; opens nothing",
}


@pytest.mark.parametrize("package", PROGRAMS)
def test_ciphers_come_from_libraries(package: str) -> None:
    foreign, weak = [], []
    for path in package_files(package):
        for one in imports(path):
            parts = one.module.split(".")
            if parts[0] == "cryptography" and parts[-1] not in OF_CRYPTOGRAPHY:
                foreign.append(f"{told(path)}:{one.line} {one.module}")
            if parts[0] in {"Crypto", "Cryptodome", "nacl", "rsa", "ecdsa", "M2Crypto", "crypt"}:
                foreign.append(f"{told(path)}:{one.line} {one.module}")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute | ast.Name) and WEAK.fullmatch(getattr(node, "attr", None) or node.id):  # type: ignore[union-attr]
                weak.append(f"{told(path)}:{node.lineno} {ast.unparse(node)}")
    assert (foreign, weak) == ([], [])


def test_the_pages_use_the_browsers_cryptography_and_the_same_few_algorithms() -> None:
    named = {(name, found) for name, text in typescript() for found in WEBCRYPTO.findall(text)}
    assert {found for _, found in named} <= OF_WEBCRYPTO, named


@pytest.mark.parametrize("package", PROGRAMS)
def test_randomness_that_matters_is_the_systems(package: str) -> None:
    """No program of ours draws from `random`; tokens come from `secrets`, keys from the libraries."""
    found = [
        f"{told(path)}:{one.line}"
        for path in package_files(package)
        for one in imports(path)
        if one.module.split(".")[0] == "random" and told(path) not in IDLE_CHANCE
    ]
    assert found == []
    assert [name for name, text in typescript() if "Math.random" in text] == []


def test_no_address_takes_a_secret() -> None:
    document: dict[str, Any] = json.loads((BACKEND / "openapi.json").read_text(encoding="utf-8"))
    sounding = re.compile(r"token|secret|password|pin$|key|ticket|code|totp|otp", re.IGNORECASE)
    found = [
        f"{path} {parameter['name']}"
        for path, methods in document["paths"].items()
        for parameter in [
            *methods.get("parameters", []),
            *(p for method, one in methods.items() if method != "parameters" for p in one.get("parameters", [])),
        ]
        if parameter["in"] in ("query", "path")
        and sounding.search(parameter["name"])
        and parameter["name"] not in NO_SECRETS
    ]
    assert found == []


def test_passwords_and_pins_are_hashed_by_current_figures() -> None:
    """argon2id with 19 MiB and two passes or more (ASVS appendix C), whatever the tests themselves use."""
    hashing.use_cost(HashCost.FULL)
    made = hashing.hash_secret("invented")
    hashing.use_cost(HashCost.LIGHT)
    figures = argon2.extract_parameters(made)
    assert figures.type is argon2.Type.ID
    assert figures.memory_cost >= 19 * 1024
    assert figures.time_cost >= 2


def test_one_module_hashes_and_a_server_of_production_refuses_lighter_figures() -> None:
    makers = {
        path.name
        for path in package_files("otonai")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("PasswordHasher")
    }
    assert makers == {"hashing.py"}
    installation = {
        "OTONAI_BASE_URL": "https://otonai.example.jp",
        "OTONAI_DATABASE_URL": "postgresql+psycopg://otonai@db.example/otonai",
        "OTONAI_TICKET_SECRET": "ab" * 32,
        "OTONAI_SEALING_KEYS": "cd" * 32,
    }
    assert read_settings(installation).hash_cost is HashCost.FULL
    with pytest.raises(OddSetting, match="OTONAI_HASH_COST"):
        read_settings(installation | {"OTONAI_HASH_COST": "light"})
