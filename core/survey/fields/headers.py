"""What a heading says a field is. The vocabulary is data (resources/headers/*.toml), the grammar is here.

A heading is cut into words (camel case, punctuation, 'D.O.B.'), split into whose it is (staff, an
organisation, another person, the patient) and what it is, and the two are put together: 'Usual GP's
Full Name' is staff, 'Carer Name' is a third party, 'Location's Postcode' is an organisation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from core.model import Kind, Role
from core.survey.fields import spellings as spelled
from core.survey.fields import vocabulary as fields_vocabulary
from core.survey.fields.vocabulary import Meaning, Vocabulary, header_words

__all__ = [
    "A_CHOICE",
    "DATES",
    "NAMELIKE",
    "Meaning",
    "header_meaning",
    "header_text",
    "header_words",
    "table_meanings",
    "table_subject",
]

_UNNAMED = re.compile(r"\(column \d+\)$")
_MAX_WORDS = 12

NAMELIKE = frozenset(
    {Role.SURNAME, Role.FORENAME, Role.FULL_NAME, Role.PHONE, Role.EMAIL, Role.ADDRESS, Role.NHS_NUMBER}
    | {Role.NI_NUMBER, Role.OTHER_IDENTIFIER, Role.PATIENT_KEY}
)
DATES = frozenset(
    {Role.EVENT_DATE, Role.OTHER_DATE, Role.DATE_OF_DEATH, Role.DATE_OF_BIRTH, Role.YEAR_OF_BIRTH}
    | {Role.REGISTERED_DATE, Role.LEFT_DATE}
)
_EVENTS = frozenset({Role.EVENT_DATE, Role.EVENT_TIME, Role.OTHER_DATE, Role.DATE_OF_DEATH})
_PATIENT = frozenset({Role.NHS_NUMBER, Role.PATIENT_KEY, Role.DATE_OF_BIRTH, Role.DATE_OF_DEATH})
_GENERIC_CODES = frozenset({"code", "codes", "nationalcode", "codeid"})  # 'Practice code' is a practice
_KEYS = frozenset({Role.ROW_KEY, Role.PATIENT_KEY})
_TELLS_OF_PERSON = frozenset({Kind.DIRECT_IDENTIFIER, Kind.QUASI_IDENTIFIER})
_OF_A_CONTACT = frozenset({"system", "use", "rank", "format", "contact", "telephone", "phone", "address"})
#: Somebody's only where a name or a number follows; ICE is also ideas, concerns and expectations.
_WHOSE_ONLY = frozenset({("emergency",), ("ice",)})
_Subject = tuple[str, str, int, int]  # who, says, start and stop of its words
ABOUT_IT = "about a number or an address, not the number or the address itself"
A_CHOICE = "a choice from a list, which can tell of an illness"


def _known() -> Vocabulary:
    return fields_vocabulary.vocabulary()


def header_text(header: str, name: str) -> str:
    """The heading to read: the file's own, or the name a known headerless layout gives the field."""
    if header.strip("\ufeff \t"):
        return header
    return "" if _UNNAMED.search(name) else name


@lru_cache(maxsize=5_000)
def table_subject(table_name: str) -> str:
    """'staff' or 'organisation' where the table's name says its rows are about them, else ''."""
    vocabulary = _known()
    words = [word for word in header_words(table_name) if not word.isdigit()]
    # Tables of the same name from several files are called after them: 'record 2/staff'.
    own = "".join(word for word in header_words(table_name.rpartition("/")[2]) if not word.isdigit())
    if own in vocabulary.tables_is:
        return vocabulary.tables_is[own]
    best = ""
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + 6) + 1):
            phrase = "".join(words[start:stop])
            if phrase in vocabulary.tables_has and len(phrase) > len(best):
                best = phrase
    return vocabulary.tables_has.get(best, "")


