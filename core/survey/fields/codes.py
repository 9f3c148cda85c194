"""Whether a field headed as codes holds any, and whether the words beside codes are their terms."""

from __future__ import annotations

import re

from core.model import Kind, Role
from core.survey.codes.terminologies import Form, recognise
from core.survey.columns import plain_header
from core.survey.fields import evidence
from core.survey.fields.headers import Meaning
from core.survey.fields.values import Column
from core.survey.fields.weigh import Answer

_ALMOST_NONE = 0.05
LIST_OF_A_STANDARD = "a choice from a standard's own list"  # as resources/headers/fhir.toml says
_TINY = re.compile(r"[A-Za-z]{1,2}|\d{1,2}(?:\.0+)?|true|false|yes|no", re.IGNORECASE)
_MAYBE_CODE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S{2,}|\d{3,}(?:\.\d*)?|\S+[.^|]\S*")
_CLINICAL = re.compile(
    r"(?:itis|osis|oses|aemi[ac]|emia|ectomy|ostomy|otomy|oscopy|plasty|algia|pathy|plegia|uria|phobia|noea"
    r"|rrhoea|genic|ography|ometry|oma|cillin|statin|azole|mycin|pril|sartan|olol|idine|phylline)s?\b"
    r"|\b(?:diabet\w+|asthma\w*|hypertens\w+|disorders?|diseases?|syndromes?|infections?|infective|fractures?"
    r"|(?:chest|back|abdominal|joint|knee|hip) pain|ache|headaches?|cough|fever|rash|eczema|ulcers?|cancer"
    r"|malignan\w+|neoplasm|carcinoma|lesions?|injur(?:y|ies)|wound|swelling|oedema|failure|infarction|stroke"
    r"|ischaemi\w+|fibrillation|angina|heart|renal|kidney|liver|lung|blood|serum|plasma|urine|haemoglobin"
    r"|cholesterol|creatinine|glucose|pressure|body mass|weight|height|smok\w+|alcohol|pregnan\w+|vaccin\w+"
    r"|immunis\w+|screening|monitoring|examination|measurement|procedure|operation|therapy|treatment|clinic"
    r"|depressi\w+|anxiety|dementia|epilep\w+|allerg\w+|seen in|referral|tablets?|capsules?|inhalers?"
    r"|cream|ointment|\d+(?:\.\d+)?\s?(?:mg|mcg|ml|micrograms?)|h/o|o/e|c/o|fh:|history of|finding|level"
    r"|count|rate|review|acute|chronic|type [12]|hiv|copd|palsy|virus|fatigue|obes\w+)\b",
    re.IGNORECASE,
)
# Somebody typed this about somebody: it is no entry of a terminology.
_TYPED = re.compile(
    r"\b(?:he|she|his|her|him|they|i|we|my|pt|patient|mum|mother|father|son|daughter|wife|husband|mr|mrs|miss"
    r"|ms|dr|says|said|reports|wants|will|was|today|tomorrow|yesterday|tel|phone|rang|discussed|advised)\b"
    r"|[.!?]\s+[A-Z]|@",
    re.IGNORECASE,
)


def judged_by_values(answer: Answer, heading: str, column: Column, meaning: Meaning | None = None) -> Answer:
    """The answer for a field that only its heading calls codes: a letter or a small number is none.

    Clinical words make it a field of terms. Other words leave it a field of codes that are not
    understood, so that its rows are held back: they might be anything.
    """
    if answer.role is not Role.CODE or plain_header(heading).endswith("codeid"):
        return answer
    rows = coded = tiny = values = coded_values = 0
    for value, weight in _meant(column):
        rows += weight
        values += 1
        if _has_form_of_code(value):
            coded += weight
            coded_values += 1
        elif _TINY.fullmatch(value):
            tiny += weight
    if not rows or coded >= _ALMOST_NONE * rows or coded_values >= max(1, _ALMOST_NONE * values):
        return answer
    if looks_clinical(column):
        return Answer(Kind.CODED_CLINICAL, Role.TERM, 0.6, (evidence.CLINICAL_WORDS,))
    if meaning is not None and meaning.says == LIST_OF_A_STANDARD and not coded and not tiny:
        return Answer(Kind.CODED_CLINICAL, Role.TERM, 0.6, answer.evidence)
    if tiny < rows / 3:
        return answer
    said = (*answer.evidence, evidence.NO_CODES, evidence.UNSURE_HEADING)
    return Answer(Kind.UNKNOWN, Role.OTHER, 0.3, said)


def may_be_description(answer: Answer, meaning: Meaning | None) -> bool:
    """Whether a field is headed no more plainly than 'Description', which beside codes may be their term."""
    return (
        answer.role is Role.NOTE and meaning is not None and meaning.exact and meaning.phrase == "description"
    )


def looks_clinical(column: Column) -> bool:
    """True where most values are short clinical phrases and none was typed about somebody."""
    if not column.looked or column.words > 8 or column.longest > 150:
        return False
    clinical = looked = 0
    for value, weight in _meant(column):
        if _TYPED.search(value):
            return False
        looked += weight
        clinical += weight if _CLINICAL.search(value) else 0
    return looked > 0 and clinical >= 0.6 * looked


def _meant(column: Column) -> list[tuple[str, int]]:
    """The values looked at, with their rows, without the words and noughts for 'none'."""
    absent = set(column.by_form.get("absent", ()))
    return [
        (value, weight)
        for at, (value, weight) in enumerate(zip(column.seen, column.weights, strict=True))
        if at not in absent and value.strip("0.") != ""
    ]


def _has_form_of_code(value: str) -> bool:
    form = recognise(value).form
    if form not in (Form.UNKNOWN, Form.DAMAGED):
        return True
    return _MAYBE_CODE.fullmatch(value) is not None and not _TINY.fullmatch(value)
