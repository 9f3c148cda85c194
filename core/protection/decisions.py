"""What a person decided of one export, as kept in a TOML file and checked on the way in. No patient data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.model import Kind, Role, UsageError
from core.protection.count_choices import CountDecisions
from core.protection.items import check_fingerprint, check_reason
from core.protection.profile import ActionId, in_words
from core.protection.seen import SeenDecision, patient_code
from core.protection.whole_files import read_toml
from core.survey.codes.systems import SYSTEM_WORDS


def _fingerprint(text: str) -> str:
    try:
        check_fingerprint(text)
    except UsageError as error:
        raise ValueError(error.message) from None
    return text


def _system(text: str) -> str:
    if text not in SYSTEM_WORDS:
        raise ValueError(f"the code systems are {', '.join(SYSTEM_WORDS)}")
    return text


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldDecision(_Checked):
    """What a person decided of a field: what it is, what happens to it, or both."""

    action: ActionId | None = None
    kind: Kind | None = None
    role: Role | None = None
    settings: Mapping[str, str] = Field(default_factory=dict)


class PatientDecisions(_Checked):
    leave_out: tuple[Annotated[str, AfterValidator(patient_code)], ...] = ()


class ItemDecision(_Checked):
    table: str
    row: Annotated[str, AfterValidator(_fingerprint)]
    reason: Annotated[str, AfterValidator(check_reason)]


class HazardDecisions(_Checked):
    confirmed: bool = False


class CodeDecisions(_Checked):
    """What a person decided of codes that could not be judged; None where it is left to the profile."""

    send_unknown: bool | None = None
    send_not_judged: bool | None = None
    new_systems: tuple[
        Annotated[str, AfterValidator(_system)], ...
    ] = ()  # code systems new since the earlier plan whose rows may leave


class Decisions(_Checked):
    """Everything a person decided about one export, as kept in a TOML file. No patient data."""

    fields: Mapping[str, Mapping[str, FieldDecision]] = Field(default_factory=dict)
    patients: PatientDecisions = PatientDecisions()
    items: tuple[ItemDecision, ...] = ()
    categories: Mapping[str, Literal["withhold", "send", "keep"]] = Field(default_factory=dict)
    hazards: HazardDecisions = HazardDecisions()
    codes: CodeDecisions = CodeDecisions()
    counts: CountDecisions = CountDecisions()
    confirmed: Mapping[str, int] = Field(default_factory=dict)  # died = 3: seen, and right
    seen: tuple[SeenDecision, ...] = ()  # records that somebody looked at; decides nothing


def read_decisions(path: Path) -> Decisions:
    """Decisions from a TOML file. Raises UsageError that says which entry is wrong and how."""
    data = read_toml(path, what="The file of decisions")
    try:
        return Decisions(**data)
    except ValidationError as error:
        raise UsageError(f"The decisions are not right: {in_words(error)}.", where=path.name) from None
    except TypeError:
        raise UsageError(
            "The file of decisions is not made as it should be. Write sections, such as [patients].",
            where=path.name,
        ) from None
