"""GP2GP messages inside JSON: XML as escaped text, attachments as base64, wherever they stand."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any

from core.model import Problem, ReadError
from core.reading.messages.hl7v3 import Encoded, is_encoded
from core.reading.messages.plain_places import plain_place
from core.reading.messages.safe_json import parse_json
from core.reading.messages.safe_xml import parse_xml

_INSIDE = re.compile(
    r'"\s*(?:\\u003c|<)(?:\?xml|(?:\w+:)?(?:RCMR_IN|COPC_IN|EhrExtract|Envelope))', re.IGNORECASE
)
_GP2GP = re.compile(r"RCMR_IN\d{6}|COPC_IN\d{6}|EhrExtract|services:gp2gp")
_XML = re.compile(r"\s*<(?:\?xml|[A-Za-z_][\w:.-]*[\s/>])")
_NAMES = ("filename", "fileName", "file_name", "name", "description")
_MEDIA = ("content_type", "contentType", "mime", "mediaType")


@dataclass(frozen=True)
class Message:
    """One XML document that was a string."""

    place: str
    root: Any


@dataclass
class Wrapped:
    """What a JSON document holds: messages, attachments, and every other value with its place."""

    messages: list[Message] = field(default_factory=list)
    attachments: list[Encoded] = field(default_factory=list)
    strings: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def is_wrapper(text: str) -> bool:
    """Whether JSON that starts so has a GP2GP message inside."""
    return (
        text.startswith(("{", "[")) and _INSIDE.search(text) is not None and _GP2GP.search(text) is not None
    )


def unwrap(data: bytes, where: str) -> Wrapped:
    """Walks the document. Raises ReadError where it is no JSON."""
    found = Wrapped()
    _walk(parse_json(data, where), "", {}, found, where)
    return found


def _walk(value: object, place: str, around: dict[str, object], found: Wrapped, where: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _walk(inner, f"{place}.{key}" if place else str(key), value, found, where)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _walk(inner, f"{place}[{number}]", around, found, where)
    elif isinstance(value, str):
        _string(str(value), place, around, found, where)
    elif value is not None:
        found.strings.append((place, "true" if value is True else "false" if value is False else str(value)))


def _string(text: str, place: str, around: dict[str, object], found: Wrapped, where: str) -> None:
    if not text.strip():
        return
    if _XML.match(text):
        try:
            root = parse_xml(text.strip().encode("utf-8"), where)
        except ReadError as error:
            if error.code == "bomb":
                raise
            found.problems.append(
                Problem(where, None, f"XML inside '{plain_place(place)}' is damaged; kept as one text")
            )
        else:
            found.messages.append(Message(place, root))
            return
    if _is_attachment(text, around):
        found.attachments.append(Encoded(place, _of(around, _NAMES), _of(around, _MEDIA), len(text)))
        return
    found.strings.append((place, text))


def _is_attachment(text: str, around: dict[str, object]) -> bool:
    if is_encoded(text):
        return True
    if str(around.get("is_base64", "")).casefold() != "true" or len(text) < 24:
        return False
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _of(around: dict[str, object], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = around.get(name)
        if isinstance(value, str) and value.strip():
            return str(value)
    return None
