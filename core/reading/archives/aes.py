"""Members of zip archives encrypted with AES, as WinZip and 7-Zip write them (WinZip's AE-1 and AE-2)."""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

AES_METHOD = 99
_ROUNDS = 1_000
_CODE = 10


@dataclass(frozen=True)
class AesFields:
    """What an entry says of its encryption: AE version, key length in bytes, and the packing inside."""

    version: int
    key: int
    method: int


def aes_fields(extra: bytes) -> AesFields | None:
    """The extra field 0x9901; None where it is malformed."""
    if len(extra) < 7 or extra[2:4] != b"AE" or extra[4] not in (1, 2, 3):
        return None
    version, _, strength, method = struct.unpack_from("<H2sBH", extra)
    return AesFields(version, 8 + 8 * strength, method)


def open_aes(data: bytes, fields: AesFields, password: str) -> bytes | None:
    """The packed bytes; None where the password is wrong or the bytes were changed."""
    salt = fields.key // 2
    if len(data) < salt + 2 + _CODE:
        return None
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), data[:salt], _ROUNDS, 2 * fields.key + 2)
    if not hmac.compare_digest(keys[-2:], data[salt : salt + 2]):
        return None
    body = data[salt + 2 : -_CODE]
    code = hmac.new(keys[fields.key : 2 * fields.key], body, hashlib.sha1).digest()
    if not hmac.compare_digest(code[:_CODE], data[-_CODE:]):
        return None
    # A counter from 1 with its lowest byte first, which no library's counter mode has.
    blocks = -(-len(body) // 16)
    counters = np.zeros((blocks, 2), dtype="<u8")
    counters[:, 0] = np.arange(1, blocks + 1)
    encryptor = Cipher(algorithms.AES(keys[: fields.key]), modes.ECB()).encryptor()
    stream = encryptor.update(counters.tobytes())[: len(body)]
    return (np.frombuffer(body, np.uint8) ^ np.frombuffer(stream, np.uint8)).tobytes()
