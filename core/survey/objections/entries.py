"""From the rows that record objections to what each patient objects to now.

The latest entry holds, within a pair of objection and withdrawal only: a consent to a shared record takes
back no Type 1 objection. Where entries fall on one day or have no day, the objection holds. (CPRD's rule
for consent codes, without WSIC's mistake of taking the latest of all codes.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.survey.people.status import FIRST_DAY
from core.survey.results import NO_DAY, OBJECTIONS, RECALLS

_NOT_WORD = re.compile(r"[\W_]+")
_FALSE = frozenset(
    (
        "", "false", "no", "n", "f", "0", "0 0", "none", "null", "na", "n a", "nil", "nan", "not recorded",
        "no objection", "no opt out", "no dissent", "opted in", "opt in", "not opted out", "does not object",
        "not dissented", "consented", "consents", "consent given", "allowed", "no objection recorded",
        "none recorded", "dissent withdrawn", "objection withdrawn", "opt out withdrawn",
    )
)  # fmt: skip
_REFUSED = re.compile(
    r"^(?:false|no|n|f|0|0 0)$|dissent|refus|declin|opted out|opt out|withheld|denied|no consent"
)
_TAKEN_BACK = re.compile(r"withdr|cancel|revok|rescind|opt(?:ed)? ?in\b")


@dataclass(frozen=True)
class FlagField:
    """A field that says with yes or no, or a date, whether the patient objects.

    Where `false_objects`, FALSE or a word of refusal is the objection (EMIS is_consent_9nu0) and anything
    else is none; where there are `words`, only those are; else everything but a no or a blank is one. Where
    `of_patient_only`, the flag counts only in a table of patients: on a single entry it is about that entry.
    """

    meaning: str
    false_objects: bool = False
    of_patient_only: bool = False
    words: frozenset[str] = frozenset()

    def objects(self, text: str) -> bool:
        """Whether this cell records an objection."""
        word = _NOT_WORD.sub(" ", text).strip().casefold()
        if self.words:
            return word in self.words
        if self.false_objects:
            return _REFUSED.search(word) is not None and word not in _FALSE - _NO
        return word not in _FALSE


_NO = frozenset(("false", "no", "n", "f", "0", "0 0"))
_OBJECTS = r"(?:opt ?(?:ed )?out|dissent|objection|objects|objected|refus|declin)"
_SPINE = frozenset(
    (
        "s",
        "r",
        "v",
        "restricted",
        "very restricted",
        "sensitive",
        "redacted",
        "y",
        "yes",
        "true",
        "1",
        "t",
        "stop noted",
    )
)
_CONFIDENTIAL = frozenset(
    ("confidential", "confidential address", "sensitive", "restricted", "refuge", "safe house")
)
# Headers as lower-case words. Sources: EMIS extracts (ehrql backends/emisv2.py), EMIS bulk v8.2, SystmOne
# sharing preferences, PDS MPS response (SENSITIVITY_FLAG), HL7 v3 confidentiality codes in FHIR security
# labels (R, V), NHS England National Data Opt-out guidance.
_FLAG_HEADERS: tuple[tuple[re.Pattern[str], FlagField], ...] = (
    (re.compile(r"is ?consent ?9 ?nu ?0"), FlagField("type1_dissent", false_objects=True)),
    (re.compile(r"is ?consent ?93 ?c ?1"), FlagField("local_share_refused", false_objects=True)),
    (re.compile(r"dissent from secondary use"), FlagField("type1_dissent")),
    (re.compile(rf"^(?!.*diabet).*(?:type ?(?:1|one|i\b)|\bt ?1\b).*{_OBJECTS}"), FlagField("type1_dissent")),
    (re.compile(rf"\bt ?1 ?oo\b|care ?data.*{_OBJECTS}"), FlagField("type1_dissent")),
    (re.compile(rf"^(?!.*diabet).*type ?(?:2|two).*{_OBJECTS}"), FlagField("type2_dissent")),
    (
        re.compile(r"nation\w* data opt ?out|\bnd ?oo?\b|\bnational opt ?out|nhs data opt ?out"),
        FlagField("national_data_opt_out"),
    ),
    (re.compile(rf"(?:summary care|\bscr\b).*{_OBJECTS}"), FlagField("scr_dissent")),
    (
        re.compile(r"(?:summary care|\bscr\b).*\b(?:consent|preference|status)"),
        FlagField("scr_dissent", false_objects=True),
    ),
    (
        re.compile(
            r"^(?:(?:is )?consent(?:s|ed)? (?:to|for) (?:record |data )?shar\w*|(?:record )?sharing consent"
            r"|(?:eds )?share out|sharing out|(?:record|data|information) sharing|shares? (?:data|records?))$"
        ),
        FlagField("share_refused", false_objects=True),
    ),
    # Of what, the heading does not say: decided on the side of the patient.
    (
        re.compile(
            r"^(?:patient |has |is )?(?:opt(?:ed)? ?out|dissent(?:ed)?|objections?|objects|objected)"
            r"(?: flag| type)?$"
        ),
        FlagField("third_party_refused"),
    ),
    (
        re.compile(r"^(?:consent(?:s|ed)? (?:to|for) research|research consent)$"),
        FlagField("third_party_refused", false_objects=True),
    ),
    (
        re.compile(r"^(?:consent(?:s|ed)? (?:to|for) )?secondary uses?(?: consent| status)?$"),
        FlagField("type1_dissent", false_objects=True),
    ),
    (
        re.compile(
            r"(?:spine|pds) ?sensitiv|sensitivity ?flag|\bs flag\b"
            r"|^sensitive(?: flag| patient| record)?$"
            r"|^is sensitive$|stop noted|confidentiality ?code"
            r"|^(?:is )?restricted(?: patient| record| flag)?$"
        ),
        FlagField("spine_sensitive", of_patient_only=True, words=_SPINE),
    ),
    (
        re.compile(r"^security label(?: code)?(?: \d+)?$|^meta security"),
        FlagField("spine_sensitive", of_patient_only=True, words=_SPINE - {"y", "yes", "true", "1", "t"}),
    ),
    (re.compile(r"address type"), FlagField("spine_sensitive", words=_CONFIDENTIAL)),
    (
        re.compile(r"^(?:is )?confidential(?: patient| record| flag)?$|confidential patient"),
        FlagField("confidential_flag", of_patient_only=True),
    ),
)
#: The code itself as a heading, as of a query. In its own case: 9NU0 asks for an interpreter.
_OBJECTION_AS_HEADING = re.compile(r"\b(?:9Nu0(?:00?)?|XaZ89|827241000000103)\b")
_TABLES_OF_OBJECTORS = re.compile(
    rf"^(?!.*diabet).*type ?(?:1|one).*{_OBJECTS}"
    r"|^(?:patients? |list of |all |our )*(?:opt ?outs?|opted ?out|objectors?|dissent(?:s|ers?|ed)?)"
    r"(?: patients?| list| nhs numbers?)*$"
)


def words_of_header(header: str) -> str:
    """A header as lower-case words: 'is_consent_9nu0', 'Type 1 Opt-Out' and 'SpineSensitive' alike."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return _NOT_WORD.sub(" ", parted).strip().casefold()


