"""'What leaves about you': a page for the patient, in neutral kinds and plain words.

Held back and simply absent read alike. The page is made of what leaves and of nothing else: of each line it
says whether something of its kind is sent, without a number, a date, an entry or a reason. So whoever holds
it, and knows the patient's record, cannot tell that something in it was held back. It has no code either, by
which the patient could be found in what was sent. Nothing is written to disk here.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from core.model import Role
from core.patients.codes import check_patient
from core.patients.families import WHO
from core.patients.nouns import FAMILIES
from core.patients.only_patient import rows_on_page
from core.patients.sheet_release import sheet_needs_gp
from core.patients.table_reader import TableReader
from core.preview import Preview
from core.protection.plan import Purpose
from core.protection.profile import Profile
from core.protection.pseudonyms import PSEUDONYM
from core.release.reports import render
from resources import ROOT

_TEMPLATE = "what-leaves.html"
NOTHING = "Nothing of this kind"
SENT = "Something of this kind is sent"
AS_IS = "Sent as it is in your record"
CHANGED = "Sent in a shorter or changed form"
CODED = "A code is sent in its place"
_FORMS = (CODED, CHANGED, AS_IS)  # the one that tells most last
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_OTHERS = "Other things about who you are"


@dataclass(frozen=True)
class _Line:
    """One line of the sheet: `of` are the roles or families that it takes in."""

    title: str
    words: str
    of: frozenset[str]
    said: str = ""


@dataclass(frozen=True)
class _Words:
    purposes: dict[str, str]
    about: tuple[_Line, ...]
    others: _Line
    kinds: tuple[_Line, ...]


@dataclass(frozen=True)
class Leaves:
    """What leaves of a patient, as far as the sheet tells it, and nothing of what stays: the families, and in
    which form each role of who they are leaves (AS_IS, CHANGED or CODED)."""

    name: str = field(repr=False)  # to whom the sheet is
    families: frozenset[str] = frozenset()
    forms: Mapping[str, str] = field(default_factory=dict)


def what_leaves(preview: Preview, patient: int, name: str) -> Leaves:
    """Everything that leaves of a patient: all rows, all values, whatever a page shows of them. For a job.

    `name` is how the sheet calls them. Raises UsageError where the survey has no such patient, ReadError
    where the file changed."""
    check_patient(preview, patient)
    families: set[str] = set()
    forms: dict[str, str] = {}
    for table in preview.survey.facts:
        if not len(rows := rows_on_page(preview.survey, table, patient)):
            continue
        reader = TableReader(preview, table, rows)
        roles = [
            (planned.position, (Role.THIRD_PARTY if reader.family.about_others else planned.role).value)
            for planned in reader.fields
            if planned.leaves and planned.role in WHO
        ]
        for family, own, out in reader.leaving():
            families.add(family)
            for at, role in roles:
                if (sent := out.get(at) or "").strip():
                    forms[role] = max(forms.get(role, CODED), _form(own.get(at), sent), key=_FORMS.index)
    return Leaves(name, frozenset(families), forms)


def make_sheet(leaves: Leaves, recipient: str, profile: Profile, *, day: date | None = None) -> str:
    """The sheet as a page of HTML that stands by itself. `recipient` is who gets the data, in words for the
    patient; `day` the date on it, today where none is given.

    Two records of which the same leaves give the same sheet, to the byte, whatever else is in them. Ask
    `sheet_needs_gp` first whether a GP must release it."""
    words, when = _words(), day or date.today()
    if profile.purpose is Purpose.COUNTS:
        leaves = Leaves(leaves.name)
    known = frozenset[str]().union(*(line.of for line in words.about))
    others = "demographics" in leaves.families or bool(leaves.forms.keys() - known)
    return render(
        _TEMPLATE,
        day=f"{when.day} {when:%B %Y}",
        name=_plain(leaves.name),
        recipient=_plain(recipient),
        purpose=words.purposes[profile.purpose.value],
        about=[_said(line, _said_of(leaves.forms, line)) for line in words.about]
        + [_said(words.others, SENT if others else NOTHING)],
        kinds=[_said(line, SENT if line.of & leaves.families else NOTHING) for line in words.kinds],
        nothing=NOTHING,
    )


def _plain(text: str) -> str:
    """Text on one line without characters nobody sees, which might turn what follows about."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c) not in _UNSEEN)


def _said(line: _Line, said: str) -> dict[str, str]:
    return {"title": line.title, "words": line.words, "said": said}


def _form(raw: str | None, out: str) -> str:
    if out == raw:
        return AS_IS
    return CODED if PSEUDONYM.fullmatch(out) else CHANGED


def _said_of(forms: Mapping[str, str], line: _Line) -> str:
    """How what leaves of one line leaves: of several ways the one that tells most."""
    found = [forms[role] for role in line.of if role in forms]
    return max(found, key=_FORMS.index, default=NOTHING)


@cache
def _words() -> _Words:
    data = tomllib.loads((ROOT / "sheet.toml").read_text(encoding="utf-8"))
    about = tuple(_Line(one["title"], "", frozenset(one["roles"])) for one in data["about"])
    if not {role.value for role in WHO} <= frozenset().union(*(line.of for line in about)):
        raise ValueError("every fact of who somebody is has its line on the sheet")
    kinds = tuple(_Line(one["title"], one["words"], frozenset(one["families"])) for one in data["kinds"])
    if {"demographics"}.union(*(line.of for line in kinds)) != set(FAMILIES):
        raise ValueError("every family has its line on the sheet")
    return _Words(data["purposes"], about, _Line(_OTHERS, "", frozenset()), kinds)


__all__ = [
    "AS_IS",
    "CHANGED",
    "CODED",
    "NOTHING",
    "SENT",
    "Leaves",
    "make_sheet",
    "sheet_needs_gp",
    "what_leaves",
]
