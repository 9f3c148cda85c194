"""A map of values that a person writes: each value on the left leaves as the one on the right.

A map is part of the plan, and a plan holds no patient data. So it is refused where either side of an entry
reads as something about a person (every detector of the survey is asked) or, once the export is known, where
it is one of the export's own names or identifiers. What is not in the map is left blank.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.model import Kind, Role, UsageError
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting
from core.protection.expected import test_of
from core.survey.freetext.telling import holds_name
from core.survey.hashing import holds
from core.survey.identifiers import normalise
from core.survey.identifiers.inside import found_inside
from core.survey.results import KnownIdentifiers

#: What happens to the values that are not in the map: the entry for them, and what it can say.
OTHERS, BLANKED, KEPT = "*", "", "keep_expected"
#: Roles whose values are few and say nothing of one person by themselves.
ROLES = frozenset(
    (
        Role.SEX,
        Role.ETHNICITY,
        Role.SOCIAL,
        Role.STATUS,
        Role.VALUE,
        Role.UNIT,
        Role.CODE,
        Role.TERM,
        Role.FLAG,
    )
) | {Role.OTHER, Role.AGE, Role.AREA, Role.ORGANISATION}
_MOST, _LONGEST = 500, 60
#: Keys shorter than this are numbers of anything: a 1 for 'male' is no patient, though one may be number 1.
_SHORTEST_KEY = 4


def _value_map(setting: Setting) -> Run:
    entries = {key.strip(): to for key, to in setting.settings.items() if key != OTHERS}
    others = setting.settings.get(OTHERS, BLANKED)
    if setting.role not in ROLES:
        raise _refused("A map of values is not for fields of this sort: it would hold patients' own values.")
    if not 0 < len(entries) <= _MOST:
        raise _refused(f"A map of values has one to {_MOST} entries.")
    if others not in (BLANKED, KEPT):
        raise _refused(f'What is not in the map is left blank, or "*" = "{KEPT}" for what the field is for.')
    for number, side in enumerate((side for entry in entries.items() for side in entry), start=2):
        if held := _held(side, setting.telling):
            raise _refused(
                f"Entry {number // 2} of the map holds {held}. A map holds nothing about a patient."
            )
    expected = test_of(setting.role) if others == KEPT else None
    results = frozenset(entries.values())

    def run(text: str) -> Outcome:
        plain = text.strip()
        if plain in entries:
            return entries[plain], ""
        if plain in results:
            return plain, ""
        return (text, "") if expected is not None and expected(text) and not _named(text, setting) else BLANK

    return run


def _named(text: str, setting: Setting) -> bool:
    return holds_name(text, setting.telling)


def _held(side: str, telling: frozenset[str]) -> str:
    """What one side of an entry holds that it must not, in words; "" where there is nothing."""
    if len(side) > _LONGEST or not side.isprintable():
        return f"more than {_LONGEST} characters, or marks that are no letters"
    if not side.strip():
        return "nothing on one side; what is not in the map is left blank anyhow"
    if found := found_inside(side):
        return found
    return "a name of this export" if holds_name(side, telling) else ""


def refuse_known(settings: Mapping[str, str], known: KnownIdentifiers | None) -> None:
    """Raises UsageError where a map holds one of the export's own names or identifiers. It names the entry by
    its number in the map and never by its text."""
    if known is None:
        return
    entries = [(key, to) for key, to in settings.items() if key != OTHERS]
    for number, entry in enumerate(entries, start=1):
        if any(_is_known(side, known) for side in entry):
            raise _refused(f"Entry {number} of the map holds a name or number of somebody in this export.")


def _is_known(side: str, known: KnownIdentifiers) -> bool:
    if holds_name(side, known.telling_names):
        return True
    kinds = (
        ("nhs_number", known.nhs_numbers),
        ("phone", known.phones),
        ("email", known.emails),
        ("postcode", known.postcodes),
        ("address", known.address_lines),
        ("full_name", known.full_names),
        ("patient_key", known.local_keys),
    )
    for kind, hashes in kinds:
        plain = normalise(kind, side)
        if len(plain) < _SHORTEST_KEY or not len(hashes):
            continue
        if holds(hashes, plain):
            return True
    return False


def _refused(message: str) -> UsageError:
    return UsageError(message, where="settings")


ACTIONS = (
    Action(
        "value_map",
        "Replace by a list of your own",
        "recoded by a custom value map; unmapped values suppressed",
        "Replaced as the list written for this field says.",
        _value_map,
        "Left blank: the value is not in the list written for this field.",
        roles=ROLES,
        refuses=refuse_known,
        kinds=frozenset(Kind) - {Kind.FREE_TEXT, Kind.DIRECT_IDENTIFIER, Kind.LINKING_KEY, Kind.STAFF},
        examples=(("Married", "in a couple"), ("Civil partner", "in a couple"), ("Quixley", None)),
        example_setting=Setting(
            Role.SOCIAL,
            {"Married": "in a couple", "Civil partner": "in a couple", "Single": "not in a couple"},
        ),
    ),
)