def flag_field(header: str) -> FlagField | None:
    """How to read a field whose header names an objection, None for any other."""
    words = words_of_header(header)
    if _TAKEN_BACK.search(words):
        return None  # a withdrawal never counts against an objection that stands elsewhere
    for pattern, field in _FLAG_HEADERS:
        if pattern.search(words):
            return field
    return FlagField("type1_dissent") if _OBJECTION_AS_HEADING.search(_NOT_WORD.sub(" ", header)) else None


def table_of_objectors(name: str) -> bool:
    """Whether everybody in a table of this name has a Type 1 objection (TPP's PatientsWithTypeOneDissent)."""
    return _TABLES_OF_OBJECTORS.search(words_of_header(name)) is not None


@dataclass(frozen=True)
class Entries:
    """Recorded objections and withdrawals; one entry a position. `patient` are numbers >= 0."""

    patient: npt.NDArray[np.int32]
    meaning: npt.NDArray[np.uint8]  # index into OBJECTIONS, and after those into RECALLS
    made: npt.NDArray[np.bool_]
    day: npt.NDArray[np.int32]


def current_objections(entries: Entries, patients: int, as_of: int = NO_DAY) -> npt.NDArray[np.uint32]:
    """Bit i of a patient's number: OBJECTIONS[i] holds now; the bits after those are of RECALLS.

    `as_of` is the day the export speaks of: a withdrawal of a later day has not been made."""
    result = np.zeros(patients, dtype=np.uint32)
    if len(entries.patient) == 0:
        return result
    never = np.iinfo(np.int64).min
    for meaning in np.unique(entries.meaning):
        if meaning >= len(OBJECTIONS) + len(RECALLS):
            raise ValueError("an objection with no name")
        of_pair = entries.meaning == meaning
        who, made = entries.patient[of_pair], entries.made[of_pair]
        day = entries.day[of_pair].astype(np.int64)
        if as_of != NO_DAY:
            day[~made & (day > as_of)] = never
        # An objection without a day may be the newest, a withdrawal without one the oldest. What systems
        # write for no date (1900) is none.
        day[made & (day < FIRST_DAY)] = np.iinfo(np.int64).max
        day[~made & (day == NO_DAY)] = never
        last_made = np.full(patients, never)
        last_withdrawn = np.full(patients, never)
        np.maximum.at(last_made, who[made], day[made])
        np.maximum.at(last_withdrawn, who[~made], day[~made])
        holds = (last_made != never) & (last_made >= last_withdrawn)
        result[holds] |= np.uint32(1 << int(meaning))
    return result
