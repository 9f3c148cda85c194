"""Recognising the form of a code: which terminology it is written in, and whether it is whole.

Nothing here knows what a code means. A code is understood when its form is that of a known
terminology and nothing shows that it was damaged on the way (a spreadsheet keeps 15 digits of an
18-digit id, turns 13E2. into 1300 and 416308001 into 4.16E+08). Case is never folded: 9Nu0. is an
objection and 9NU0. asks for an interpreter.

Rules: SNOMED CT Technical Implementation Guide (identifier, partition, Verhoeff check digit); NHS Read
codes v2 and CTV3 file structure; ICD-10 5th edition (UK); BNF code structure of the NHSBSA.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from core.survey.identifiers_numbers import verhoeff


class Form(StrEnum):
    """What a code's spelling says of its terminology."""

    SNOMED_CONCEPT = "snomed_concept"  # dm+d products are SNOMED CT concepts
    SNOMED_DESCRIPTION = "snomed_description"
    READ_V2 = "read_v2"  # 5 characters; most are CTV3 codes with the same meaning too
    CTV3 = "ctv3"  # can only be CTV3: begins with X or Y
    ICD10 = "icd10"
    READ_OR_ICD10 = "read_or_icd10"  # F20: schizophrenia, or multiple sclerosis that lost its dots
    BNF = "bnf"
    LOCAL = "local"  # a supplier's own code; only its term tells what it means
    DAMAGED = "damaged"
    UNKNOWN = "unknown"


#: Forms whose code says nothing without its term or the supplier's dictionary.
NEEDS_TERM = frozenset({Form.LOCAL, Form.SNOMED_DESCRIPTION})


@dataclass(frozen=True)
class Recognised:
    """A code's form and its canonical spellings.

    `read` is the 5-character Read code ("" where it cannot be one), `icd10` the code without
    punctuation and without the filling X, `text` the code unwrapped. `why` says what is wrong with a
    code that is not understood; `suggestions` are whole codes that it may have been.
    """

    form: Form
    text: str
    read: str = ""
    icd10: str = ""
    why: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def understood(self) -> bool:
        return self.form not in (Form.DAMAGED, Form.UNKNOWN)


_FORMULA = re.compile(r'="?([^"]*)"?')
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[Ee][+]?\d+")
_DIGITS = re.compile(r"\d+")
_READ = re.compile(r"[0-9A-Za-z]{1,5}\.{0,4}")
_READ_SYNONYM = re.compile(r"([0-9A-Za-z]{1,5}\.{0,4})-\d{1,2}")
_READ_LONG = re.compile(r"(?=.{7}$)([0-9A-Za-z]{1,5}\.{0,4})\d[0-9A-Za-z]")
_READ_NO_DIGIT = re.compile(r"[A-Z]yu[A-Za-z]{0,2}|[XY][a-z][A-Za-z]{3}")  # the rest are words: NONE, Male
_ICD10 = re.compile(r"([A-Z]\d\d)(?:\.?([0-9X-]{1,3}))?[+*†‡#DAd-]?")
_BNF = re.compile(r"\d{7}[A-Z]\d(?:[A-Z0-9]{2}(?:[A-Z0-9]{4})?)?")
_LOCAL = re.compile(
    r"\^\w+|ESCT\w+|EMIS(?:NQ|HGT|ATT_?)\w+|EMISICD10\|\w+|EGTON\w+|(?:FUNDHC|JHCC|RAFME)\w+|[A-Z]{4}\d{3,}|"
    r"[\w.]+-(?:SHHAPT|KC60)"
)
_EMIS_ICD10 = "EMISICD10|"
SEXUAL_HEALTH_SUFFIXES = ("-SHHAPT", "-KC60")


def unwrap(code: str) -> str:
    """The code without what spreadsheets and exports put around it: ="...", ', sctID--, #, .0"""
    text = code.strip()
    if text.startswith("="):
        match = _FORMULA.fullmatch(text)
        text = match[1].strip() if match else text
    text = text.removeprefix("'").removeprefix("sctID--").removesuffix("#").strip()
    if text.endswith(".0") and len(text) > 7 and text[:-2].isdigit():
        text = text[:-2]
    return text


