"""Ethnic groups as records write them, placed in the sixteen groups of the 2001 census or in five."""

from __future__ import annotations

from collections.abc import Callable

from core.model import Role, UsageError
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting, SettingChoice
from core.protection.ethnicity import Placed, groups, not_known, place, placed

_BROAD = {"White": "1", "Mixed": "2", "Asian": "3", "Black": "4", "Other": "5"}
_UNKNOWN_LETTER, _UNKNOWN_NUMBER = "Z", "9"
#: The numbers of ethnic groups before 2001 (HES, 1991 census), letters or broad groups of today.
_OF_1991 = dict(zip("012345678", ("White", "M", "N", "P", "H", "J", "K", "R", "S"), strict=True))
_IN_ORDER = {str(number): letter for number, letter in enumerate("ABCDEFGHJKLMNPRS", start=1)}
_NUMBERS = {"": {}, "order": _IN_ORDER, "1991": _OF_1991 | {"9": "Z"}}


def _grouping(told: Callable[[Placed, bool], str]) -> Callable[[Setting], Run]:
    def prepare(setting: Setting) -> Run:
        numbers = _NUMBERS.get(setting.settings.get("numbers", ""))
        spelt = setting.settings.get("as", "words")
        if numbers is None or spelt not in ("words", "codes") or set(setting.settings) - {"as", "numbers"}:
            raise UsageError(
                'Ethnic groups are written as = "words" or "codes", and numbers are read by '
                'numbers = "order" or "1991", or not at all.',
                where="settings",
            )

        def run(text: str) -> Outcome:
            plain = text.strip()
            number = plain.lstrip("0") or "0"
            found = placed(numbers[number]) if number in numbers else place(plain)
            made = told(found, spelt == "codes")
            return (made, "") if made else BLANK

        return run

    return prepare


def _sixteen(found: Placed, codes: bool) -> str:
    if not found.known:
        return _UNKNOWN_LETTER if codes else not_known()
    if not found.letter:
        return ""
    return found.letter if codes else groups()[found.letter][1]


def _five(found: Placed, codes: bool) -> str:
    if not found.known:
        return _UNKNOWN_NUMBER if codes else not_known()
    return _BROAD.get(found.broad, "") if codes else found.broad


_READ_NUMBERS = SettingChoice(
    "numbers",
    "What plain numbers mean",
    (
        ("", "They are left blank: systems number the groups differently"),
        ("order", "1 to 16 in the order of the 2001 census"),
        ("1991", "0 to 8, as hospitals numbered the groups of 1991"),
    ),
)
_AS_LETTERS = SettingChoice(
    "as", "Written as", (("words", "words"), ("codes", "letters, A to S and Z")), "words"
)
_AS_NUMBERS = SettingChoice(
    "as", "Written as", (("words", "words"), ("codes", "numbers, 1 to 5 and 9")), "words"
)

ACTIONS = (
    Action(
        "ethnicity_16",
        "Ethnic group in sixteen groups",
        "generalised to the 16+1 ethnic categories of the 2001 census (NHS Data Dictionary)",
        "Only which of sixteen ethnic groups it is is given.",
        _grouping(_sixteen),
        "Left blank: the value is not an ethnic group that is understood, or says too little to tell which.",
        roles=frozenset((Role.ETHNICITY,)),
        examples=(
            ("British or mixed British - ethnic category 2001 census", "White: British"),
            ("9i7..", "Asian: Indian"),
            ("Mixed - White & Black Caribbean", "Mixed: White and Black Caribbean"),
            ("N", "Black: African"),
            ("Z", "Not known"),
            ("White", None),
            ("1", None),
        ),
        choices=(_AS_LETTERS, _READ_NUMBERS),
    ),
    Action(
        "ethnicity_5",
        "Ethnic group in five groups",
        "generalised to five broad ethnic groups; Chinese is with Other, as in the 2001 census",
        "Only which of five ethnic groups it is is given: White, Mixed, Asian, Black or Other.",
        _grouping(_five),
        "Left blank: the value is not an ethnic group that is understood.",
        roles=frozenset((Role.ETHNICITY,)),
        examples=(
            ("9i7..", "Asian"),
            ("White", "White"),
            ("Asian or Asian British - Pakistani", "Asian"),
            ("Chinese", "Other"),
            ("99", "Not known"),
            ("friendly", None),
        ),
        choices=(_AS_NUMBERS, _READ_NUMBERS),
    ),
)
