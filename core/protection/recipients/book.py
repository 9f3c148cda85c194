"""The book of recipients: who may get what, on which legal basis, and until when.

[recipients."Bristol Trial Unit"]
legal_basis = "Regulation 5 COPI, CAG 21/CAG/0001"
agreement = "DSA-2026-014"
valid_from = 2026-01-01
valid_until = 2027-12-31
profiles = ["approved-research"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.model import UsageError
from core.protection.profile import in_words


class Recipient(BaseModel):
    """One recipient's legal basis and agreement. Both days of the span are included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    legal_basis: str
    agreement: str = ""
    valid_from: date
    valid_until: date
    profiles: tuple[str, ...]

    def live(self, profile_id: str, today: date) -> bool:
        """Whether the recipient may get output under this profile today."""
        return (
            bool(self.legal_basis.strip())
            and profile_id in self.profiles
            and self.valid_from <= today <= self.valid_until
        )


class RecipientsBook(BaseModel):
    """All recipients by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipients: Mapping[str, Recipient]

    def find(self, name: str) -> Recipient | None:
        """The recipient of this name, compared without case or surplus spaces."""
        wanted = " ".join(name.split()).casefold()
        for known, recipient in self.recipients.items():
            if " ".join(known.split()).casefold() == wanted:
                return recipient
        return None


def read_recipients(path: Path) -> RecipientsBook:
    """The book from its TOML file. Raises UsageError that says which entry is wrong and how."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise UsageError("The book of recipients cannot be read.", where=path.name) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The book of recipients is not valid TOML: {error}.", where=path.name) from None
    try:
        return RecipientsBook(**data)
    except ValidationError as error:
        raise UsageError(
            f"The book of recipients is not right: {in_words(error)}.", where=path.name
        ) from None
