"""Postcodes made coarser: by their own parts, or by what a look-up file says of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.model import Role, UsageError
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting
from core.protection.look_ups import DECILE, LSOA, LookUps, needed
from core.survey.identifiers import outward_code, postcode

_SECTOR = re.compile(r"\s*(\w{2,4})\s{1,2}(\d)\s*", re.ASCII)
_AREA_ALONE = re.compile(r"\s*([A-Z]{1,2})\s*", re.ASCII | re.IGNORECASE)
_LETTERS = re.compile(r"[A-Z]+", re.ASCII)


def _postcode_district(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        district = outward_code(text)
        return BLANK if district is None or not district.isascii() else (district, "")

    return run


def _postcode_sector(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        whole = postcode(text)
        if whole is not None and whole.isascii():
            return f"{whole[:-3]} {whole[-3]}", ""
        # Without its blank, BS65 may be the district BS65 as well as BS6 5.
        part = _SECTOR.fullmatch(text)
        district = outward_code(text) if part else None
        if part is None or district is None or district != part[1].upper():
            return BLANK
        return f"{district} {part[2]}", ""

    return run


def _postcode_area(_: Setting) -> Run:
    def run(text: str) -> Outcome:
        if (alone := _AREA_ALONE.fullmatch(text)) and outward_code(f"{alone[1]}1") is not None:
            return alone[1].upper(), ""
        district = outward_code(text)
        letters = None if district is None else _LETTERS.match(district)
        return BLANK if letters is None else (letters[0], "")

    return run


def _looked_up(what: str) -> Callable[[Setting], Run]:
    def prepare(setting: Setting) -> Run:
        files = setting.look_ups
        if files is None:
            files = LookUps()
        elif not files.has(what):
            raise UsageError(needed(what), where="--look-up", code="look_up_needed")
        find = files.finder(what)

        def run(text: str) -> Outcome:
            whole = postcode(text)
            found = None if whole is None else find(whole)
            return BLANK if found is None else (found, "")

        return run

    return prepare


ACTIONS = (
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
        "postcode_sector",
        "First part of the postcode and the number after it",
        "generalised to the postcode sector, about 3,000 addresses",
        "Only the first part of the postcode and the number after it are given.",
        _postcode_sector,
        "Left blank: the value is not a postcode with its second part.",
        roles=frozenset((Role.POSTCODE,)),
        examples=(("BS6 5QA", "BS6 5"), ("bs65qa", "BS6 5"), ("BS6 5", "BS6 5"), ("BS6", None)),
    ),
    Action(
        "postcode_area",
        "Letters of the postcode only",
        "generalised to the postcode area",
        "Only the letters that the postcode begins with are given.",
        _postcode_area,
        "Left blank: the value is not a postcode.",
        roles=frozenset((Role.POSTCODE,)),
        examples=(("BS6 5QA", "BS"), ("m1 1ae", "M"), ("BS6", "BS"), ("BS", "BS"), ("Bristol", None)),
    ),
    Action(
        "lsoa",
        "Small area of the census in place of the postcode",
        "replaced by the lower layer super output area (LSOA), about 1,500 people, of the ONS look-up",
        "The census area that the postcode lies in is given, and no postcode.",
        _looked_up(LSOA),
        "Left blank: the value is not a postcode, or the look-up file has no area for it.",
        roles=frozenset((Role.POSTCODE,)),
        look_up=LSOA,
    ),
    Action(
        "imd_decile",
        "How deprived the area is, in ten groups",
        "replaced by its LSOA's decile of the English Index of Multiple Deprivation, 1 the most deprived",
        "One of ten groups is given, from 1 (most deprived areas) to 10 (least), and no postcode.",
        _looked_up(DECILE),
        "Left blank: the value is not a postcode, or the look-up file has no English rank for it.",
        roles=frozenset((Role.POSTCODE,)),
        look_up=DECILE,
    ),
)
