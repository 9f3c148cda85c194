"""The small files by which office programs say that they have a workbook open."""

from __future__ import annotations

import re

_LOCKS = (
    re.compile(r"~\$(.+\.(?:xls[xmb]?|xlt[xm]?|csv|od[st]))", re.IGNORECASE),
    re.compile(r"\.~lock\.(.+)#"),
)


def lock_owner(name: str) -> str | None:
    """The file that is open while a file of this name is there: 'list.xlsx' for '~$list.xlsx' (Excel) and
    '.~lock.list.xlsx#' (LibreOffice); None for any other name. Such a file is no table."""
    return next((match[1] for lock in _LOCKS if (match := lock.fullmatch(name))), None)
