"""Which characters a file's bytes are: UTF-8, UTF-16 or Windows-1252, and what is no text at all.

UTF-8 is tried first because a wrong guess shows: bytes that are not UTF-8 anywhere near the start make the
file Windows-1252 (what SystmOne writes). A bad byte that only comes later is read as Windows-1252 where it
stands, and reported, so that the rest of the text stays as it was.
"""

from __future__ import annotations

import codecs
import threading
from dataclasses import dataclass

UTF8 = "utf-8"
WINDOWS = "windows-1252"
UTF16_LE = "utf-16-le"
UTF16_BE = "utf-16-be"
ENCODINGS = (UTF8, WINDOWS, UTF16_LE, UTF16_BE)

#: All 256 bytes have a character: the five that Windows-1252 leaves undefined are read as Latin-1.
_WINDOWS_TABLE = "".join(
    bytes([b]).decode("latin-1" if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252") for b in range(256)
)
_seen = threading.local()


@dataclass(frozen=True)
class Encoding:
    """`bom` is the length of the byte order mark in bytes, `unit` the bytes of one code unit."""

    name: str
    bom: int = 0

    @property
    def unit(self) -> int:
        return 2 if self.name in (UTF16_LE, UTF16_BE) else 1


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _seen.bad.append(error.start)
    bad = error.object[error.start : error.end]
    return "".join(_WINDOWS_TABLE[b] for b in bad), error.end


codecs.register_error("threshold-windows-1252", _as_windows)


def detect_encoding(head: bytes, *, whole: bool) -> Encoding:
    """The encoding of a file that starts with `head`; `whole` says that this is all of it."""
    if head.startswith(codecs.BOM_UTF8):
        return Encoding(UTF8, 3)
    if head.startswith(codecs.BOM_UTF16_LE):
        return Encoding(UTF16_LE, 2)
    if head.startswith(codecs.BOM_UTF16_BE):
        return Encoding(UTF16_BE, 2)
    pairs = len(head) // 2
    if pairs and head.count(0) >= max(2, pairs // 4):
        # Western text in UTF-16 has a zero in nearly every other byte, always on the same side.
        high_last, high_first = head[1::2].count(0), head[0::2].count(0)
        if high_last > 0.5 * pairs and high_first < 0.05 * pairs + 1:
            return Encoding(UTF16_LE)
        if high_first > 0.5 * pairs and high_last < 0.05 * pairs + 1:
            return Encoding(UTF16_BE)
    if head.isascii():
        return Encoding(UTF8)
    bad = _count_bad(head, whole)
    if bad == 0:
        return Encoding(UTF8)
    high = sum(1 for b in head[:2_000_000] if b >= 0x80)
    # A few damaged bytes among good multi-byte text leave a UTF-8 file a UTF-8 file.
    return Encoding(UTF8 if bad * 10 < high else WINDOWS)


def _count_bad(head: bytes, whole: bool) -> int:
    if not whole:
        # A character cut in two by the end of the sample is not a bad byte.
        decoder = codecs.getincrementaldecoder(UTF8)()
        try:
            decoder.decode(head)
            return 0
        except UnicodeDecodeError:
            pass
    _, bad = decode(head, UTF8)
    return len(bad)


def decode(raw: bytes, encoding: str) -> tuple[str, list[int]]:
    """The text, and the byte offsets of what was not valid in the encoding and so was read as Windows-1252
    (UTF-8) or replaced (UTF-16)."""
    if encoding == WINDOWS:
        return codecs.charmap_decode(raw, "strict", _WINDOWS_TABLE)[0], []
    if encoding == UTF8:
        try:
            return raw.decode(UTF8), []
        except UnicodeDecodeError:
            _seen.bad = []
            text = raw.decode(UTF8, "threshold-windows-1252")
            return text, list(_seen.bad)
    try:
        return raw.decode(encoding), []
    except UnicodeDecodeError as error:
        return raw.decode(encoding, "replace"), [error.start]


def to_utf8(raw: bytes, encoding: str) -> bytes:
    """The same text as UTF-8 bytes. UTF-8 comes back untouched, whatever is in it."""
    if encoding == UTF8 or (encoding == WINDOWS and raw.isascii()):
        return raw
    return decode(raw, encoding)[0].encode(UTF8)
