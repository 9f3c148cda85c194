"""A file that is not what it was when it was opened stops every step, in every form, and says why."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.demo import build
from core.model import ReadError
from core.preview import Preview
from core.protection import Key, decide_rows, load_profile, make_plan
from core.reading import open_export
from core.release import export_release
from core.survey import survey_export
from tests.promises.forms import FORMS

KEY = Key(b"k" * 32)


def grows(path: Path, _patch: pytest.MonkeyPatch) -> str:
    with path.open("ab") as file:
        file.write(b"x")
    return "changed"


def is_replaced(path: Path, _patch: pytest.MonkeyPatch) -> str:
    """By a file of the same bytes and time: only its number on the drive tells."""
    status, other = path.stat(), path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)
    return "changed"


def goes(path: Path, _patch: pytest.MonkeyPatch) -> str:
    path.unlink()
    return "missing"


def cannot_be_had(path: Path, patch: pytest.MonkeyPatch, number: int) -> None:
    def refused(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Path, *args: Any, **more: Any) -> Any:
            if self == path:
                raise OSError(number, "")
            return real(self, *args, **more)

        return call

    patch.setattr(Path, "open", refused(Path.open))
    patch.setattr(Path, "stat", refused(Path.stat))


def is_on_a_drive_that_went(path: Path, patch: pytest.MonkeyPatch) -> str:
    cannot_be_had(path, patch, errno.ESTALE)
    return "unreachable"


def is_locked(path: Path, patch: pytest.MonkeyPatch) -> str:
    cannot_be_had(path, patch, errno.EBUSY)
    return "locked"


@pytest.mark.parametrize("harm", [grows, is_replaced, goes, is_on_a_drive_that_went, is_locked])
@pytest.mark.parametrize("form", FORMS)
def test_every_step_says_what_became_of_the_file(
    form: str,
    harm: Callable[[Path, pytest.MonkeyPatch], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = build("report", patients=60).tables[0]
    path = FORMS[form](tmp_path, [table.header, *table.rows[:40]])
    other = open_export([path])
    survey = survey_export(open_export([path]))
    plan = make_plan(survey, load_profile("own-care-list"), recipient="Eye clinic", project="recall")
    rows = decide_rows(survey, plan, KEY, None)
    preview = Preview(survey, plan, KEY, rows)
    with monkeypatch.context() as patch:
        code = harm(path, patch)
        for step in (
            lambda: survey_export(other),
            lambda: preview.window(survey.export.tables[0].name, 0, 10),
            lambda: export_release(survey, plan, KEY, rows, tmp_path / "out"),
        ):
            with pytest.raises(ReadError) as caught:
                step()
            assert caught.value.code == code
            assert path.name in caught.value.message
    assert not list((tmp_path / "out").glob("*"))
