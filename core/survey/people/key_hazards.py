"""What a person is told of patients' keys that are, or may be, of more than one patient."""

from __future__ import annotations

from core.model import Hazard, Severity

_NO_HELP = "A key that leaves as it is does not tell them apart for whoever gets it."


def key_hazards(
    export: str, *, of_several: int, by_practice: bool, ambiguous: int, beside_practices: int
) -> list[Hazard]:
    """The hazards of so many keys: that several organisations have (or practices, in an export where keys
    count `by_practice`), that were seen with several NHS numbers, and that stand beside several practices
    while nothing tells whether they are of one patient."""
    found = []
    if of_several:
        place = "organisation or practice" if by_practice else "organisation"
        typed = (
            " A mistyped birth date or NHS number looks just the same: look for one. Such a patient's code "
            "is another than in a release without the mistake."
            if by_practice
            else ""
        )
        found.append(
            Hazard(
                export,
                f"{keys_stand(of_several)} for somebody in more than one {place}",
                Severity.WARNS,
                f"They are told apart here by the {place} beside them, and each has a code of their own. "
                f"{_NO_HELP}{typed}",
                "ambiguous_keys",
            )
        )
    if ambiguous:
        found.append(
            Hazard(
                export,
                f"{keys_stand(ambiguous)} for more than one patient",
                Severity.WARNS,
                "Rows that have only such a key are treated as objecting when one of those patients objects.",
            )
        )
    if beside_practices:
        found.append(
            Hazard(
                export,
                f"{keys_stand(beside_practices)} beside more than one practice",
                Severity.WARNS,
                "No NHS number or birth date tells whether each is one patient, who was seen elsewhere, or "
                "two patients of two practices with one number. Each is taken for one patient here, with one "
                "code, and with every objection that stands under it.",
                "keys_beside_practices",
            )
        )
    return found


def keys_stand(number: int) -> str:
    """'1 patient key stands', '3 patient keys stand'."""
    return "1 patient key stands" if number == 1 else f"{number:,} patient keys stand"
