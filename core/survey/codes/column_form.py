"""What a column of codes is as a whole: its terminology, and whether its letters lost their case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from core.survey.codes.terminologies import Form, Recognised, recognise

#: So many different codes of letter and figures, and none that only Read v2 has, are no chance.
_ENOUGH_ICD10 = 20
_MOSTLY = 0.9
_ICD10_SHAPED = re.compile(r"[A-Z]\d{2,4}X?")
_HEADER_FORMS = (
    ("bnf", Form.BNF),
    ("icd", Form.ICD10),
    ("snomed", Form.SNOMED_CONCEPT),
    ("conceptid", Form.SNOMED_CONCEPT),
    ("ctv3", Form.READ_V2),
    ("read", Form.READ_V2),
)
_NOT_LETTER = re.compile(r"[\W\d_]+")


def column_form(sample: pa.Array, header: str = "") -> Form | None:
    """What a column's codes are, for those of them that could be more than one thing: READ_V2 (or CTV3),
    ICD10, BNF or SNOMED_CONCEPT; None where nothing tells. The codes come before the header."""
    codes = [code for code in pc.unique(sample).to_pylist()[:2000] if code and code.strip()]
    known = [recognise(code) for code in codes]
    forms = Counter(k.form for k in known)
    icd10_shaped = sum(_ICD10_SHAPED.fullmatch(k.text) is not None for k in known)
    only_read = forms[Form.CTV3] + sum(
        k.form is Form.READ_V2 and not _ICD10_SHAPED.fullmatch(k.text) for k in known
    )
    filled = sum(k.form is Form.READ_OR_ICD10 and k.text.endswith("X") for k in known)
    only_icd10 = forms[Form.ICD10] + filled
    if only_read and not only_icd10:
        return Form.READ_V2
    if only_icd10 and not only_read:
        return Form.ICD10
    ids = forms[Form.SNOMED_CONCEPT] + forms[Form.SNOMED_DESCRIPTION]
    if only_read or only_icd10:
        for form, number in ((Form.READ_V2, only_read), (Form.ICD10, only_icd10), (Form.SNOMED_CONCEPT, ids)):
            if number >= _MOSTLY * len(codes):
                return form
        return None
    if icd10_shaped >= max(_ENOUGH_ICD10, _MOSTLY * len(codes)):
        return Form.ICD10
    if ids and ids >= _MOSTLY * len(codes):
        return Form.SNOMED_CONCEPT
    if forms[Form.BNF] and not ids:
        return Form.BNF
    return _form_of_header(header, known)


def _form_of_header(header: str, known: Sequence[Recognised]) -> Form | None:
    """What the header says of codes that do not tell themselves, unless they could not be it at all."""
    plain = _NOT_LETTER.sub("", header).casefold()
    form = next((form for word, form in _HEADER_FORMS if word in plain), None)
    if form is None or not known:
        return None
    fits = sum(recognise(k.text, form).understood or bool(k.suggestions) for k in known)
    return form if fits >= len(known) / 2 else None


#: So many different codes all in one case are no chance.
_ENOUGH_CAPITALS, _ENOUGH_SMALL = 20, 5


def has_lost_case(sample: pa.Array) -> bool:
    """Whether a column of Read codes has lost its small or its capital letters: 9Nu0. is then not to be told.

    Codes of drugs are in small letters by right, so small ones count only in codes that begin with a digit.
    """
    read = [
        code
        for code in pc.unique(sample).to_pylist()
        if code and recognise(code).form in (Form.READ_V2, Form.CTV3) and any(c.isalpha() for c in code[1:])
    ]
    if len(read) >= _ENOUGH_CAPITALS and all(code == code.upper() for code in read):
        return True
    begun = [code for code in read if code[0].isdigit()]
    return len(begun) >= _ENOUGH_SMALL and all(code == code.lower() for code in begun)
