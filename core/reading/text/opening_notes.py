"""What is to be said about how a delimited file begins and ends."""

from __future__ import annotations

from collections.abc import Sequence

from core.model import Field, Hazard, Problem, Severity


def lines_before(where: str, lines: int) -> Hazard:
    """Lines that stand before the field names."""
    return Hazard(
        where,
        f"{lines} lines before the field names" if lines > 1 else "a line before the field names",
        Severity.WARNS,
        "Reports start with lines about themselves, which can name the search, the practice or a "
        "patient. They are not rows and leave with no release.",
        "lines_before_names",
    )


def incomplete(where: str) -> Hazard:
    """The file's own notice that results are missing."""
    return Hazard(
        where,
        "the file itself says that it does not hold all results",
        Severity.WARNS,
        "EMIS Web cuts long reports short and says so in their last line. Patients are missing from "
        "this file; export the complete results before sending anything.",
        "incomplete_results",
    )


def name_problems(where: str, fields: Sequence[Field], line: int | None) -> list[Problem]:
    """What is odd about the field names on `line`; None where the file has none."""
    if line is None:
        return []
    unnamed = sum(not f.header.strip() for f in fields)
    repeated = sum(f.name != " ".join(f.header.split()) for f in fields if f.header.strip())
    found = []
    if unnamed:
        words = (
            "1 of the fields has no name; it is called by its position"
            if unnamed == 1
            else f"{unnamed:,} of the fields have no name; they are called by position"
        )
        found.append(Problem(where, line, words))
    if repeated:
        words = "1 field name is" if repeated == 1 else f"{repeated:,} field names are"
        found.append(Problem(where, line, f"{words} repeated; later ones are numbered"))
    return found
