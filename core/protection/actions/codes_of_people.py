"""Identifiers replaced by keyed codes."""

from __future__ import annotations

from core.model import Kind, Role, UsageError
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting
from core.protection.pseudonyms import Pseudonyms, canonical, domain_of


def _pseudonym(setting: Setting) -> Run:
    pseudonyms, domain = setting.pseudonyms, domain_of(setting.role)
    if pseudonyms is None:
        raise UsageError("Replacing with a code needs a key.", where="key")

    def run(text: str) -> Outcome:
        value = canonical(domain, text)
        return BLANK if value is None else (pseudonyms.of(domain, value), "")

    return run


_TESTED = Setting(Role.NHS_NUMBER, {}, Pseudonyms(bytes(32)))

ACTIONS = (
    Action(
        "pseudonym",
        "Replace with a code",
        "keyed pseudonym (HMAC-SHA-256, per recipient and project)",
        "Replaced with a code that only the practice can trace back.",
        _pseudonym,
        "Left blank: the value is not one that a code can be made from.",
        kinds=frozenset((Kind.DIRECT_IDENTIFIER, Kind.LINKING_KEY, Kind.STAFF)),
        examples=(("999 123 4560", "P-DAK9-2DT4-1AMJ-DW5B"), ("nobody", None)),
        example_setting=_TESTED,
    ),
)
