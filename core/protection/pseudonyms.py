"""Keyed pseudonyms: the same patient gets the same code within one recipient and project, and nowhere else.

HMAC-SHA-256 over '<domain>|<canonical value>' with a key derived (HKDF-SHA-256) from the practice's
secret for one recipient and project, cut to 80 bits and written as 16 Crockford base32 characters.
A plain hash of an NHS number falls to trying them all in seconds; a key shared between recipients
lets two releases be joined. Both are ruled out here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.model import Role
from core.protection.keys.key import Key, names_bound
from core.survey.identifiers import is_default_date, nhs_digits, normalise, parse_date
from core.survey.people.local_keys import plain_key

_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", dtype=np.uint8)
_FRAME = np.frombuffer(b"P-0000-0000-0000-0000", dtype=np.uint8)
_LETTERS = np.flatnonzero(ord("0") == _FRAME)
_FIVE_BITS = np.array([16, 8, 4, 2, 1], dtype=np.uint8)
WIDTH = len(_FRAME)
PSEUDONYM = re.compile(r"P(?:-[0-9A-HJKMNP-TV-Z]{4}){4}")

#: Words that stand for 'no value'. A pseudonym of one would give the empty cell away and join strangers.
NO_VALUE = frozenset(
    ("null", "none", "nil", "nan", "n/a", "na", "unknown", "not known", "not recorded", "-", "--", ".", "?")
)


_BIRTH_AND_DEATH = frozenset((Role.DATE_OF_BIRTH.value, Role.DATE_OF_DEATH.value))


class HoldsSecret(Protocol):
    """Anything with a 32-byte secret, such as `core.protection.keys.Key`."""

    @property
    def secret(self) -> bytes: ...


def derive_secret(key: HoldsSecret, recipient: str, project: str) -> bytes:
    """The 32 bytes that make pseudonyms for one recipient and project.

    Names are compared without case or surplus spaces, so that typing 'Bristol  university' next year
    still gives the same pseudonyms. The two names are length-prefixed: ('ab', 'c') is not ('a', 'bc').
    """
    # A project keeps the key that it began with, whatever key the practice has now.
    secret = key.secret_for(recipient, project) if isinstance(key, Key) else key.secret
    info = b"threshold pseudonym 1" + names_bound(recipient, project)
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)


def domain_of(role: Role) -> str:
    """The domain that keeps the pseudonyms of different things apart, e.g. 'nhs', 'local', 'row'."""
    return {Role.NHS_NUMBER: "nhs", Role.PATIENT_KEY: "local", Role.ROW_KEY: "row"}.get(role, role.value)


def canonical(domain: str, text: str) -> str | None:
    """The one spelling of a value that its pseudonym is made from; None where the text is no value.

    '943 476 5919' and '9434765919' are one NHS number, 'bs6 5qa' and 'BS65QA' one postcode, '12/04/1961'
    and '1961-04-12' one day of birth; what a system writes for 'no date' is no value. A wrong check digit
    still names one person in the practice's own records and is accepted; what is not shaped like an NHS
    number is not, and nor are ten equal digits, which stand for 'none'.
    """
    if domain == "nhs":
        digits = nhs_digits(text)
        return None if digits is None or digits == digits[0] * 10 else digits
    plain = plain_key(text) if domain == "local" else text.strip()
    if not plain.strip("0") or plain.casefold() in NO_VALUE:
        return None
    if domain == Role.POSTCODE.value:
        return normalise(domain, plain) or None
    if domain in _BIRTH_AND_DEATH:
        if is_default_date(plain):
            return None
        day = parse_date(plain)
        return plain if day is None else day.isoformat()
    return plain


class Pseudonyms:
    """Makes pseudonyms with one derived secret. Safe to share between threads, and picklable."""

    __slots__ = ("_inner", "_outer", "_secret", "salt")

    def __init__(self, secret: bytes, salt: bytes = b"") -> None:
        self._secret = secret
        self.salt = salt  # of an older scheme of codes, b"" where none is used
        # HMAC is two hashes (RFC 2104). Keyed once and copied, they cost less than half of hmac's own copy.
        block = secret.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def of(self, domain: str, value: str) -> str:
        """The pseudonym of a canonical value: 'P-7KQ2-M9XD-0RHE-5V2T'."""
        return self.of_identity(f"{domain}|{value}")

    def of_identity(self, identity: str) -> str:
        """The pseudonym of '<domain>|<canonical value>', the form of PatientFacts.identity."""
        code = base64.b32encode(self._digest(identity)).decode("ascii").translate(_CROCKFORD)
        return f"P-{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}"

    def of_many(self, identities: Sequence[str | bytes]) -> npt.NDArray[np.uint8]:
        """The pseudonyms of many, as text or its UTF-8: one row of WIDTH ASCII bytes each, equal to
        `of_identity`."""
        result = np.empty((len(identities), WIDTH), dtype=np.uint8)
        result[:] = _FRAME
        if len(identities):
            digests = np.frombuffer(b"".join(self._digests(identities)), dtype=np.uint8)
            bits = np.unpackbits(digests).reshape(-1, 16, 5)
            result[:, _LETTERS] = _ALPHABET[bits @ _FIVE_BITS]
        return result

    def number(self, message: str) -> int:
        """80 bits drawn from a message, for what is no pseudonym: the days by which dates are moved."""
        return int.from_bytes(self._digest(message), "big")

    def _digest(self, identity: str) -> bytes:
        return self._digests((identity,))[0]

    def _digests(self, identities: Sequence[str | bytes]) -> list[bytes]:
        """80 bits of each. Ten million rows come through here: nothing is looked up in the loop."""
        keyed_inside, keyed_outside = self._inner.copy, self._outer.copy
        made: list[bytes] = []
        add = made.append
        for who in identities:
            inner, outer = keyed_inside(), keyed_outside()
            inner.update(who if isinstance(who, bytes) else who.encode("utf-8", "surrogatepass"))
            outer.update(inner.digest())
            add(outer.digest()[:10])
        return made

    def __repr__(self) -> str:
        return "Pseudonyms(...)"

    def __reduce__(self) -> tuple[type[Pseudonyms], tuple[bytes, bytes]]:
        return Pseudonyms, (self._secret, self.salt)


def pseudonyms_for(key: HoldsSecret, recipient: str, project: str) -> Pseudonyms:
    """The pseudonyms of one recipient and project."""
    salt = key.salt if isinstance(key, Key) else b""
    return Pseudonyms(derive_secret(key, recipient, project), salt)
