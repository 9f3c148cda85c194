"""What can be done to one value: leave it out, replace it with a code, make it coarser, keep it."""

from core.protection.actions.action import (
    BIRTHS,
    DATES,
    HOLDS,
    KEEPING,
    KEYED,
    NOBODY,
    SCRUB,
    SOMEBODY,
    SPEAKS,
    TESTING,
    UNREADABLE,
    Action,
    Input,
    Outcome,
    Person,
    Run,
    Setting,
    SettingChoice,
)
from core.protection.actions.ages import age_on, band_of
from core.protection.actions.notes import Scrub, scrubbing
from core.protection.actions.registry import ACTIONS, actions_for, run_of

__all__ = [
    "ACTIONS",
    "BIRTHS",
    "DATES",
    "HOLDS",
    "KEEPING",
    "KEYED",
    "NOBODY",
    "SCRUB",
    "SOMEBODY",
    "SPEAKS",
    "TESTING",
    "UNREADABLE",
    "Action",
    "Input",
    "Outcome",
    "Person",
    "Run",
    "Scrub",
    "Setting",
    "SettingChoice",
    "actions_for",
    "age_on",
    "band_of",
    "run_of",
    "scrubbing",
]
