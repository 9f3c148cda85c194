"""The page over the real core: what is shown is what `apply` makes, and decisions change it in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from core.protection import ObjectionSource, apply
from core.protection.actions import ACTIONS
from gui.models.core_rows import CoreRows
from gui.models.preview_model import EXACT_ROLE, OUT, RAW
from gui.models.row_source import ACTION_WORDS, CATEGORY, CHANGED, LEFT_OUT, OBJECTED, Mark
from gui.pages.side_by_side_keys import NO_CHANGE, NO_ROW_LEAVES, OUT_ALREADY
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session

ROWS = 700
Settle = Callable[[Session], None]
SURNAMES = ("Thorne", "Okafor", "Price", "Lloyd", "Singh", "Evans", "Rossi")
CODES = (
    ("44054006", "Type 2 diabetes mellitus"),
    ("35489007", "Depressive disorder"),
    ("195967001", "Asthma"),
    ("86406008", "Human immunodeficiency virus infection"),
    ("709044004", "Chronic kidney disease"),
    ("9Nu0.", "Dissent from secondary use of general practitioner patient identifiable data"),
)


def nhs_number(serial: int) -> str:
    """The serial-th valid NHS number of the 999 test range."""
    found, candidate = -1, -1
    while found < serial:
        candidate += 1
        digits = f"999{candidate:06d}"
        check = (11 - sum(int(d) * (10 - at) for at, d in enumerate(digits)) % 11) % 11
        found += check < 10
    return digits + str(check)


@pytest.fixture(scope="module")
def recall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented export: 100 patients of 7 events, one of whom objects, one who died."""
    numbers = [nhs_number(serial) for serial in range(100)]
    lines = ["NHS Number,Family Name,Date of Birth,Postcode,Registration Status,Event Date,Code,Term,Note"]
    for row in range(ROWS):
        who = row // 7
        code, term = CODES[5] if row == 14 else CODES[(row * 3 + row // 9) % 5]
        status = "Died" if who == 4 else "Registered"
        note = "=1+1" if row % 50 == 0 else "<b>seen</b>"
        lines.append(
            f"{numbers[who]},{SURNAMES[who % 7]},{who % 27 + 1:02d}/03/19{who % 50 + 40},BS{who % 9 + 1} 4QN,"
            f"{status},{row % 28 + 1:02d}/11/2025,{code},{term},{note}"
        )
    path = tmp_path_factory.mktemp("recall") / "recall.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def page(planned_page: Callable[[Path], SideBySidePage], recall: Path) -> SideBySidePage:
    return planned_page(recall)


def load_all(page: SideBySidePage, session: Session, settle: Settle) -> None:
    for place in range(0, page.cache.count(), 256):
        page.cache.row_at(place)
        settle(session)


def test_every_outgoing_cell_is_what_apply_makes_of_the_block(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    assert session.survey is not None
    assert session.preview is not None
    load_all(page, session, settle)
    model = page.panes.out.preview
    table = session.survey.export.tables[0]
    compared = 0
    for block in table.blocks():
        made = apply(table.read(block), session.preview.context)
        assert tuple(column.name for column in model.columns) == made.names
        columns = [made.data.column(at).to_pylist() for at in range(len(made.names))]
        leaving = iter(zip(*columns, strict=True))
        for inside, leaves in enumerate(made.leaves.tolist()):
            place = block.first_row + inside
            shown = tuple(model.data(model.index(place, at), EXACT_ROLE) for at in range(len(model.columns)))
            assert shown == (next(leaving) if leaves else (None,) * len(model.columns))
            compared += leaves
    assert 0 < compared < ROWS


def test_the_raw_side_is_the_file_to_the_character(
    page: SideBySidePage, session: Session, settle: Settle, recall: Path
) -> None:
    load_all(page, session, settle)
    model = page.panes.raw.preview
    for place, line in enumerate(recall.read_text(encoding="utf-8").splitlines()[1:]):
        cells = [model.data(model.index(place, at), EXACT_ROLE) for at in range(len(model.columns))]
        assert ",".join(cells) == line


def test_flags_stand_on_the_right_cells_in_words(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    load_all(page, session, settle)
    names = {column.name: column.position for column in page.cache.shape.raw}
    row = next(r for r in map(page.cache.peek, range(ROWS)) if r and r.raw[names["Code"]] == "35489007")
    assert row.marks[names["Code"]] == row.marks[names["Term"]] == Mark.SENSITIVE
    assert row.tags[names["Term"]] == "Mental health"
    objecting = page.cache.peek(14)
    assert objecting is not None
    assert objecting.marks[names["Term"]] & Mark.OBJECTION
    assert objecting.objects
    formula = page.cache.peek(0)
    assert formula is not None
    assert formula.marks[names["Note"]] & Mark.HAZARD
    header = page.panes.raw.preview.headerData(
        names["Family Name"], Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole
    )
    assert header == "Family Name, names a patient, left out"


def test_filters_add_up_with_what_the_plan_decided(page: SideBySidePage, session: Session) -> None:
    counts = {choice.id: choice.count for choice in page.filters.choices()}
    assert counts["all"] == ROWS
    assert counts[LEFT_OUT] == session.rows.rows_withheld
    assert counts[CHANGED] == session.rows.rows_out
    assert counts[OBJECTED] == 7, "every row of the one patient who objects"
    assert counts[CATEGORY + "mental_health"] > 0
    assert page.panes.strip.counts()["left_out"] == session.rows.rows_withheld


def test_a_sensitive_family_is_named_in_the_band(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    load_all(page, session, settle)
    model = page.panes.out.preview
    words = {
        model.data(model.index(place, 0)) for place in range(ROWS) if session.rows.withheld["recall"][place]
    }
    assert "Left out: sensitive, HIV and AIDS" in words
    assert "Left out: the patient has died" in words
    lanes = page.panes.strip.counts()
    assert 0 < lanes["sensitive"] < ROWS


def test_next_flag_passes_a_run_left_out_for_one_reason_in_one_step(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    assert isinstance(page.source, CoreRows)
    flagged = page.source.flagged("recall")
    withheld = session.rows.withheld["recall"]
    died = slice(28, 35)
    assert (withheld[died] != 0).all()
    assert flagged[died].sum() == 1


def test_leaving_a_row_out_shows_it_left_out_where_one_stands(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    leaves = int((session.rows.withheld["recall"] == 0).nonzero()[0][200])
    page.go_to_row(leaves)
    settle(session)
    detail: list[object] = []
    session.detail_changed.connect(detail.append)
    top = page.panes.top_place()
    actions = dict(page.teller.detail(page.cache.peek(leaves), page.panes.position(), RAW).actions)  # type: ignore[arg-type]
    actions["Leave this row out"]()
    settle(session)
    assert page.panes.place() == leaves
    assert page.panes.top_place() == top
    row = page.cache.peek(leaves)
    assert row is not None
    assert row.out is None
    assert row.withheld is not None


def test_leaving_a_family_out_changes_the_counts(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    before = {choice.id: choice.count for choice in page.filters.choices()}
    session.decide_category("mental_health", "withhold")
    settle(session)
    after = {choice.id: choice.count for choice in page.filters.choices()}
    assert after[LEFT_OUT] > before[LEFT_OUT]
    assert after[LEFT_OUT] + after[CHANGED] == ROWS
    assert after[CATEGORY + "mental_health"] == before[CATEGORY + "mental_health"]


def test_find_looks_at_both_sides_of_the_real_file(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    page.find_field.setText("ROSSI")
    page.finder.find()
    settle(session)
    assert "in what the practice holds" in page.find_bar.said.whole()
    page.find_bar.side.setCurrentIndex(page.find_bar.side.findData(OUT))
    page.finder.find()
    settle(session)
    assert page.find_bar.said.whole().startswith("Not found in what would leave")


def test_every_action_has_words_for_the_head_of_its_column() -> None:
    assert set(ACTION_WORDS) == set(ACTIONS)
    assert all(
        words.islower() and "_" not in words for words in (w.replace("16", "") for w in ACTION_WORDS.values())
    )


def test_a_key_that_can_do_nothing_says_why(page: SideBySidePage, session: Session, settle: Settle) -> None:
    load_all(page, session, settle)
    page.panes.choose(14)  # of the patient who objects
    page.teller.press("leave_row")
    assert page.said.text() == OUT_ALREADY
    assert "Del leave row out" in page.keys.whole()
    session.set_going_to("open-publication", "The public", "asthma")
    settle(session)
    assert "Del" not in page.keys.whole()
    page.teller.press("leave_row")
    assert page.said.text() == NO_ROW_LEAVES
    page.teller.press("change")
    assert page.said.text() == NO_CHANGE


def test_counts_only_shows_the_published_table_instead_of_rows(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    session.set_going_to(
        "open-publication", "Our website", "flu", objection_sources=(ObjectionSource("codes"),)
    )
    settle(session)
    assert session.failure is None
    assert page.counts.isVisible()
    assert not page.panes.out.isVisible()
    assert page.counts.model.rowCount() > 0
    assert page.counts.model.headerData(0, Qt.Orientation.Horizontal) == "Measure"
    assert f"{ROWS} rows are counted" in page.counts.said.text()
    assert page.panes.out_title.words()[0] == "What would be published"
    row = page.cache.row_at(0)
    settle(session)
    row = page.cache.row_at(0)
    assert row is not None
    assert row.out is None


def test_putting_the_file_away_leaves_nothing_on_the_page(
    page: SideBySidePage, session: Session, settle: Settle
) -> None:
    session.close_export()
    settle(session)
    assert page.stack.currentWidget() is page.message
    assert page.cache.count() == 0
    assert not page.cache._pages


def test_rows_know_their_line_of_the_file(page: SideBySidePage) -> None:
    page.cache.row_at(0)
    row = page.cache.peek(0)
    assert row is not None
    assert (row.number, row.line, row.place) == (0, 2, "")
