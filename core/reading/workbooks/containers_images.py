"""What a picture says of itself besides its pixels: where and by whom it was taken, with what words."""

from __future__ import annotations

import struct

_ORDER = {b"II": "<", b"MM": ">"}
#: EXIF tags that name a place, a person or a thing of a person's.
_TAGS = {
    0x010E: "a description",
    0x013B: "an author",
    0x8298: "a copyright holder",
    0x9C9B: "a title",
    0x9C9C: "a comment",
    0x9C9D: "an author",
    0x9C9E: "keywords",
    0x9286: "a comment",
    0xA430: "an owner",
    0xA431: "a camera's serial number",
    0x010F: "the camera",
    0x0110: "the camera",
    0x9003: "when it was taken",
    0x0132: "when it was made",
}
_EXIF, _GPS = 0x8769, 0x8825
_MOST_TAGS = 512


def said_by_picture(data: bytes) -> frozenset[str]:
    """What the picture's own notes tell ('a place', 'an author'), in words; empty where there are none."""
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data[:2] in _ORDER and data[2:4] in (b"*\0", b"\0*"):
        return _tiff(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        at = data.find(b"EXIF")
        return _tiff(data[at + 8 :].removeprefix(b"Exif\0\0")) if at > 0 else frozenset()
    if data.startswith(b"GIF8"):
        return frozenset(["a comment"]) if b"!\xfe" in data else frozenset()
    return frozenset()


def _jpeg(data: bytes) -> frozenset[str]:
    told: set[str] = set()
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (0xD9, 0xDA):  # the pixels
            break
        if marker == 0xFF or 0xD0 <= marker <= 0xD8 or marker == 1:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + max(length, 2)]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            told |= _tiff(body[6:])
        elif marker == 0xE1 and b"ns.adobe.com/xap" in body[:64]:
            told.add("notes of a picture program")
        elif marker == 0xED and b"8BIM" in body:
            told.add("a caption or keywords")
        elif marker == 0xFE and body.strip(b"\0 "):
            told.add("a comment")
        at += 2 + max(length, 2)
    return frozenset(told)


def _png(data: bytes) -> frozenset[str]:
    told: set[str] = set()
    at = 8
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind == b"eXIf":
            told |= _tiff(body)
        elif kind in (b"tEXt", b"zTXt", b"iTXt") and not body.startswith((b"Software\0", b"Creation Time\0")):
            told.add("a comment")
        at += length + 12
    return frozenset(told)


def _tiff(data: bytes) -> frozenset[str]:
    order = _ORDER.get(data[:2])
    if order is None or len(data) < 8:
        return frozenset()
    told: set[str] = set()
    queue: list[int] = [struct.unpack_from(order + "I", data, 4)[0]]
    seen: set[int] = set()
    while queue and len(seen) < _MOST_TAGS:
        at = queue.pop()
        if at in seen or at + 2 > len(data):
            continue
        seen.add(at)
        entries = min(struct.unpack_from(order + "H", data, at)[0], _MOST_TAGS, (len(data) - at - 2) // 12)
        for n in range(entries):
            tag, _, size, value = struct.unpack_from(order + "HHII", data, at + 2 + 12 * n)
            if tag == _GPS:
                told |= {"a place"} if _has_place(data, value, order) else set()
            elif tag == _EXIF:
                queue.append(value)
            elif tag in _TAGS and size > 0:
                told.add(_TAGS[tag])
    return frozenset(told)


def _has_place(data: bytes, at: int, order: str) -> bool:
    if at + 2 > len(data):
        return False
    entries = min(struct.unpack_from(order + "H", data, at)[0], _MOST_TAGS, (len(data) - at - 2) // 12)
    return any(struct.unpack_from(order + "H", data, at + 2 + 12 * n)[0] in (2, 4) for n in range(entries))