@lru_cache(maxsize=20_000)
def header_meaning(header: str, table_name: str = "", table_who: str = "") -> Meaning | None:
    """What a heading says, None where the vocabulary does not know it.

    `table_who` is what `table_subject` says of the table, "" where the table is about patients."""
    vocabulary = _known()
    words = header_words(header)[:_MAX_WORDS]
    if not words:
        return None
    plain_table = "".join(word for word in header_words(table_name) if not word.isdigit())
    for (table, field), meaning in vocabulary.keys.items():
        if field == "".join(words) and plain_table.endswith(table):
            return meaning
    found = _read_any_way(header, words)
    if (
        table_who
        and (found is None or found.kind is not Kind.LINKING_KEY)
        and (found is None or found.who in {"", "third_party"})
    ):
        found = _compose(table_who, f"the table is about {table_who}", found, table=True)
    return found


def table_meanings(table_name: str, headers: Sequence[str]) -> list[Meaning | None]:
    """What every heading of a table says. A table that holds a patient's number, key or birth date is about
    patients, whatever it is called."""
    alone = _own_copies(headers, [header_meaning(header, table_name) for header in headers], table_name)
    who = table_subject(table_name)
    if not who or any(m and m.role in _PATIENT and m.role is not Role.DATE_OF_DEATH for m in alone):
        return alone
    return [header_meaning(header, table_name, who) for header in headers]


def _own_copies(
    headers: Sequence[str], meanings: list[Meaning | None], table_name: str
) -> list[Meaning | None]:
    """The meanings, with 'gp_surname', 'gp_birthDate', 'gp_postcode' read as the patient's.

    A GP's birth date is in no extract: where a first word that means staff or a place stands before a birth
    date, it says whose copy of the patient's record the fields are from, as in 'gp_...' beside 'pds_...'."""
    firsts = [(header_words(header) or ("",))[0] for header in headers]
    copies = {
        first
        for first, header in zip(firsts, headers, strict=True)
        if _known().subjects.get(first, ("",))[0] in {"staff", "organisation"}
        and (rest := _read(header_words(header)[1:])) is not None
        and rest.exact
        and rest.role is Role.DATE_OF_BIRTH
    }
    if not copies:
        return meanings
    return [
        header_meaning(" ".join(header_words(header)[1:]), table_name) or meaning
        if first in copies and len(header_words(header)) > 1
        else meaning
        for first, header, meaning in zip(firsts, headers, meanings, strict=True)
    ]


def _read_any_way(header: str, words: tuple[str, ...]) -> Meaning | None:
    """The heading as it stands; else spelled out, without numbers, brackets, wrapping; taken apart; mended.

    A reading of the whole heading goes before one of a part, and plainer readings before bolder ones."""
    found = _read(words)
    if found is not None and found.exact:
        return found
    known = _known().words
    undigited = tuple(word for word in words if not word.isdigit())
    bare = tuple(word for word in header_words(spelled.without_brackets(header)) if not word.isdigit())
    apart = spelled.split(undigited, known | spelled.spellings().wraps_last)
    for other in dict.fromkeys((undigited, bare[:_MAX_WORDS], spelled.in_full(bare or undigited))):
        if other and other != words:
            found = _fuller(found, _read(other))
    found = _of_a_person(found, _read(spelled.mended(undigited, known)))  # 'Date of Birht' is no event's date
    if found is None:
        for other in (apart, spelled.in_full(apart)):
            found = found or (_read(other) if other != words else None)
    return _unwrapped(spelled.in_full(bare or undigited), found)


def _fuller(one: Meaning | None, other: Meaning | None) -> Meaning | None:
    """The better of two readings; of two of part of a heading the one that knows what, not only whose."""
    if one is not None and other is not None and not one.exact and not one.phrase and other.phrase:
        return other
    return _better(one, other)


def _of_a_person(one: Meaning | None, other: Meaning | None) -> Meaning | None:
    """The better of two readings; of two the one of the whole heading that tells of a person."""
    if other is not None and other.kind in _TELLS_OF_PERSON and other.exact:
        return other if one is None or not one.exact else one
    return one or other


