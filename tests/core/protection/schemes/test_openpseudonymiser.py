"""Digests that other people's programs made, to the byte."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.model import UsageError
from core.protection.schemes import openpseudonymiser as op

OURS: tuple[tuple[op.Library, str], ...] = (("csharp", "csharp_mono"), ("java", "java"))


@pytest.fixture
def answers(shared: Path) -> Any:
    return lambda name: json.loads((shared / "oracles/openpseudonymiser" / name).read_text("utf-8"))


@pytest.mark.parametrize(("library", "name"), OURS)
def test_every_digest_of_both_libraries(answers: Any, library: op.Library, name: str) -> None:
    vectors = answers(f"digests_{name}.json")
    assert len(vectors) == 75
    assert [op.digest(v["fields"], v["salt"], library) for v in vectors] == [v["digest"] for v in vectors]


def test_the_official_digests_and_where_the_libraries_part(answers: Any) -> None:
    told = answers("vectors.json")
    first = told["official"][0]
    assert op.digest(first["fields"], first["salt"], "csharp") == first["digest"]
    assert op.digest(first["fields"], first["salt"], "java") == first["digest"]
    hello = told["official"][2]
    assert op.digest(hello["fields"], hello["salt"], "java").lower() == hello["digest_lower"]
    discovery = told["discovery_data_service"]["example"]
    assert op.digest(discovery["fields"], discovery["salt"], "java") == discovery["digest"]
    for one in answers("key_order_divergence.json"):
        assert op.digest(one["fields"], one["salt"], "java") == one["java"]
        assert op.digest(one["fields"], one["salt"], "csharp") == one["csharp_mono_en_GB"]
        assert (op.order_warning(list(one["fields"])) == "") is one["agree"]


@pytest.mark.parametrize(("library", "name"), OURS)
def test_nhs_numbers_as_the_libraries_take_them(answers: Any, library: op.Library, name: str) -> None:
    for one in answers(f"nhsnumber_{name}.json"):
        assert op.process_nhs_number(one["in"], library) == one["processed"]
        assert op.nhs_number_valid(one["in"], library) is one["valid"]


@pytest.mark.parametrize(("library", "name"), OURS)
def test_dates_as_the_libraries_round_them(answers: Any, library: op.Library, name: str) -> None:
    for one in answers(f"rounddowndate_{name}.json"):
        assert op.round_down_date(one["in"], library, date(2026, 8, 1)) == one["out"]


def test_an_encrypted_salt(shared: Path) -> None:
    raw = (shared / "oracles/openpseudonymiser/mackerel.EncryptedSalt").read_bytes()
    assert op.read_encrypted_salt(raw) == "mackerel"
    for wrong in (raw[:-1], raw[:-1] + bytes([raw[-1] ^ 1]), bytes(128), b"\xff" * 128, b""):
        with pytest.raises(UsageError) as caught:
            op.read_encrypted_salt(wrong)
        assert caught.value.code == "salt"


def test_salts_are_trimmed_by_java_only_and_never_empty() -> None:
    fields = {"NHSNumber": "9991234560"}
    assert op.digest(fields, " salt\n", "java") == op.digest(fields, "salt", "java")
    assert op.digest(fields, " salt\n", "csharp") != op.digest(fields, "salt", "csharp")
    for library in ("csharp", "java"):
        with pytest.raises(UsageError, match="empty"):
            op.digest(fields, "", library)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        op.digest(fields, "  ", "java")


def test_only_four_blanks_go_and_not_from_the_salt() -> None:
    made = op.digest({"x": "a \t\r\nb\u00a0-"}, "s a", "csharp")
    assert made == hashlib.sha256("ab\u00a0-s a".encode()).hexdigest().upper()


@pytest.mark.parametrize(
    ("headings", "order"),
    [
        (["b", "A"], "A b"),
        (["A", "a"], "a A"),
        (["id1", "id_2"], "id_2 id1"),
        (["DateA", "Date-Of-Birth"], "DateA Date-Of-Birth"),
        (["co-op", "coop"], "coop co-op"),
        (["Zo\u00eb", "Zoe", "Zof"], "Zoe Zo\u00eb Zof"),
        (["a1", "ab", "a"], "a a1 ab"),
    ],
)
def test_the_word_sort_of_the_desktop_program(headings: list[str], order: str) -> None:
    assert " ".join(op.key_order(headings, "csharp")) == order


def test_headings_that_count_as_equal_are_refused_as_the_library_refuses_them() -> None:
    with pytest.raises(UsageError, match="equal"):
        op.key_order(["soft\u00adhyphen", "softhyphen"], "csharp")
