"""What stands inside a cell that was not planned to hold it: an identifier, a person, a path, a message.

Used twice: to judge a column from the values looked at, and by `protection.expected` for every cell of a
field that is kept. Letters are named after their patient (`\\\\server\\docs\\SMITH John 9990000107.pdf`), a
cell of JSON is a record of its own, and a web address carries a number in its query.
"""

from __future__ import annotations

import re

from core.survey.identifiers import find_dates, is_guid, is_snomed_id
from core.survey.identifiers.mentions import LONGEST_DESCRIPTION, names_somebody
from core.survey.identifiers.scan import find_identifiers
from core.survey.identifiers.table import detector

PERSON = "a person's name"
ADDRESS = "an address"
DATE = "a date"
LONG_NUMBER = "a long number"
KEY = "a system's key"
LONG_TEXT = "more words than a description has"

_WORTH = re.compile(r"[\\/{<|@:\d\n]|.\.[a-z]|.{60}", re.DOTALL)
_ROOTS = (
    "home|users?|mnt|var|srv|opt|data|docs?|documents|shared?|files?|scans?|images?|tmp|media|attachments"
)
_SUFFIX = r"pdf|docx?|odt|rtf|tiff?|jpe?g|png|gif|bmp|msg|eml|xlsx?|csv|dcm|txt|html?|xml|json|zip|wav|mp[34]"
#: The forms of a cell that is a message, a document or the address of one, with what to call each.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a document in RTF", re.compile(r"\{\\rtf")),
    ("a file's path", re.compile(r"(?:^|[\s\"'(=])(?:[A-Za-z]:[\\/]|\\\\[\w.$-]+[\\/]|~/|\.{1,2}[\\/]\w)")),
    ("a file's path", re.compile(rf"[^\s\\]\\[^\s\\][^\\]*\\|^/(?:{_ROOTS})/", re.IGNORECASE)),
    ("a file's name", re.compile(rf"\w\.(?:{_SUFFIX})(?:$|[\s\"')\],;?#])", re.IGNORECASE)),
    (
        "a web address",
        re.compile(r"\b(?:https?|s?ftps?|file|mailto|tel|sms|urn|data|ldap):\S|\bwww\.\w", re.IGNORECASE),
    ),
    ("JSON", re.compile(r"^\s*(?:\{\s*[\"'}]|\[\s*[\[{\"])")),
    ("XML or HTML", re.compile(r"<(?:\?xml|!DOCTYPE|!--|/?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>)")),
    ("an HL7 message", re.compile(r"(?:^|[\r\n])(?:MSH|PID|PV1|OBX|OBR|NTE|NK1)\|")),
    ("an EDIFACT message", re.compile(r"\bUNA:\+|\bUNB\+UNO|(?:^|')(?:NAD|PNA|DTM|S0\d)\+[^']*'")),
    ("a card of a contact or a calendar", re.compile(r"BEGIN:V(?:CARD|CALENDAR|EVENT)")),
    ("encoded data", re.compile(r"(?:^|[\s,])(?=[0-9A-Fa-f]*[G-Zg-z+/])[A-Za-z0-9+/]{100,}")),
    ("encoded data", re.compile(r"\beyJ[\w-]{20,}\.")),
)
#: Some of these stand in every text that has one of the forms.
_MARK = re.compile(r"[\\{<|:\[~+]|\w\.[A-Za-z]|^\s*/|\.{1,2}/|www\.|eyJ|BEGIN|[A-Za-z0-9+/]{100}")
#: And in every one that has a date, a long number or a system's key: each alternative begins with a digit.
_DATED = re.compile(
    r"\d(?:\s?[-/.\\ ]\s?\d{1,2}\s?[-/.\\ ]\s?\d|[ -]?\d(?:[ -]?\d){6}|\d?,?\s{1,3}'?\d\d"
    r"|(?:st|nd|rd|th)?\W{0,3}(?:of\W)?(?:[Jj][AaUu]|[Ff][Ee]|[Mm][Aa]|[Aa][PpUu]|[Ss][Ee]|[Oo][Cc]|[Nn][Oo]|[Dd][Ee]))"
)
_DASHES_OF_A_KEY = 4
_STREET = re.compile(
    r"(?<![\w/.,-])\d{1,4}[A-Za-z]?,?\s+(?:[A-Za-z][\w'’.\-]*\s+){1,3}"
    r"(?:Road|Rd|Street|Avenue|Ave|Lane|Close|Crescent|Terrace|Gardens|Grove|Drive|Court|Place|Way|Mews|Walk|Hill)"
    r"(?![\w'’-])",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?<![\d.])\d(?:[ -]?\d){7,}(?![\d.])")
_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def message_inside(text: str) -> str:
    """What a cell holds that is a document or the address of one, in words; "" where nothing is."""
    if _MARK.search(text) is None:
        return ""
    for what, form in _FORMS:
        if form.search(text):
            return what
    return ""


def identifier_inside(text: str) -> str:
    """The sort of identifier that stands in a text, in words: "a telephone number"; "" where there is none.

    People's names are `mentions.names_somebody`'s matter."""
    for hit in find_identifiers(text):
        if hit.what != "name":
            title = detector(hit.what).title
            return f"{'an' if title[0].lower() in 'aeio' or title[:3] == 'NHS' else 'a'} {title}"
    if _STREET.search(text):
        return ADDRESS
    return ""


def found_inside(text: str) -> str:
    """What a text holds that no description, code or heading should, in words; "" where there is nothing.

    >>> found_inside("Seen by Dr Patel"), found_inside("Asthma"), found_inside("ring 07700 900123")
    ("a person's name", '', 'a telephone number')
    """
    found = identifier_inside(text)
    if not found and _WORTH.search(text):
        found = message_inside(text) or _number_or_date(text)
        if not found and (len(text) > LONGEST_DESCRIPTION or "\n" in text.strip()):
            return LONG_TEXT
    return found or (PERSON if names_somebody(text) else "")


def _number_or_date(text: str) -> str:
    if _DATED.search(text) is None and text.count("-") < _DASHES_OF_A_KEY:
        return ""
    if _GUID.search(text) or is_guid(text):
        return KEY
    if find_dates(text):
        return DATE
    for match in _LONG_NUMBER.finditer(text):
        if not is_snomed_id(match.group()):
            return LONG_NUMBER
    return ""