def _unwrapped(words: tuple[str, ...], found: Meaning | None) -> Meaning | None:
    """What is left of a heading without words that only wrap it ('Ethnicity desc'), or that turn it into
    something about the thing ('Telephone type'); else what its last word tells ('Leave type')."""
    if found is not None and found.exact:
        return found
    lists = spelled.spellings()
    subjects = _known().subjects
    for rest in spelled.unwrapped(words):
        inner = _read(rest)
        if (
            inner is not None
            and inner.kind in _TELLS_OF_PERSON
            and (inner.exact or found is None)
            and "".join(rest) not in subjects
        ):
            return replace(inner, exact=False, weight=inner.weight * 0.95)
    if not words:
        return found
    if found is not None:
        if words[-1] not in lists.about_last or found.kind is not Kind.DIRECT_IDENTIFIER:
            return found
        if found.role is Role.THIRD_PARTY and not _OF_A_CONTACT.intersection(words[-2:]):
            return replace(found, kind=Kind.QUASI_IDENTIFIER)
        return Meaning(Role.OTHER, Kind.ADMINISTRATIVE, 0.6, ABOUT_IT, phrase=found.phrase)
    if words[-1] in lists.choice_last or (len(words) > 1 and words[0] in lists.choice_first):
        return Meaning(Role.TERM, Kind.CODED_CLINICAL, 0.5, A_CHOICE)
    return None


def _better(one: Meaning | None, other: Meaning | None) -> Meaning | None:
    if one is None or other is None:
        return one or other
    return other if other.exact and not one.exact else one


def _read(words: Sequence[str]) -> Meaning | None:
    vocabulary = _known()
    exact = vocabulary.whole.get("".join(words))
    if exact is not None:
        return exact
    subject = _subject(words)
    if subject is None:
        return _attribute(words)
    who, says, start, stop = subject
    rest = tuple(words[:start]) + tuple(words[stop:])
    if who == "patient":
        found = _attribute(rest) if rest else None
        return replace(found, who=who) if found is not None and found.exact else _attribute(words) or found
    attribute = _attribute(rest) if rest else None
    if tuple(words[start:stop]) in _WHOSE_ONLY and (attribute is None or attribute.role not in NAMELIKE):
        return _attribute(words)  # an emergency call or admission; 'Emergency phone' is somebody's
    if attribute is None and rest:
        attribute = _attribute(words)
    return _compose(who, says, attribute)


def _subject(words: Sequence[str]) -> _Subject | None:
    """Whose it is: the strongest, then longest subject phrase in a heading, with its place."""
    subjects = _known().subjects
    order = {"third_party": 3, "staff": 2, "organisation": 1, "patient": 0}
    best: tuple[tuple[int, int, int], tuple[str, str, int, int]] | None = None
    for start in range(len(words)):
        for stop in range(start + 1, len(words) + 1):
            known = subjects.get("".join(words[start:stop]))
            if known is None:
                continue
            # The head of an English noun group stands last, so 'GP practice' is a practice.
            strength = 2 if known[0] == "third_party" else min(order[known[0]], 1)
            rank = (strength, stop, stop - start)
            if best is None or rank > best[0]:
                best = (rank, (known[0], known[1], start, stop))
    if best is not None and best[1][0] == "third_party":
        best = max(best, _wider(words, best[1]), key=lambda one: one[0])
    return None if best is None else best[1]


def _wider(words: Sequence[str], inner: _Subject) -> tuple[tuple[int, int, int], _Subject]:
    """An organisation or member of staff whose phrase holds a relative's: 'recipient organisation'."""
    subjects = _known().subjects
    for start in range(inner[2] + 1):
        for stop in range(len(words), inner[3] - 1, -1):
            known = subjects.get("".join(words[start:stop]))
            if (
                known is not None
                and known[0] in {"staff", "organisation"}
                and stop - start > inner[3] - inner[2]
            ):
                return (3, stop, stop - start), (known[0], known[1], start, stop)
    return (0, 0, 0), inner


