"""OpenDocument spreadsheets with a password: AES-256 in CBC mode with a PBKDF2 key, decrypted in memory only.

Each part has a key, salt and check sum of its own in the manifest ([ODF 1.2] part 3, 3.4 and 4). Files of
other schemes (Blowfish; the whole package in one with Argon2) are refused, with what to do.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from core.model import ReadError
from core.reading.workbooks.containers_refusals import bomb, damaged, password, too_big
from core.reading.workbooks.containers_xml import tags
from core.reading.workbooks.containers_zip import UNPACKED_LIMIT, Package

_MANIFEST = "META-INF/manifest.xml"
_MOST_SPINS = 20_000_000  # over all parts; LibreOffice uses 100,000 for each
_LONGEST = 8 << 10
_START_KEYS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}


@dataclass(frozen=True)
class _Locked:
    part: str
    iv: bytes
    salt: bytes
    spins: int
    key_size: int
    start: str  # how the password becomes the start key
    check: bytes
    check_kind: str
    is_known: bool


def decrypted_parts(package: Package, passwords: Sequence[str]) -> Package:
    """The package with its parts decrypted; itself where it has no password. Raises ReadError with code
    'password' where none fits."""
    if _MANIFEST not in package:
        return package
    locked = list(_locked(package.xml(_MANIFEST)))
    if not locked:
        return package
    if not all(part.is_known for part in locked) or "content.xml" not in {p.part for p in locked}:
        raise _unknown(package.where)
    if sum(max(p.spins, 0) for p in locked) > _MOST_SPINS:
        raise bomb(package.where, "testing a password for it would take hours")
    given = [p for p in passwords if p]
    first = next(p for p in locked if p.part == "content.xml")
    word = next((p for p in given if _opened(package, first, p) is not None), None)
    if word is None:
        raise password(package.where, tried=bool(given))
    by_part = {p.part: p for p in locked}
    room = UNPACKED_LIMIT
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(package.names):
            if name in by_part:
                packed = _opened(package, by_part[name], word)
                if packed is None:
                    raise damaged(package.where)
                data = _inflated(packed, room, package.where)
            else:
                data = package.read(name)
            room -= len(data)
            archive.writestr(name, data)
    return Package(out.getvalue(), package.where)


def _locked(manifest: bytes) -> Iterator[_Locked]:
    for opening in re.finditer(rb"<(?:[\w.-]+:)?file-entry\s[^<>]*(?<!/)>", manifest):
        part = next(tags(opening[0], "file-entry"), {}).get("full-path", "")
        entry = manifest[opening.end() : opening.end() + _LONGEST].partition(b"file-entry")[0]
        if b"encryption-data" not in entry:
            continue
        data = next(tags(entry, "encryption-data"), {})
        cipher = next(tags(entry, "algorithm"), {})
        derived = next(tags(entry, "key-derivation"), {})
        start = next(tags(entry, "start-key-generation"), {}).get("start-key-generation-name", "SHA1")
        kind = start.lower().rpartition("#")[2]
        spins = derived.get("iteration-count", "")
        try:
            yield _Locked(
                part,
                base64.b64decode(cipher.get("initialisation-vector", "")),
                base64.b64decode(derived.get("salt", "")),
                int(spins) if len(spins) < 9 else -1,
                int(derived.get("key-size", "16")),
                kind,
                base64.b64decode(data.get("checksum", "")),
                data.get("checksum-type", "").lower().rpartition("#")[2],
                cipher.get("algorithm-name", "").lower().endswith("aes256-cbc")
                and derived.get("key-derivation-name", "").lower().endswith("pbkdf2")
                and kind in _START_KEYS
                and derived.get("key-size") == "32",
            )
        except ValueError:
            yield _Locked(part, b"", b"", 0, 0, "", b"", "", False)


def _opened(package: Package, locked: _Locked, word: str) -> bytes | None:
    """The part, still deflated; None where the password does not fit."""
    data = package.read(locked.part)
    if len(locked.iv) != 16 or locked.spins < 1 or not data or len(data) % 16:
        return None
    start = _START_KEYS[locked.start](word.encode("utf-8")).digest()
    key = hashlib.pbkdf2_hmac("sha1", start, locked.salt, locked.spins, locked.key_size)
    cipher = Cipher(AES(key), CBC(locked.iv)).decryptor()
    plain = cipher.update(data) + cipher.finalize()
    if not 1 <= plain[-1] <= 16:
        return None
    plain = plain[: -plain[-1]]
    digest = hashlib.sha256 if "256" in locked.check_kind else hashlib.sha1
    if digest(plain[:1024]).digest() == locked.check or digest(plain).digest() == locked.check:
        return plain
    return None


def _inflated(packed: bytes, room: int, where: str) -> bytes:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflate.decompress(packed, max(room, 1))
    except zlib.error:
        raise damaged(where) from None
    if inflate.unconsumed_tail:
        raise too_big(where, UNPACKED_LIMIT)
    return data


def _unknown(where: str) -> ReadError:
    return ReadError(
        f"{where} is protected by a password in a way that Threshold does not know. Open it in the program "
        "it was made with, take the password off, save it on this computer and open that.",
        where=where,
        code="password",
    )
