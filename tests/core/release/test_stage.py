"""The stage: one rename at the end, and nothing left behind by whatever goes wrong before it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core.release.stage import PREFIX, Stage, clear_unfinished, write_error


def test_a_finished_stage_has_its_final_name_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    with Stage(out) as stage:
        (stage.send / "x").write_text("x", "utf-8")
        assert [p.name.startswith(PREFIX) for p in out.iterdir()] == [True]
        final = stage.finish("name")
    assert final == out / "name"
    assert (final / "send" / "x").read_text("utf-8") == "x"
    assert [p.name for p in out.iterdir()] == ["name"]


def test_an_unfinished_stage_goes_and_so_does_the_folder_it_made(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Stage(tmp_path / "new"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    kept = tmp_path / "there"
    kept.mkdir()
    with Stage(kept):
        pass
    assert list(kept.iterdir()) == []


def test_names_taken_by_files_or_broken_links_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "name").write_text("", "utf-8")
    (tmp_path / "name-2").symlink_to(tmp_path / "nowhere")
    with Stage(tmp_path) as stage:
        assert stage.finish("name").name == "name-3"


def test_a_folder_that_cannot_be_flushed_after_the_rename_takes_the_name_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Stage(tmp_path) as stage:
        real = os.fsync

        def fail_on_out_dir(number: int) -> None:
            if os.path.samestat(os.fstat(number), tmp_path.stat()):
                raise OSError(errno.EIO, "x")
            real(number)

        monkeypatch.setattr(os, "fsync", fail_on_out_dir)
        with pytest.raises(OSError):
            stage.finish("name")
    assert list(tmp_path.iterdir()) == []


def test_leftovers_are_cleared_but_not_a_stage_in_use(tmp_path: Path) -> None:
    stale = tmp_path / f"{PREFIX}dead"
    (stale / "release" / "send").mkdir(parents=True)
    (stale / "in-use").write_bytes(b"")
    (tmp_path / "other").mkdir()
    with Stage(tmp_path) as stage:
        assert clear_unfinished(tmp_path) == 1
        assert not stale.exists()
        assert stage.send.is_dir()
    assert [p.name for p in tmp_path.iterdir()] == ["other"]
    assert clear_unfinished(tmp_path / "nowhere") == 0


def test_a_link_named_like_a_stage_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("x", "utf-8")
    (tmp_path / f"{PREFIX}x").symlink_to(tmp_path / "real")
    assert clear_unfinished(tmp_path) == 0
    assert (tmp_path / "real" / "file").exists()


@pytest.mark.parametrize(
    ("number", "status"),
    [
        *((errno.ENOSPC, 1), (errno.EIO, 1), (None, 1)),
        *((errno.EROFS, 2), (errno.EACCES, 2), (errno.ENAMETOOLONG, 2), (errno.ENOTDIR, 2), (errno.ELOOP, 2)),
    ],
)
def test_every_refusal_of_the_system_is_put_in_words(number: int | None, status: int) -> None:
    error = OSError(number, "secret path") if number else OSError("secret path")
    made = write_error(error, Path("/somewhere/out"))
    assert made.exit_status == status, "another place helps, or the disk failed"
    assert "Nothing was left under a final name" in made.message
    assert "secret" not in made.message
