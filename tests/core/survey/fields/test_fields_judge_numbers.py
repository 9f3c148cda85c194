"""Columns of rarer numbers are told for what they are; doses, codes, batches and durations are not."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from core.model import Kind, Role
from core.survey.fields.judge import judge
from core.survey.fields.values import look

_DICE = random.Random(11)


def _digits(count: int) -> str:
    return "".join(_DICE.choice("0123456789") for _ in range(count))


def _letters(count: int) -> str:
    return "".join(_DICE.choice("ABCDEFGHJKLMNP") for _ in range(count))


def _card() -> str:
    body = "4" + _digits(14)
    total = sum(
        (d * 2 - 9 if d > 4 else d * 2) if place % 2 == 0 else d
        for place, d in enumerate(int(c) for c in reversed(body))
    )
    whole = body + str(-total % 10)
    return " ".join(whole[i : i + 4] for i in range(0, 16, 4))


@pytest.mark.parametrize(
    ("values", "role", "kind"),
    [
        ([_digits(8).replace("0",
         "a") + _letters(24).lower()[:24].translate(str.maketrans("ghjklmnp", "abcdefab"))
          for _ in range(20)], Role.ROW_KEY, Kind.LINKING_KEY),
        ([f"{_letters(3).lower()} (at) example dot org" for _ in range(20)], Role.EMAIL,
         Kind.DIRECT_IDENTIFIER),
        ([f"12-34-56 {_digits(8)}" for _ in range(20)], Role.OTHER_IDENTIFIER,
         Kind.DIRECT_IDENTIFIER),
        ([_card() for _ in range(20)], Role.OTHER_IDENTIFIER, Kind.DIRECT_IDENTIFIER),
        ([f"(01)0501234567{_digits(4)}(21){_letters(6)}" for _ in range(20)], Role.OTHER_IDENTIFIER,
         Kind.DIRECT_IDENTIFIER),
        ([f"///{_letters(5)}.{_letters(6)}.{_letters(4)}".lower() for _ in range(20)], Role.OTHER_IDENTIFIER,
         Kind.DIRECT_IDENTIFIER),
        ([f"A{_digits(4)}{_letters(2)}" for _ in range(20)], Role.OTHER_IDENTIFIER, Kind.DIRECT_IDENTIFIER),
        ([f"TQ {_digits(5)} {_digits(5)}" for _ in range(20)], Role.OTHER_IDENTIFIER, Kind.DIRECT_IDENTIFIER),
        ([f"1{_digits(1)}C{_digits(4)}E" for _ in range(20)], Role.STAFF_CODE, Kind.STAFF),
        ([f"G{_digits(7)}" for _ in range(20)], Role.STAFF_CODE, Kind.STAFF),
        ([f"{years}y {years % 11}m" for years in range(1, 90, 4)], Role.AGE, Kind.QUASI_IDENTIFIER),
    ],
)  # fmt: skip
def test_a_column_without_a_heading(values: list[str], role: Role, kind: Kind) -> None:
    verdict = judge(look(pa.array(values)))
    assert verdict is not None
    assert (verdict.role, verdict.kind) == (role, kind)


@pytest.mark.parametrize(
    "values",
    [
        [f"{n} days" for n in (5, 7, 10, 14, 28, 56)] * 3,
        ["1 year", "2 years", "6 months", "3 months"] * 4,
        ["6/52", "2/52", "3/12", "1/7"] * 4,
        [f"{_letters(2)}{_digits(4)}" for _ in range(20)],  # batch numbers
        [f"{n}mg" for n in range(5, 500, 20)],
        ["120/80", "135/85", "110/70", "142/91"] * 5,
        ["mmol/L", "10*9/L", "ml/min/1.73m2", "g/dL", "%"] * 4,
        ["C10E.", "H33..", "G30..", "246..", "9H0.."] * 4,
        ["F32.1", "E11.9", "J45.0", "I10"] * 5,
        ["1.2.3", "2.0.1", "10.4.2", "3.3.3"] * 4,
        ["2024/25", "2023/24", "2022/23"] * 5,
        [f"0{_digits(12)}" for _ in range(20)],  # barcodes
        ["Site A1", "Site B2", "Room 12", "Bay 3"] * 4,
    ],
)
def test_ordinary_columns_are_no_identifiers(values: list[str]) -> None:
    verdict = judge(look(pa.array(values)))
    assert verdict is None or verdict.kind is not Kind.DIRECT_IDENTIFIER
    assert verdict is None or verdict.role is not Role.AGE
