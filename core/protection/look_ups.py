"""Look-up files that the practice supplies: which small area a postcode is in, and how deprived that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.model import UsageError


@dataclass(frozen=True)
class LookUp:
    """One look-up file: postcodes in order, and what each has."""

    sha256: str
    rows: int
    has: frozenset[str]
    _keys: npt.NDArray[np.uint64] = field(repr=False)


@dataclass(frozen=True)
class LookUps:
    """The look-up files of one export."""

    files: tuple[LookUp, ...] = ()

    def has(self, what: str) -> bool:
        """Whether some file tells this."""
        return any(what in file.has for file in self.files)


def read_look_ups(paths: Iterable[Path]) -> LookUps:
    """The look-up files at these paths."""
    raise UsageError("Look-up files are not read yet.", where="--look-up")
