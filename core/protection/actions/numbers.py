"""Results made coarser: numbers rounded or put into bands, each part of a blood pressure by itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation

from core.model import Role, UsageError
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting, SettingChoice
from core.protection.expected import is_unit

_NUMBER = re.compile(r"(<=|>=|[<>≤≥])?\s*(-?(?:0|[1-9]\d{0,5}|\d{1,3},\d{3})(?:\.\d{1,9})?)", re.ASCII)
_PRESSURE = re.compile(r"(0|[1-9]\d{1,3})\s*/\s*(0|[1-9]\d{1,3})", re.ASCII)
_SPACED = re.compile(r"(\S+(?:\s?/\s?\d{1,4})?)(?:\s+(\S.{0,19}))?")
_BAND = re.compile(r"(-?\d{1,6}(?:\.\d{1,9})?)(?:-| to <)(-?\d{1,6}(?:\.\d{1,9})?)", re.ASCII)
_TOP = re.compile(r"(-?\d{1,6}(?:\.\d{1,9})?)\+", re.ASCII)
_MOST_EDGES = 50
_RESULTS = frozenset((Role.VALUE, Role.AGE))


def _decimal(text: str, name: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 1_000_000:
        raise UsageError(
            f"The setting '{name}' of a number must be a number, such as 5 or 0.5.", where="settings"
        )
    return number


def _only(setting: Setting, *names: str) -> None:
    for name in setting.settings:
        if name not in names:
            raise UsageError(
                f"There is no such setting of a number. There are: {', '.join(names)}.", where="settings"
            )


def _plain(number: Decimal) -> str:
    """A number as people write it: 130 and not 1.3E+2, and never -0."""
    return f"{number:f}" if number else f"{abs(number):f}"


def _by_parts(of_one: Callable[[str, Decimal], str | None]) -> Run:
    """A run of `of_one` (comparator, number) on one number or both of a blood pressure; it keeps a unit."""

    def run(text: str) -> Outcome:
        spaced = _SPACED.fullmatch(text.strip())
        unit = spaced[2] or "" if spaced else ""
        if spaced is None or (unit and not is_unit(unit)):
            return BLANK
        if pressure := _PRESSURE.fullmatch(spaced[1]):
            both = [of_one("", Decimal(part)) for part in pressure.groups()]
            made = None if None in both else "/".join(map(str, both))
        elif one := _NUMBER.fullmatch(spaced[1]):
            made = of_one(one[1] or "", Decimal(one[2].replace(",", "")))
        else:
            return BLANK
        return BLANK if made is None else (f"{made} {unit}".rstrip(), "")

    return run


def _round_number(setting: Setting) -> Run:
    _only(setting, "to")
    to = _decimal(setting.settings.get("to", "1"), "to")
    if to <= 0:
        raise UsageError("The setting 'to' of a number must be more than nothing.", where="settings")

    def of_one(comparator: str, number: Decimal) -> str:
        if comparator and len(number.normalize().as_tuple().digits) == 1:
            return f"{comparator}{_plain(number)}"  # a limit of the test: <5, >90; no patient's own number
        # Outwards where the number is a limit, so that what is said stays true.
        way = ROUND_CEILING if comparator[:1] in ("<", "≤") else ROUND_FLOOR
        steps = (number / to).to_integral_value(way if comparator else ROUND_HALF_UP)
        return f"{comparator}{_plain((steps * to).quantize(min(to, Decimal(1))) if to < 1 else steps * to)}"

    return _by_parts(of_one)


def _band_number(setting: Setting) -> Run:
    _only(setting, "edges", "width", "from", "until")
    settings = setting.settings
    if ("edges" in settings) == ("width" in settings):
        raise UsageError(
            'Bands of numbers need their edges, settings = { edges = "120, 140, 160" }, or their width, '
            'settings = { width = "10" }.',
            where="settings",
        )
    if "edges" in settings:
        edges = [_decimal(edge, "edges") for edge in settings["edges"].split(",")]
        if edges != sorted(set(edges)) or not 0 < len(edges) <= _MOST_EDGES:
            raise UsageError("The edges of bands go up, each once, and are at most 50.", where="settings")
        return _again(lambda comparator, number: _between(edges, comparator, number))
    width = _decimal(settings["width"], "width")
    lowest, highest = (
        _decimal(settings[name], name) if name in settings else None for name in ("from", "until")
    )
    if width <= 0 or (lowest is not None and highest is not None and lowest >= highest):
        raise UsageError(
            "Bands need a width of more than nothing, and their ends in order. Correct the settings.",
            where="settings",
        )
    for name, end in (("from", lowest), ("until", highest)):
        if end is not None and end % width:
            raise UsageError(
                f"The setting '{name}' of bands must be a multiple of their width.", where="settings"
            )

    def of_one(comparator: str, number: Decimal) -> str | None:
        if comparator:
            return _beyond(lowest, highest, comparator, number)
        if lowest is not None and number < lowest:
            return f"<{_plain(lowest)}"
        if highest is not None and number >= highest:
            return f"{_plain(highest)}+"
        low = (number / width).to_integral_value(ROUND_FLOOR) * width
        return _named(low, low + width)

    return _again(of_one)


def _again(of_one: Callable[[str, Decimal], str | None]) -> Run:
    """A run of `of_one` by parts that knows its own bands too: '120-129', '130+/80-89 mmHg'."""
    run = _by_parts(of_one)

    def is_own(part: str) -> bool:
        band = _BAND.fullmatch(part) or _TOP.fullmatch(part)
        return band is not None and of_one("", Decimal(band[1])) == part

    def done(text: str) -> Outcome:
        plain = text.strip()
        bands, _, unit = plain.rpartition(" ")
        for own in (plain, bands) if bands and is_unit(unit) else (plain,):
            if any(mark in own for mark in "+-") and all(map(is_own, own.split("/"))):
                return plain, ""
        return run(text)

    return done


def _between(edges: list[Decimal], comparator: str, number: Decimal) -> str | None:
    if comparator:
        return _beyond(edges[0], edges[-1], comparator, number)
    at = bisect_right(edges, number)
    if at == 0:
        return f"<{_plain(edges[0])}"
    return f"{_plain(edges[-1])}+" if at == len(edges) else _named(edges[at - 1], edges[at])


def _beyond(lowest: Decimal | None, highest: Decimal | None, comparator: str, number: Decimal) -> str | None:
    """The open band that all of what is below or above a number lies in; None where it is in several."""
    if comparator[0] in "<≤":
        inside = lowest is not None and (number < lowest or (number == lowest and comparator == "<"))
        return f"<{_plain(lowest)}" if inside and lowest is not None else None
    return f"{_plain(highest)}+" if highest is not None and number >= highest else None


def _named(low: Decimal, high: Decimal) -> str:
    """The band from `low` to below `high`: '120-129' of whole numbers, '5.0 to <5.5' of others."""
    if low == low.to_integral_value() and high == high.to_integral_value() and low >= 0:
        return f"{_plain(low.quantize(Decimal(1)))}-{_plain((high - 1).quantize(Decimal(1)))}"
    return f"{_plain(low)} to <{_plain(high)}"


ACTIONS = (
    Action(
        "round_number",
        "Round the number",
        "numeric generalisation by rounding",
        "The number is rounded.",
        _round_number,
        "Left blank: the value is not a number, so it could not be rounded.",
        roles=_RESULTS,
        examples=(
            ("5.23", "5"),
            ("132/84", "130/85"),
            ("<5", "<5"),
            ("47.5 kg", "50 kg"),
            ("47.5 Mrs Quixley", None),
            ("see letter", None),
        ),
        example_setting=Setting(Role.VALUE, {"to": "5"}),
        choices=(
            SettingChoice(
                "to",
                "Round to",
                (
                    ("0.1", "one decimal place"),
                    ("0.5", "halves"),
                    ("1", "whole numbers"),
                    ("5", "fives"),
                    ("10", "tens"),
                    ("50", "fifties"),
                    ("100", "hundreds"),
                ),
                "1",
            ),
        ),
    ),
    Action(
        "band_number",
        "Put the number into a band",
        "numeric generalisation to intervals, open at the ends",
        "Only the band that the number lies in is given.",
        _band_number,
        "Left blank: the value is not a number, or one whose band cannot be told.",
        roles=_RESULTS,
        examples=(
            ("124", "120-129"),
            ("132/84", "130-139/80-89"),
            ("120-129", "120-129"),
            ("260", "200+"),
            ("<5", None),
            ("high", None),
        ),
        example_setting=Setting(Role.VALUE, {"width": "10", "until": "200"}),
        choices=(
            SettingChoice("width", "Width of a band"),
            SettingChoice("from", "All that is lower is put together from"),
            SettingChoice("until", "All is put together from here on"),
            SettingChoice("edges", "Or the edges of the bands, with commas between"),
        ),
    ),
)
