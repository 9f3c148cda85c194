"""What the values of a column say it is, whatever its heading: verdicts with their evidence.

Each judge looks at a `Column` and either says nothing or gives a `Verdict`. The order in JUDGES is the
order of trust: check digits and fixed shapes before lists of words, lists before the look of free text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from core.model import Kind, Role
from core.survey.fields import evidence
from core.survey.fields import judge_numbers as rarer
from core.survey.fields import judge_words as wordy
from core.survey.fields.values import Column
from core.survey.fields.verdict import Verdict, counted
from core.survey.identifiers import numbers, places
from core.survey.identifiers.dates import (
    has_two_digit_year,
    is_clock_time,
    is_default_date,
    month_first,
    parse_date,
)

VALID_NHS = "NHS numbers with a correct check digit"
SHAPED_NHS = "ten digits as in an NHS number"


def judge(column: Column) -> Verdict | None:
    """The first verdict in order of trust, None where the values are unremarkable."""
    if not column.looked:
        return None
    for one in JUDGES:
        verdict = one(column)
        if verdict is not None:
            return verdict
    return None


def _guid(column: Column) -> Verdict | None:
    count = column.forms["guid"]
    if count < 0.8 * column.looked:
        return None
    return counted(column, count, "system keys (GUIDs)", Role.ROW_KEY, Kind.LINKING_KEY, 0.9)


def _email(column: Column) -> Verdict | None:
    count = column.count(places.email_address, ("email",))
    if count < max(1, 0.2 * column.looked):
        return None
    return counted(column, count, "e-mail addresses", Role.EMAIL, Kind.DIRECT_IDENTIFIER, 0.97)


def _snomed(column: Column) -> Verdict | None:
    count = column.count(numbers.is_snomed_id, ("whole", "ten", "eight"))
    if count < max(3, 0.7 * column.looked):
        return None
    return counted(
        column, count, "SNOMED CT identifiers with a right check digit", Role.CODE, Kind.CODED_CLINICAL, 0.92
    )


def _nhs(column: Column) -> Verdict | None:
    shaped = column.forms["grouped"] + column.forms["ten"]
    damaged = column.count(numbers.nhs_damaged, ("decimal",))
    if shaped + damaged < 0.3 * column.looked:
        return None
    valid = column.count(_valid_nhs, ("grouped", "ten"))
    if valid >= 0.5 * shaped and valid:
        verdict = counted(
            column,
            valid,
            VALID_NHS,
            Role.NHS_NUMBER,
            Kind.DIRECT_IDENTIFIER,
            0.98,
        )
    elif damaged > shaped and damaged >= 0.5 * column.looked:
        return Verdict(
            Role.NHS_NUMBER,
            Kind.DIRECT_IDENTIFIER,
            damaged / column.looked,
            0.6,
            (
                evidence.values_are(
                    damaged,
                    column.looked,
                    "shaped as a spreadsheet damages NHS numbers",
                    sampled=column.sampled,
                ),
                evidence.DAMAGED_NUMBERS,
            ),
        )
    elif _mostly_phones(column):
        return None
    else:
        grouped = column.forms["grouped"] >= 0.5 * shaped
        verdict = Verdict(
            Role.NHS_NUMBER,
            Kind.DIRECT_IDENTIFIER,
            shaped / column.looked,
            0.75 if grouped else 0.45,
            (
                evidence.values_are(shaped, column.looked, SHAPED_NHS, sampled=column.sampled),
                evidence.values_are(valid, shaped, "numbers with a correct check digit"),
            ),
            soft=not grouped,
        )
    return verdict


def _valid_nhs(text: str) -> bool:
    digits = numbers.nhs_digits(text)
    return digits is not None and numbers.nhs_check(digits)


def _mostly_phones(column: Column) -> bool:
    return column.count(numbers.phone_number, ("ten", "grouped")) >= 0.8 * (
        column.forms["ten"] + column.forms["grouped"]
    )


def _phone(column: Column) -> Verdict | None:
    likely = sum(column.forms[form] for form in ("phone", "whole", "ten", "grouped"))
    if likely < 0.2 * column.looked:
        return None
    count = column.count(numbers.phone_number, ("phone", "ten", "grouped"))
    count += column.count(lambda text: len(text) > 9 and numbers.phone_number(text), ("whole",))
    if count < max(1, 0.2 * column.looked):
        return None
    return counted(column, count, "telephone numbers", Role.PHONE, Kind.DIRECT_IDENTIFIER, 0.92)


def _nino(column: Column) -> Verdict | None:
    count = column.count(numbers.ni_number, ("nino", "text"))
    if count < max(1, 0.2 * column.looked):
        return None
    return counted(column, count, "National Insurance numbers", Role.NI_NUMBER, Kind.DIRECT_IDENTIFIER, 0.95)


def _postcode(column: Column) -> Verdict | None:
    full = column.count(places.postcode, ("postcode",))
    partial = column.count(places.is_partial_postcode, ("outward",))
    if full >= max(1, 0.2 * column.looked):
        return counted(column, full, "full postcodes", Role.POSTCODE, Kind.QUASI_IDENTIFIER, 0.95)
    if full + partial >= max(3, 0.8 * column.looked):
        return counted(
            column,
            full + partial,
            "parts of postcodes",
            Role.AREA,
            Kind.QUASI_IDENTIFIER,
            0.6,
            soft=True,
        )
    count = column.count(places.is_small_area, ("text",))
    if count >= max(1, 0.5 * column.looked):
        return counted(column, count, "codes of small areas", Role.AREA, Kind.QUASI_IDENTIFIER, 0.85)
    return None


def _dates(column: Column) -> Verdict | None:
    if column.share("dated", "eight") < 0.5:
        return None
    years: list[tuple[int, int]] = []
    defaults = two_digit = False
    written: list[str] = []
    for form in ("dated", "eight"):
        for position in column.by_form.get(form, ()):
            text = column.seen[position]
            day = parse_date(text)
            if day is not None:
                years.append((day.year, column.weights[position]))
                written.append(text)
                two_digit = two_digit or has_two_digit_year(text)
            elif is_default_date(text):
                defaults = True
    count = sum(weight for _, weight in years)
    if count < 0.5 * column.looked or not years:
        return None
    first, last = min(years)[0], max(years)[0]
    birth_like = _birth_like(years, count)
    said = [evidence.values_are(count, column.looked, "dates", sampled=column.sampled)]
    said.append(evidence.years_spread(first, last) if birth_like else evidence.years_recent(first, last))
    if two_digit:
        said.append(evidence.TWO_DIGIT_YEARS)
    if defaults:
        said.append(evidence.DEFAULT_DATES)
    if month_first(written):
        said.append(evidence.MONTH_FIRST)
    return Verdict(
        Role.DATE_OF_BIRTH if birth_like else Role.OTHER_DATE,
        Kind.QUASI_IDENTIFIER if birth_like else Kind.UNKNOWN,
        count / column.looked,
        0.6 if birth_like else 0.4,
        tuple(said),
        soft=True,
        years=(first, last),
        birth_like=birth_like,
    )


def _birth_like(years: list[tuple[int, int]], count: int) -> bool:
    """Births run over a century without a heap at the end: a quarter before 1985 and a range of 45 years."""
    if len(years) < 8:
        return False
    first, last = min(years)[0], max(years)[0]
    before = sum(weight for year, weight in years if year < 1985)
    recent = sum(weight for year, weight in years if year >= last - 3)
    return last - first >= 45 and before >= 0.25 * count and recent <= 0.4 * count


def _clock(column: Column) -> Verdict | None:
    count = column.count(is_clock_time, ("clock",))
    if count < 0.8 * column.looked:
        return None
    return counted(column, count, "times of day", Role.EVENT_TIME, Kind.CLINICAL_VALUE, 0.6, soft=True)


_READ = re.compile(r"(?:[A-Z0-9][A-Za-z0-9]{0,4}\.{0,4})(?:00|1[0-9]|\d\d)?")


def _read_code(text: str) -> bool:
    return _READ.fullmatch(text) is not None and (
        "." in text or (any(c.isdigit() for c in text) and any(c.isalpha() for c in text))
    )


def _codes(column: Column) -> Verdict | None:
    count = column.count(_read_code, ("dotted", "outward"))
    dotted = column.count(lambda text: text.rstrip("0123456789").endswith("."), ("dotted", "outward"))
    if count < max(3, 0.8 * column.looked) or dotted < 0.15 * column.looked:
        return None
    return counted(column, count, "shaped as Read codes", Role.CODE, Kind.CODED_CLINICAL, 0.8)


def _other_identifier(column: Column) -> Verdict | None:
    for test, what, forms, least in (
        (places.is_url, "web addresses", ("url",), 0.3),
        (numbers.is_driving_licence, "driver numbers", ("text",), 0.3),
        (places.is_ip_address, "internet addresses", ("text", "phone"), 0.5),
        (places.is_position, "map positions", ("text",), 0.5),
        (numbers.is_bank_account, "bank accounts", ("phone", "text"), 0.5),
        (numbers.is_passport, "passport numbers", ("text",), 0.8),
        (numbers.is_vehicle_registration, "number plates", ("text", "postcode", "dotted"), 0.8),
    ):
        if not any(column.forms[form] for form in forms):
            continue
        count = column.count(test, forms)
        if count >= max(3, least * column.looked):
            return counted(
                column,
                count,
                f"shaped as {what}",
                Role.OTHER_IDENTIFIER,
                Kind.DIRECT_IDENTIFIER,
                0.7,
                soft=True,
            )
    return None


def _organisation(column: Column) -> Verdict | None:
    count = column.count(numbers.is_ods_practice, ("text", "dotted"))
    if count < max(3, 0.8 * column.looked) or column.varied > 0.5:
        return None
    return counted(column, count, "shaped as practice codes", Role.ORGANISATION, Kind.STAFF, 0.6, soft=True)


def _row_key(column: Column) -> Verdict | None:
    if column.filled < 20 or column.varied < 1.0 or column.share("whole", "ten", "eight") < 1.0:
        return None
    if min(len(value) for value in column.seen) < 4:
        return None
    said = evidence.distinct_values(column.distinct, column.filled)
    return Verdict(Role.ROW_KEY, Kind.LINKING_KEY, 1.0, 0.45, (said,), soft=True)


JUDGES: tuple[Callable[[Column], Verdict | None], ...] = (
    _guid,
    _email,
    _snomed,
    rarer.rare_numbers,
    _nhs,
    _phone,
    _nino,
    _postcode,
    _dates,
    _clock,
    _codes,
    rarer.written_ages,
    wordy.words,
    _other_identifier,
    wordy.address,
    wordy.names,
    _organisation,
    wordy.free_text,
    _row_key,
)
