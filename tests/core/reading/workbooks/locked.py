"""Workbooks with passwords, made the way office programs make them."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import msoffcrypto
import olefile
import xlwt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from core.reading.workbooks.xls_compound import compound_of
from tests.core.reading.workbooks.workbooks import CANARY, ROWS, Book

PASSWORD = "Wisteria-42"
SALT = bytes(range(16))
VERIFIER = bytes(range(16, 32))
_PLAIN = (0x809, 0x2F, 0x194, 0x195, 0xE1, 0x196, 0x138)


def plain_xlsx() -> bytes:
    book = Book(rows=f'<row r="5"><c r="A5" t="inlineStr"><is><t>{CANARY}</t></is></c></row>')
    book.part("xl/theme/theme1.xml", "theme", "<theme>" + os.urandom(6000).hex() + "</theme>")
    data = book.build()
    # The library that encrypts writes such files only for zip files of whole blocks.
    book.comment = b"." * (-len(data) % 16)
    return book.build()


def agile_xlsx(password: str = PASSWORD) -> bytes:
    out = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(plain_xlsx())).encrypt(password, out)
    return out.getvalue()


def standard_xlsx(password: str = PASSWORD) -> bytes:
    """[MS-OFFCRYPTO] 2.3.4.5 with AES-128."""
    key = ECMA376Standard.makekey_from_password(password, 0x660E, 0x8004, 0x18, 128, 16, SALT)
    cipher = Cipher(AES(key), ECB()).encryptor()
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + "AES\0".encode("utf-16-le")
    digest = hashlib.sha1(VERIFIER).digest().ljust(32, b"\0")
    verifier = struct.pack("<I16s", 16, SALT) + cipher.update(VERIFIER) + struct.pack("<I", 20)
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header + verifier + cipher.update(digest)
    data = plain_xlsx()
    packed = len(data).to_bytes(8, "little") + cipher.update(data.ljust(-(-len(data) // 16) * 16, b"\0"))
    out = io.BytesIO()
    ECMA376Encrypted(packed, info).write_to(out)
    return out.getvalue()


def plain_xls(rows: int = 0) -> bytes:
    """An old workbook; with `rows` it has so many more."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("List")
    for number, texts in enumerate([*ROWS, [CANARY]]):
        for column, text in enumerate(texts):
            sheet.write(number, column, text)
    for number in range(rows):
        sheet.write(len(ROWS) + 1 + number, 0, f"99900{number:05d}")
    book.add_sheet("Second").write(0, 0, "Forenames")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def stream_of(data: bytes) -> bytes:
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        return ole.openstream("Workbook").read()


def rc4_xls(password: str = PASSWORD, rows: int = 0) -> bytes:
    """[MS-OFFCRYPTO] 2.3.6."""
    start = _keystream(DocumentRC4.decrypt(password, SALT, io.BytesIO(bytes(32)), blocksize=1024))
    info = SALT + _mixed(VERIFIER + hashlib.md5(VERIFIER).digest(), start)
    stream = _with_file_pass(stream_of(plain_xls(rows)), struct.pack("<HHH", 1, 1, 1) + info)
    keys = _keystream(DocumentRC4.decrypt(password, SALT, io.BytesIO(bytes(len(stream))), blocksize=1024))
    return compound_of(_encrypted(stream, _mixed(stream, keys)))


def crypto_api_xls(password: str = PASSWORD) -> bytes:
    """[MS-OFFCRYPTO] 2.3.5."""
    decrypt = DocumentRC4CryptoAPI.decrypt
    start = _keystream(decrypt(password, SALT, 128, io.BytesIO(bytes(36)), blocksize=1024))
    mixed = _mixed(VERIFIER + hashlib.sha1(VERIFIER).digest(), start)
    header = struct.pack("<8I", 4, 0, 0x6801, 0x8004, 128, 1, 0, 0) + "RC4\0".encode("utf-16-le")
    info = struct.pack("<II", 4, len(header)) + header + struct.pack("<I16s", 16, SALT) + mixed[:16]
    info += struct.pack("<I", 20) + mixed[16:]
    stream = _with_file_pass(stream_of(plain_xls()), struct.pack("<HHH", 1, 2, 2) + info)
    keys = _keystream(decrypt(password, SALT, 128, io.BytesIO(bytes(len(stream))), blocksize=1024))
    return compound_of(_encrypted(stream, _mixed(stream, keys)))


