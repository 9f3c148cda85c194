"""What can be done to one value: leave it out, replace it with a code, make it coarser, keep it.

Each action is a small pure function on one text and its settings. None looks at the clock, the row
or the file, so the same value always gives the same result, in a window and in an export.
Blank cells (null, or nothing but spaces) stay exactly as they are under every action.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from core.model import Kind, Role, UsageError
from core.protection.expected import EXPECTED, holds_known_name, may_hold_names, test_of
from core.protection.pseudonyms import Pseudonyms, canonical, domain_of
from core.survey.freetext import Names, Span, find_spans, scrub
from core.survey.identifiers import outward_code, parse_date
from core.survey.identifiers.inside import found_inside

#: The new text (None = absent) and '' or the name of what went wrong ('unreadable', 'holds:an address').
Outcome = tuple[str | None, str]
Run = Callable[[str], Outcome]

UNREADABLE = "unreadable"
#: Before what a cell holds that it should not, in words: 'holds:a telephone number'.
HOLDS = "holds"
SOMEBODY = "the name of somebody in this export"
#: Actions after which a cell is either as it was or blank.
KEEPING = frozenset(("keep", "keep_expected"))
#: Notes with personal details removed as far as one can tell. Never a profile's rule: a person decides it.
SCRUB = "scrub"
_BLANK: Outcome = (None, UNREADABLE)


@dataclass(frozen=True)
class Setting:
    """What an action is told of its field: its role, the decision's settings, and the keyed codes."""

    role: Role = Role.OTHER
    settings: Mapping[str, str] = field(default_factory=dict)
    pseudonyms: Pseudonyms | None = None
    names: Names | None = None  # of the row's patient, for notes
    telling: frozenset[str] = frozenset()  # names of the export's people that are no words


@dataclass(frozen=True)
class Action:
    """One thing that can be done to a field.

    `label` is what people choose, `term` the technical word for a tooltip, `did` the sentence that
    explains a changed cell, `unreadable` the one for a value the action could not work with.
    `roles` are the roles it is made for (empty: any). `examples` are (value, result) pairs, tested.
    """

    id: str
    label: str
    term: str
    did: str
    prepare: Callable[[Setting], Run] | None = None
    unreadable: str = ""
    roles: frozenset[Role] = frozenset()
    kinds: frozenset[Kind] = frozenset(Kind)
    examples: tuple[tuple[str, str | None], ...] = ()
    example_setting: Setting = Setting()

    def suits(self, kind: Kind, role: Role) -> bool:
        """Whether to offer the action for such a field."""
        return kind in self.kinds and (not self.roles or role in self.roles)


_DATES = frozenset(
    (
        Role.DATE_OF_BIRTH,
        Role.DATE_OF_DEATH,
        Role.REGISTERED_DATE,
        Role.LEFT_DATE,
        Role.EVENT_DATE,
        Role.OTHER_DATE,
    )
)


def _keep(_: Setting) -> Run:
    return lambda text: (text, "")


def _keep_expected(setting: Setting) -> Run:
    expected, role = test_of(setting.role), setting.role
    telling = setting.telling if may_hold_names(role) else frozenset()

    def run(text: str) -> Outcome:
        if expected(text):
            named = telling and holds_known_name(text, role, telling)
            return (None, f"{HOLDS}:{SOMEBODY}") if named else (text, "")
        held = found_inside(text)
        return None, f"{HOLDS}:{held}" if held else UNREADABLE

    return run


#: A note and the names of its patient -> the note without personal details, and what was removed.
Scrub = Callable[[str, Names], tuple[str, tuple[Span, ...]]]


def scrubbing(setting: Setting) -> Scrub:
    """The function that `scrub` is under these settings: dates = "mark" (the default) or "month", engine =
    "presidio" for the second engine too. Raises UsageError for others, and where that engine is not there."""
    dates, engine = setting.settings.get("dates", "mark"), setting.settings.get("engine", "")
    if dates not in ("mark", "month") or engine not in ("", "presidio") or set(setting.settings) - _SCRUBS_BY:
        raise UsageError(
            'Notes are scrubbed with dates = "mark" or "month", and engine = "presidio" or none.',
            where="settings",
        )
    also = None
    if engine:
        from core.survey.freetext.presidio import load_engine

        also = load_engine()

    def run(text: str, names: Names) -> tuple[str, tuple[Span, ...]]:
        spans = find_spans(text, names, also=also)
        return scrub(text, spans, months=dates == "month"), spans

    return run


_SCRUBS_BY = frozenset(("dates", "engine"))


