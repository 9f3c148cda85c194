"""What a heading says a field is. The vocabulary is data (resources/headers/*.toml), the grammar is here.

A heading is cut into words (camel case, punctuation, 'D.O.B.'), split into whose it is (staff, an
organisation, another person, the patient) and what it is, and the two are put together: 'Usual GP's
Full Name' is staff, 'Carer Name' is a third party, 'Location's Postcode' is an organisation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from core.model import Kind, Role
from core.survey import fields_spellings as spelled
from resources import ROOT

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
_LEADING_ID = re.compile(r"^ID(?=[A-Z]+[a-z])")  # TPP: IDAAndEAttendance
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
ABOUT_IT = "about a number or an address, not the number or the address itself"
A_CHOICE = "a choice from a list, which can tell of an illness"


@dataclass(frozen=True)
class Meaning:
    """What a heading says. `exact` is True where the whole heading is a phrase of the vocabulary."""

    role: Role
    kind: Kind
    weight: float
    says: str
    exact: bool = False
    phrase: str = ""  # the phrase of the vocabulary that fitted, without blanks
    who: str = ""  # staff, organisation, third_party, patient, or "" where the heading does not say


@dataclass(frozen=True)
class _Vocabulary:
    whole: Mapping[str, Meaning]
    ends: Mapping[str, Meaning]
    starts: Mapping[str, Meaning]
    anywhere: Mapping[str, Meaning]
    subjects: Mapping[str, tuple[str, str]]  # phrase -> who, says
    tables_is: Mapping[str, str]
    tables_has: Mapping[str, str]
    keys: Mapping[tuple[str, str], Meaning]  # (table, header) -> meaning
    words: frozenset[str]  # all that its phrases are made of


@lru_cache(maxsize=20_000)
def header_words(text: str) -> tuple[str, ...]:
    """The words of a heading, lower case: 'D.O.B.' -> dob, 'NHSNumber' -> nhs number, 'GP's' -> gp."""
    text = _LEADING_ID.sub("ID ", text.strip("\ufeff \t"))
    text = _POSSESSIVE.sub("", text).replace("&", " and ").replace("%", " percentage ")
    words: list[str] = []
    letters = ""
    for word in _WORDS.findall(text):
        word = word.casefold()
        if len(word) == 1 and word.isalpha():
            letters += word
            continue
        if letters == "e" and word in {"mail", "mails"}:
            word = "email"
        elif letters:
            words.append(letters)
        letters = ""
        words.append(word)
    if letters:
        words.append(letters)
    return tuple(words)


def _compact(phrase: str) -> str:
    return "".join(header_words(phrase))


@cache
def _vocabulary() -> _Vocabulary:
    return build_vocabulary()


def build_vocabulary(
    keep_file: Callable[[str], bool] = lambda name: True,
    keep_phrase: Callable[[str], bool] = lambda phrase: True,
) -> _Vocabulary:
    """The vocabulary of resources/headers. Benchmarks leave files or phrases out, to see what is left."""
    whole: dict[str, Meaning] = {}
    parts: dict[str, dict[str, Meaning]] = {"ends": {}, "starts": {}, "has": {}}
    subjects: dict[str, tuple[str, str]] = {}
    tables_is: dict[str, str] = {}
    tables_has: dict[str, str] = {}
    keys: dict[tuple[str, str], Meaning] = {}
    words: set[str] = set()
    for path in sorted((ROOT / "headers").glob("*.toml")):
        if not keep_file(path.name):
            continue
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in data.get("meaning", ()):
            meaning = Meaning(Role(entry["role"]), Kind(entry["kind"]), entry["weight"], entry["says"])
            for phrase in filter(keep_phrase, entry.get("is", ())):
                words.update(header_words(phrase))
                compact = _compact(phrase)
                whole.setdefault(compact, replace(meaning, exact=True, phrase=compact))
            for where, known in parts.items():
                for phrase in filter(keep_phrase, entry.get(where, ())):
                    words.update(header_words(phrase))
                    compact = _compact(phrase)
                    weaker = replace(meaning, weight=meaning.weight * 0.92, phrase=compact)
                    known.setdefault(compact, weaker)
        for entry in data.get("subject", ()):
            for phrase in entry["phrases"]:
                words.update(header_words(phrase))
                subjects.setdefault(_compact(phrase), (entry["who"], entry["says"]))
        for entry in data.get("table", ()):
            tables_has.update({_compact(phrase): entry["who"] for phrase in entry.get("has", ())})
            tables_is.update({_compact(phrase): entry["who"] for phrase in entry.get("is", ())})
        for entry in data.get("key", ()):
            meaning = Meaning(Role(entry["role"]), Kind(entry["kind"]), 0.9, entry["says"], exact=True)
            for table in entry["table"]:
                for header in entry["header"]:
                    keys[_compact(table), _compact(header)] = meaning
    return _Vocabulary(
        whole,
        parts["ends"],
        parts["starts"],
        parts["has"],
        subjects,
        tables_is,
        tables_has,
        keys,
        frozenset(words),
    )


