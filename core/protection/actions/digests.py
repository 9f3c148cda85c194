"""NHS numbers as digests of an older scheme, see `protection.schemes`."""

from __future__ import annotations

import hashlib

from core.model import Role, UsageError
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting
from core.protection.pseudonyms import Pseudonyms, canonical
from core.protection.schemes.chosen import DIGEST, salt_mark, scheme_of


def _digest(setting: Setting) -> Run:
    if setting.role is not Role.NHS_NUMBER or set(setting.settings) != {"scheme", "salt_sha256"}:
        raise UsageError(
            "A digest is of an NHS number, under a scheme with its salt: choose the scheme, not the action.",
            where="settings",
        )
    scheme = scheme_of(setting.settings["scheme"])
    salt = setting.pseudonyms.salt if setting.pseudonyms is not None else b""
    if salt and salt_mark(salt) != setting.settings["salt_sha256"]:
        raise UsageError(
            "This is not the salt that the plan was made with. Name that one.",
            where="--salt-file",
            code="salt",
        )
    text_salt = salt.decode("utf-8")

    def run(text: str) -> Outcome:
        if not text_salt:
            raise UsageError(
                "The scheme needs its salt: name the file with --salt-file.", where="--salt-file"
            )
        digits = canonical("nhs", text)
        return BLANK if digits is None else (scheme.make(digits, text_salt), "")

    return run


_SALT = b"mackerel"

ACTIONS = (
    Action(
        DIGEST,
        "Replace with a code of an older scheme",
        "salted SHA-256 digest of the NHS number (older scheme; reversible by trying all NHS numbers)",
        "Replaced with a code of the scheme that the recipient links by.",
        _digest,
        "Left blank: this is no NHS number.",
        roles=frozenset((Role.NHS_NUMBER,)),
        kinds=frozenset(),  # chosen with its scheme for the whole plan, not field by field
        examples=(
            ("999 123 4560", "16A5009A0CE5637643FB8BEB25D07B3A94D3AB8BD09D5F434F7D8AE680C4C09B"),
            ("nobody", None),
        ),
        example_setting=Setting(
            Role.NHS_NUMBER,
            {"scheme": "openpseudonymiser-csharp", "salt_sha256": hashlib.sha256(_SALT).hexdigest()},
            Pseudonyms(bytes(32), _SALT),
        ),
        warning="Whoever has the salt can try all NHS numbers in about 21 seconds.",
    ),
)
