"""What Threshold remembers between days: the colours, and the shapes of files opened before.

Never an export's name or path, a recipient or anything from a file's cells: a file called
'Mrs Smith insurance.csv' must leave no trace. A shape is a format, a number of fields, a hash of the header
and the profile that was chosen last; a reading is how a person said that such a file is to be read. The
only paths kept are that of the key file a person chose to make and those of the folders of last releases, by
a hash of whom they are for: so that objections can be compared with last time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from platformdirs import user_config_path

from gui.formatting import counted, day, format_words

if TYPE_CHECKING:
    from core.reading import TableChoice

KEEP = 6
KEEP_READINGS = 60
KEEP_RELEASES = 60


@dataclass(frozen=True)
class Shape:
    """What a file opened before was like. `opened` is an ISO date."""

    format: str
    fields: int
    tables: int
    headers: str  # SHA-256 over the tables' headers
    opened: str
    profile: str = ""

    def words(self) -> str:
        """'EMIS list report, 17 fields, 6 August 2018'."""
        tables = f", {counted(self.tables, 'table')}" if self.tables > 1 else ""
        return (
            f"{format_words(self.format)}{tables}, {counted(self.fields, 'field')},"
            f" {day(date.fromisoformat(self.opened))}"
        )


@dataclass(frozen=True)
class Reading:
    """How a person said that files of one shape are to be read. `shape` is a hash.

    The field that says whose row it is stands by its place, because what was taken for its name may be
    somebody's. `said` is an ISO date."""

    shape: str
    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    reader: str | None = None
    layout: str | None = None
    patient_table: int | None = None
    patient_position: int | None = None
    said: str = ""

    def choice(self) -> TableChoice:
        """The choice, without the field that says whose row it is."""
        from core.reading import TableChoice

        return TableChoice(self.delimiter, self.encoding, self.header_row, self.reader, self.layout)

    def checked(self) -> Reading:
        """Itself. Raises TypeError where a spoilt file gave it values of the wrong sort."""
        texts = (self.delimiter, self.encoding, self.reader, self.layout)
        numbers = (self.header_row, self.patient_table, self.patient_position)
        if not (
            isinstance(self.shape, str)
            and all(t is None or isinstance(t, str) for t in texts)
            and all(n is None or (isinstance(n, int) and n >= 0) for n in numbers)
        ):
            raise TypeError
        return self


@dataclass(frozen=True)
class Settings:
    """All of it. Saved whole; a file that cannot be read counts as empty."""

    theme: str = "system"
    shapes: tuple[Shape, ...] = ()
    key_file: str = ""  # where the practice's key is kept, if in a file; never its pass phrase
    readings: tuple[Reading, ...] = ()
    releases: tuple[tuple[str, str], ...] = ()  # hash of recipient and project, folder of the last release
    curtain_minutes: int = 5  # untouched for so long, the windows are covered; 0 is never
    out_of_pictures: bool = True  # keep the windows out of screenshots where the system can
    tour_done: bool = False  # the tour was taken, or not wanted

    #: Another folder than the person's own, for pictures that must not show what was opened before.
    folder: ClassVar[Path | None] = None

    @classmethod
    def path(cls) -> Path:
        return (cls.folder or user_config_path("threshold", appauthor=False)) / "settings.json"

    @classmethod
    def load(cls) -> Settings:
        try:
            found = json.loads(cls.path().read_text(encoding="utf-8"))
            shapes = tuple(Shape(**shape) for shape in found.get("shapes", ()))
            for shape in shapes:
                shape.words()
            readings = tuple(Reading(**reading).checked() for reading in found.get("readings", ()))
            key_file = found.get("key_file", "")
            if not isinstance(key_file, str):
                key_file = ""
            releases = tuple((str(who), str(where)) for who, where in found.get("releases", ()))
            minutes = found.get("curtain_minutes", cls.curtain_minutes)
            if type(minutes) is not int or not 0 <= minutes <= 24 * 60:
                minutes = cls.curtain_minutes
            out = found.get("out_of_pictures", True) is not False
            toured = found.get("tour_done") is True
            theme = str(found.get("theme", "system"))
            return cls(theme, shapes, key_file, readings, releases, minutes, out, toured)
        except (OSError, ValueError, TypeError, AttributeError):
            return cls()

    def save(self) -> None:
        """Write it in one step; a machine where that is not allowed is no reason to stop."""
        path = self.path()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stage = path.with_suffix(".new")
            stage.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
            stage.replace(path)
        except OSError:
            return

    def with_theme(self, theme: str) -> Settings:
        return replace(self, theme=theme)

    def with_curtain(self, minutes: int) -> Settings:
        return replace(self, curtain_minutes=minutes)

    def with_pictures(self, *, out: bool) -> Settings:
        return replace(self, out_of_pictures=out)

    def with_tour_done(self) -> Settings:
        return replace(self, tour_done=True)

    def with_key_file(self, path: Path) -> Settings:
        return replace(self, key_file=str(path))

    def with_release(self, recipient: str, project: str, folder: Path) -> Settings:
        """The folder of the last release to this recipient and project, in the place of an older one."""
        who = _for_whom(recipient, project)
        rest = tuple(r for r in self.releases if r[0] != who)
        return replace(self, releases=((who, str(folder)), *rest)[:KEEP_RELEASES])

    def release_for(self, recipient: str, project: str) -> str:
        """Where the last release to this recipient and project is, '' for none."""
        who = _for_whom(recipient, project)
        return next((folder for known, folder in self.releases if known == who), "")

    def with_shape(self, shape: Shape) -> Settings:
        """The shape first; an older one with the same headers gives way, its profile kept."""
        older = next((s for s in self.shapes if s.headers == shape.headers), None)
        if older is not None and not shape.profile:
            shape = replace(shape, profile=older.profile)
        rest = tuple(s for s in self.shapes if s.headers != shape.headers)
        return replace(self, shapes=(shape, *rest)[:KEEP])

    def with_reading(self, reading: Reading) -> Settings:
        """The reading first, in the place of an older one for the same shape."""
        rest = tuple(r for r in self.readings if r.shape != reading.shape)
        return replace(self, readings=(reading, *rest)[:KEEP_READINGS])

    def without_readings(self, shapes: Sequence[str]) -> Settings:
        """Files of these shapes are read as Threshold suggests again."""
        return replace(self, readings=tuple(r for r in self.readings if r.shape not in shapes))

    def profile_for(self, headers: str) -> str:
        """The profile chosen last time for a file with these headers, '' for none."""
        return next((s.profile for s in self.shapes if s.headers == headers), "")


def _for_whom(recipient: str, project: str) -> str:
    """A hash that stands for a recipient and a project: their names are not remembered."""
    words = [" ".join(text.split()).casefold() for text in (recipient, project)]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def headers_hash(tables: Sequence[Sequence[str]]) -> str:
    """SHA-256 over the header names of all tables."""
    return hashlib.sha256(json.dumps([list(t) for t in tables]).encode()).hexdigest()
