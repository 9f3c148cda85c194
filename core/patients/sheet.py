"""'What leaves about you': a page for the patient, in neutral kinds and plain words.

Held back and simply absent read alike. The page is made of what leaves and of nothing else: of each line it
says whether something of its kind is sent, without a number, a date, an entry or a reason. So whoever holds
it, and knows the patient's record, cannot tell that something in it was held back. It has no code either, by
which the patient could be found in what was sent. Nothing is written to disk here.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from core.patients.families import WHO
from core.patients.nouns import FAMILIES, PatientRecord, Told
from core.patients.record import MOST_ITEMS
from core.patients.sheet_release import sheet_needs_gp
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


def make_sheet(record: PatientRecord, recipient: str, profile: Profile, *, day: date | None = None) -> str:
    """The sheet as a page of HTML that stands by itself. `recipient` is who gets the data, in words for the
    patient; `day` the date on it, today where none is given.

    Two records of which the same leaves give the same sheet, to the byte, whatever else is in them. Ask
    `sheet_needs_gp` first whether a GP must release it."""
    words, when = _words(), day or date.today()
    leaves = not record.left_out and profile.purpose is not Purpose.COUNTS
    told = [one for one in record.told if leaves and one.out is not None and one.out.strip()]
    families = _leaving(record) if leaves else frozenset()
    known = frozenset[str]().union(*(line.of for line in words.about))
    others = "demographics" in families or any(one.role not in known for one in told)
    return render(
        _TEMPLATE,
        day=f"{when.day} {when:%B %Y}",
        name=_plain(record.name),
        recipient=_plain(recipient),
        purpose=words.purposes[profile.purpose.value],
        about=[_said(line, _form(told, line)) for line in words.about]
        + [_said(words.others, SENT if others else NOTHING)],
        kinds=[_said(line, SENT if line.of & families else NOTHING) for line in words.kinds],
        nothing=NOTHING,
    )


def _plain(text: str) -> str:
    """Text on one line without characters nobody sees, which might turn what follows about."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c) not in _UNSEEN)


def _said(line: _Line, said: str) -> dict[str, str]:
    return {"title": line.title, "words": line.words, "said": said}


def _leaving(record: PatientRecord) -> frozenset[str]:
    """The families of which something leaves. Of one that is longer than the record holds it is not known
    whether the rest leaves, and taken that it does: a sheet may say too much, and never too little."""
    return frozenset(
        section.family
        for section in record.sections
        if section.leaving or (record.cut and len(section.items) >= MOST_ITEMS)
    )


def _form(told: Iterable[Told], line: _Line) -> str:
    """How what leaves of one line leaves: of several ways the one that tells most."""
    found = NOTHING
    for one in told:
        if one.role not in line.of:
            continue
        out = one.out or ""
        if out == one.raw:
            return AS_IS
        if not PSEUDONYM.fullmatch(out):
            found = CHANGED
        elif found == NOTHING:
            found = CODED
    return found


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


__all__ = ["AS_IS", "CHANGED", "CODED", "NOTHING", "SENT", "make_sheet", "sheet_needs_gp"]
