"""ndr_pseudonymise, the scheme of the national disease registration service, to the byte.

    pseudo id  = hex of SHA-256( real id + salt 1 ), the real id being titles and values joined by '_'
    key bundle = AES( real id + salt 2, key of the demographics ), one for each real id
    row        = pseudo id (key bundle) AES(key, demographics as JSON), then the clinical fields

AES is AES-256-CBC with the key SHA-256(key string), sixteen zero bytes for the first block, PKCS#7 padding
and base 64. Source: NHSDigital/ndr_pseudonymise, test/unit and its own sample output. There is no secret
initialisation vector and no slow key derivation; that is how the scheme is, and why it carries a warning.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.model import UsageError

PREAMBLE = "Pseudonymised matching data v2.0-demog-only"
HEADER_MARK = "HEADER_ROW"
_NO_IV = bytes(16)
_SALT = re.compile(r"^:(salt[1-5]):\s*[\"']?([0-9A-Za-z]{16,128})[\"']?\s*$", re.MULTILINE)
_ROW = re.compile(r"([0-9a-f]{64}) \(([A-Za-z0-9+/= ]+)\) ([A-Za-z0-9+/=]+)")
_SHORT = 16


@dataclass(frozen=True)
class Salts:
    """The salts of a salt file: 1 for pseudo ids, 2 for the key bundles of demographics."""

    id: str = field(repr=False)
    demographics: str = field(default="", repr=False)


@dataclass(frozen=True)
class PackedRow:
    """One row's pseudonymised part: the pseudo id, the key bundles, the sealed demographics."""

    pseudo_id: str
    key_bundles: tuple[str, ...]
    demographics: str

    def __str__(self) -> str:
        return f"{self.pseudo_id} ({' '.join(self.key_bundles)}) {self.demographics}"


def real_id(fields: Mapping[str, str]) -> str:
    """What a pseudo id is made from: 'nhsnumber_1234567881'. Every '_' in a title or value is doubled; a
    postcode goes without blanks, in capitals."""
    values = [_value(title, value) for title, value in fields.items()]
    return "_".join(part.replace("_", "__") for part in (*fields, *values))


def pseudo_id(real: str, salt: str) -> str:
    """64 small hexadecimal digits. Raises UsageError for an empty salt."""
    if not salt:
        raise UsageError(
            "The salt is empty, and codes without one can be looked up. Name a file that holds one.",
            where="salt",
        )
    return hashlib.sha256((real + salt).encode("utf-8", "surrogatepass")).hexdigest()


def repseudonymised(pseudo: str, salt: str, *, short: bool = True) -> str:
    """A pseudo id under another salt, as a project gets it; the short form has 16 digits."""
    code = pseudo_id(f"pseudoid_{pseudo}", salt)
    return code[:_SHORT] if short else code


def encrypt(key: str, text: str) -> str:
    """AES as the scheme does it; the key is a string."""
    from cryptography.hazmat.primitives.padding import PKCS7

    padder = PKCS7(128).padder()
    padded = padder.update(text.encode("utf-8")) + padder.finalize()
    sealer = _cipher(key).encryptor()
    return base64.b64encode(sealer.update(padded) + sealer.finalize()).decode("ascii")


def decrypt(key: str, sealed: str) -> str:
    """What `encrypt` sealed. Raises UsageError where the key is another one or the text was damaged."""
    from cryptography.hazmat.primitives.padding import PKCS7

    try:
        opener, unpadder = _cipher(key).decryptor(), PKCS7(128).unpadder()
        padded = opener.update(base64.b64decode(sealed.strip(), validate=True)) + opener.finalize()
        return (unpadder.update(padded) + unpadder.finalize()).decode("utf-8")
    except (ValueError, binascii.Error):
        raise UsageError(
            "It does not open with this key, or it was damaged. Check which key it was made with.",
            code="salt",
        ) from None


def pack(real_ids: Sequence[str], demographics: Mapping[str, str], key: str, salts: Salts) -> PackedRow:
    """A row's pseudonymised part; `key` is the row's own random key, 64 hexadecimal digits."""
    text = json.dumps(demographics, separators=(",", ":"), ensure_ascii=False)
    bundles = tuple(encrypt(real + salts.demographics, key) for real in real_ids)
    return PackedRow(pseudo_id(real_ids[0], salts.id), bundles, encrypt(key, text))


def unpack(row: PackedRow, real: str, salts: Salts, *, which: int = 0) -> Mapping[str, str]:
    """The demographics of a row, for whoever knows whose it is. Raises UsageError where it is another's."""
    key = decrypt(real + salts.demographics, row.key_bundles[which])
    found: Mapping[str, str] = json.loads(decrypt(key, row.demographics))
    return found


def parse_row(line: str) -> tuple[PackedRow, str]:
    """The pseudonymised part of a line, and the rest of the line from its first comma on."""
    first, comma, rest = line.partition(",")
    found = _ROW.fullmatch(first)
    if found is None:
        raise UsageError("The line is not one of a pseudonymised file of this scheme.")
    return PackedRow(found[1], tuple(found[2].split(" ")), found[3]), comma + rest


def read_salts(raw: bytes, passphrase: str = "") -> Salts:
    """The salts in a .yml file, or in a .kek file that is sealed with a pass phrase. Raises UsageError."""
    text = raw.decode("utf-8", "replace")
    if not _SALT.search(text):
        if not passphrase:
            raise UsageError(
                "The file of salts is sealed. Put its pass phrase in THRESHOLD_SALT_PASSPHRASE.",
                where="--salt-file",
                code="salt",
            )
        try:
            text = decrypt(passphrase, "".join(text.split()))
        except UsageError:
            raise UsageError(
                "The file of salts does not open with this pass phrase, or it is damaged. Check capitals and "
                "spaces in THRESHOLD_SALT_PASSPHRASE.",
                where="--salt-file",
                code="salt",
            ) from None
    found = dict(_SALT.findall(text))
    if "salt1" not in found:
        raise UsageError(
            "The file holds no salt of this scheme. Check that it is the right file.",
            where="--salt-file",
            code="salt",
        )
    return Salts(found["salt1"], found.get("salt2", ""))


def _value(title: str, value: str) -> str:
    return "".join(value.split()).upper() if "postcode" in title else value


def _cipher(key: str):  # type: ignore[no-untyped-def]
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES256(hashlib.sha256(key.encode("utf-8")).digest()), modes.CBC(_NO_IV))
