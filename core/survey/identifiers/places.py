"""Where a person lives: postcodes, address lines, positions, and the two addresses of the internet.

Pure functions of one string. Postcode rules: BS 7666 / Royal Mail PAF; the list of areas keeps '5 mg' and
clinic codes from looking like postcodes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from core.survey.identifiers.folding import plain_digits
from core.survey.identifiers.names import street_words

# fmt: off
POSTCODE_AREAS = frozenset(
    [
        "AB", "AL", "B", "BA", "BB", "BD", "BF", "BH", "BL", "BN", "BR", "BS", "BT", "BX", "CA",
        "CB", "CF", "CH", "CM", "CO", "CR", "CT", "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL",
        "DN", "DT", "DY", "E", "EC", "EH", "EN", "EX", "FK", "FY", "G", "GL", "GU", "GY", "HA",
        "HD", "HG", "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP", "IV", "JE", "KA", "KT", "KW",
        "KY", "L", "LA", "LD", "LE", "LL", "LN", "LS", "LU", "M", "ME", "MK", "ML", "N", "NE", "NG",
        "NN", "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH", "RM",
        "S", "SA", "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW", "SY",
        "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA", "WC", "WD", "WF", "WN",
        "WR", "WS", "WV", "YO", "ZE", "ZZ", "AA"
    ]
)
# fmt: on  # ZZ is the Organisation Data Service's 'no address' area, AA is used by test data

OUTWARD = r"(?:[A-Z]{1,2}\d[A-Z\d]?|GIR)"
INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
_POSTCODE = re.compile(rf"({OUTWARD})[\s\u00a0\-]{{0,4}}({INWARD})", re.IGNORECASE)
# 'No fixed abode', 'England, not otherwise stated', countries: any letters may end them.
_PSEUDO = re.compile(r"(ZZ99)[\s\u00a0\-]{0,4}(\d[A-Z]{2})", re.IGNORECASE)
_OUTWARD = re.compile(rf"{OUTWARD}", re.IGNORECASE)
_SECTOR = re.compile(rf"({OUTWARD})\s{{0,2}}(\d)", re.IGNORECASE)
_AREA = re.compile(r"[A-Z]{1,2}(?=\d)|GIR", re.IGNORECASE)
_LSOA = re.compile(r"[EW]0[012]\d{6}|S01\d{6}|95[A-Z]{2}\d{2}[SW]\d", re.IGNORECASE)

EMAIL_ATOM = r"[A-Za-z0-9_#$&*+=?^~!%'/{|}\-]+"
EMAIL = rf"{EMAIL_ATOM}(?:\.{EMAIL_ATOM})*@(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{{1,24}}"
_EMAIL = re.compile(EMAIL)
_CODE_SYSTEM = re.compile(
    r"https?://(?:snomed\.info|loinc\.org|unitsofmeasure\.org|read\.info|(?:terminology\.)?hl7\.org"
    r"|fhir\.hl7\.org\.uk|fhir\.nhs\.(?:uk|net)|dmd\.nhs\.uk|tools\.ietf\.org)(?:/[A-Za-z0-9._-]{1,80})*/?"
)
_URL = re.compile(r"(?:https?://|ftp://|www\.)[^\s]+", re.IGNORECASE)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}|(?:[0-9a-f]{{1,4}}:){{7}}[0-9a-f]{{1,4}}", re.IGNORECASE)
_POSITION = re.compile(r"\(?\s*(-?\d{1,2}\.\d{3,})\s*[,; ]\s*(-?\d{1,3}\.\d{3,})\s*\)?")

_HOUSE_NUMBER = re.compile(r"\d{1,4}\s?[a-z]?(?:\s?[-/]\s?\d{1,4}[a-z]?)?,?\s+(?=[a-z])", re.IGNORECASE)
_DWELLING = re.compile(
    r"(?:flat|apt|apartment|unit|room|plot|caravan|house|block)\s+(?:no\.?\s*)?\w{1,4}\b", re.I
)
_TITLED = re.compile(r"\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'’.\-]*,? ?){2,9}")  # 38 Ellis Divide, Lake Ronald
_WORD = re.compile(r"[^\W\d_]+")
_NOT_ALNUM = re.compile(r"[\W_]+")


def postcode(text: str) -> str | None:
    """A full UK postcode in upper case without its blank ('LS196BA'), else None. Known areas only."""
    text = plain_digits(text).strip()
    match = _POSTCODE.fullmatch(text) or _PSEUDO.fullmatch(text)
    if match is None or not _known_area(match.group(1)):
        return None
    return (match.group(1) + match.group(2)).upper()


def outward_code(text: str) -> str | None:
    """The district of a full or partial postcode ('LS19' of 'LS19 6BA', 'LS19 6' or 'LS19'), else None."""
    text = text.strip()
    match = _POSTCODE.fullmatch(text) or _PSEUDO.fullmatch(text) or _SECTOR.fullmatch(text)
    outward = match.group(1) if match else (text if _OUTWARD.fullmatch(text) else None)
    if outward is None or not _known_area(outward):
        return None
    return outward.upper()


def is_partial_postcode(text: str) -> bool:
    """True for a district or sector without the rest: 'WF8', 'LS19 6'."""
    return postcode(text) is None and outward_code(text) is not None


def _known_area(outward: str) -> bool:
    match = _AREA.match(outward)
    return match is not None and (match.group().upper() in POSTCODE_AREAS or match.group().upper() == "GIR")


def is_small_area(text: str) -> bool:
    """True for the code of a census area (LSOA, MSOA, data zone, super output area)."""
    return _LSOA.fullmatch(text.strip()) is not None


def email_address(text: str) -> str | None:
    """An e-mail address in lower case, else None."""
    text = text.strip().removeprefix("mailto:").strip("<>")
    return text.lower() if _EMAIL.fullmatch(text) else None


def is_url(text: str) -> bool:
    """True for a web address, but for those that only name a code system ('http://snomed.info/sct')."""
    text = text.strip()
    return _URL.fullmatch(text) is not None and _CODE_SYSTEM.fullmatch(text) is None


def is_ip_address(text: str) -> bool:
    return _IP.fullmatch(text.strip()) is not None


def is_position(text: str) -> bool:
    """True for a latitude and longitude in or near the British Isles, to three decimals or more."""
    match = _POSITION.fullmatch(text.strip())
    if match is None:
        return False
    return 49.0 <= float(match.group(1)) <= 61.5 and -11.0 <= float(match.group(2)) <= 2.5


@lru_cache(maxsize=20_000)
def is_address_line(text: str) -> bool:
    """True for what a British address line looks like: a number and a street, a flat, a street's last word.

    '23 Victoria Road', 'Flat 4', '1 Trevelyan Square, Boar Lane', 'Fulford Grange'. Not '2 tablets daily'.
    """
    text = text.strip()
    if not 4 <= len(text) <= 160:
        return False
    numbered = _HOUSE_NUMBER.match(text) is not None
    if _DWELLING.match(text) is not None and len(text) <= 60:
        return True
    words = [w.casefold() for w in _WORD.findall(text)]
    if "," in text and _TITLED.fullmatch(text) is not None:
        return True
    streets = street_words()
    for part in text.split(","):
        part_words = _WORD.findall(part)
        if len(part_words) >= (1 if numbered else 2) and part_words[-1].casefold() in streets:
            return len(words) <= 14
    return False


def address_key(text: str) -> str:
    """An address line in lower case with letters and digits only, for matching."""
    return _NOT_ALNUM.sub("", text.casefold())
