"""One entry of the book of recipients: who they are, what was agreed, and the limits of it.

What an entry does not say gives nothing: who is not said to be accredited is not.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core.model import Kind, Role, Status
from core.protection.plan import Purpose
from core.protection.recipients.types import recipient_types

#: What lets personal data go to a country outside the United Kingdom: UK GDPR articles 45 to 47 and 49.
TRANSFERS = {
    "adequacy": "adequacy regulations",
    "data_bridge": "the UK-US data bridge",
    "idta": "the international data transfer agreement",
    "addendum": "the addendum to the EU's standard clauses",
    "binding_rules": "binding corporate rules",
}
#: What a recipient may do besides, and what patients fear most of it.
INTERESTS = {
    "insurance": "insurance",
    "benefits": "deciding on benefits",
    "marketing": "marketing",
    "immigration": "immigration control",
}
_AT_HOME = frozenset(
    ("uk", "gb", "gbr", "united kingdom", "great britain", "england", "wales", "scotland", "northern ireland")
)


def plain(name: str) -> str:
    """A name as it is compared: without case or surplus spaces."""
    return " ".join(name.split()).casefold()


def _type(name: str) -> str:
    if name not in recipient_types():
        raise ValueError(f"the type is one of {', '.join(recipient_types())}")
    return name


def _status(name: str) -> str:
    known = [status.name.lower() for status in Status]
    if name not in known:
        raise ValueError(f"a status is one of {', '.join(known)}")
    return name


def _interest(name: str) -> str:
    if name not in INTERESTS:
        raise ValueError(f"another interest is one of {', '.join(INTERESTS)}")
    return name


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Accreditation(_Checked):
    """What shows that a recipient keeps such data well: its reference, and the last day on which it holds."""

    reference: str = Field(min_length=1, pattern=r"\S")
    until: date


class AgreedFields(_Checked):
    """Only these fields: those of a role, of a kind, or of a name. A field that is in none is left out."""

    roles: tuple[Role, ...] = ()
    kinds: tuple[Kind, ...] = ()
    names: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not (self.roles or self.kinds or self.names):
            raise ValueError("say at least one of roles, kinds or names")
        return self

    def holds(self, kind: Kind, role: Role, name: str) -> bool:
        """Whether a field was agreed."""
        wanted = {plain(one) for one in self.names}
        return role in self.roles or kind in self.kinds or plain(name) in wanted


class Cohort(_Checked):
    """Only these patients. Ages are whole years on the last day of the export; both ends are included."""

    statuses: tuple[Annotated[str, AfterValidator(_status)], ...] = ()
    age_from: int | None = Field(None, ge=0, le=150)
    age_to: int | None = Field(None, ge=0, le=150)

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            raise ValueError("age_from is above age_to")
        return self


class AgreedWindow(_Checked):
    """Only events of these days, both included; `last_months` counts back from the export's last day."""

    from_: date | None = Field(None, alias="from")
    until: date | None = None
    last_months: int | None = Field(None, ge=1, le=1200)

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.from_ is not None and self.until is not None and self.from_ > self.until:
            raise ValueError("from is after until")
        return self


class Recipient(_Checked):
    """One recipient. Both days of the span are included."""

    legal_basis: str
    agreement: str = ""
    valid_from: date
    valid_until: date
    profiles: tuple[str, ...]
    # Entries of the book's first form stop here.
    type: Annotated[str, AfterValidator(_type)] | None = None
    other_names: tuple[str, ...] = ()
    contact: str = ""  # a role, such as 'data manager'; no person is needed
    purposes: tuple[Purpose, ...] = ()  # none said: those of the profiles
    accredited_identifiable: Accreditation | Literal[False] = False
    accredited_sensitive: Accreditation | Literal[False] = False
    price: Decimal | None = Field(None, ge=0)  # pounds, what the recipient pays
    cost: Decimal | None = Field(None, ge=0)  # pounds, what making it costs the practice
    acts_as: Literal["", "controller", "joint_controller", "processor"] = ""
    acts_for: str = ""  # the controller, where it is a processor
    onward_sharing: bool = False
    onward_to: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()  # where the data will be, none said: not told
    transfer: Literal["", "adequacy", "data_bridge", "idta", "addendum", "binding_rules"] = ""
    other_interests: tuple[Annotated[str, AfterValidator(_interest)], ...] = ()
    interests_approved: str = ""  # reference of the approval that knew of them
    destroy_by: date | None = None
    only: AgreedFields | None = None
    cohort: Cohort | None = None
    window: AgreedWindow | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.valid_from > self.valid_until:
            raise ValueError("valid_from is after valid_until")
        if self.acts_as == "processor" and not (self.acts_for.strip() and self.agreement.strip()):
            raise ValueError("a processor needs acts_for and the agreement (UK GDPR article 28)")
        if self.onward_sharing and not self.onward_to:
            raise ValueError("say in onward_to who gets it from this recipient")
        if self.onward_to and not self.onward_sharing:
            raise ValueError("onward_to is for a recipient with onward_sharing = true")
        return self

    def live(self, profile_id: str, today: date) -> bool:
        """Whether the recipient may get output under this profile today."""
        return (
            bool(self.legal_basis.strip())
            and profile_id in self.profiles
            and self.valid_from <= today <= self.valid_until
        )

    @property
    def limited(self) -> bool:
        """Whether the entry limits fields, patients or days."""
        return any(limit is not None for limit in (self.only, self.cohort, self.window))

    @property
    def abroad(self) -> tuple[str, ...]:
        """The countries that are not the United Kingdom."""
        return tuple(country for country in self.countries if plain(country) not in _AT_HOME)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the entry's canonical JSON, without what it does not say."""
        told = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        text = json.dumps(told, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def accredited(found: Accreditation | Literal[False], today: date) -> bool:
    """Whether an accreditation is there and still holds."""
    return isinstance(found, Accreditation) and today <= found.until
