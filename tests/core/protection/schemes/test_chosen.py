"""Choosing an older scheme: salts from files, digests in place of codes, a warning nobody can miss."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from core.model import Kind, Role, UsageError
from core.protection.actions import ACTIONS, Setting, run_of
from core.protection.keys import create_key
from core.protection.plan import FieldPlan, Plan, Purpose
from core.protection.pseudonyms import pseudonyms_for
from core.protection.schemes import (
    SCHEMES,
    Chosen,
    choose_scheme,
    scheme_gate,
    scheme_of,
    warning_of,
    with_scheme,
    without_salt,
)

NUMBER = FieldPlan("t", "NHS Number", 0, Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER, "pseudonym")
KEY_FIELD = FieldPlan("t", "ID", 1, Kind.LINKING_KEY, Role.PATIENT_KEY, "pseudonym")
PLAN = Plan("approved-research", "1", Purpose.BEYOND_CARE, "r", "p", (NUMBER, KEY_FIELD))
DIGITS, SALT = "9991234560", "mackerel"
PLAIN = hashlib.sha256(f"{DIGITS}{SALT}".encode()).hexdigest()


def _salted(tmp_path: Path, raw: bytes) -> Path:
    (tmp_path / "salt").write_bytes(raw)
    return tmp_path / "salt"


@pytest.mark.parametrize("raw", [b"mackerel", b"mackerel\n", b"mackerel\r\n", b"\xef\xbb\xbfmackerel"])
def test_a_plain_salt_is_one_line(tmp_path: Path, raw: bytes) -> None:
    chosen = choose_scheme("openpseudonymiser-csharp", _salted(tmp_path, raw))
    assert chosen is not None
    assert chosen.salt == SALT
    assert SALT not in repr(chosen)


def test_an_encrypted_salt_is_known_by_itself(shared: Path) -> None:
    file = shared / "oracles/openpseudonymiser/mackerel.EncryptedSalt"
    for scheme in ("openpseudonymiser-csharp", "openpseudonymiser-java"):
        chosen = choose_scheme(scheme, file)
        assert chosen is not None
        assert chosen.salt == SALT


def test_sealed_salts_of_the_registry(shared: Path) -> None:
    folder = shared / "oracles/ndr_pseudonymise"
    plain = choose_scheme("ndr", folder / "salt_4810.yml")
    assert choose_scheme("ndr", folder / "salt_4810.kek", "passtastic99") == plain
    for phrase in ("", "wrong"):
        with pytest.raises(UsageError):
            choose_scheme("ndr", folder / "salt_4810.kek", phrase)


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"   ", b"two\nlines", b"\xff" * 128, b"\xff\xfe", b"x" * 70_000]
)
@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_a_file_that_holds_no_salt_is_refused(tmp_path: Path, raw: bytes, scheme: str) -> None:
    with pytest.raises(UsageError):
        choose_scheme(scheme, _salted(tmp_path, raw), "phrase")


def test_scheme_and_salt_belong_together(tmp_path: Path) -> None:
    assert choose_scheme("", None) is None
    for scheme, file in (("", tmp_path), ("ndr", None), ("no-such", tmp_path), ("ndr", tmp_path / "none")):
        with pytest.raises(UsageError):
            choose_scheme(scheme, file)


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ("openpseudonymiser-csharp", PLAIN.upper()),
        ("openpseudonymiser-java", PLAIN.upper()),
        ("ndr", hashlib.sha256(f"nhsnumber_{DIGITS}{SALT}".encode()).hexdigest()),
    ],
)
def test_the_plan_makes_the_schemes_codes_and_keeps_no_salt(scheme: str, code: str) -> None:
    chosen = Chosen(scheme_of(scheme), SALT)
    plan = with_scheme(PLAN, chosen)
    assert [f.action for f in plan.fields] == ["digest", "pseudonym"]
    assert SALT not in str(plan)
    assert plan.scheme == scheme
    assert plan.fingerprint != PLAN.fingerprint
    key = chosen.with_key(create_key())
    setting = Setting(Role.NHS_NUMBER, plan.fields[0].settings, pseudonyms_for(key, "r", "p"))
    run = run_of("digest", setting)
    assert run("999 123 4560") == run(DIGITS) == (code, "")
    assert run("nobody")[0] is None
    assert SALT not in repr(key)


def test_another_salt_or_none_makes_no_code() -> None:
    plan = with_scheme(PLAN, Chosen(scheme_of("ndr"), SALT))
    for salt in ("", "other"):
        key = replace(create_key(), salt=salt.encode())
        setting = Setting(Role.NHS_NUMBER, plan.fields[0].settings, pseudonyms_for(key, "r", "p"))
        with pytest.raises(UsageError):
            run_of("digest", setting)(DIGITS)


def test_the_warning_is_everywhere() -> None:
    plan = with_scheme(PLAN, Chosen(scheme_of("ndr"), SALT))
    gate = scheme_gate(plan)
    assert gate is not None
    assert gate.passed
    for text in (gate.detail, warning_of(plan), plan.fields[0].reason, ACTIONS["digest"].warning):
        assert "21 seconds" in text
    assert all("reversed" in scheme.warning for scheme in SCHEMES.values())
    assert scheme_gate(PLAN) is None
    assert warning_of(PLAN) == ""


def test_a_plan_that_contradicts_itself_is_stopped() -> None:
    plan = with_scheme(PLAN, Chosen(scheme_of("ndr"), SALT))
    for wrong in (
        replace(plan, scheme="openpseudonymiser-java"),
        replace(plan, fields=PLAN.fields),
        replace(plan, fields=(replace(plan.fields[0], settings={}),)),
    ):
        gate = scheme_gate(wrong)
        assert gate is not None
        assert not gate.passed


def test_it_does_nothing_where_no_number_leaves_as_a_code() -> None:
    with pytest.raises(UsageError, match="nothing to do"):
        with_scheme(replace(PLAN, fields=(KEY_FIELD,)), Chosen(scheme_of("ndr"), SALT))
    assert with_scheme(PLAN, None) is PLAN
    plan = without_salt(with_scheme(PLAN, Chosen(scheme_of("ndr"), SALT)))
    assert {f.action for f in plan.fields} == {"pseudonym"}


def test_nobody_is_offered_it_for_one_field() -> None:
    assert not ACTIONS["digest"].suits(Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER)
    for settings in ({}, {"scheme": "ndr"}, {"scheme": "none", "salt_sha256": ""}):
        with pytest.raises(UsageError):
            run_of("digest", Setting(Role.NHS_NUMBER, settings))
