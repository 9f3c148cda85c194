"""The sheet for a patient tells what leaves, and nothing by which anybody could see that something stayed."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.model import Role
from core.patients import table_reader
from core.patients.nouns import FAMILIES
from core.patients.record import MOST_ITEMS
from core.patients.sheet import AS_IS, CHANGED, CODED, NOTHING, SENT, Leaves, make_sheet, what_leaves
from core.preview import Preview
from core.protection import (
    Decisions,
    Key,
    ObjectionSource,
    decide_rows,
    load_profile,
    load_profiles,
    make_plan,
)
from core.reading import open_export
from core.survey import survey_export

CODE = "P-7KQ2-M9XD-0RHE-5V2T"
DAY = date(2018, 8, 6)
KEY = Key(b"k" * 32)
RESEARCH = load_profile("approved-research")


def leaves(*families: str, **forms: str) -> Leaves:
    return Leaves("Agnes Quixley", frozenset(families), forms)


def sheet(of: Leaves, profile: str = "approved-research", recipient: str = "Bristol Trial Unit") -> str:
    return make_sheet(of, recipient, load_profile(profile), day=DAY)


class _Lines(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data
        self.text += data


def said(page: str) -> dict[str, str]:
    found = {}
    for head, told in _Lines(page).rows:
        name = head.strip().split("  ")[0]
        found[re.sub(r"(Problems|Medicines|Tests|Letters).*", r"\1", name)] = told.strip().split("\n")[0]
    return found


# -- what it says ----------------------------------------------------------------------------------


def test_nothing_in_a_name_turns_the_sheet_about() -> None:
    odd = "Ann \u202e<b>QUIXLEY</b>\u2066\x07 </title>"
    page = sheet(Leaves(odd), recipient="Trial\u202e Unit\x00")
    assert not {"\u202e", "\u2066", "\x07", "\x00"} & set(page)
    assert "Ann &lt;b&gt;QUIXLEY&lt;/b&gt; &lt;/title&gt;" in page
    assert "Trial Unit" in page


def test_it_says_of_four_neutral_kinds_whether_something_leaves() -> None:
    told = said(sheet(leaves("vaccinations", "values")))
    assert (told["Medicines"], told["Tests"], told["Letters"], told["Problems"]) == (
        SENT,
        SENT,
        NOTHING,
        NOTHING,
    )
    lines = [head for head, _ in _Lines(sheet(leaves())).rows]
    assert len(lines) == 15
    assert not [head for head in lines if re.search(r"HIV|sexual|mental|social|family history", head, re.I)]


@pytest.mark.parametrize("family", FAMILIES)
def test_whatever_leaves_is_on_some_line(family: str) -> None:
    assert SENT in said(sheet(leaves(family))).values()


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_whoever_the_patient_is_is_on_some_line(role: str) -> None:
    assert set(said(sheet(leaves(**{role: AS_IS}))).values()) & {AS_IS, SENT}


def test_it_says_in_what_form_who_the_patient_is_leaves() -> None:
    told = said(
        sheet(leaves(nhs_number=CODED, date_of_birth=CHANGED, sex=AS_IS, area=CODED, postcode=CHANGED))
    )
    assert told["Your name"] == NOTHING
    assert told["Your NHS number"] == CODED
    assert told["When you were born, or your age"] == CHANGED
    assert told["Your sex"] == AS_IS
    assert told["Where you live"] == CHANGED, "of several ways the one that tells most"


@pytest.mark.parametrize("profile", sorted(load_profiles()))
def test_every_profile_has_its_words(profile: str) -> None:
    text = _Lines(sheet(leaves("problems"), profile, "Us & <them>")).text
    assert "Us & <them>" in text
    assert "6 August 2018" in text
    assert not re.search(r"suppress|anonym|\bsafe\b|withh|redact|pseudonym|\bQI\b|\bk\b|P-", text, re.I)


def test_of_counts_nothing_leaves_about_anybody() -> None:
    assert set(said(sheet(leaves("problems", sex=AS_IS), "foi-count")).values()) == {NOTHING}


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sheet(leaves("problems"))
    assert list(tmp_path.iterdir()) == []


# -- with a real export ----------------------------------------------------------------------------

_HEAD = "NHS number,Surname,Date of birth,Postcode,Event date,Code,Term\n"
_WHO = "9990000018,Kowalski,12/04/1961,BS6 5QA"
_OTHERS = "".join(
    f"99900000{n},{name},06/08/19{n},BS6 5QA,01/02/2024,44054006,Type 2 diabetes mellitus\n"
    for n, name in ((26, "White"), (34, "Parkinson"), (42, "May"))
)


def _leaves_of(path: Path, rows: str, head: str = _HEAD, others: str = _OTHERS, **more: object) -> Leaves:
    """What leaves of the first patient of a file with these rows and others'."""
    path.write_text(head + rows + others, "utf-8")
    survey = survey_export(open_export([path]))
    sources = (ObjectionSource("codes"),)
    plan = make_plan(
        survey,
        RESEARCH,
        recipient="R",
        project="J",
        objection_sources=sources,
        assume_registered=True,
        decisions=Decisions.model_validate(more) if more else None,
    )
    preview = Preview(survey, plan, KEY, decide_rows(survey, plan, KEY, None))
    patient = list(survey.patients.identity).index("nhs|9990000018")
    return what_leaves(preview, patient, "Agnes Quixley")


