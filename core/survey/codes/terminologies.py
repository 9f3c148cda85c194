"""Recognising the form of a code: which terminology it is written in, and whether it is whole.

Nothing here knows what a code means. A code is understood when its form is that of a known
terminology and nothing shows that it was damaged on the way (see `codes_damaged`). It is looked at by itself;
where it could be two things, what the others of its column are decides. Case is never folded: 9Nu0. is an
objection and 9NU0. asks for an interpreter.

Rules: SNOMED CT Technical Implementation Guide (identifier, partition, namespace, Verhoeff check digit); NHS
Read codes v2 and CTV3 file structure; ICD-10 5th edition (UK), volume 2 (dagger and asterisk, point dash);
BNF code structure of the NHSBSA.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from core.survey.codes.damaged import (
    grouped,
    kept_digits,
    read_codes,
    rounded_away,
    scientific,
    unwrap,
    whole_ids,
)
from core.survey.identifiers.numbers import verhoeff

__all__ = ["NAMESPACES", "NEEDS_TERM", "Form", "Recognised", "is_code_alone", "recognise", "unwrap"]


class Form(StrEnum):
    """What a code's spelling says of its terminology."""

    SNOMED_CONCEPT = "snomed_concept"  # dm+d products are SNOMED CT concepts; see Recognised.namespace
    SNOMED_DESCRIPTION = "snomed_description"
    SNOMED_RELATIONSHIP = "snomed_relationship"  # names no entry of a record, so it is not understood
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
#: Who made an id that has a namespace, for the namespaces of British records.
NAMESPACES = {"1000000": "uk", "1000001": "dmd", "1000006": "emis", "1000033": "emis_drug"}
_NOT_UNDERSTOOD = frozenset({Form.DAMAGED, Form.UNKNOWN, Form.SNOMED_RELATIONSHIP})
_IDS = frozenset({Form.SNOMED_CONCEPT, Form.SNOMED_DESCRIPTION, Form.SNOMED_RELATIONSHIP})
_READ_COLUMNS = frozenset({Form.READ_V2, Form.CTV3})


@dataclass(frozen=True)
class Recognised:
    """A code's form and its canonical spellings.

    `read` is the 5-character Read code ("" where it cannot be one), `icd10` the code without
    punctuation and without the filling X, `text` the code unwrapped (of BNF, without its dots). `why` says
    what is wrong with a code that is not understood; `suggestions` are whole codes that it may have been."""

    form: Form
    text: str
    read: str = ""
    icd10: str = ""
    why: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def understood(self) -> bool:
        return self.form not in _NOT_UNDERSTOOD

    @property
    def namespace(self) -> str:
        """The seven digits that say who made a SNOMED CT id of the long form; "" for any other code."""
        return self.text[-10:-3] if self.form in _IDS and self.text[-3] == "1" else ""

    @property
    def maker(self) -> str:
        """Who made a SNOMED CT id: 'core' (international), one of NAMESPACES, or 'other'; "" for others."""
        if self.form not in _IDS:
            return ""
        return NAMESPACES.get(self.namespace, "other") if self.namespace else "core"


