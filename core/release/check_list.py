"""The list that the national opt-out service is asked with: the NHS numbers of an export's patients.

The Check for National Data Opt-outs service takes a file of NHS numbers over MESH, each on a line of its own
that ends in a comma and a line feed, without headings, and answers with those that have no opt-out. The
answer holds for the data that was asked about, and is kept nowhere as a patient's status.
Source: NHS England, 'Check for National Data Opt-outs service'; layout as the UK Renal Registry sends it.

This is the one place where NHS numbers are written by the practice's own wish: at a place a person chooses.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from core.model import PolicyError, UsageError
from core.release.stage import place_error
from core.survey.identifiers import nhs_check
from core.survey.results import Survey

_NHS = "nhs|"


@dataclass(frozen=True)
class CheckList:
    """`numbers` are valid NHS numbers, each once, sorted. `invalid`: patients whose number is no valid NHS
    number, `without`: patients without one; neither can be asked about, and neither leaves beyond care when
    the answer is used."""

    numbers: tuple[str, ...] = field(repr=False)
    invalid: int
    without: int

    @property
    def not_asked(self) -> int:
        return self.invalid + self.without

    def words(self) -> str:
        """What is in it and what is not, for people."""
        said = f"{len(self.numbers):,} NHS numbers."
        if self.not_asked:
            one = "patient has" if self.not_asked == 1 else "patients have"
            said += f" {self.not_asked:,} {one} no valid NHS number and cannot be asked about."
        return said


def make_check_list(survey: Survey) -> CheckList:
    """The patients whom the service can be asked about. Raises PolicyError where there is nobody."""
    numbers, invalid, without = set(), 0, 0
    for who in survey.patients.identity:
        if not who.startswith(_NHS):
            without += 1
        elif nhs_check(who[len(_NHS) :]):
            numbers.add(who[len(_NHS) :])
        else:
            invalid += 1
    if not numbers:
        raise PolicyError(
            "No patient here has a valid NHS number, so the opt-out service cannot be asked. Export with "
            "the NHS number among the fields.",
            where="check list",
            code="check_list_empty",
        )
    return CheckList(tuple(sorted(numbers)), invalid, without)


def write_check_list(made: CheckList, path: Path, *, overwrite: bool = False) -> str:
    """Writes the file, readable by its owner only, and gives its SHA-256. It appears whole or not at all.

    Raises UsageError where a file stands there and `overwrite` is not said, WriteError where the disk
    refuses."""
    data = "".join(f"{number},\n" for number in made.numbers).encode("ascii")
    if path.exists() and not overwrite:
        raise UsageError(
            "There is a file of this name already. Choose another name, or say that it may be replaced.",
            where=path.name,
            code="exists",
        )
    if path.exists() and not path.is_file():  # a folder or a device: nothing may take its place
        raise UsageError("What was named is no file. Choose another name.", where=path.name, code="exists")
    stage: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".threshold-", dir=path.parent)
        stage = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            stage.replace(path)
        else:
            _place(stage, path)
    except FileExistsError:
        raise UsageError(
            "There is a file of this name already. Choose another name.", where=path.name, code="exists"
        ) from None
    except OSError as error:
        words = "The check list could not be written there. Choose another place."
        raise place_error(error, words, where=path.name) from None
    finally:
        if stage is not None:
            stage.unlink(missing_ok=True)
    return hashlib.sha256(data).hexdigest()


def _place(stage: Path, path: Path) -> None:
    """Gives the file its name without taking the name from another that came in between."""
    try:
        os.link(stage, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        stage.rename(path)