def _sheet_of(path: Path, rows: str, **more: object) -> str:
    return make_sheet(_leaves_of(path, rows, **more), "R", RESEARCH, day=DAY)  # type: ignore[arg-type]


def test_an_entry_that_stays_leaves_no_trace_on_the_sheet_of_a_real_export(tmp_path: Path) -> None:
    asthma = f"{_WHO},03/11/2023,195967001,Asthma\n"
    hidden = f"{_WHO},03/11/2023,86406008,Human immunodeficiency virus infection\n"
    with_it = _sheet_of(tmp_path / "one.csv", asthma + hidden)
    without = _sheet_of(tmp_path / "two.csv", asthma)
    alone = _sheet_of(tmp_path / "three.csv", hidden)
    assert with_it == without
    assert said(with_it)["Problems"] == SENT
    assert said(with_it)["Your NHS number"] == CODED
    assert said(with_it)["When you were born, or your age"] == CHANGED
    assert said(with_it)["Your name"] == NOTHING
    assert set(said(alone).values()) == {NOTHING}
    for secret in ("immunodeficiency", "HIV", "1961", "999", "Kowalski", "held", "left out", "Sensitive"):
        assert secret.lower() not in with_it.lower(), secret


_FIELDS = {"fields": {"t": {"Note": {"action": "leave_out"}, "Town": {"action": "keep"}}}}
_WIDE = "NHS number,Town,Event date,Code,Term,Value,Note\n"
_NAMES = _WIDE.strip().split(",")
_MORE = "9990000026,Leeds,01/02/2024,44054006,Type 2 diabetes mellitus,,\n"
_ENTRIES = (  # of one patient: rows that leave, and rows that stay for what they say
    "9990000018,Bristol,03/11/2023,195967001,Asthma,,",
    "9990000018,Bath,04/11/2023,22K..,Body mass index,31.5,",
    "9990000018,,05/11/2023,,,,",
)
_HELD = "9990000018,Wells,03/11/2024,86406008,Human immunodeficiency virus infection,,"


