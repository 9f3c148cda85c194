"""The secret that pseudonyms are made with, and the earlier secrets that running projects began with.

Pseudonyms of one project must stay the same in later releases. So a key that was replaced is not thrown
away: it stays inside the new one as an earlier generation, and every project that ran at that moment is
named (by a mark, not by its words) with the generation that it began with. All other projects use the
newest secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.model import UsageError

KEY_BYTES = 32
MOST_GENERATIONS = 20

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Key:
    """A 256-bit secret. Its text form never shows it.

    `earlier` are the secrets that it replaced, the latest first; `began` says which of them a project uses,
    as pairs (mark of the project, label of the secret). `salt` is that of an older scheme of codes, when
    one is used; it is no part of the key and is kept in no key file."""

    secret: bytes = field(repr=False)
    earlier: tuple[bytes, ...] = field(default=(), repr=False)
    began: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    salt: bytes = field(default=b"", repr=False, compare=False)

    def __post_init__(self) -> None:
        for secret in self.secrets:
            if not isinstance(secret, bytes) or len(secret) != KEY_BYTES:
                raise UsageError(f"A key is {KEY_BYTES} bytes long; this one is {len(secret)}.")
        if len(self.earlier) >= MOST_GENERATIONS:
            raise UsageError(f"A key is replaced {MOST_GENERATIONS - 1} times at most. Make a new key file.")
        if not {label for _, label in self.began} <= {label_of(secret) for secret in self.secrets}:
            raise UsageError("The key names a project whose secret it does not hold.", code="not_a_key")

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """Every secret that it holds, the newest first."""
        return (self.secret, *self.earlier)

    @property
    def label(self) -> str:
        """Eight letters that tell two keys apart and say nothing of the secret, e.g. 'K-1F3A90C2'."""
        return label_of(self.secret)

    @property
    def earlier_labels(self) -> tuple[str, ...]:
        return tuple(label_of(secret) for secret in self.earlier)

    def secret_for(self, recipient: str, project: str) -> bytes:
        """The secret that makes the pseudonyms of this project: the one it began with."""
        wanted = dict(self.began).get(project_mark(recipient, project))
        return next((s for s in self.secrets if label_of(s) == wanted), self.secret)

    def label_for(self, recipient: str, project: str) -> str:
        """The label of the secret that this project uses."""
        return label_of(self.secret_for(recipient, project))

    def replaced(self, running: Iterable[tuple[str, str]]) -> Key:
        """A new key that holds this one as its latest earlier generation.

        `running` are the (recipient, project) pairs whose pseudonyms must stay as they are."""
        began = dict(self.began)
        for recipient, project in running:
            began.setdefault(project_mark(recipient, project), self.label)
        return Key(secrets.token_bytes(KEY_BYTES), self.secrets, tuple(sorted(began.items())))

    def holds(self, other: Key) -> bool:
        """Whether everything that `other` can make or trace can be made or traced with this key."""
        return (
            set(other.secrets) <= set(self.secrets) and dict(other.began).items() <= dict(self.began).items()
        )


def create_key() -> Key:
    """A new key from the system's random source."""
    return Key(secrets.token_bytes(KEY_BYTES))


def label_of(secret: bytes) -> str:
    """The label of a secret."""
    mark = hmac.new(secret, b"threshold key label", hashlib.sha256).hexdigest()
    return f"K-{mark[:8].upper()}"


def names_bound(recipient: str, project: str) -> bytes:
    """The two names as bytes, compared without case or surplus spaces, each with its length before it:
    ('ab', 'c') is not ('a', 'bc')."""
    bound = b""
    for name in (recipient, project):
        text = _SPACES.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold().encode()
        bound += len(text).to_bytes(4, "big") + text
    return bound


def project_mark(recipient: str, project: str) -> str:
    """What stands for a project in a key: 32 hexadecimal digits."""
    return hashlib.sha256(b"threshold project 1" + names_bound(recipient, project)).hexdigest()[:32]
