from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.reading import TableChoice
from gui import reading
from gui.settings import KEEP, Settings, Shape, headers_hash


def shape(headers: str, opened: str = "2018-08-06", profile: str = "") -> Shape:
    return Shape("emis-list-report", 17, 1, headers, opened, profile)


def test_a_shape_in_words() -> None:
    assert shape("a").words() == "EMIS list report, 17 fields, 6 August 2018"
    assert (
        Shape("csv", 40, 4, "a", "2018-08-06").words().startswith("Comma-separated file, 4 tables, 40 fields")
    )


def test_kept_between_days(home: Path) -> None:
    Settings().with_theme("dark").with_shape(shape("a", profile="own-care-list")).save()
    found = Settings.load()
    assert found.theme == "dark"
    assert found.profile_for("a") == "own-care-list"
    assert found.profile_for("b") == ""
    assert home in Settings.path().parents


def test_the_same_shape_is_kept_once_with_its_profile() -> None:
    settings = Settings().with_shape(shape("a", profile="own-care-list")).with_shape(shape("b"))
    settings = settings.with_shape(shape("a", "2018-09-06"))
    assert [s.headers for s in settings.shapes] == ["a", "b"]
    assert settings.profile_for("a") == "own-care-list"
    for number in range(20):
        settings = settings.with_shape(shape(str(number)))
    assert len(settings.shapes) == KEEP


def test_the_key_files_place_is_kept(tmp_path: Path) -> None:
    Settings().with_key_file(tmp_path / "practice.key").with_theme("dark").save()
    assert Settings.load().key_file == str(tmp_path / "practice.key")
    Settings.path().write_text('{"key_file": 3}', encoding="utf-8")
    assert Settings.load().key_file == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"shapes": 3}', '{"shapes": [{"format": "x"}]}'])
def test_a_spoilt_file_counts_as_empty(text: str) -> None:
    path = Settings.path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert Settings.load() == Settings()


def test_headers_are_told_apart_and_not_kept() -> None:
    assert headers_hash([["a", "b"]]) != headers_hash([["a"], ["b"]])
    assert headers_hash([["ab"]]) != headers_hash([["a", "b"]])
    Settings().with_shape(shape(headers_hash([["Mrs Smith's notes"]]))).save()
    assert "Smith" not in Settings.path().read_text(encoding="utf-8")


def test_how_a_file_is_read_is_remembered_by_a_fingerprint_alone(tmp_path: Path) -> None:
    """What was taken for field names may be a patient's line: neither it nor the file's name is kept."""
    path = tmp_path / "Mrs Smith.csv"
    path.write_text("Okafor;Bela;12 Long Road\nPrice;Ann;3 Short Road\n", encoding="utf-8")
    choices = {"Mrs Smith.csv": TableChoice(delimiter=",", header_row=1)}
    opened = reading.open_files([path], choices, (), ())
    keep, _ = reading.to_remember([path], list(choices), choices, opened.export, ())
    assert keep
    for made in keep:
        assert re.fullmatch(r"[0-9a-f]{64}", made.shape)
        Settings().with_reading(made).save()
    kept = Settings.path().read_text(encoding="utf-8")
    assert not [word for word in ("Smith", "Okafor", "Bela", "Road", "Price", "list") if word in kept]
    assert reading.open_files([path], None, (), Settings.load().readings).remembered == {"Mrs Smith.csv"}
