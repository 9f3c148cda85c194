"""Addresses of the internet: e-mail in all its disguises, links, computers, network cards."""

from __future__ import annotations

import ipaddress
import re

from core.survey.identifiers.folding import folded
from core.survey.identifiers.places import is_url

_ATOM = r"[^\W_](?:[\w.+&'’%~#!=*$/?^{|}-]{0,63}[\w+-])?"
_DOMAIN = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_][\w-]{1,23}"
#: Any e-mail address: letters of every language, plus signs, and a typist's blanks around '@'.
EMAIL_ANY = rf"{_ATOM} ?@ ?{_DOMAIN}"
_AT = r"\s?(?:\(at\)|\[at\]|\{at\}|<at>|\sat\s)\s?"
_DOT = r"(?:\.|\s?(?:\(dot\)|\[dot\]|\{dot\}|\sdot\s)\s?)"
#: 'jo.bloggs (at) example dot org': people write so to hide an address from machines.
EMAIL_DISGUISED = (
    rf"[\w+-]{{1,40}}(?:{_DOT}[\w+-]{{1,40}}){{0,3}}{_AT}[\w-]{{1,40}}(?:{_DOT}[\w-]{{1,40}}){{0,3}}{_DOT}"
    r"(?:com|org|net|uk|co|info|nhs|me|eu|ie|edu|gov)\b"
)
_WHOLE = re.compile(EMAIL_ANY)
_DISGUISED = re.compile(EMAIL_DISGUISED, re.IGNORECASE)
_MAC = re.compile(r"[0-9A-F]{2}(?:[:-][0-9A-F]{2}){5}|[0-9A-F]{4}(?:\.[0-9A-F]{4}){2}", re.IGNORECASE)
_NETWORK = re.compile(r"/\d{1,3}$|:\d{2,5}$|%\w+$")


def is_email(text: str) -> bool:
    """True for an e-mail address in any language's letters, in angle brackets, after a name or 'mailto:',
    or disguised ('jo at example dot org')."""
    text = folded(text).strip().removeprefix("mailto:")
    if "<" in text and text.endswith(">"):
        text = text[text.rindex("<") + 1 : -1]
    return _WHOLE.fullmatch(text) is not None or is_disguised_email(text)


def is_disguised_email(text: str) -> bool:
    """True for an address with 'at' and 'dot' in words."""
    text = folded(text).strip()
    return _DISGUISED.fullmatch(text) is not None and is_disguise(text)


def is_disguise(text: str) -> bool:
    """Whether the 'at' of such an address is meant so: in brackets, or with a 'dot' in words after it."""
    return any(sign in text for sign in "([{<") or " dot " in text.casefold()


def is_link(text: str) -> bool:
    """True for a web address that may be somebody's, so not for one that only names a code system."""
    return is_url(folded(text))


def is_ip(text: str) -> bool:
    """True for an internet address of version 4 or 6, with a port or a network's size where written.

    Sources: RFC 791, RFC 4291. The reserved ones (127.0.0.1, 0.0.0.0, ::) are nobody's."""
    text = folded(text).strip().strip("[]")
    if text.count(":") < 2:
        text = _NETWORK.sub("", text)
    elif "/" in text or "%" in text:
        text = re.split(r"[/%]", text)[0]
    if "." not in text and text.count(":") < 2:
        return False
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def is_long_ip(text: str) -> bool:
    """True for an internet address of version 6, which nothing else looks like."""
    return text.count(":") >= 3 and is_ip(text)


def is_mac(text: str) -> bool:
    """True for a network card's address (IEEE 802): six pairs, or three groups of four."""
    return _MAC.fullmatch(folded(text).strip()) is not None