@pytest.mark.parametrize("number", range(8))
def test_held_back_and_simply_absent_read_alike(tmp_path: Path, number: int) -> None:
    """Rows that stay, and cells that stay of rows that leave, against the same file without them."""
    chosen = [entry for at, entry in enumerate(_ENTRIES) if number >> at & 1]
    absent = "".join(f"{entry}\n" for entry in chosen)
    whole = "".join(f"{entry}Current smoker on amlodipine 5mg tablets\n" for entry in chosen)
    whole += "".join(f"{_HELD}{place}\n" for place in range(9))
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    if not chosen:  # somebody of whom nothing leaves, against somebody of whom next to nothing is there
        absent = "9990000018,,,86406008,Human immunodeficiency virus infection,,\n"
    more = {"head": _WIDE, "others": _MORE, **_FIELDS}
    one = _sheet_of(tmp_path / "one" / "t.csv", whole, **more)
    two = _sheet_of(tmp_path / "two" / "t.csv", absent, **more)
    assert one == two
    assert said(one)["Tests"] == (SENT if number & 2 else NOTHING)


@pytest.mark.parametrize(
    ("field", "filled"),
    [("Value", "31.5"), ("Term", "Amlodipine 5mg tablets"), ("Code", "22K.."), ("Note", "Current smoker")],
)
def test_a_cell_that_stays_gives_its_row_no_kind(tmp_path: Path, field: str, filled: str) -> None:
    fields = {name: {"action": "leave_out" if name in (field, "Note") else "keep"} for name in _NAMES}
    made = []
    for held in (filled, ""):
        (tmp_path / (held or "none")).mkdir()
        cells = {"NHS number": "9990000018", "Event date": "03/11/2023", field: held}
        row = ",".join(cells.get(name, "") for name in _NAMES) + "\n"
        place = tmp_path / (held or "none") / "t.csv"
        made.append(_sheet_of(place, row, head=_WIDE, others=_MORE, fields={"t": fields}))
    assert made[0] == made[1]


def test_no_number_tells_how_much_leaves(tmp_path: Path) -> None:
    row = f"{_WHO},03/11/2023,195967001,Asthma\n"
    assert _sheet_of(tmp_path / "one.csv", row) == _sheet_of(tmp_path / "two.csv", row * 30)


def test_a_seventh_value_that_alone_leaves_is_on_the_sheet(tmp_path: Path) -> None:
    """Six others of its heading stay with the rows they stand in: they take nobody's place."""
    held = "".join(_HELD.replace("Wells", f"Town{n}") + "\n" for n in range(7))
    row = "9990000018,Bristol,03/11/2023,195967001,Asthma,,\n"
    more = {"head": _WIDE, "others": _MORE, **_FIELDS}
    (tmp_path / "one").mkdir()
    assert said(_sheet_of(tmp_path / "one" / "t.csv", held + row, **more))["Where you live"] == AS_IS


def test_what_stands_beyond_a_page_is_on_the_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest of more entries than a page holds, in a form of its own."""
    monkeypatch.setattr(table_reader, "AT_ONCE", 7)
    many = "".join(f"{_WHO},03/11/2023,195967001,Asthma\n" for _ in range(MOST_ITEMS + 5))
    old = "9990000018,,,,01/01/1990,246..,O/E - blood pressure reading\n"
    told = said(_sheet_of(tmp_path / "one.csv", many.replace("195967001,Asthma", "86406008,HIV") + old))
    assert told["Problems"] == SENT
    assert told["When you were born, or your age"] == NOTHING, "it stands in rows that stay only"


def test_of_people_around_the_patient_only_that_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "contacts").mkdir()
    head = "NHS number,Surname,Relationship\n"
    own = "9990000018,Quixley,Mother\n"
    made = _leaves_of(
        tmp_path / "contacts" / "contacts.csv", own, head, "9990000026,White,Father\n",
        fields={"contacts": {"Surname": {"action": "keep"}}},
    )  # fmt: skip
    assert made.forms.get("surname") is None
    assert made.forms["third_party"] == AS_IS


def test_a_patient_who_stays_reads_like_one_of_whom_nothing_is_there(tmp_path: Path) -> None:
    rows = (
        f"{_WHO},03/11/2023,195967001,Asthma\n{_WHO},04/11/2023,9Nu0.,Dissent from secondary use of GP data\n"
    )
    assert _sheet_of(tmp_path / "one.csv", rows) == sheet(leaves(), recipient="R")
