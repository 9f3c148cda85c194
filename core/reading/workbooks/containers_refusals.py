"""What is said where a workbook cannot be opened safely."""

from __future__ import annotations

from core.model import ReadError


def damaged(name: str) -> ReadError:
    return ReadError(
        f"{name} is damaged or is no real workbook. Open it in Excel, save it again as .xlsx, and open that.",
        where=name,
        code="damaged",
    )


def too_big(name: str, limit: int) -> ReadError:
    return ReadError(
        f"{name} is too large to open as a workbook (its contents unpack to more than "
        f"{limit >> 20} MB, or claim to). Save each sheet as CSV and open those: "
        "CSV files may be of any size.",
        where=name,
        code="too_big",
    )


def too_wide(name: str) -> ReadError:
    return ReadError(
        f"{name} is too large to open as a workbook: its cells are spread over millions of empty ones. "
        "Delete the empty rows and columns between and after them in Excel, or save each sheet as CSV "
        "and open those.",
        where=name,
        code="too_big",
    )


def bomb(name: str, why: str) -> ReadError:
    return ReadError(
        f"{name} was not opened: {why}, as files made to stop a computer do. "
        "Ask whoever made it for another.",
        where=name,
        code="bomb",
    )


def password(name: str, *, tried: bool = False) -> ReadError:
    """Asks for the password; `tried` where one was given and does not fit."""
    said = (
        "the password that was given does not open it. Check capital letters and spaces, and type it again."
        if tried
        else "Threshold needs its password to read it. Type the password when you open the file; it is used "
        "to read it in memory and kept nowhere."
    )
    return ReadError(f"{name} is protected by a password: {said}", where=name, code="password")


def other_document(name: str, what: str) -> ReadError:
    return ReadError(
        f"{name} is {what}. Save it as an Excel workbook (.xlsx) or as CSV and open that.",
        where=name,
        code="not_a_table",
    )