def recognise(code: str) -> Recognised:
    """The form of one code. Never raises; a code of no known form is UNKNOWN."""
    text = unwrap(code)
    if text.isascii() and _DIGITS.fullmatch(text):
        return _number(text)
    if _EXPONENT.fullmatch(text) and not _looks_like_read(text):
        return Recognised(Form.DAMAGED, text, why="written in scientific notation; its digits are lost")
    if len(text) > 5 and _LOCAL.fullmatch(text):
        icd10 = text.removeprefix(_EMIS_ICD10) if text.startswith(_EMIS_ICD10) else ""
        return Recognised(Form.LOCAL, text, icd10=icd10)
    icd10 = _icd10(text)
    if _READ.fullmatch(text) and len(text) <= 5:
        return _read(text, icd10)
    if icd10:
        return Recognised(Form.ICD10, text, icd10=icd10)
    synonym = _READ_SYNONYM.fullmatch(text)
    if synonym and len(synonym[1]) <= 5:
        return _read(synonym[1].ljust(5, "."), "")
    if _READ_LONG.fullmatch(text):
        return _read(text[:5], "")
    if _BNF.fullmatch(text):
        return Recognised(Form.BNF, text)
    return Recognised(Form.UNKNOWN, text, why="its form is that of no known terminology")


def _looks_like_read(text: str) -> bool:
    """13E2. and 13E2 are Read codes, though a spreadsheet takes them for numbers."""
    return len(text) <= 5 and "+" not in text and "," not in text and "." not in text.rstrip(".")


def _read(text: str, icd10: str) -> Recognised:
    padded = text.ljust(5, ".")
    if "." in padded.rstrip("."):
        return Recognised(Form.ICD10 if icd10 else Form.UNKNOWN, text, icd10=icd10)
    if text.isalpha() and not _READ_NO_DIGIT.fullmatch(text):
        return Recognised(Form.UNKNOWN, text, why="a word, not a code")
    if text[0] in "XY" and not (icd10 and len(text) < 5):
        return Recognised(Form.CTV3, text, read=padded)
    if icd10 and len(text) < 5:
        return Recognised(Form.READ_OR_ICD10, text, read=padded, icd10=icd10)
    return Recognised(Form.READ_V2, text, read=padded)


def _icd10(text: str) -> str:
    """The ICD-10 code without punctuation and fill, "" where it is none: 'F20.0', 'Z21X', 'A64.-', 'G30+'."""
    match = _ICD10.fullmatch(text)
    if match is None:
        return ""
    return match[1] + (match[2] or "").replace("X", "").replace("-", "")


def _number(text: str) -> Recognised:
    length = len(text)
    if length == 5:
        return Recognised(Form.READ_V2, text, read=text)
    if length < 5:
        # 3272 may be 3272. or, with a zero lost, 03272: two codes, and no telling which.
        shorter, longer = text.ljust(5, "."), ("0" + text).ljust(5, ".")
        return Recognised(
            Form.DAMAGED,
            text,
            read=shorter,
            why="a Read code that a spreadsheet took for a number; dots or a leading zero are lost",
            suggestions=(shorter, longer),
        )
    if length > 18 or text[0] == "0":
        return Recognised(Form.DAMAGED, text, why="no SNOMED CT id has this length or begins with 0")
    if not verhoeff(text):
        return Recognised(
            Form.DAMAGED,
            text,
            why="its check digit is wrong, as when a spreadsheet has cut an id to 15 digits",
            suggestions=_repaired(text),
        )
    partition = text[-3:-1]
    if partition in ("00", "10"):
        if length >= 11 and partition == "00" and text.endswith("000000"):
            return Recognised(Form.DAMAGED, text, why="its last digits were rounded away")
        return Recognised(Form.SNOMED_CONCEPT, text)
    if partition in ("01", "11"):
        return Recognised(Form.SNOMED_DESCRIPTION, text)
    return Recognised(Form.DAMAGED, text, why="a SNOMED CT id of this kind does not name an entry")


def _repaired(text: str) -> tuple[str, ...]:
    """What a 16 to 18-digit concept id was before a spreadsheet kept only its first 15 digits.

    Only the partition 10 and the check digit are lost then, and both are known. A suggestion, to be
    confirmed by the term. Six or more zeros at the end mean that more was lost than that.
    """
    lost = {16: "", 17: "0", 18: "10"}.get(len(text))
    if lost is None or text[15:].strip("0") or text.endswith("000000"):
        return ()
    whole = text[:15] + lost
    if whole[-2:] != "10":
        return ()
    return tuple(whole + digit for digit in "0123456789" if verhoeff(whole + digit))
