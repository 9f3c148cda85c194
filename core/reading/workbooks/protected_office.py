"""Excel workbooks with a password, decrypted in memory only.

The schemes: agile and standard encryption of 2007 and later; RC4, RC4 CryptoAPI and XOR of before. Nothing
decrypted is written to disk: the library's own way of giving back an old workbook goes through a temporary
file, so only its keys and ciphers are used for those.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from msoffcrypto import exceptions
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.format.xls97 import Xls97File
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from core.model import ReadError
from core.reading.workbooks.containers_refusals import bomb, damaged, password
from core.reading.workbooks.containers_xml import has_doctype
from core.reading.workbooks.xls_compound import open_compound, stream_of

_T = TypeVar("_T")
#: Excel opens what is locked with this one without asking: 'read only', or a locked list of sheets.
DEFAULT = "VelvetSweatshop"
_MOST_SPINS = 2_000_000  # Excel uses 100,000
_MOST_LETTERS = 255
_LONGEST_INFO = 64 << 10
_SPIN = re.compile(rb'spinCount="(\d+)"')
FILE_PASS = 0x2F
#: Records that are never encrypted: BOF, FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo, RRDHead.
_PLAIN = frozenset((0x809, FILE_PASS, 0x194, 0x195, 0xE1, 0x196, 0x138))
_BOUND_SHEET = 0x85
_FITS_NOT = (exceptions.InvalidKeyError, IndexError, ValueError, OverflowError, UnicodeError)


def decrypted_package(data: bytes, name: str, passwords: Sequence[str]) -> bytes:
    """The zip file inside an encrypted workbook. Raises ReadError with code 'password' where none fits."""
    with open_compound(data, name) as ole:
        info = stream_of(ole, "EncryptionInfo", name)
    spins = _SPIN.findall(info)
    if any(len(s) > 9 or int(s) > _MOST_SPINS for s in spins):
        raise bomb(name, "testing a password for it would take hours")
    if has_doctype(info) or len(info) > _LONGEST_INFO:
        raise bomb(name, "what says how it is protected declares entities or has no end")
    book = _careful(lambda: OOXMLFile(io.BytesIO(data)), name)
    if book.type not in ("agile", "standard"):
        raise _unknown(name)

    def tried(word: str) -> bytes | None:
        try:
            book.load_key(password=word, verify_password=True)
        except _FITS_NOT:
            return None
        out = io.BytesIO()
        book.decrypt(out)  # it fits: what goes wrong from here on is damage
        return out.getvalue()

    return _first(tried, name, passwords)


def decrypted_stream(data: bytes, stream: bytes, name: str, passwords: Sequence[str]) -> bytes:
    """The records of an old workbook (`stream`, out of the file `data`) without their encryption; the record
    that says so is blanked. Raises ReadError with code 'password' where none fits."""
    book = _careful(lambda: Xls97File(io.BytesIO(data)), name)
    return _careful(lambda: _first(lambda word: _old(book, stream, word), name, passwords), name)


def _old(book: Xls97File, stream: bytes, word: str) -> bytes | None:
    book.type = ""
    try:
        book.load_key(password=word)
    except _FITS_NOT:
        return None
    if book.type == "rc4":
        plain = DocumentRC4.decrypt(word, book.salt, io.BytesIO(stream), blocksize=1024).getvalue()
    elif book.type == "rc4_cryptoapi":
        cipher = DocumentRC4CryptoAPI.decrypt
        plain = cipher(word, book.salt, book.keySize, io.BytesIO(stream), blocksize=1024).getvalue()
    elif book.type == "xor":
        plain = _without_xor(stream, word)
    else:
        return None
    out = bytearray(plain)
    for at, number, size in _records(stream):
        kept = 4 + (size if number in _PLAIN else 4 if number == _BOUND_SHEET else 0)
        out[at : at + kept] = stream[at : at + kept]
        if number == FILE_PASS:
            out[at : at + 2] = b"\0\0"
    return bytes(out)


def _without_xor(stream: bytes, word: str) -> bytes:
    """Method 1 of XOR obfuscation: a byte is rotated and mixed with 16 bytes made from the password, counted
    from where its record ends."""
    mask = np.array(DocumentXOR.create_xor_array_method1(word), np.uint8)
    records = [(at + 4, size) for at, _, size in _records(stream)]
    if not records:
        return stream
    starts = np.array([s for s, _ in records])
    sizes = np.array([n for _, n in records])
    at = np.arange(len(stream))
    owner = np.maximum(np.searchsorted(starts, at, side="right") - 1, 0)
    mixed = np.frombuffer(stream, np.uint8) ^ mask[(at + sizes[owner]) % 16]
    plain: bytes = ((mixed >> 5) | (mixed << 3)).astype(np.uint8).tobytes()
    return plain


def _records(stream: bytes) -> list[tuple[int, int, int]]:
    """Offset, number and size of each record."""
    found, at = [], 0
    while at + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, at)
        found.append((at, number, size))
        at += 4 + size
    return found


def _first(tried: Callable[[str], bytes | None], name: str, passwords: Sequence[str]) -> bytes:
    given = [p for p in passwords if p]
    for word in (DEFAULT, *given):
        plain = _careful(lambda word=word: tried(word[:_MOST_LETTERS]), name)  # type: ignore[misc]
        if plain is not None:
            return plain
    raise password(name, tried=bool(given))


def _careful(call: Callable[[], _T], name: str) -> _T:
    """What the library gives; what it makes of a damaged file is told in our words."""
    try:
        return call()
    except ReadError:
        raise
    except exceptions.DecryptionError:
        raise _unknown(name) from None
    except Exception:  # whatever a damaged file makes the library stumble over
        raise damaged(name) from None


def _unknown(name: str) -> ReadError:
    return ReadError(
        f"{name} is protected in a way that Threshold does not know. Open it in Excel, take the password off "
        "(File, Info, Protect Workbook), save it on this computer and open that.",
        where=name,
        code="password",
    )