_DIGITS = re.compile(r"\d+")
_READ = re.compile(r"[0-9A-Za-z]{1,5}\.{0,4}")
_READ_SYNONYM = re.compile(r"([0-9A-Za-z]{1,5}\.{0,4})-\d{1,2}")
_READ_LONG = re.compile(r"(?=.{7}$)([0-9A-Za-z]{1,5}\.{0,4})\d[0-9A-Za-z]")
_READ_NUMBER_LONG = re.compile(r"\d{5}(?:00|1[1-9])")
_READ_FLOAT = re.compile(r"(\d{1,5})\.0+")
# Codes without a digit are few: Read v2 'Ayu..', CTV3 'XaBcD', and such as have a capital after a small
# letter. The rest are words and names: NONE, Male, McKay, JSmith.
_READ_NO_DIGIT = re.compile(
    r"[A-Z]yu[A-Za-z]{0,2}|Xa[A-Za-z]{3}|[XY][a-z](?=[A-Za-z]*[A-Z])[A-Za-z]{3}|X[A-Z](?=[A-Za-z]*[a-z])[A-Za-z]{3}|"
    r"(?!Mc|Mac|O[A-Z]|D[aeiu][A-Z]|L[aeo][A-Z]|St[A-Z])[A-Z]{2,}[a-z]+[A-Z][A-Za-z]*"
)
_ICD10 = re.compile(r"([A-Z]\d\d)(?:\.?([0-9X-]{1,3}))?\.?\s?[+*†‡#DAda-]?")
_DASHES = str.maketrans("–—‒−", "----")
_BNF = re.compile(r"\d{7}[A-Z0-9]{2}(?:[A-Z0-9]{2}){0,3}")
_BNF_DOTTED = re.compile(r"(\d{1,2})((?:\.\d{1,2}){1,4})\.?")
_BNF_DIGITS = re.compile(r"(\d\d)(?:(\d\d)(?:(\d\d)(\d{0,2})?)?)?")
_LAST_CHAPTER, _LAST_SECTION = 23, 30
_EMIS_DRUG = r"[A-Z]{3}[A-Z/]\d{3,6}(?:N?EMIS|MGEMIS|[A-Z]{3,6})?"
_LOCAL = re.compile(
    r"\^?ESCT[\w?]+(?:-\d{1,2})?|\^\w+|EMISHGT\w+|EMIS(?!ATT)[A-Z]{2,6}\d+|EMISICD10\|\w+|(?:[A-Z]{4})?EGTON\w+|"
    r"(?:FUNDHC|JHCC|RAFME)\w+|" + _EMIS_DRUG + r"|"
    r"[\w.]+-(?:SHHAPT|KC60)"
)
_EMIS_ICD10 = "EMISICD10|"
_ALONE = re.compile(r"(?=\S*\d)\S{4,24}")
_WITH_TERM = re.compile(r"(\d{6,18})\s*\|.*")


def is_code_alone(text: str) -> bool:
    """Whether a text is a code and nothing else: 'A788.' where words should stand."""
    plain = text.strip()
    return _ALONE.fullmatch(plain) is not None and recognise(plain).understood


def recognise(code: str, column: Form | None = None) -> Recognised:
    """The form of one code. Never raises; a code of no known form is UNKNOWN.

    `column` is what the other codes of its column are (`columns_codes.column_form`), None where that is not
    known or not one thing."""
    return _recognise(code, column)


@lru_cache(maxsize=64)  # whoever asks after a code asks several things, one after the other
def _recognise(code: str, column: Form | None) -> Recognised:
    text = unwrap(code)
    if column is Form.ICD10 and (icd10 := _icd10(text.upper())):
        return Recognised(Form.ICD10, text, icd10=icd10)
    if column is Form.BNF and (bnf := _bnf_of_column(text)):
        return bnf
    if text.isascii() and _DIGITS.fullmatch(text):
        return _number(text, column)
    if (damaged := _changed_number(text, column)) is not None:
        return damaged
    if len(text) > 5 and _LOCAL.fullmatch(text):
        icd10 = text.removeprefix(_EMIS_ICD10) if text.startswith(_EMIS_ICD10) else ""
        return Recognised(Form.LOCAL, text, icd10=icd10)
    icd10 = _icd10(text)
    if len(text) <= 5 and _READ.fullmatch(text):
        return _read(text, icd10, column)
    if icd10:
        return Recognised(Form.ICD10, text, icd10=icd10)
    if len(text) <= 8 and (match := _READ_SYNONYM.fullmatch(text) or _READ_LONG.fullmatch(text)):
        stem = text[:5] if len(text) == 7 and "-" not in text else match[1].ljust(5, ".")
        if len(stem) == 5:
            return _read(stem, "")
    if _BNF.fullmatch(text) and _bnf_chapter(text):
        return Recognised(Form.BNF, text)
    if (dotted := _bnf_dotted(text, sure=False)) is not None:
        return Recognised(Form.BNF, dotted)
    if "." in text and (icd10 := _icd10(text.upper())):  # no Read code has a dot inside
        return Recognised(Form.ICD10, text, icd10=icd10)
    if match := _WITH_TERM.fullmatch(text):
        inside = _number(match[1], column)
        maybe = (match[1],) if inside.understood else inside.suggestions
        return Recognised(Form.UNKNOWN, text, why="a code and words in one cell", suggestions=maybe)
    return Recognised(Form.UNKNOWN, text, why="it looks like no sort of code that Threshold knows")


