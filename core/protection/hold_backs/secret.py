"""The codes of the hold-back list: made under the practice's own key, and never a recipient's.

HKDF-SHA-256 of the practice's secret with an info of its own gives 64 bytes: half of them make the codes,
half seal the list. Neither can be worked out from a pseudonym that was sent, nor the other way round.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.protection.keys import Key
from core.protection.keys.key import label_of
from core.protection.pseudonyms import Pseudonyms

_INFO = b"threshold hold-back 1"
CODE = re.compile(r"H(?:-[0-9A-HJKMNP-TV-Z]{4}){4}")


@dataclass(frozen=True)
class HoldBackSecret:
    """Makes the codes of one practice's list, and seals it. Its text form never shows the secret."""

    label: str  # the key's, which says nothing of it
    _codes: Pseudonyms = field(repr=False, compare=False)
    _seal: bytes = field(repr=False)

    def code(self, what: str, *parts: str) -> str:
        """The code of a thing: 'H-7KQ2-M9XD-0RHE-5V2T'. Each part is written with its length, so that no two
        things are one message."""
        message = what + "".join(f"|{len(part)}:{part}" for part in parts)
        return "H" + self._codes.of_identity(message)[1:]

    def seal(self, text: bytes) -> str:
        """HMAC-SHA-256 (hex) of the list's canonical text."""
        return hmac.new(self._seal, text, hashlib.sha256).hexdigest()


def hold_back_secret(key: Key, begun_with: str = "") -> HoldBackSecret:
    """The secret of the hold-back list under the practice's key.

    A key that was replaced stays inside the new one, and a list keeps the one it was begun with: `begun_with`
    is its label. Of a label that the key does not hold, and without one, the newest is taken."""
    own = next((secret for secret in key.secrets if label_of(secret) == begun_with), key.secret)
    made = HKDF(algorithm=hashes.SHA256(), length=64, salt=None, info=_INFO).derive(own)
    return HoldBackSecret(label_of(own), Pseudonyms(made[:32]), made[32:])
