"""Single patients, in jobs: the one place where the windows ask core for a record, the queue or a search.

Runs off the UI thread. Whatever it returns stays in memory; what is written down is who looked, by code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gui.for_a_gp import ForGp

if TYPE_CHECKING:
    from core.model import Export
    from core.patients import Found, PatientRecord, Queue
    from core.preview import Preview
    from core.survey.results import Survey
    from gui.reviewing import Looker

MOST_FOUND = 50


def queue(
    preview: Preview, key: Any, step: Callable[[int, int], None], listed: Collection[int] = ()
) -> Queue:
    """Who needs a person's judgement, most pressing first; those the practice marked for a GP among them.
    `listed` were on the list before something was decided about single patients."""
    from core.model import ThresholdError
    from core.patients import marked_patients, review_queue
    from core.patients.lists_kept import kept_gp_only

    marked: frozenset[int] = frozenset()
    try:
        if key is not None:
            marked = marked_patients(preview.survey, kept_gp_only(key))
    except ThresholdError:  # each record then asks for a GP by itself
        marked = frozenset()
    return review_queue(preview, step=step, marked=marked, listed=listed)


def record(preview: Preview, key: Any, patient: int) -> PatientRecord:
    """One patient on one page, with why only a GP may see it."""
    from core.patients import needs_gp, read_record
    from core.patients.pointing import point_at

    made = point_at(preview, read_record(preview, patient, key=key))
    return replace(made, needs_gp=needs_gp(preview.survey, key, patient))


def found(
    preview: Preview, text: str, step: Callable[[int, int], None], for_gp: frozenset[int] = frozenset()
) -> tuple[Found, ...]:
    """The patients whom a typed name, number or birth date may mean. Of those `for_gp` it is said only that
    there is such a record."""
    from core.patients import find_patients

    return find_patients(preview, text, limit=MOST_FOUND, step=step, for_gp=for_gp)


def write_look(preview: Preview, looker: Looker, what: Any, code: str = "") -> None:
    """Write down that somebody looks. Raises ThresholdError where that fails: then nothing may be shown."""
    look_at(preview.survey.export, looker.name, looker.role, what, code)


def look_at(export: Export, by: str, role: Any, what: Any, code: str = "", table: int = 0) -> None:
    """Add one line to the record of looking; `table` by its number, from 1. Raises as `write_look` does."""
    from core.patients.looks import Look, export_fingerprint, looks_path, record_look

    record_look(looks_path(), Look(by, role, what, code, table, export_fingerprint(export)))


def mark_for_gp(preview: Preview, key: Any, patient: int, looker: Looker, yes: bool, *, kept: bool) -> str:
    """Say for this and every later export that a record is for a GP, or take that back; in words what came of
    it. `kept`: whether the key is kept: a list under a key that ends today would find nobody tomorrow."""
    from core.patients import gp_only_file, new_gp_only, save_gp_only
    from core.patients.lists_kept import kept_gp_only

    _check_kept(kept)
    held = kept_gp_only(key) or new_gp_only(key)
    survey = preview.survey
    by = "gp" if looker.role == "gp" else "practice_manager"
    made = held.with_patient(survey, patient, by=by) if yes else held.without_patient(survey, patient)
    save_gp_only(gp_only_file(), made)
    return "Only a GP opens this record from now on" if yes else "Practice staff may open this record again"


def begin_gp_list_again(key: Any, *, kept: bool) -> None:
    """Begin an empty list of records for a GP in the place of one that is gone."""
    from core.patients.lists_kept import GP_ONLY, begin_again

    _check_kept(kept)
    begin_again(GP_ONLY, key)


def _check_kept(kept: bool) -> None:
    from core.model import PolicyError

    if not kept:
        raise PolicyError(
            "Records for a GP are remembered by codes of the practice's key, and that key is kept nowhere. "
            "Keep it in a file first: View, Key for the codes.",
            where="records for a GP",
        )


def for_gp(survey: Survey, key: Any, *, sure: bool = True) -> ForGp:
    """Whose record only a GP opens: staff, who lives with them, and whom the practice marked. Everybody,
    where the practice's list cannot be read or is gone: whom it holds is not known then.

    Not `sure`: the key is not the one that was chosen for this export, so a list of another key, or one that
    no key is there for, is only not asked yet."""
    from core.model import ThresholdError
    from core.patients import gp_only_file, marked_patients
    from core.patients.lists_kept import GP_ONLY, gone, kept_gp_only
    from core.patients.relations import close_to_staff, trouble_in_words

    close, everybody = frozenset(close_to_staff(survey)), frozenset(range(survey.patients.count))
    try:
        if key is not None:
            return ForGp(close | marked_patients(survey, kept_gp_only(key)))
        if words := gone(GP_ONLY):
            return ForGp(everybody, words, gone=True)
        return ForGp(close, unread=gp_only_file().exists())
    except ThresholdError as error:
        if not sure and error.code == "gp_only.key":
            return ForGp(close, unread=True)
        return ForGp(everybody, trouble_in_words(error), gone=error.code == "gp_only.gone")


def gp_list_kept() -> bool:
    """Whether the practice keeps a list of records for a GP, or kept one that is gone."""
    from core.model import ThresholdError
    from core.patients import gp_only_file
    from core.patients.lists_kept import GP_ONLY, gone

    try:
        return gp_only_file().exists() or bool(gone(GP_ONLY))
    except ThresholdError:
        return True


def stored_key() -> Any:
    """The practice's key from this computer's key store, None where it has none; asked for only where there
    is a list that it can read."""
    from core.model import ThresholdError
    from core.patients import gp_only_file
    from core.protection.keys import keystore_available, keystore_load

    try:
        return keystore_load() if gp_only_file().exists() and keystore_available() else None
    except ThresholdError:
        return None


def good_name(text: str) -> str:
    """The name of whoever looks in one line, '' where it is more than a name."""
    from core.protection.seen import staff_name

    try:
        return staff_name(text)
    except ValueError:
        return ""


def reasons() -> Mapping[str, str]:
    """Why an entry may be left out: ids to short words, 'It could cause serious harm'."""
    from core.protection import ITEM_REASONS

    def short(words: str) -> str:
        reason = words.partition(": ")[2].rstrip(".")
        return reason[:1].upper() + reason[1:]

    return {name: short(words) for name, words in ITEM_REASONS.items()}