def _attribute(words: Sequence[str]) -> Meaning | None:
    vocabulary = _known()
    exact = vocabulary.whole.get("".join(words))
    if exact is not None:
        return exact
    best: Meaning | None = None
    best_rank = (0, 0)
    count = len(words)
    dated = count > 0 and (words[0] == "date" or words[-1] == "date")
    for start in range(count):
        phrase = ""
        for stop in range(start + 1, count + 1):
            phrase += words[stop - 1]
            for place, known, fits in (
                (3, vocabulary.ends, stop == count),
                (2, vocabulary.starts, start == 0),
                (1, vocabulary.anywhere, True),
            ):
                rank = (len(phrase), place)
                if fits and rank > best_rank and phrase in known:
                    meaning = known[phrase]
                    if not dated or meaning.role in DATES:  # 'DateDeleted' is a date, no flag
                        best, best_rank = meaning, rank
    return best


def _compose(who: str, says: str, attribute: Meaning | None, *, table: bool = False) -> Meaning | None:
    """Whose it is and what it is, together. `table` where only the table's name says whose."""
    weight = 0.8 if attribute is None else max(attribute.weight * 0.95, 0.7)
    if attribute is not None and attribute.kind is Kind.FREE_TEXT:
        return replace(attribute, who=who)
    if who == "third_party":
        if attribute is not None and attribute.kind is Kind.LINKING_KEY:
            return replace(attribute, who=who)
        if (
            attribute is None
            or attribute.role in NAMELIKE
            or attribute.kind in {Kind.DIRECT_IDENTIFIER, Kind.ADMINISTRATIVE}  # 'Emergency contact number'
        ):
            return Meaning(Role.THIRD_PARTY, Kind.DIRECT_IDENTIFIER, weight, says, who=who)
        if attribute.role is Role.SOCIAL and attribute.phrase.startswith("relation"):
            return replace(attribute, who=who, says="how another person and the patient are related")
        if attribute.kind is Kind.QUASI_IDENTIFIER:
            return Meaning(Role.THIRD_PARTY, Kind.QUASI_IDENTIFIER, weight, says, who=who)
        if attribute.role in _KEYS:
            return replace(attribute, who=who)
        return replace(attribute, who=who, weight=weight * 0.8)
    role = Role.STAFF_NAME if who == "staff" else Role.ORGANISATION
    if attribute is None:
        return Meaning(role, Kind.STAFF, weight, says, who=who)
    if attribute.role in _KEYS and attribute.kind is Kind.LINKING_KEY:
        key = Role.STAFF_CODE if who == "staff" else Role.ORGANISATION
        return replace(attribute, role=key, who=who, weight=weight)
    if attribute.role is Role.NHS_NUMBER or (table and attribute.role in _PATIENT):
        return attribute
    clinical = attribute.kind is Kind.CLINICAL_VALUE or (
        attribute.kind is Kind.CODED_CLINICAL and attribute.phrase not in _GENERIC_CODES
    )
    if not table and (attribute.role in _EVENTS or clinical):
        return replace(attribute, who=who)
    if (
        not table
        and attribute.kind is Kind.QUASI_IDENTIFIER
        and attribute.role
        in {
            Role.REGISTERED_DATE,
            Role.LEFT_DATE,
            Role.DATE_OF_BIRTH,
            Role.STATUS,
        }
    ):
        return replace(attribute, who=who)
    if not table and attribute.role is Role.STATUS:
        return replace(attribute, who=who)
    if attribute.role in _EVENTS:
        role = Role.OTHER_DATE
    elif who == "staff" and attribute.role in {Role.CODE, Role.ROW_KEY, Role.PATIENT_KEY}:
        role = Role.STAFF_CODE
    elif attribute.kind is Kind.ADMINISTRATIVE and not table:
        role = Role.OTHER
    return Meaning(role, Kind.STAFF, weight, says, who=who)
