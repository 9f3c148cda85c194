"""Making archives for the tests of this room: sound ones, and such as no honest program makes."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import py7zr
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PATIENTS = b"NHS number,Surname,Date of birth\n9990000018,White,01/02/1960\n9990000026,May,03/04/1970\n"
VISITS = b"NHS number,Visit date\n9990000018,05/06/2024\n9990000018,07/06/2024\n9990000026,08/06/2024\n"


def zipped(
    members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 6, 1, 12, 0, 0)), data, method)
        archive.comment = comment
    return out.getvalue()


def sevened(members: Mapping[str, bytes], *, password: str | None = None, hide_names: bool = False) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=hide_names) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return out.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def gzipped(data: bytes, name: str = "") -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=out, mtime=0) as file:
        file.write(data)
    return out.getvalue()


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def local(name: bytes, packed: bytes, size: int, crc: int, *, method: int = 8, flags: int = 0) -> bytes:
    head = struct.pack(
        "<4sHHHHHIIIHH", b"PK\3\4", 20, flags, method, 0, 0x5821, crc, len(packed), size, len(name), 0
    )
    return head + name + packed


def central(
    name: bytes,
    packed: int,
    size: int,
    crc: int,
    offset: int,
    *,
    method: int = 8,
    flags: int = 0,
    mode: int = 0,
    extra: bytes = b"",
) -> bytes:
    head = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        b"PK\1\2", 20, 20, flags, method, 0, 0x5821, crc, packed, size, len(name), len(extra), 0, 0, 0,
        mode << 16, offset,
    )  # fmt: skip
    return head + name + extra


def end(entries: int, size: int, offset: int) -> bytes:
    return struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, entries, entries, size, offset, 0)


def single(
    name: bytes,
    data: bytes,
    *,
    size: int | None = None,
    crc: int | None = None,
    told: bytes = b"",
    mode: int = 0,
) -> bytes:
    """A zip of one member made by hand: `size`, `crc` and `told` are what its directory says of it."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeeze.compress(data) + squeeze.flush()
    size, crc = len(data) if size is None else size, zlib.crc32(data) if crc is None else crc
    body = local(name, packed, size, crc)
    directory = central(told or name, len(packed), size, crc, 0, mode=mode)
    return body + directory + end(1, len(directory), len(body))


def aes_zipped(name: str, data: bytes, password: str, *, version: int = 2) -> bytes:
    """A zip of one member encrypted as WinZip describes it, AES-256."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = squeeze.compress(data) + squeeze.flush()
    salt = bytes(range(16))
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 66)
    block = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor()
    stream = b"".join(block.update((n + 1).to_bytes(16, "little")) for n in range((len(plain) + 15) // 16))
    body = bytes(a ^ b for a, b in zip(plain, stream, strict=False))
    packed = salt + keys[64:] + body + hmac.new(keys[32:64], body, hashlib.sha1).digest()[:10]
    extra = struct.pack("<HHH2sBH", 0x9901, 7, version, b"AE", 3, 8)
    crc = zlib.crc32(data) if version == 1 else 0
    first = local(name.encode(), packed, len(data), crc, method=99, flags=1)
    directory = central(name.encode(), len(packed), len(data), crc, 0, method=99, flags=1, extra=extra)
    return first + directory + end(1, len(directory), len(first))


def changed_7z(content: bytes, change: Callable[[Any], None]) -> bytes:
    """A 7z archive whose list of files was changed after it was made."""
    with py7zr.SevenZipFile(io.BytesIO(content)) as archive:
        change(archive.header)
        out = io.BytesIO()
        archive.header.write(out, 0, encoded=False)
    listed = out.getvalue()
    body = content[32 : 32 + struct.unpack_from("<Q", content, 12)[0]]
    start = struct.pack("<QQI", len(body), len(listed), zlib.crc32(listed))
    return content[:8] + struct.pack("<I", zlib.crc32(start)) + start + body + listed
