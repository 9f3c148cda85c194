"""Where somebody lives, beyond the postcode: property numbers, map references, three words, odd addresses."""

from __future__ import annotations

import re

from core.survey.identifiers.folding import folded
from core.survey.identifiers.names import street_words
from core.survey.identifiers.places import is_address_line, postcode

_UPRN = re.compile(r"[1-9]\d{5,11}(?:\.0+)?|0\d{11}")
_WORDS = re.compile(r"(?:///)?[^\W\d_]{2,20}(?:\.[^\W\d_]{2,20}){2}")
_WORDS_LINK = re.compile(
    r"(?:https?://)?(?:what3words\.com|w3w\.co)/[^\W\d_]+(?:\.[^\W\d_]+){2}", re.IGNORECASE
)
# The squares of 100 km that hold land; the first letter H, N, O, S or T, the second any but I.
GRID = (
    r"(?:H[PTUWXYZ]|N[ABCDFGHJKLMNORSTUWXYZ]|O[ABFV]|S[CDEHJKMNOPRSTUVWXYZ]|T[AFGLMQRV])"
    r"(?:\d{4}|\d{6}|\d{8}|\d{10}| ?\d\d \d\d| ?\d{3} \d{3}| ?\d{4} \d{4}| ?\d{5} \d{5})"
)
_GRID = re.compile(GRID, re.IGNORECASE)
_IRISH_GRID = re.compile(r"[A-HJ-Z] ?(?:\d{3} ?\d{3}|\d{4} ?\d{4}|\d{5} ?\d{5})", re.IGNORECASE)
_EASTING = re.compile(r"[1-6]?\d{5}(?:\.\d+)?[,; ]{1,3}1?\d{5,6}(?:\.\d+)?")
_DEGREES = re.compile(
    r"\(?\s*([-+]?\d{1,2}\.\d{3,})\s*°?\s*([NS]?)\s*[,;/ ]\s*([-+]?\d{1,3}\.\d{3,})\s*°?\s*([EW]?)\s*\)?",
    re.IGNORECASE,
)
_SEXAGESIMAL = re.compile(
    r"\d{1,2}\s?°\s?\d{1,2}\s?['′]\s?(?:\d{1,2}(?:\.\d+)?\s?(?:\"|''|″))?\s?[NS][,; ]*"
    r"\d{1,3}\s?°\s?\d{1,2}\s?['′]\s?(?:\d{1,2}(?:\.\d+)?\s?(?:\"|''|″))?\s?[EW]",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"(?:p\.?\s?o\.?\s?box|post\s?office\s?box)\s*(?:no\.?\s*)?\d{1,6}\b.*", re.IGNORECASE | re.DOTALL
)
_BFPO = re.compile(r"(?:.{0,60}\s)?b\.?f\.?p\.?o\.?\s?\d{1,4}", re.IGNORECASE | re.DOTALL)
_CARE_OF = re.compile(r"c/o\s+\S.{1,80}", re.IGNORECASE | re.DOTALL)
_HOME = re.compile(
    r"(?:[^\W\d_][\w'.-]*,?\s+){1,5}(?:(?:nursing|residential|care|retirement|rest|childrens?|children's)\s+home"
    r"|(?:care|nursing) centre|sheltered housing|almshouses?|hostel|refuge|women's aid|traveller site"
    r"|caravan park|barracks|hall of residence|halls)\b.{0,60}",
    re.IGNORECASE | re.DOTALL,
)
# Welsh and Gaelic streets begin with their word, and are often written without a number.
_CELTIC_FIRST = (
    r"(?:heol|ffordd|stryd|l[oôô]n|clos|maes|bryn|cwrt|rhodfa|rhes|tai|t[yŷ]|tan[- ]?y|pen[- ]?y|cae|gerddi"
    r"|parc|plas|llwyn|dol|nant|cefn|trem|sr[aà]id|r[ao]thad|druim)"
)
_CELTIC = re.compile(
    rf"(?:\d{{1,4}}[a-z]?,?\s+)?{_CELTIC_FIRST}\s+[^\W\d_][\w'’ -]{{1,40}}(?:,.{{0,100}})?", re.IGNORECASE
)
_TAIL_POSTCODE = re.compile(r"[\s,]+((?:[A-Z]{1,2}\d[A-Z\d]?|GIR)\s{0,3}\d[A-Z]{2})\s*$", re.IGNORECASE)
_LEADING = re.compile(r"^\s*(?:(?:address|addr|home|lives at|of no fixed)\b[:. ]*)", re.IGNORECASE)
_NUMBERED_NAME = re.compile(r"(?:the\s+)?[^\W\d_][\w'’-]*(?:\s+[^\W\d_][\w'’-]*){0,3}", re.IGNORECASE)