def _changed_number(text: str, column: Form | None) -> Recognised | None:
    """A number that a spreadsheet has written in a way of its own; None for any other text."""
    if not text[:1].isdigit():
        return None
    if (digits := scientific(text)) is not None:
        suggestions: tuple[str, ...] = ()
        if digits and kept_digits(text) >= min(len(digits), 15):
            whole = _number(digits, column)
            suggestions = (digits,) if whole.understood else whole.suggestions
        why = "written in scientific notation; its digits are lost"
        return Recognised(Form.DAMAGED, text, why=why, suggestions=suggestions)
    if (digits := grouped(text)) is not None:
        whole = _number(digits, column)
        suggestions = (digits,) if whole.understood else whole.suggestions
        return Recognised(
            Form.DAMAGED, text, why="written as a number with its thousands marked", suggestions=suggestions
        )
    if (match := _READ_FLOAT.fullmatch(text)) and column is not Form.BNF:
        digits = match[1]
        suggestions = (digits,) if len(digits) == 5 else read_codes(digits)
        return Recognised(
            Form.DAMAGED,
            text,
            why="a Read code that was turned into a number, as spreadsheets do",
            suggestions=suggestions,
        )
    return None


def _read(text: str, icd10: str, column: Form | None = None) -> Recognised:
    padded = text.ljust(5, ".")
    if "." in padded.rstrip("."):
        return Recognised(Form.ICD10 if icd10 else Form.UNKNOWN, text, icd10=icd10)
    of_ctv3 = column in _READ_COLUMNS and len(text) == 5 and text[0] == "X"
    if text.isalpha() and not of_ctv3 and not _READ_NO_DIGIT.fullmatch(text):
        return Recognised(Form.UNKNOWN, text, why="a word, not a code")
    if text[0] in "XY" and not (icd10 and len(text) < 5):
        return Recognised(Form.CTV3, text, read=padded)
    if icd10 and len(text) < 5:
        return Recognised(Form.READ_OR_ICD10, text, read=padded, icd10=icd10)
    return Recognised(Form.READ_V2, text, read=padded)


def _icd10(text: str) -> str:
    """The ICD-10 code without punctuation and fill, "" where it is none: 'F20.0', 'Z21X', 'A64.-', 'G30+'."""
    match = _ICD10.fullmatch(text.translate(_DASHES) if not text.isascii() else text)
    if match is None:
        return ""
    return match[1] + (match[2] or "").replace("X", "").replace("-", "")


def _bnf_chapter(digits: str) -> bool:
    """Whether the first four digits can be a chapter and a section of the BNF."""
    section = digits[2:4]
    return 1 <= int(digits[:2]) <= _LAST_CHAPTER and (not section.isdigit() or int(section) <= _LAST_SECTION)