def _scrub(setting: Setting) -> Run:
    run, names = scrubbing(setting), setting.names
    return lambda text: _BLANK if names is None else (run(text, names)[0], "")


def _blank(_: Setting) -> Run:
    return lambda text: (None, "")


def _pseudonym(setting: Setting) -> Run:
    pseudonyms, domain = setting.pseudonyms, domain_of(setting.role)
    if pseudonyms is None:
        raise UsageError("Replacing with a code needs a key.", where="key")

    def run(text: str) -> Outcome:
        value = canonical(domain, text)
        return _BLANK if value is None else (pseudonyms.of(domain, value), "")

    return run


_YEAR = re.compile(r"\s*(1[89]\d\d|20\d\d)\s*")
_MONTH = re.compile(r"\s*((?:1[89]|20)\d\d)-(0[1-9]|1[0-2])\s*")


def _year(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        if plain := _YEAR.fullmatch(text):
            return plain[1], ""
        if plain := _MONTH.fullmatch(text):
            return plain[1], ""
        day = parse_date(text)
        return _BLANK if day is None else (f"{day.year:04d}", "")

    return run


def _month(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        if plain := _MONTH.fullmatch(text):
            return f"{plain[1]}-{plain[2]}", ""
        day = parse_date(text)
        return _BLANK if day is None else (f"{day.year:04d}-{day.month:02d}", "")

    return run


_AGE = re.compile(r"\s*(\d{1,3})(?:\.\d+)?\s*(?:y|yr|yrs|year|years)?(?:\s+old)?\.?\s*", re.I)
_INFANT = re.compile(
    r"\s*\d{1,3}\s*(?:/12|/52|/7|m|mo|mths?|months?|w|wks?|weeks?|d|days?)(?:\s+old)?\s*", re.I
)
_BAND = re.compile(r"\s*(\d{1,3})\s*(?:-|–|to)\s*(\d{1,3})\s*", re.I)
_OLDEST = 130


def band_of(age: int, width: int = 5, top: int = 90) -> str:
    """The age band: '40-44', and '90+' from the top age on."""
    if age >= top:
        return f"{top}+"
    low = age - age % width
    return f"{low}-{min(low + width, top) - 1}"


def age_on(birth: date, day: date) -> int:
    """Whole years between two days. Somebody born on 29 February has their birthday on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _whole_number(settings: Mapping[str, str], name: str, default: int) -> int:
    text = settings.get(name, str(default))
    if not text.isdecimal() or not 0 < int(text) <= _OLDEST:
        raise UsageError(f"The setting '{name}' of an age band must be a whole number.", where="settings")
    return int(text)


def _age_band(setting: Setting) -> Run:
    width = _whole_number(setting.settings, "width", 5)
    top = _whole_number(setting.settings, "top", 90)
    if setting.role is Role.DATE_OF_BIRTH:
        return _age_band_of_birth(setting, width, top)

    def run(text: str) -> Outcome:
        if plain := _AGE.fullmatch(text):
            age = int(plain[1])
            return (band_of(age, width, top), "") if age <= _OLDEST else _BLANK
        if _INFANT.fullmatch(text):
            return band_of(_infant_years(text), width, top), ""
        if text.strip() == f"{top}+":
            return f"{top}+", ""
        if span := _BAND.fullmatch(text):
            low, high = band_of(int(span[1]), width, top), band_of(int(span[2]), width, top)
            return (low, "") if low == high and int(span[1]) <= int(span[2]) <= _OLDEST else _BLANK
        return _BLANK

    return run


def _infant_years(text: str) -> int:
    number = int(re.findall(r"\d+", text)[0])
    unit = text.strip().lower().lstrip("0123456789 ")
    if unit.startswith(("/12", "m")):
        return number // 12
    return number // 52 if unit.startswith(("/52", "w")) else number // 365


def _age_band_of_birth(setting: Setting, width: int, top: int) -> Run:
    try:
        on = date.fromisoformat(setting.settings.get("on", ""))
    except ValueError:
        raise UsageError(
            "An age band made from a date of birth needs the day it is reckoned on: "
            'settings = { on = "2025-03-31" }.',
            where="settings",
        ) from None

    def run(text: str) -> Outcome:
        birth = parse_date(text)
        if birth is None or not 0 <= age_on(birth, on) <= _OLDEST:
            return _BLANK
        return band_of(age_on(birth, on), width, top), ""

    return run


def _postcode_district(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        district = outward_code(text)
        return _BLANK if district is None else (district, "")

    return run


_TESTED = Setting(Role.NHS_NUMBER, {}, Pseudonyms(bytes(32)))

ACTIONS: Mapping[str, Action] = {
    action.id: action
    for action in (
        Action("leave_out", "Leave out", "field removed", "This field is left out."),
        Action(
            "keep",
            "Keep as it is",
            "passed on unchanged",
            "Kept as it is.",
            _keep,
            examples=(("  007 ", "  007 "), ("44054006", "44054006")),
        ),
        Action(
            "keep_expected",
            "Keep, but blank what does not belong",
            "passed on unchanged where the cell reads as its field's kind of value; else suppressed",
            "Kept where it reads as it should.",
            _keep_expected,
            "Left blank: this does not read as what the field is for, so it could be about anything.",
            roles=frozenset(EXPECTED),
            examples=(
                ("5.2", "5.2"),
                ("120/80", "120/80"),
                ("see Mrs Quixley", None),
                ("07700 900123", None),
            ),
            example_setting=Setting(Role.VALUE),
        ),
        Action(
            "pseudonym",
            "Replace with a code",
            "keyed pseudonym (HMAC-SHA-256, per recipient and project)",
            "Replaced with a code that only the practice can trace back.",
            _pseudonym,
            "Left blank: the value is not one that a code can be made from.",
            kinds=frozenset((Kind.DIRECT_IDENTIFIER, Kind.LINKING_KEY, Kind.STAFF)),
            examples=(("999 123 4560", "P-DAK9-2DT4-1AMJ-DW5B"), ("nobody", None)),
            example_setting=_TESTED,
        ),
        Action(
            "year",
            "Year only",
            "generalised to the year",
            "Only the year is given.",
            _year,
            "Left blank: the value is not a date that can be read.",
            roles=_DATES | {Role.YEAR_OF_BIRTH},
            examples=(("1961-04-12", "1961"), ("12/04/1961", "1961"), ("1961", "1961"), ("spring", None)),
        ),
        Action(
            "month",
            "Month and year only",
            "generalised to the month",
            "Only the month and year are given.",
            _month,
            "Left blank: the value is not a date that can be read.",
            roles=_DATES,
            examples=(("2025-11-03", "2025-11"), ("2025-11", "2025-11"), ("soon", None)),
        ),
        Action(
            "age_band",
            "Age band of five years",
            "generalised to an age band, top-coded at 90",
            "Only the age band is given.",
            _age_band,
            "Left blank: the value is not an age or date of birth that can be read.",
            roles=frozenset((Role.AGE, Role.DATE_OF_BIRTH)),
            examples=(("43", "40-44"), ("90", "90+"), ("8 months", "0-4"), ("90+", "90+"), ("old", None)),
        ),
        Action(
            "postcode_district",
            "First part of the postcode only",
            "generalised to the postcode district",
            "Only the first part of the postcode is given.",
            _postcode_district,
            "Left blank: the value is not a postcode.",
            roles=frozenset((Role.POSTCODE,)),
            examples=(("BS6 5QA", "BS6"), ("bs65qa", "BS6"), ("SW1A 1AA", "SW1A"), ("Bristol", None)),
        ),
        Action(
            SCRUB,
            "Keep, with personal details removed as far as we can tell",
            "free text with identifiers removed by lists, patterns and context; what was missed remains",
            "Personal details are removed as far as we can tell.",
            _scrub,
            "Left blank: it is not known whose note this is, so nobody's names can be taken out of it.",
            kinds=frozenset((Kind.FREE_TEXT,)),
            examples=(
                (
                    "Spoke to Bill Quixley on 07700 900123, BP 120/80.",
                    "Spoke to [name] on [phone], BP 120/80.",
                ),
                ("Review in 6/52. eGFR 62.", "Review in 6/52. eGFR 62."),
            ),
            example_setting=Setting(Role.NOTE, names=Names(frozenset(("william", "quixley")))),
        ),
        Action(
            "blank",
            "Blank every value",
            "suppressed; the column stays",
            "Every value of this field is left blank.",
            _blank,
            examples=(("anything", None),),
        ),
    )
}


def run_of(action: str, setting: Setting) -> Run:
    """The function that does `action` to one text. Raises UsageError where there is no such action."""
    found = ACTIONS.get(action)
    if found is None or found.prepare is None:
        raise UsageError(f"There is no action '{action}' for a field that leaves.", where="actions")
    done = found.prepare(setting)

    def run(text: str) -> Outcome:
        return done(text) if text.strip() else (text, "")

    return run


def actions_for(kind: Kind, role: Role) -> tuple[Action, ...]:
    """The actions to offer for a field, in the order to show them."""
    return tuple(action for action in ACTIONS.values() if action.suits(kind, role))
