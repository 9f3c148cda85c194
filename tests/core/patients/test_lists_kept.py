"""A list of patients that was deleted is missed: it does not read as a list that never was."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import PolicyError, UsageError, VerificationError
from core.patients import lists_kept
from core.patients.gp_only import gp_only_file, load_gp_only, marked_patients, new_gp_only, save_gp_only
from core.patients.lists_kept import GP_ONLY, HOLD_BACKS, begin_again, gone, kept_gp_only, kept_hold_backs
from core.patients.looks import Look, begin_another, check_looks, looks_path, read_looks, record_look
from core.patients.relations import needs_gp
from core.protection import Key
from core.protection.hold_backs import hold_back_patient, hold_backs_file, new_list, save_hold_backs
from core.survey.results import Survey
from tests.core.patients.test_queue_relations import KEY, make_survey, report

OTHER = Key(bytes(range(1, 33)))


@pytest.fixture
def survey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Survey:
    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "looks.jsonl"))
    monkeypatch.setenv("THRESHOLD_GP_ONLY", str(tmp_path / "gp-only.json"))
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(tmp_path / "hold-backs.json"))
    return make_survey(report())


def marked(survey: Survey, *patients: int) -> None:
    held = new_gp_only(KEY)
    for patient in patients:
        held = held.with_patient(survey, patient)
    save_gp_only(gp_only_file(), held)
    assert kept_gp_only(KEY) == held


def refused() -> str:
    with pytest.raises(PolicyError) as said:
        kept_gp_only(KEY)
    assert said.value.code == "gp_only.gone"
    return said.value.message


def test_without_a_list_nothing_is_missed_and_nothing_written(survey: Survey) -> None:
    assert kept_gp_only(KEY) is None
    save_gp_only(gp_only_file(), new_gp_only(KEY))
    assert kept_gp_only(KEY) is not None
    gp_only_file().unlink()
    assert kept_gp_only(KEY) is None
    assert not looks_path().exists()


def test_a_list_that_was_deleted_asks_for_a_gp_every_time(survey: Survey) -> None:
    marked(survey, 3, 1)
    assert needs_gp(survey, KEY, 2) == ""
    gp_only_file().unlink()
    words = refused()
    assert "had 2 entries" in words
    assert "Put its last copy back under the name gp-only.json" in words
    assert needs_gp(survey, KEY, 2) == needs_gp(survey, None, 2) == gone(GP_ONLY) == words


def test_an_empty_list_of_another_key_does_not_take_its_place(survey: Survey) -> None:
    marked(survey, 3)
    save_gp_only(gp_only_file(), new_gp_only(OTHER))
    assert load_gp_only(gp_only_file(), KEY) is None
    assert "had one entry" in refused()


def test_put_back_it_is_gone_on_with(survey: Survey) -> None:
    marked(survey, 3)
    whole = gp_only_file().read_bytes()
    gp_only_file().unlink()
    refused()
    gp_only_file().write_bytes(whole)
    assert needs_gp(survey, KEY, 3)
    assert needs_gp(survey, KEY, 2) == ""


def test_another_is_begun_only_where_one_is_missing(survey: Survey) -> None:
    with pytest.raises(UsageError, match="is not missing"):
        begin_again(GP_ONLY, KEY)
    marked(survey, 3)
    with pytest.raises(UsageError, match="is not missing"):
        begin_again(GP_ONLY, KEY)
    gp_only_file().unlink()
    begin_again(GP_ONLY, KEY)
    assert needs_gp(survey, KEY, 3) == ""
    gp_only_file().unlink()
    assert kept_gp_only(KEY) is None, "the list that was begun held nobody"


def test_who_was_taken_off_is_not_missed(survey: Survey) -> None:
    marked(survey, 3)
    save_gp_only(gp_only_file(), new_gp_only(KEY))
    assert kept_gp_only(KEY) is not None
    gp_only_file().unlink()
    assert kept_gp_only(KEY) is None


def test_the_record_remembers_by_fingerprints_only(survey: Survey) -> None:
    marked(survey, 3)
    kept_gp_only(KEY)
    (entry,) = read_looks(looks_path())
    assert entry["list"] == "gp_only"
    assert entry["held"] == 1
    text = looks_path().read_text("ascii")
    assert survey.patients.identity[3].partition("|")[2] not in text
    assert str(gp_only_file()) not in text
    assert "H-" not in text


def test_a_list_elsewhere_is_another(survey: Survey, tmp_path: Path) -> None:
    marked(survey, 3)
    assert kept_gp_only(KEY, place=tmp_path / "other" / "gp-only.json") is None


def test_it_is_remembered_over_a_record_that_was_changed(survey: Survey) -> None:
    record_look(looks_path(), Look("Dr Rowan Example", "gp", "rows"))
    marked(survey, 3)
    gp_only_file().unlink()
    text = looks_path().read_text("ascii")
    looks_path().write_text(text.replace("Rowan", "Robin"), "ascii")
    begin_another(looks_path())
    assert check_looks(looks_path()).entries == 2
    refused()


def test_what_is_held_back_is_missed_too(survey: Survey) -> None:
    assert kept_hold_backs(KEY) is None
    held = hold_back_patient(new_list(KEY), survey, 3, "serious_harm")
    save_hold_backs(hold_backs_file(), held)
    assert kept_hold_backs(KEY) == held
    hold_backs_file().unlink()
    with pytest.raises(PolicyError, match="What is held back") as said:
        kept_hold_backs(KEY)
    assert said.value.code == "hold_backs.gone"
    assert kept_gp_only(KEY) is None, "the other list was never there"
    begin_again(HOLD_BACKS, KEY)
    assert kept_hold_backs(KEY) == new_list(KEY)


def test_a_record_that_cannot_be_trusted_stops_looking_and_no_release(survey: Survey) -> None:
    record_look(looks_path(), Look("Dr Rowan Example", "gp", "rows"))
    looks_path().write_text("no record\n", "ascii")
    held = hold_back_patient(new_list(KEY), survey, 3, "serious_harm")
    save_hold_backs(hold_backs_file(), held)
    assert kept_hold_backs(KEY) == held
    save_gp_only(gp_only_file(), new_gp_only(KEY).with_patient(survey, 3))
    with pytest.raises(VerificationError):
        kept_gp_only(KEY)
    assert needs_gp(survey, KEY, 2), "nothing is shown without a record"


def test_every_list_has_its_words() -> None:
    words = (lists_kept.LISTS, lists_kept._THEN, lists_kept._OTHERWISE, lists_kept._WHERE)
    assert {frozenset(one) for one in words} == {frozenset({GP_ONLY, HOLD_BACKS})}


def test_a_list_of_records_for_a_gp_outlives_a_new_key(survey: Survey) -> None:
    marked(survey, 3, 1)
    newer = KEY.replaced([])
    kept = kept_gp_only(newer)
    assert kept is not None
    assert kept == kept_gp_only(KEY)
    assert marked_patients(survey, kept) == {1, 3}
