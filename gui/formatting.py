"""How things are written in everything around the cells: numbers, dates, kinds, actions, tiers.

Cells themselves always show exact text; nothing here is used for them, except `one_line`, which makes a
cell fit one line of a list without changing what it says.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from datetime import date

KIND_WORDS = {
    "direct_identifier": "Names a patient",
    "quasi_identifier": "Helps identify a patient",
    "free_text": "Free text",
    "coded_clinical": "Clinical codes",
    "clinical_value": "Clinical values",
    "staff": "Staff or organisation",
    "linking_key": "Linking number",
    "unknown": "Not understood",
    "administrative": "Ordinary",
}
#: From what names a patient down to what is ordinary: the order of the groups on the Fields page.
KIND_ORDER = tuple(KIND_WORDS)
#: The group, before all others, of fields that an earlier export did not have.
NEW = "new"

KIND_HELP = {
    "direct_identifier": "Points to one person by itself: a name, a number, an address, a phone.",
    "quasi_identifier": "Points to a person together with other things: date of birth, postcode, sex.",
    "free_text": "Written by hand, so it can hold anything, names included.",
    "coded_clinical": "Codes and terms of what was recorded.",
    "clinical_value": "Measurements and their units.",
    "staff": "Clinicians, practices, hospitals.",
    "linking_key": "Numbers made by the system that tie rows together.",
    "unknown": "Threshold could not tell what this is, so it is left out until you decide.",
    "administrative": "Nothing about a person by itself.",
}

ROLE_WORDS = {
    "nhs_number": "NHS number",
    "patient_key": "Patient number",
    "surname": "Surname",
    "forename": "First name",
    "full_name": "Full name",
    "title": "Title",
    "address": "Address",
    "postcode": "Postcode",
    "area": "Area",
    "phone": "Phone number",
    "email": "E-mail address",
    "ni_number": "National Insurance number",
    "other_identifier": "Other personal number",
    "third_party": "Somebody else's details",
    "date_of_birth": "Date of birth",
    "year_of_birth": "Year of birth",
    "date_of_death": "Date of death",
    "age": "Age",
    "sex": "Sex",
    "ethnicity": "Ethnicity",
    "social": "Social circumstances",
    "status": "Registration status",
    "registered_date": "Date registered",
    "left_date": "Date left",
    "event_date": "Date of event",
    "event_time": "Time of event",
    "other_date": "Other date",
    "code": "Clinical code",
    "term": "Clinical term",
    "value": "Value",
    "unit": "Unit",
    "note": "Note",
    "staff_name": "Staff name",
    "staff_code": "Staff code",
    "organisation": "Organisation",
    "row_key": "Row number of the system",
    "flag": "Yes or no",
    "other": "Other",
}

ACTION_WORDS = {
    "leave_out": "Left out",
    "keep": "Sent as it is",
    "keep_expected": "Sent if it reads as it should",
    "scrub": "Personal details removed",
    "pseudonym": "Replaced by a code",
    "year": "Year only",
    "month": "Month and year only",
    "age_band": "Age in five-year bands",
    "postcode_district": "First part of postcode",
    "blank": "Sent empty",
    "surrogate": "Replaced by a code",
    "digest": "Replaced by an older code",
    "keep_unless_confidential": "Sent, but not a confidential address",
    "year_of_birth": "Year of birth, the oldest together",
    "quarter": "Quarter of the year only",
    "month_of_birth": "Month and year of birth only",
    "date_shift": "Moved by a secret number of days",
    "age_at_event": "Age at the time",
    "days_since_index": "Days since the first entry",
    "postcode_sector": "Postcode without its last two letters",
    "postcode_area": "Letters of the postcode area only",
    "lsoa": "Neighbourhood (LSOA)",
    "imd_decile": "Tenth of deprivation",
    "ethnicity_16": "One of 16 ethnic groups",
    "ethnicity_5": "One of 5 ethnic groups",
    "round_number": "Number rounded",
    "band_number": "Number in bands",
    "code_parent": "Group of the code only",
    "blank_term": "Only terms of the dictionary",
    "value_map": "Replaced as you listed",
}

PURPOSE_WORDS = {
    "own_care": "For the patients' own care",
    "consent": "At the patient's own request",
    "law": "Required by law",
    "beyond_care": "Beyond the patients' own care",
    "counts": "Counts only, no patient's row",
}

TIER_WORDS = {
    "green": "Counts only",
    "amber": "Coded - still confidential patient data",
    "red": "Names patients",
}
TIER_NOT_MEASURED = "Risk not measured"
TIER_SHAPES = {"green": "circle", "amber": "triangle", "red": "alert"}

FORMAT_WORDS = {
    "csv": "Comma-separated file",
    "tsv": "Tab-separated file",
    "psv": "Bar-separated file",
    "txt": "Text file",
    "text": "Text file",
    "xlsx": "Excel workbook",
    "emis": "EMIS export",
    "systmone": "SystmOne export",
    "vision": "Vision export",
}
#: Words whose capitals are theirs, for formats this page has no words for.
PROPER = {"emis": "EMIS", "systmone": "SystmOne", "csv": "CSV", "xlsx": "Excel", "gpes": "GPES", "qof": "QOF"}


def count(number: int) -> str:
    """1234 -> '1,234'."""
    return f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """(1, 'row') -> '1 row'; (38114, 'row') -> '38,114 rows'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(when: date) -> str:
    """6 August 2018."""
    return f"{when.day} {when:%B} {when.year}"