def header_text(header: str, name: str) -> str:
    """The heading to read: the file's own, or the name a known headerless layout gives the field."""
    if header.strip("\ufeff \t"):
        return header
    return "" if _UNNAMED.search(name) else name


@lru_cache(maxsize=5_000)
def table_subject(table_name: str) -> str:
    """'staff' or 'organisation' where the table's name says its rows are about them, else ''."""
    vocabulary = _vocabulary()
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
    vocabulary = _vocabulary()
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
        and (found is None or not found.who)
    ):
        found = _compose(table_who, f"the table is about {table_who}", found, table=True)
    return found


def table_meanings(table_name: str, headers: Sequence[str]) -> list[Meaning | None]:
    """What every heading of a table says. A table that holds a patient's number, key or birth date is about
    patients, whatever it is called."""
    alone = [header_meaning(header, table_name) for header in headers]
    who = table_subject(table_name)
    if not who or any(m and m.role in _PATIENT and m.role is not Role.DATE_OF_DEATH for m in alone):
        return alone
    return [header_meaning(header, table_name, who) for header in headers]


def _read_any_way(header: str, words: tuple[str, ...]) -> Meaning | None:
    """The heading as it stands; else spelled out, without numbers or brackets, taken apart, mended, unwrapped.

    A reading of the whole heading goes before one of a part, and plainer readings before bolder ones."""
    found = _read(words)
    if found is not None and found.exact:
        return found
    known = _vocabulary().words
    undigited = tuple(word for word in words if not word.isdigit())
    bare = tuple(word for word in header_words(spelled.without_brackets(header)) if not word.isdigit())
    apart = spelled.split(undigited, known)
    for other in dict.fromkeys((undigited, bare[:_MAX_WORDS], spelled.in_full(bare or undigited))):
        if other and other != words:
            found = _better(found, _read(other))
    if found is None:
        for other in dict.fromkeys((apart, spelled.in_full(apart), spelled.mended(undigited, known))):
            found = found or (_read(other) if other != words else None)
    return _unwrapped(spelled.in_full(bare or undigited), found)


def _unwrapped(words: tuple[str, ...], found: Meaning | None) -> Meaning | None:
    """What is left of a heading without words that only wrap it ('Ethnicity desc'), or that turn it into
    something about the thing ('Telephone type'); else what its last word tells ('Leave type')."""
    if found is not None and found.exact:
        return found
    lists = spelled.spellings()
    subjects = _vocabulary().subjects
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
        if found.role is Role.THIRD_PARTY:
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
    vocabulary = _vocabulary()
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
    if attribute is None and rest:
        attribute = _attribute(words)
    return _compose(who, says, attribute)


def _subject(words: Sequence[str]) -> tuple[str, str, int, int] | None:
    """Whose it is: the strongest, then longest subject phrase in a heading, with its place."""
    subjects = _vocabulary().subjects
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
    return None if best is None else best[1]


def _attribute(words: Sequence[str]) -> Meaning | None:
    vocabulary = _vocabulary()
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
        if (
            attribute is None
            or attribute.role in NAMELIKE
            or attribute.kind in {Kind.DIRECT_IDENTIFIER, Kind.ADMINISTRATIVE}  # 'Emergency contact number'
        ):
            return Meaning(Role.THIRD_PARTY, Kind.DIRECT_IDENTIFIER, weight, says, who=who)
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
