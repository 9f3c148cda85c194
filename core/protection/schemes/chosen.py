"""Choosing an older scheme for an export: its salt from a file, its codes in place of our own, its warning.

Digests are made of the NHS number alone. The plan keeps the SHA-256 of the salt, so that another salt is
noticed; it never keeps the salt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.model import Gate, Role, UsageError
from core.protection.keys.key import Key
from core.protection.plan import Plan
from core.protection.schemes import ndr_pseudonymise as ndr
from core.protection.schemes import openpseudonymiser as op

#: The action that makes a digest; it takes the place of 'pseudonym' in fields of NHS numbers.
DIGEST = "digest"
WARNING = (
    "These codes can be reversed: whoever has the salt tries all NHS numbers in about 21 seconds on one "
    "core, and every recipient with the same salt can join what they have. Use them only where the recipient "
    "cannot take Threshold's own codes."
)
_LARGEST_SALT_FILE = 65_536


@dataclass(frozen=True)
class Scheme:
    """An older way to make codes. `make` gives the code of ten digits, `read` the salt in a file."""

    id: str
    title: str
    heading: str  # the field that the digest is of, as the scheme calls it
    make: Callable[[str, str], str]
    read: Callable[[bytes, str], str]
    source: str
    warning: str = WARNING
    sealed: bool = False  # whether its file of salts may need a pass phrase


@dataclass(frozen=True)
class Chosen:
    """A scheme with its salt."""

    scheme: Scheme
    salt: str = field(repr=False)

    @property
    def settings(self) -> Mapping[str, str]:
        """What the plan keeps of it."""
        return {"fields": self.scheme.heading, "salt_sha256": salt_mark(self.salt.encode("utf-8"))}

    def with_key(self, key: Key) -> Key:
        """The key that carries the salt to where codes are made."""
        return replace(key, salt=self.salt.encode("utf-8"))


def _plain_or_encrypted(raw: bytes, _: str) -> str:
    if len(raw) == op.ENCRYPTED_SALT_BYTES and not all(32 <= byte < 127 for byte in raw):
        return op.read_encrypted_salt(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    text = text.removesuffix("\n").removesuffix("\r")
    if not text.strip() or not text.isprintable():
        raise UsageError(
            "The file of the salt holds none: it is one line of text, or the 128 bytes of an encrypted salt. "
            "Check that it is the right file.",
            where="--salt-file",
            code="salt",
        )
    return text


def _of_library(library: op.Library) -> Callable[[str, str], str]:
    return lambda digits, salt: op.digest({"NHSNumber": digits}, salt, library)


def _ndr(digits: str, salt: str) -> str:
    return ndr.pseudo_id(ndr.real_id({"nhsnumber": digits}), salt)


SCHEMES: Mapping[str, Scheme] = {
    scheme.id: scheme
    for scheme in (
        Scheme(
            "openpseudonymiser-csharp",
            "OpenPseudonymiser (the desktop program, C#)",
            "NHSNumber",
            _of_library("csharp"),
            _plain_or_encrypted,
            "OpenPseudonymiser 0.9.7, CryptoLib C#",
        ),
        Scheme(
            "openpseudonymiser-java",
            "OpenPseudonymiser (Java)",
            "NHSNumber",
            _of_library("java"),
            _plain_or_encrypted,
            "OpenPseudonymiser 0.9.7, CryptoLib Java",
        ),
        Scheme(
            "ndr",
            "ndr_pseudonymise (national disease registration)",
            "nhsnumber",
            _ndr,
            lambda raw, phrase: ndr.read_salts(raw, phrase).id,
            "NHSDigital/ndr_pseudonymise",
            sealed=True,
        ),
    )
}


def scheme_of(scheme_id: str) -> Scheme:
    """A scheme by its id. Raises UsageError that names those there are."""
    if scheme_id not in SCHEMES:
        raise UsageError(
            f"There is no scheme '{scheme_id}'. There are: {', '.join(SCHEMES)}.", where="--scheme"
        )
    return SCHEMES[scheme_id]


def choose_scheme(scheme_id: str, salt_file: Path | None, passphrase: str = "") -> Chosen | None:
    """The scheme with the salt of a file; None where neither was named. Raises UsageError."""
    if not scheme_id:
        if salt_file is not None:
            raise UsageError("A salt belongs to a scheme: name one with --scheme.", where="--salt-file")
        return None
    scheme = scheme_of(scheme_id)
    if salt_file is None:
        raise UsageError("The scheme needs its salt: name the file with --salt-file.", where="--salt-file")
    try:
        with salt_file.open("rb") as file:
            raw = file.read(_LARGEST_SALT_FILE + 1)
    except OSError:
        raise UsageError(
            "The file of the salt cannot be read. Check the path and your rights.",
            where=salt_file.name,
            code="salt",
        ) from None
    if len(raw) > _LARGEST_SALT_FILE:
        raise UsageError(
            "The file of the salt is too long to be one. Check that it is the right file.",
            where=salt_file.name,
            code="salt",
        )
    return Chosen(scheme, scheme.read(raw, passphrase))


def with_scheme(plan: Plan, chosen: Chosen | None) -> Plan:
    """The plan with digests in place of our own codes in its fields of NHS numbers.

    Raises UsageError where no such field leaves as a code: the scheme would do nothing."""
    if chosen is None:
        return plan
    settings = {"scheme": chosen.scheme.id, "salt_sha256": chosen.settings["salt_sha256"]}
    fields = tuple(
        replace(
            f,
            action=DIGEST,
            settings=settings,
            reason_id=f"scheme.{chosen.scheme.id}",
            reason=f"The recipient links by {chosen.scheme.title}. {chosen.scheme.warning}",
            source=f"{f.source}; {chosen.scheme.source}" if f.source else chosen.scheme.source,
        )
        if f.role is Role.NHS_NUMBER and f.action == "pseudonym"
        else f
        for f in plan.fields
    )
    if fields == plan.fields:
        raise UsageError(
            "No field of NHS numbers leaves as a code under this profile, so the scheme has nothing to do. "
            "Leave it out.",
            where="--scheme",
        )
    return replace(plan, fields=fields, scheme=chosen.scheme.id, scheme_settings=chosen.settings)


def without_salt(plan: Plan) -> Plan:
    """The plan for looking at a release without its salt: its digests cannot be made again, so our own
    codes stand in for them and are compared with nothing."""
    fields = (replace(f, action="pseudonym", settings={}) if f.action == DIGEST else f for f in plan.fields)
    return replace(plan, fields=tuple(fields))


def scheme_gate(plan: Plan) -> Gate | None:
    """What must be read before codes of an older scheme leave; None where none does."""
    used = [f for f in plan.fields if f.action == DIGEST]
    if not used and not plan.scheme:
        return None
    known = {f.settings.get("scheme", "") for f in used} | ({plan.scheme} if plan.scheme else set())
    if not used or len(known) != 1 or not known <= set(SCHEMES):
        return Gate(
            "scheme",
            False,
            "The plan does not say of every code which scheme made it. Choose the scheme again.",
            ("scheme",),
        )
    scheme = SCHEMES[known.pop()]
    return Gate("scheme", True, f"Codes are made as {scheme.title} makes them. {scheme.warning}")


def warning_of(plan: Plan) -> str:
    """The warning that a covering note has to give; '' where no older scheme is used."""
    gate = scheme_gate(plan)
    return "" if gate is None else gate.detail


def salt_mark(salt: bytes) -> str:
    """By what a plan knows the salt again."""
    return hashlib.sha256(salt).hexdigest()
