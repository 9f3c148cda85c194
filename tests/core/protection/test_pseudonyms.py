"""Codes in place of identifiers: keyed, per recipient and project, the same for every spelling."""

from __future__ import annotations

import base64
import hashlib
import hmac
import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Kind, Role
from core.protection.coded import Coder
from core.protection.keys import Key
from core.protection.plan import FieldPlan
from core.protection.pseudonyms import (
    PSEUDONYM,
    Pseudonyms,
    canonical,
    derive_secret,
    domain_of,
    pseudonyms_for,
)
from core.survey.people.other_keys import OtherKeys

KEY = Key(bytes(range(32)))


def by_definition(secret: bytes, identity: str) -> str:
    """The pseudonym from the standard library's HMAC, letter by letter."""
    number = int.from_bytes(hmac.digest(secret, identity.encode(), "sha256")[:10], "big")
    letters = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> shift & 31] for shift in range(75, -1, -5))
    return "P-" + "-".join(letters[at : at + 4] for at in (0, 4, 8, 12))


@given(st.binary(min_size=32, max_size=32), st.text(max_size=60))
def test_a_pseudonym_is_80_bits_of_hmac_sha_256(secret: bytes, identity: str) -> None:
    made = Pseudonyms(secret).of_identity(identity)
    assert made == by_definition(secret, identity)
    assert PSEUDONYM.fullmatch(made)


@given(st.lists(st.text(max_size=30), max_size=20))
def test_many_at_once_are_the_same_as_one_by_one(identities: list[str]) -> None:
    codes = Pseudonyms(bytes(32))
    many = codes.of_many(identities)
    assert [bytes(row).decode() for row in many] == [codes.of_identity(one) for one in identities]


@pytest.mark.parametrize(
    "spelling", ["9991234560", "999 123 4560", "999-123-4560", " 9991234560 ", "999\u00a0123\u00a04560"]
)
def test_every_spelling_of_an_nhs_number_gives_one_pseudonym(spelling: str) -> None:
    assert canonical("nhs", spelling) == "9991234560"


@pytest.mark.parametrize("text", ["", "unknown", "0000000000", "1111111111", "999123456", "9.99E+09", "None"])
def test_what_is_no_nhs_number_gets_no_pseudonym(text: str) -> None:
    assert canonical("nhs", text) is None


@pytest.mark.parametrize("text", ["", " ", "null", "NULL", "n/a", "N/A", "0", "000", "-", "Unknown", "none"])
def test_words_for_no_value_get_no_pseudonym(text: str) -> None:
    assert canonical("local", text) is None


def test_local_keys_keep_their_case_and_leading_zeros() -> None:
    assert canonical("local", " 00Ab ") == "00Ab"


@pytest.mark.parametrize(
    ("role", "spellings", "another"),
    [
        (Role.POSTCODE, ("BS6 5QA", "bs65qa", " BS6  5QA "), "BS6 5QB"),
        (Role.DATE_OF_BIRTH, ("12/04/1961", "1961-04-12", "12-Apr-1961", "19610412"), "04/12/1961"),
        (Role.DATE_OF_DEATH, ("03/11/2025 00:00:00", "2025-11-03"), "2025-11-04"),
    ],
)
def test_a_postcode_or_a_day_has_one_pseudonym_however_each_table_spells_it(
    role: Role, spellings: tuple[str, ...], another: str
) -> None:
    plan = FieldPlan("t", "f", 0, Kind.DIRECT_IDENTIFIER, role, "pseudonym")
    coder = Coder((), pseudonyms_for(KEY, "University", "Feet"), OtherKeys())
    made = coder.array(plan, pa.array([*spellings, another]), np.empty(0, dtype=np.int32), fills=False)
    codes = made.to_pylist()
    assert (len(set(codes[:-1])), len(set(codes))) == (1, 2)
    assert [coder.one(plan, cell, -1, fills=False)[0] for cell in (*spellings, another)] == codes


def test_a_systems_no_date_gets_no_pseudonym_and_part_of_a_day_keeps_its_spelling() -> None:
    assert canonical("date_of_birth", "31/12/1899") is None
    assert canonical("date_of_birth", " 1961 ") == "1961"
    assert canonical("postcode", "--") is None


def test_recipients_and_projects_have_their_own_pseudonyms() -> None:
    secrets = {
        derive_secret(KEY, *names) for names in [("a", "b"), ("b", "a"), ("ab", ""), ("", "ab"), ("a", "c")]
    }
    assert len(secrets) == 5
    assert derive_secret(KEY, "a", "b") != derive_secret(Key(bytes(32)), "a", "b")


def test_a_name_typed_with_other_case_or_spaces_is_the_same_recipient() -> None:
    assert derive_secret(KEY, "Bristol  University ", "Heart study") == derive_secret(
        KEY, "bristol university", "heart study"
    )


def test_the_derived_secret_never_changes() -> None:
    """HKDF-SHA-256 by its definition (RFC 5869), so that next year's extract has the same codes."""
    info = b"threshold pseudonym 1" + b"\0\0\0\x01r" + b"\0\0\0\x01p"
    extracted = hmac.digest(bytes(32), KEY.secret, "sha256")
    assert derive_secret(KEY, "R", "P") == hmac.digest(extracted, info + b"\x01", "sha256")


def test_fields_of_different_meaning_have_different_pseudonyms() -> None:
    codes = pseudonyms_for(KEY, "R", "P")
    made = {
        codes.of(domain_of(role), "9991234560") for role in (Role.NHS_NUMBER, Role.PATIENT_KEY, Role.ROW_KEY)
    }
    assert len(made) == 3


def test_a_pseudonym_is_not_a_plain_hash() -> None:
    plain = base64.b32encode(hashlib.sha256(b"nhs|9991234560").digest()[:10]).decode()
    made = pseudonyms_for(KEY, "R", "P").of("nhs", "9991234560")
    assert plain not in made.replace("-", "")


def test_pseudonyms_survive_pickling_and_never_show_the_secret() -> None:
    codes = Pseudonyms(b"secret-secret-secret-secret-secr")
    again = pickle.loads(pickle.dumps(codes))
    assert again.of("nhs", "9991234560") == codes.of("nhs", "9991234560")
    assert "secret" not in repr(codes)


def test_pseudonyms_of_a_whole_practice_do_not_collide() -> None:
    codes = Pseudonyms(bytes(32)).of_many([f"nhs|{n:010d}" for n in range(100_000)])
    assert len(np.unique(codes, axis=0)) == 100_000
