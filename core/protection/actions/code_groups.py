"""Clinical codes made coarser: the parent group that a code's own spelling tells.

Read v2 codes, ICD-10 and the BNF are hierarchies by their characters (NHS Read codes file structure; WHO
ICD-10 volume 2; NHSBSA BNF code structure), so a parent can be told from one code. Clinical Terms Version 3
and SNOMED CT are not: what a code belongs to there stands in tables that one value does not tell, and it is
left blank.
"""

from __future__ import annotations

import re

from core.model import Role, UsageError
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting, SettingChoice
from core.survey.codes.terminologies import Form, recognise

#: The chapters of ICD-10 by their first and last category (WHO, 5th edition).
_CHAPTERS = (
    *(("A00", "B99"), ("C00", "D48"), ("D50", "D89"), ("E00", "E90"), ("F00", "F99"), ("G00", "G99")),
    *(("H00", "H59"), ("H60", "H95"), ("I00", "I99"), ("J00", "J99"), ("K00", "K93"), ("L00", "L99")),
    *(("M00", "M99"), ("N00", "N99"), ("O00", "O99"), ("P00", "P96"), ("Q00", "Q99"), ("R00", "R99")),
    *(("S00", "T98"), ("V01", "Y98"), ("Z00", "Z99"), ("U00", "U99")),
)
_READ, _ICD10, _BNF = ("1", "2", "3", "4"), ("3", "chapter"), ("2", "4", "6")
_COLUMNS = {"": None, "read": Form.READ_V2, "icd10": Form.ICD10, "bnf": Form.BNF}
_RANGE = re.compile(r"([A-Z]\d\d)-([A-Z]\d\d)", re.ASCII)
_CHAPTER_OF_BNF = re.compile(r"\d\d(?:\d\d){0,2}", re.ASCII)


def _code_parent(setting: Setting) -> Run:
    settings = setting.settings
    read, icd10 = settings.get("read", "3"), settings.get("icd10", "3")
    bnf, system = settings.get("bnf", "4"), settings.get("of", "")
    right = read in _READ and icd10 in _ICD10 and bnf in _BNF and system in _COLUMNS
    if not right or set(settings) - {"read", "icd10", "bnf", "of"}:
        raise UsageError(
            'The parent of a code is told by read = "1" to "4" characters, icd10 = "3" or "chapter", '
            'bnf = "2", "4" or "6" digits, and of = "read", "icd10" or "bnf" where it holds nothing else.',
            where="settings",
        )
    column = _COLUMNS[system]

    def run(text: str) -> Outcome:
        plain = text.strip()
        if icd10 == "chapter" and _RANGE.fullmatch(plain) and tuple(plain.split("-")) in _CHAPTERS:
            return plain, ""
        if column is Form.BNF and _CHAPTER_OF_BNF.fullmatch(plain) and len(plain) <= int(bnf):
            return plain, ""
        known = recognise(plain, column)
        if column is not None and known.form is not column:
            return BLANK
        made = None
        if known.form is Form.READ_V2 and known.read:
            made = known.read[: int(read)].ljust(5, ".")
        elif known.form is Form.ICD10 and known.icd10:
            made = known.icd10[:3] if icd10 == "3" else _chapter(known.icd10[:3])
        elif known.form is Form.BNF and len(known.text) >= int(bnf):
            made = known.text[: int(bnf)]
        return BLANK if made is None else (made, "")

    return run


def _chapter(category: str) -> str | None:
    return next((f"{first}-{last}" for first, last in _CHAPTERS if first <= category <= last), None)


ACTIONS = (
    Action(
        "code_parent",
        "Wider group of the code",
        "generalised to the parent by the code's own hierarchy (Read v2, ICD-10, BNF)",
        "Only the wider group that the code belongs to is given.",
        _code_parent,
        "Left blank: which wider group the code belongs to cannot be told from the code itself.",
        roles=frozenset((Role.CODE,)),
        examples=(
            ("C10E.", "C10.."),
            ("E11.9", "E11"),
            ("0403010B0AAABAB", "0403"),
            ("44054006", None),
            ("XaBcD", None),
            ("F20", None),
        ),
        choices=(
            SettingChoice(
                "of",
                "Codes of the field",
                (("", "told one by one"), ("read", "Read codes"), ("icd10", "ICD-10"), ("bnf", "BNF codes")),
            ),
            SettingChoice("read", "Read codes", tuple((n, f"first {n} characters") for n in _READ), "3"),
            SettingChoice("icd10", "ICD-10", (("3", "three characters"), ("chapter", "chapter")), "3"),
            SettingChoice("bnf", "BNF codes", tuple((n, f"first {n} digits") for n in _BNF), "4"),
        ),
    ),
)
