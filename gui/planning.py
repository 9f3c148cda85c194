"""From the choices of a person to a plan, in a job: the only place where the windows make plans.

Runs off the UI thread; core is imported here so that the window need not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gui import key_care
from gui.decisions import core_decisions
from gui.failures import failed
from gui.plain_words import plain

if TYPE_CHECKING:
    from core.model import Export, Progress
    from core.preview import Preview
    from core.protection.plan import Plan
    from core.survey.results import Survey
    from gui.state import Choices, FirstRows, GoingTo


def work_out(
    survey: Survey,
    going: GoingTo,
    choices: Choices,
    format_: str,
    key: Any,
    check: Callable[[], None],
    book: Any = None,
    key_file: Path | None = None,
    key_given: bool = False,
    progress: Progress | None = None,
) -> tuple[Any, ...]:
    """(key, note on the key, profile, plan, rows, gates, preview, earlier release, state of the key) for
    these choices, where `book` is the book of recipients `key_file` where the key is kept, which
    is not asked of one that was `key_given`."""
    from core.preview import Preview
    from core.protection import decide_rows, gates, load_profile, make_plan
    from core.protection.schemes import with_scheme

    note = ""
    if key is None:
        key, note = practice_key()
    profile = load_profile(going.profile_id)
    held = hold_backs(key, profile.purpose)
    plan = make_plan(
        survey,
        profile,
        recipient=going.recipient,
        project=going.project,
        format=format_,
        decisions=core_decisions(choices),
        objection_sources=going.objection_sources,
        assume_registered=going.assume_registered,
        expected_patients=going.expected_patients,
        agreement=going.agreement,
        statements=dict(going.statements),
        held=held,
        earlier=going.earlier,
        agreed=None if book is None else book.find(going.recipient),
        asked=_asked(going),
    )
    plan, salted = with_scheme(plan, going.older), with_salt(key, going)
    check()
    rows = decide_rows(survey, plan, salted, going.lists, held, progress=progress)
    check()
    before = going.before or _last_release(going.recipient, going.project)
    state = None if key_given else key_care.key_state(key, key_file)
    stops = gates(survey, plan, rows, profile, recipients=book, ask=True, before=before, key_state=state)
    check()
    panes = Preview(survey, plan, salted, rows, look_ups=going.look_ups)
    return key, note, profile, plan, rows, stops, panes, before, state


def with_salt(key: Any, going: GoingTo | None) -> Any:
    """The key for making codes: with the salt of an older scheme where one was chosen."""
    older = None if going is None else going.older
    return key if older is None else older.with_key(key)


def hold_backs(key: Any, purpose: Any) -> Any:
    """The practice's list of what is held back, None where there is none. One of another key, or one that is
    gone, stops what it acts on, and is passed over where it does not act."""
    from core.model import PolicyError
    from core.patients.lists_kept import kept_hold_backs
    from core.protection.hold_backs import holds_back

    try:
        return kept_hold_backs(key)
    except PolicyError:
        if holds_back(purpose):
            raise
        return None


def started_from(place: Path) -> Any:
    """An earlier plan to start from, or what is wrong as a Failure."""
    from core.model import ThresholdError
    from core.release.starting import started_from as read

    try:
        return read(place)
    except ThresholdError as error:
        return failed("It could not be started from", error)


def look_ups(place: Path) -> Any:
    """A postcode look-up, or what is wrong with it as a Failure."""
    from core.model import ThresholdError
    from core.protection import read_look_ups

    try:
        return read_look_ups((place,))
    except ThresholdError as error:
        return failed("It could not be read", error)


def save_plan(place: Path, plan: Plan, survey: Survey) -> str:
    """Write the plan to a file; '' or what is wrong."""
    from core.model import ThresholdError
    from core.protection.plans.files import save_plan as write
    from core.protection.plans.shape import shape_of
    from core.release.typed import check_typed

    try:
        check_typed(plan, survey)
        write(place, plan, shape_of(survey))
    except ThresholdError as error:
        return plain(error.message)
    return ""


def _asked(going: GoingTo) -> Any:
    """Days, sample, order and the reason for the whole list, as the core asks for them."""
    from core.protection.agreed import Asked

    first, last = (date.fromisoformat(day) if day else None for day in going.window)
    return Asked(first, last, going.sample_per_mille, going.shuffle, going.whole_list)


def _last_release(recipient: str, project: str) -> Any:
    """What the last release to this recipient and project said of objections, None where none is remembered
    or its folder went away."""
    from core.model import ThresholdError
    from core.release import earlier_release
    from gui.settings import Settings

    folder = Settings.load().release_for(recipient, project)
    if not folder:
        return None
    try:
        return earlier_release(Path(folder))
    except (ThresholdError, OSError):
        return None


def earlier(folder: Path, survey: Survey | None) -> Any:
    """(an earlier release, the comparison with this file in lines), or what is wrong as a Failure."""
    from core.model import ThresholdError
    from core.release import compared_with, earlier_release

    try:
        before = earlier_release(folder)
    except ThresholdError as error:
        return failed("It could not be compared", error)
    told = [] if survey is None else [one.words() for one in compared_with(survey, None, before)]
    return before, told


def check_list(survey: Survey, path: Path) -> Any:
    """Write the list for the opt-out service; what is in it in words, or what is wrong as a Failure. The file
    dialog has asked whether a file that is there may be replaced."""
    from core.model import ThresholdError
    from core.release import make_check_list, write_check_list

    try:
        made = make_check_list(survey)
        write_check_list(made, path, overwrite=True)
    except ThresholdError as error:
        return failed("The check list was not made", error)
    return made.words()


def examples(
    preview: Preview,
    export: Export,
    count: int,
    check: Callable[[], None],
    for_gp: frozenset[int] = frozenset(),
) -> dict[tuple[str, str], tuple[str, str | None]]:
    """For each field a filled raw cell and what leaves of it (None: nothing), from the first rows; none of
    what a law restricts or of the records `for_gp`, for whoever looks sees them."""
    from gui.models.first_covered import for_everybody

    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    scrubbed = {(f.table, f.field) for f in preview.plan.fields if f.action == "scrub"}
    for table in export.tables:
        check()
        window = preview.window(table.name, 0, count)
        rows = for_everybody(preview.survey, table.name, window.rows, for_gp)
        leaving = {name: place for place, name in enumerate(window.out_fields)}
        for position, field in enumerate(table.fields):
            place = leaving.get(field.name)
            for row in rows:
                raw = row.raw[position]
                if not raw:
                    continue
                # "" is a cell that leaves empty; None, that its row or its field does not leave.
                out = (row.out[place] or "") if row.out is not None and place is not None else None
                if out or (table.name, field.name) not in found:
                    found[(table.name, field.name)] = (raw, out)
                if out and (out != raw or (table.name, field.name) not in scrubbed):
                    break
    return found


def profiles() -> Mapping[str, Any]:
    """All profiles by id. The first call imports core, which takes a moment."""
    from core.protection import load_profiles

    return load_profiles()


def objection_list(path: Path, kind: str) -> Any:
    """A list of objections, or what is wrong with it as a Failure."""
    from core.model import ThresholdError
    from core.protection import load_objection_list

    try:
        return load_objection_list(path, "cleaned" if kind == "cleaned" else "list")
    except ThresholdError as error:
        return failed("The list could not be read", error)


def fingerprint(export: Export, plan: Plan, key: Any, table: str, row: int) -> str:
    """The keyed fingerprint by which a plan remembers one row."""
    from core.protection import pseudonyms_for, row_fingerprint
    from core.reading import read_rows

    raw = read_rows(export.table(table), row, row + 1)
    if not raw.data.num_rows:
        raise IndexError(row)
    return row_fingerprint(raw, 0, pseudonyms_for(key, plan.recipient, plan.project))


def carried(
    preview: Preview, key: Any, going: GoingTo, patients: Sequence[str], items: Sequence[tuple[str, str, str]]
) -> dict[str, str]:
    """The codes of patients and rows left out by hand, old to new, where somebody else gets the file: codes
    differ from one recipient and project to the next. One that is not found is not among them."""
    from core.patients import patient_of_code
    from core.protection import pseudonyms_for, row_fingerprint
    from core.protection.items import check_fingerprint
    from core.reading import read_rows

    survey, plan = preview.survey, preview.plan
    old, new = (pseudonyms_for(key, to.recipient, to.project) for to in (plan, going))
    found = {}
    for code in patients:
        patient = patient_of_code(preview, code)
        if patient is not None:
            found[code] = new.of_identity(survey.patients.identity[patient])
    for table, fingerprint, _reason in items:
        row = check_fingerprint(fingerprint)
        raw = read_rows(survey.export.table(table), row, row + 1)
        if raw.data.num_rows and row_fingerprint(raw, 0, old) == fingerprint:
            found[fingerprint] = row_fingerprint(raw, 0, new)
    return found


def first_rows(table: Any, most: int) -> FirstRows:
    """The first rows of a table as lists of str; null stays None."""
    from core.reading import read_rows
    from gui.state import FirstRows

    columns = [column.to_pylist() for column in read_rows(table, 0, most).data.columns]
    return FirstRows(tuple(f.name for f in table.fields), [list(row) for row in zip(*columns, strict=True)])


KEY_NOTE = (
    "This computer has no key store, so the key for the codes lasts until you close Threshold:"
    " the next export would give the same patient another code. Keep the key in a file to avoid that."
)
KEY_WRONG = {
    "wrong_passphrase": "The pass phrase does not open this key file. Check capitals and spaces.",
    "no_key": "The key file is no longer there. Choose where it is now.",
    "key_exists": "There is a file of that name already. Choose another name.",
}


def key_note() -> str:
    """What to say of the key before one is needed: '' where the computer has a key store."""
    from core.protection.keys import keystore_available

    return "" if keystore_available() else KEY_NOTE


def key_in_file(path: Path, pass_phrase: str, key: Any) -> Any:
    """The key in a file, which is made with `key` or a new one if need be; or what is wrong, as str."""
    from core.model import ThresholdError
    from core.protection.keys import create_with_backup, load_key_file

    try:
        if path.exists():
            return load_key_file(path, pass_phrase)
        return create_with_backup(path, pass_phrase, key=key).key
    except ThresholdError as error:
        return KEY_WRONG.get(error.code, plain(error.message))


def practice_key() -> tuple[Any, str]:
    """The practice's key from this computer's key store, made on first use.

    Without a key store the key lives only as long as the window, and the note says what that means."""
    from core.model import ThresholdError
    from core.protection.keys import create_key, keystore_available, keystore_load, keystore_save

    if not keystore_available():
        return create_key(), KEY_NOTE
    try:
        key = keystore_load()
        if key is None:
            key = create_key()
            keystore_save(key)
    except ThresholdError:
        return create_key(), KEY_NOTE
    return key, ""
