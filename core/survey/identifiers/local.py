"""Numbers that a practice, a hospital or a supplier gives to a patient.

Most are bare digits or a letter and digits: the shape alone says little, and only a heading, a word beside
it, or a column of them that is different for each patient makes one of them a patient's number.
"""

from __future__ import annotations

import re

from core.survey.identifiers.folding import folded

_HOSPITAL = re.compile(
    r"[A-Z]{1,3}[ /-]?\d{5,9}|\d{5,9}[ /-]?[A-Z]{1,2}|[A-Z]{1,4}\d{2}[/-]\d{4,7}|\d{2}[/-]\d{5,7}"
    r"|(?:MRN|HOSP|RIO|PAS)[ :#-]{0,2}\d{4,10}",
    re.IGNORECASE,
)
_UBRN = re.compile(r"\d{4}([ -]?)\d{4}\1\d{4}")
_EMIS = re.compile(r"\d{1,9}(?:\.0+)?")
_LOCAL = re.compile(r"[A-Z0-9][A-Z0-9/_-]{2,17}", re.IGNORECASE)
_GUID = re.compile(
    r"[{(]?[0-9A-F]{8}-?(?:[0-9A-F]{4}-?){3}[0-9A-F]{12}[)}]?|urn:(?:uuid|oid):[0-9A-F.-]{8,}",
    re.IGNORECASE,
)


def is_booking_reference(text: str) -> bool:
    """True for a Unique Booking Reference Number (e-Referral Service): twelve digits, solid or 4-4-4."""
    return _UBRN.fullmatch(folded(text).strip()) is not None


def is_hospital_number(text: str) -> bool:
    """True for the shapes hospitals use: letters and digits ('A123456'), digits and a letter, 'MRN 12'."""
    return _HOSPITAL.fullmatch(folded(text).strip()) is not None


def is_emis_number(text: str) -> bool:
    """True for a practice's own number of a patient in EMIS Web: digits, as a spreadsheet may have them."""
    return _EMIS.fullmatch(folded(text).strip()) is not None


def is_local_number(text: str) -> bool:
    """True for what any service's own number may look like: letters and digits, at least one digit."""
    text = folded(text).strip()
    return _LOCAL.fullmatch(text) is not None and any(c.isdigit() for c in text)


def is_any_guid(text: str) -> bool:
    """True for a GUID with braces, brackets, hyphens or none of them, or a urn of one."""
    text = folded(text).strip()
    return _GUID.fullmatch(text) is not None and len(set(text) - set("{}()-")) > 2
