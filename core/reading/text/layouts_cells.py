"""What cells of a known column look like: dates, sexes, codes. A cell passes or not; none is ever shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """`words` say it in evidence; `weight` is how much it tells when all cells of a column pass."""

    words: str
    weight: float
    pattern: re.Pattern[str]

    def fits(self, cell: str) -> bool:
        return self.pattern.fullmatch(cell.strip()) is not None


def _look(words: str, weight: float, pattern: str) -> Look:
    return Look(words, weight, re.compile(pattern, re.IGNORECASE))


_DAY, _MONTH, _YEAR = r"(?:0[0-9]|[12]\d|3[01])", r"(?:0[0-9]|1[0-2])", r"(?:1[89]|20|21)\d\d"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"
_ISO = rf"{_YEAR}-{_MONTH}-{_DAY}"

LOOKS: Mapping[str, Look] = {
    "date-plain": _look("dates as yyyyMMdd", 1.0, rf"{_YEAR}{_MONTH}{_DAY}"),
    "date-iso": _look("dates as yyyy-MM-dd", 1.0, rf"{_ISO}(?:[ T]{_CLOCK})?"),
    "date-british": _look("dates as dd/MM/yyyy", 1.0, rf"{_DAY}/{_MONTH}/{_YEAR}(?: {_CLOCK})?"),
    "time-plain": _look("times as HHmm", 0.5, r"(?:[01]?\d|2[0-3])?[0-5]?\d(?:[0-5]\d)?"),
    "sex": _look("sex", 1.0, r"[MFIUX0129]|male|female|unknown|indeterminate|not (?:known|specified)"),
    "guid": _look("GUIDs", 1.5, r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?"),
    "nhs-number": _look("NHS numbers", 2.0, r"\d{3}[ -]?\d{3}[ -]?\d{4}"),
    "postcode": _look("postcodes", 1.5, r"[A-Z]{1,2}\d[A-Z\d]? *\d[A-Z]{2}"),
    "read-code": _look("Read codes", 1.0, r"(?=.*[\d.])[0-9A-Za-z]{1,5}\.{0,4}(?:\d\d)?"),
    "gp-code": _look("national codes of GPs", 2.0, r"G\d{7}"),
    "ods-code": _look("codes of practices", 1.5, r"[A-Z]\d{5}"),
    "whole-number": _look("whole numbers", 0.25, r"-?\d{1,19}"),
    "number": _look("numbers", 0.25, r"-?\d+(?:\.\d+)?"),
    "action": _look("the letter of an action", 0.5, r"[A-Z]"),
    "active": _look("letters for the registration", 0.5, r"[A-Z]"),
    "title": _look("titles", 1.0, r"Mr|Mrs|Miss|Ms|Mx|Dr|Prof|Rev|Sr|Sir|Lady|Master|Sister|Nurse"),
    "flag": _look("yes or no", 0.25, r"true|false|yes|no|y|n|0|1"),
    "time-stamp": _look("dates with times", 1.0, rf"{_ISO}[ T]{_CLOCK}"),
}