def xor_xls(password: str = PASSWORD) -> bytes:
    """[MS-OFFCRYPTO] 2.3.7.3."""
    check = next(v for v in range(1 << 16) if DocumentXOR.verifypw(password, v))
    key = DocumentXOR.create_xor_key_method1(password)
    stream = _with_file_pass(stream_of(plain_xls()), struct.pack("<HHH", 0, key, check))
    mask = DocumentXOR.create_xor_array_method1(password)
    mixed = bytearray(stream)
    for at, _, size in _records(stream):
        for n in range(size):
            byte = stream[at + 4 + n]
            mixed[at + 4 + n] = (byte << 5 & 0xFF | byte >> 3) ^ mask[(at + 4 + n + size) % 16]
    return compound_of(_encrypted(stream, bytes(mixed)))


def locked_ods(
    content: str, password: str = PASSWORD, *, cipher: str = "aes256-cbc", claimed: int = 1000
) -> bytes:
    """[ODF 1.2] part 3, 3.4: AES-256 with PBKDF2."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {"content.xml": content.encode(), "styles.xml": b"<x/>"}
    entries, packed = [], {}
    for number, (name, data) in enumerate(parts.items()):
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        small = deflate.compress(data) + deflate.flush()
        pad = 16 - len(small) % 16
        salt, iv = bytes([number]) * 16, bytes([number + 9]) * 16
        key = hashlib.pbkdf2_hmac("sha1", hashlib.sha256(password.encode()).digest(), salt, 1000, 32)
        encryptor = Cipher(AES(key), CBC(iv)).encryptor()
        packed[name] = encryptor.update(small + bytes(pad - 1) + bytes([pad]))
        entries.append(
            f'<manifest:file-entry manifest:full-path="{name}" manifest:size="{len(data)}">'
            '<manifest:encryption-data manifest:checksum-type="urn:oasis:names:tc:opendocument:xmlns:'
            f'manifest:1.0#sha256-1k" manifest:checksum="{_base64(hashlib.sha256(small[:1024]).digest())}">'
            f'<manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#{cipher}" '
            f'manifest:initialisation-vector="{_base64(iv)}"/>'
            '<manifest:key-derivation manifest:key-derivation-name="PBKDF2" manifest:key-size="32" '
            f'manifest:iteration-count="{claimed}" manifest:salt="{_base64(salt)}"/>'
            "<manifest:start-key-generation manifest:start-key-generation-name="
            '"http://www.w3.org/2000/09/xmldsig#sha256" manifest:key-size="32"/>'
            "</manifest:encryption-data></manifest:file-entry>"
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        for name, data in packed.items():
            archive.writestr(name, data)
        archive.writestr(
            "META-INF/manifest.xml", f"<manifest:manifest>{''.join(entries)}</manifest:manifest>"
        )
    return out.getvalue()


def written(folder: Path, data: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _keystream(found: io.BytesIO) -> bytes:
    return found.getvalue()


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _records(stream: bytes) -> list[tuple[int, int, int]]:
    found, at = [], 0
    while at + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, at)
        found.append((at, number, size))
        at += 4 + size
    return found


def _with_file_pass(stream: bytes, info: bytes) -> bytes:
    """The stream with the record that says how it is encrypted; sheets lie so much further on."""
    record = struct.pack("<HH", 0x2F, len(info)) + info
    out = bytearray()
    for at, number, size in _records(stream):
        piece = bytearray(stream[at : at + 4 + size])
        if number == 0x85:
            offset = int.from_bytes(piece[4:8], "little") + len(record)
            piece[4:8] = offset.to_bytes(4, "little")
        out += piece
        if at == 0:
            out += record
    return bytes(out)


def _encrypted(stream: bytes, mixed: bytes) -> bytes:
    """The mixed bytes, with those plain that must stay so."""
    out = bytearray(mixed)
    for at, number, size in _records(stream):
        kept = 4 + (size if number in _PLAIN else 4 if number == 0x85 else 0)
        out[at : at + kept] = stream[at : at + kept]
    return bytes(out)
