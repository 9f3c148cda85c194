"""Identifiers replaced by keyed codes: patients' pseudonyms; surrogates of rows, staff and organisations."""

from __future__ import annotations

import re

from core.model import Kind, Role, UsageError
from core.protection.actions.action import (
    BLANK,
    Action,
    Input,
    Outcome,
    Run,
    Setting,
    SettingChoice,
)
from core.protection.pseudonyms import NO_VALUE, Pseudonyms, canonical, domain_of
from core.survey.people.local_keys import plain_key

#: Before the domain of a surrogate, so that none is ever made from what a pseudonym is made from.
_SURROGATE = "surrogate "
_FIELD, _ROWS, _STAFF, _ORGANISATION = "field", "row", "staff", "organisation"
#: A reference to a record with a GUID: 'Encounter/6F1B...', with a server before it or a version after, and
#: 'urn:uuid:6f1b...' (HL7 FHIR R4, References). The GUID alone is the record's own key. Other keys stay as
#: they are written: the 2 of 'Encounter/2' is another than that of 'Condition/2'. RE2 reads it alike.
REFERENCE = (
    r"[ \t]*(?:(?:[A-Za-z][A-Za-z0-9+.-]*://[^ \t\r\n]*/)?[A-Z][A-Za-z]*/|(?i:urn:uuid:))"
    r"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})(?:/_history/[A-Za-z0-9.-]*)?/?[ \t]*"
)
_REFERENCE = re.compile(REFERENCE)
#: A table's key and the fields of other tables that point to it must agree, whatever each is called.
_DOMAINS = {
    Role.ROW_KEY: _ROWS,
    Role.STAFF_CODE: _STAFF,
    Role.STAFF_NAME: _STAFF,
    Role.ORGANISATION: _ORGANISATION,
}


def _pseudonym(setting: Setting) -> Run:
    """By the value alone. Fields that name the row's patient are done by `protection.coded`."""
    pseudonyms, domain = _keyed(setting), domain_of(setting.role)

    def run(text: str) -> Outcome:
        value = canonical(domain, text)
        return BLANK if value is None else (pseudonyms.of(domain, value), "")

    return run


def _surrogate(setting: Setting) -> Run:
    pseudonyms, domain = _keyed(setting), surrogate_domain(setting)

    def run(text: str) -> Outcome:
        named = surrogate_of(domain, text)
        return BLANK if named is None else (f"S{pseudonyms.of_identity(named)[1:]}", "")

    return run


def surrogate_domain(setting: Setting) -> str:
    """The domain that a field's surrogates are made in: its role's, or the one that the setting names."""
    named = setting.settings.get("of", _FIELD)
    if set(setting.settings) - {"of"} or named not in (_FIELD, _ROWS, _STAFF, _ORGANISATION):
        raise UsageError(
            'A surrogate key stands for one of these: settings = { of = "row" }, "staff" or "organisation".',
            where="settings",
        )
    return _DOMAINS.get(setting.role, _ROWS) if named == _FIELD else named


def surrogate_of(domain: str, text: str) -> str | None:
    """What a surrogate is made from, None where the text is no value.

    GUIDs count without braces and in capitals, and a reference to a record with a GUID as the GUID; names and
    codes of staff and organisations without case and surplus blanks. A GUID of noughts stands for none: one
    code for it would tie strangers together."""
    refers = _REFERENCE.fullmatch(text) if domain == _ROWS else None
    value = plain_key(text if refers is None else refers[1])
    if domain != _ROWS:
        value = " ".join(value.split()).casefold()
    if not value.strip("0-") or value.casefold() in NO_VALUE:
        return None
    return f"{_SURROGATE}{domain}|{value}"


def _keyed(setting: Setting) -> Pseudonyms:
    if setting.pseudonyms is None:
        raise UsageError("Replacing with a code needs a key.", where="key")
    return setting.pseudonyms


_TESTED = Setting(Role.NHS_NUMBER, {}, Pseudonyms(bytes(32)))
_TESTED_STAFF = Setting(Role.STAFF_NAME, {}, Pseudonyms(bytes(32)))

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
        inputs=frozenset((Input.PATIENT,)),
        facts=("identity",),
        says={
            "empty": "There is no NHS number here. The code is the one that the row's patient has everywhere "
            "in this export, so that the patient's rows still belong together.",
            "instead": "This is no NHS number. The code is the one that the row's patient has everywhere in "
            "this export, so that the patient's rows still belong together.",
        },
    ),
    Action(
        "surrogate",
        "Replace with a code, so that rows, staff or places that belong together still do",
        "keyed surrogate key (HMAC-SHA-256, per recipient and project)",
        "Replaced with a code that says which belong together, and not what it stands for.",
        _surrogate,
        "Left blank: the value stands for nothing that a code can be made from.",
        roles=frozenset(_DOMAINS),
        kinds=frozenset((Kind.LINKING_KEY, Kind.STAFF, Kind.ADMINISTRATIVE)),
        examples=(
            ("Dr A Quixley", "S-ZKYW-2F62-6AJV-AP07"),
            ("DR A  QUIXLEY", "S-ZKYW-2F62-6AJV-AP07"),
            ("{00000000-0000-0000-0000-000000000000}", None),
        ),
        example_setting=_TESTED_STAFF,
        choices=(
            SettingChoice(
                "of",
                "What the code stands for",
                (
                    (_FIELD, "What its field is for"),
                    (_ROWS, "A row or event"),
                    (_STAFF, "A member of staff"),
                    (_ORGANISATION, "An organisation"),
                ),
                _FIELD,
            ),
        ),
        warning="How often somebody appears, and with whom, can still tell who they are.",
    ),
)