def _bnf_dotted(text: str, *, sure: bool) -> str | None:
    """4.3.1 as 0403010; None where it is no part of the BNF. Where the column does not say that it is one
    (`sure`), 04.03.61 may be a birth date and 4.3 a value."""
    match = _BNF_DOTTED.fullmatch(text)
    if match is None:
        return None
    parts = [match[1], *match[2][1:].split(".")]
    if not sure and (len(parts) < 3 or any(part[0] == "0" for part in parts[:2]) or int(parts[2]) > 9):
        return None
    digits = "".join(part.zfill(2) for part in parts[:3]) + "".join(part[-1:] for part in parts[3:4])
    return digits.ljust(7, "0") if _bnf_chapter(digits) and all(int(part) <= 31 for part in parts) else None


def _bnf_of_column(text: str) -> Recognised | None:
    """A value of a column of BNF codes, as far as it can be one."""
    if (dotted := _bnf_dotted(text, sure=True)) is not None:
        return Recognised(Form.BNF, dotted)
    if not text.isascii() or (not text[:6].isdigit() and not text.isdigit()):
        return None
    if text.isdigit() and len(text) <= 8:
        if len(text) != 3 and len(text) != 5 and _BNF_DIGITS.fullmatch(text) and _bnf_chapter(text):
            return Recognised(Form.BNF, text)
        if _bnf_chapter("0" + text):
            why = "a BNF code that lost its first zero"
            return Recognised(Form.DAMAGED, text, why=why, suggestions=("0" + text,))
    return None


def _number(text: str, column: Form | None) -> Recognised:
    length = len(text)
    if length <= 5 and column is Form.SNOMED_CONCEPT:
        return Recognised(Form.DAMAGED, text, why="no SNOMED CT code is so short; its other digits are lost")
    if length == 5:
        return Recognised(Form.READ_V2, text, read=text)
    if length < 5:
        why = "a Read code that a spreadsheet took for a number; dots or a leading zero are lost"
        return Recognised(Form.DAMAGED, text, read=text.ljust(5, "."), why=why, suggestions=read_codes(text))
    if column in _READ_COLUMNS and _READ_NUMBER_LONG.fullmatch(text):
        return Recognised(Form.READ_V2, text[:5], read=text[:5])
    if text[0] == "0":
        padded = text.lstrip("0")
        maybe = (padded,) if length == 18 and len(padded) >= 6 and _id_form(padded) else ()
        why = "no SNOMED CT code begins with 0; it may be a chapter of the BNF, or have lost its letters"
        return Recognised(Form.DAMAGED, text, why=why, suggestions=maybe)
    if length > 18:
        return Recognised(Form.DAMAGED, text, why="no SNOMED CT code has so many digits")
    if not verhoeff(text):
        why = "its last digits do not fit, as when a spreadsheet has cut a number to 15 digits"
        return Recognised(Form.DAMAGED, text, why=why, suggestions=whole_ids(text))
    form = _id_form(text)
    if form is None:
        why = "its last digits were rounded away" if rounded_away(text) else "it names no entry of SNOMED CT"
        return Recognised(Form.DAMAGED, text, why=why, suggestions=whole_ids(text))
    why = (
        "the number of a link inside SNOMED CT, which names nothing"
        if form is Form.SNOMED_RELATIONSHIP
        else ""
    )
    return Recognised(form, text, why=why)


_KINDS = {"0": Form.SNOMED_CONCEPT, "1": Form.SNOMED_DESCRIPTION, "2": Form.SNOMED_RELATIONSHIP}
#: An id of the short form has at most so many digits yet: ids are given out one after the other.
_LONGEST_SHORT = 10


def _id_form(digits: str) -> Form | None:
    """What a number with the right check digit names, by its partition: the two digits before the check
    digit, the first of them 1 where seven digits of a namespace stand before. None where it is no id."""
    if rounded_away(digits):
        return None
    long_form, kind = digits[-3], digits[-2]
    if long_form == "1":
        if len(digits) < 11 or digits[-10] != "1":
            return None
    elif long_form != "0" or len(digits) > _LONGEST_SHORT + (kind != "0"):
        return None
    return _KINDS.get(kind)