def is_uprn(text: str) -> bool:
    """True for six to twelve digits as in a Unique Property Reference Number: the heading decides.

    Source: GeoPlace, UPRN (up to twelve digits)."""
    return _UPRN.fullmatch(folded(text).strip()) is not None


def is_three_words(text: str) -> bool:
    """True for a place of what3words: '///filled.count.soap', or the same in a link."""
    text = folded(text).strip()
    return (_WORDS.fullmatch(text) is not None and text.startswith("///")) or _WORDS_LINK.match(
        text
    ) is not None


def is_bare_three_words(text: str) -> bool:
    """True for three words with dots, which many file and host names are too."""
    return _WORDS.fullmatch(folded(text).strip()) is not None


def is_map_position(text: str) -> bool:
    """True for a latitude and longitude in or near the British Isles to three decimals, either way round,
    with N, S, E, W or in degrees, minutes and seconds."""
    text = text.strip()
    if _SEXAGESIMAL.fullmatch(text) is not None:
        return True
    match = _DEGREES.fullmatch(folded(text))
    if match is None:
        return False
    one, other = float(match.group(1)), float(match.group(3))
    if match.group(4).upper() == "W":
        other = -abs(other)
    return _british(one, other) or (not match.group(2) and _british(other, one))


def _british(latitude: float, longitude: float) -> bool:
    return 49.0 <= latitude <= 61.5 and -11.0 <= longitude <= 2.5


def is_grid_reference(text: str) -> bool:
    """True for a national grid reference ('TQ 30080 80449') to a kilometre or less.

    Source: Ordnance Survey, 'A guide to coordinate systems in Great Britain'."""
    return _GRID.fullmatch(folded(text).strip()) is not None


def is_telling_grid_reference(text: str) -> bool:
    """True for a grid reference to ten metres or less, or one with blanks: few codes look so."""
    text = folded(text).strip()
    digits = sum(c.isdigit() for c in text)
    return is_grid_reference(text) and (digits >= 8 or (" " in text and digits >= 6))


def is_other_grid(text: str) -> bool:
    """True for an Irish grid reference, or an easting with a northing: shapes that say little."""
    text = folded(text).strip()
    return _IRISH_GRID.fullmatch(text) is not None or _EASTING.fullmatch(text) is not None


def is_post_box(text: str) -> bool:
    """True for 'PO Box 123' and a forces address, 'BFPO 57'."""
    text = folded(text).strip()
    return _BOX.fullmatch(text) is not None or _BFPO.fullmatch(text) is not None


def is_home(text: str) -> bool:
    """True for the name of a home, hostel or refuge ('The Willows Nursing Home'): where somebody lives."""
    text = folded(text).strip()
    return len(text) <= 160 and _HOME.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """True for an address in one cell or a line of one: streets and flats (`is_address_line`), post boxes,
    forces, homes, 'c/o', Welsh and Gaelic streets, and anything that ends in a full postcode after words."""
    plain = _LEADING.sub("", folded(text)).strip(" ,;\t\n")
    if not 4 <= len(plain) <= 250:
        return False
    if is_post_box(plain) or is_home(plain) or _CELTIC.fullmatch(plain) or _CARE_OF.fullmatch(plain):
        return True
    tail = _TAIL_POSTCODE.search(plain)
    if tail is not None and postcode(tail.group(1)) is not None:
        before = plain[: tail.start()]
        if len(before) >= 4 and ("," in before or "\n" in before or any(c.isdigit() for c in before)):
            return True
    one_line = ", ".join(part.strip() for part in re.split(r"[\n;|]+", plain) if part.strip())
    return is_address_line(one_line) or _split_line(one_line)


def _split_line(text: str) -> bool:
    """A street after a house's name or a person's: 'Rose Cottage, Mill Lane, Otley'."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) < 2 or len(text.split()) > 16:
        return False
    streets = street_words()
    return any(
        len(words := part.split()) >= 2 and words[-1].casefold().strip(".") in streets for part in parts[:3]
    ) and all(_NUMBERED_NAME.fullmatch(part) or any(c.isdigit() for c in part) for part in parts if part)