def nhs_number(text: str) -> str:
    """'9994120031' -> '999 412 0031' with spaces that do not break over lines; anything else as it is."""
    digits = text.replace(" ", "")
    if len(digits) == 10 and digits.isdigit():
        return f"{digits[:3]}\N{NO-BREAK SPACE}{digits[3:6]}\N{NO-BREAK SPACE}{digits[6:]}"
    return text


def format_words(name: str) -> str:
    """A reader's format in words: 'emis-list-report' -> 'EMIS list report'."""
    if name in FORMAT_WORDS:
        return FORMAT_WORDS[name]
    words = [PROPER.get(word, word) for word in name.replace("_", "-").split("-") if word]
    text = " ".join(words) or "File"
    return text[0].upper() + text[1:]


def kind_words(kind: str) -> str:
    if kind == NEW:
        return "New since last time"
    return KIND_WORDS.get(kind, kind.replace("_", " ").capitalize())


def role_words(role: str) -> str:
    return ROLE_WORDS.get(role, role.replace("_", " ").capitalize())


def action_words(action: str) -> str:
    return ACTION_WORDS.get(action, action.replace("_", " ").capitalize())


def one_line(text: str, limit: int = 200) -> str:
    """Text on one line: control characters, direction overrides included, become visible marks."""
    shown = "".join(_visible(c) for c in text[:limit])
    return shown + "\N{HORIZONTAL ELLIPSIS}" if len(text) > limit else shown


def _visible(character: str) -> str:
    if character in "\r\n":
        return "\N{RETURN SYMBOL}"
    if character == "\t":
        return "\N{RIGHTWARDS ARROW}"
    category = unicodedata.category(character)
    return "\N{REPLACEMENT CHARACTER}" if category in {"Cc", "Cf", "Cs", "Co"} else character


def tooltip(text: str) -> str:
    """Text for a tool tip: Qt would read '<b>' in it as HTML, so it is escaped, and kept to a width."""
    return f"<p style='white-space:pre-wrap'>{html.escape(text)}</p>" if text else ""


def sentence(parts: Iterable[str]) -> str:
    """Fragments as one: ('the heading says so', '9 of 10 fit') -> 'The heading says so; 9 of 10 fit.'"""
    text = "; ".join(part.strip().rstrip(".") for part in parts if part.strip())
    return f"{text[0].upper()}{text[1:]}." if text else ""


def amount(done: int, total: int, what: str) -> str:
    """Progress in words: 'Reading, 40 per cent'."""
    if total <= 0:
        return what
    return f"{what}, {min(100, 100 * done // total)} per cent"
