"""The detectors of places: addresses and map references."""

from __future__ import annotations

import re

from core.model import Kind, Role
from core.survey.identifiers import where
from core.survey.identifiers.detector import Detector, in_text
from core.survey.identifiers.finders import ADDRESS_TOKENS, addresses

_DIRECT = Kind.DIRECT_IDENTIFIER
_GRID_WORDS = ("grid", "os ref", "grid ref", "ngr", "os map")

PLACES: tuple[Detector, ...] = (
    Detector(
        "address", "address", Role.ADDRESS, _DIRECT, where.is_address, 0.75,
        "BS 7666, Royal Mail PAF guide, our own list of street words", find=addresses,
        words=("address", "lives at", "moved to", "home address", "resides", "staying at", "c/o"),
        tokens=ADDRESS_TOKENS,
    ),
    Detector(
        "three_words", "place in three words", Role.OTHER_IDENTIFIER, _DIRECT, where.is_three_words, 0.9,
        "what3words", marks=("///", "what3words", "w3w"),
        pattern=re.compile(
            r"///[^\W\d_]{2,20}(?:\.[^\W\d_]{2,20}){2}"
            r"|(?:https?://)?(?:what3words\.com|w3w\.co)/[^\W\d_]+(?:\.[^\W\d_]+){2}", re.IGNORECASE
        ),
    ),
    Detector(
        "bare_three_words", "place in three words", Role.OTHER_IDENTIFIER, _DIRECT, where.is_bare_three_words,
        0.05, "what3words", words=("what3words", "w3w", "what 3 words", "three words"), marks=(".",),
        pattern=in_text(r"[^\W\d_]{3,20}(?:\.[^\W\d_]{3,20}){2}"),
        says="three_words",
    ),
    Detector(
        "position", "map position", Role.OTHER_IDENTIFIER, _DIRECT, where.is_map_position, 0.8, "WGS 84",
        words=("lat", "latitude", "long", "gps", "coordinates", "location"), digits=4,
        pattern=re.compile(
            r"(?<![\w.])[-+]?\d{1,2}\.\d{3,}\s?°?\s?[NSns]?\s?[,;/ ]\s?[-+]?\d{1,3}\.\d{3,}"
            r"(?:\s?°?\s?[EWew]\b)?(?![\w.]\d)"
            r"|\d{1,2}\s?°[^A-Za-z\n]{2,16}[NS][,; ]*\d{1,3}\s?°[^A-Za-z\n]{2,16}[EW]"
        ), needs=("9.999", "°"),
    ),
    Detector(
        "grid_reference", "grid reference", Role.OTHER_IDENTIFIER, _DIRECT, where.is_telling_grid_reference,
        0.6, "Ordnance Survey", words=_GRID_WORDS, pattern=in_text(where.GRID, flags=0), digits=6,
        needs=("AA99999999", "AA999 999", "AA 999 999", "9999 9999", "99999 99999"),
    ),
    Detector(
        "short_grid_reference", "grid reference", Role.OTHER_IDENTIFIER, _DIRECT, where.is_grid_reference,
        0.1, "Ordnance Survey", words=_GRID_WORDS, pattern=in_text(where.GRID), digits=4,
        says="grid_reference",
    ),
    Detector(
        "other_grid_reference", "grid reference", Role.OTHER_IDENTIFIER, _DIRECT, where.is_other_grid, 0.02,
        "Ordnance Survey; Irish Grid", digits=6, beside=0.7,
        words=("grid ref", "grid reference", "easting", "eastings", "irish grid", "northing"),
        pattern=in_text(r"[A-HJ-Z] ?(?:\d{3} ?\d{3}|\d{4} ?\d{4}|\d{5} ?\d{5})|\d{5,6}[,; ]{1,3}\d{5,7}"),
        says="grid_reference",
    ),
    Detector(
        "uprn", "property number (UPRN)", Role.OTHER_IDENTIFIER, _DIRECT, where.is_uprn, 0.05, "GeoPlace",
        pattern=in_text(r"\d{6,12}"), words=("uprn", "property ref", "property reference"), digits=6,
    ),
)  # fmt: skip
