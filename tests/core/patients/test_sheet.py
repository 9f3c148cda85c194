"""The sheet for a patient tells what leaves, and nothing by which anybody could see that something stayed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Role
from core.patients.nouns import FAMILIES, Item, PatientRecord, Point, Section, Series, Told
from core.patients.record import MOST_ITEMS, read_record
from core.patients.sheet import AS_IS, CHANGED, CODED, NOTHING, SENT, make_sheet
from core.preview import Preview
from core.protection import Key, ObjectionSource, decide_rows, load_profile, load_profiles, make_plan
from core.reading import open_export
from core.survey import survey_export

CODE = "P-7KQ2-M9XD-0RHE-5V2T"
DAY = date(2018, 8, 6)
KEY = Key(b"k" * 32)
RESEARCH = load_profile("approved-research")
NO_DAY = -(2**31)


def item(family: str, out: str | None, held: str = "HIV positive, mother Agnes Quixley") -> Item:
    why = "" if out is not None else "Left out by a person: it could cause serious harm."
    return Item("t", 0, family, NO_DAY, held, out, why, marks=("Sensitive: HIV",), restricted=out is None)


def record(*items: Item, told: tuple[Told, ...] = (), **more: object) -> PatientRecord:
    sections = tuple(
        Section(family, family, own)
        for family in FAMILIES
        if (own := tuple(one for one in items if one.family == family))
    )
    made = PatientRecord(3, CODE, "Agnes Quixley", told, sections)
    return replace(made, **more)  # type: ignore[arg-type]


def sheet(
    of: PatientRecord, profile: str = "approved-research", recipient: str = "Bristol Trial Unit"
) -> str:
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


# -- held back and simply absent -------------------------------------------------------------------

_ITEMS = st.lists(
    st.builds(item, st.sampled_from(FAMILIES), st.sampled_from([None, "Asthma", ""])), max_size=12
)
_TOLD = st.lists(
    st.builds(
        Told,
        st.just("Heading"),
        st.sampled_from(["1961-03-12", "BS6 5AB"]),
        st.sampled_from([None, "1961", "BS6", "BS6 5AB", CODE, ""]),
        st.sampled_from(["", "The patient's address is confidential."]),
        st.just("quasi_identifier"),
        st.sampled_from([role.value for role in Role]),
    ),
    max_size=8,
)


@given(_ITEMS, _TOLD)
def test_held_back_and_simply_absent_read_alike(items: list[Item], told: list[Told]) -> None:
    whole = record(
        *items,
        told=tuple(told),
        needs_gp="The patient may be a colleague.",
        notes=("3 older entries are not shown here.",),
        series=(Series("bmi", "BMI", "kg/m2", (Point(0, 31.5, leaves=False),)),),
    )
    absent = record(
        *(replace(one, held="", why="", marks=()) for one in items if one.out is not None),
        told=tuple(one for one in told if one.out),
    )
    assert sheet(whole) == sheet(absent)


@given(_ITEMS, _TOLD)
def test_no_number_tells_how_much_leaves(items: list[Item], told: list[Told]) -> None:
    assert sheet(record(*items, told=tuple(told))) == sheet(record(*items, *items, told=(*told, *told)))


@pytest.mark.parametrize(
    "why", ["objection.type1_dissent", "decision.patient", "held_back.patient", "status.died"]
)
def test_a_patient_who_stays_reads_like_one_of_whom_nothing_is_there(why: str) -> None:
    stays = record(
        item("problems", "Asthma"),
        told=(Told("Sex", "F", "F", role="sex"),),
        left_out="Left out by a person.",
        left_out_id=why,
    )
    assert sheet(stays) == sheet(record())
    assert set(said(sheet(stays)).values()) == {NOTHING}


def test_nothing_of_the_record_but_the_name_is_on_the_sheet() -> None:
    made = record(
        item("problems", "Human immunodeficiency virus"),
        item("letters", None),
        told=(
            Told("Born", "12 March 1961", "1961", role="date_of_birth"),
            Told("NHS no", "999 123 4560", CODE, role="nhs_number"),
        ),
        name="Agnes <b>Quixley</b>",
    )
    text = sheet(made)
    for secret in (
        "immunodeficiency",
        "HIV",
        "mother",
        "1961",
        "999",
        CODE,
        "harm",
        "held",
        "left out",
        "Sensitive",
    ):
        assert secret.lower() not in text.lower(), secret
    assert "Agnes &lt;b&gt;Quixley&lt;/b&gt;" in text
    assert (
        "Quixley" not in text[: text.index("<h1>")]
    )  # the page's title becomes a window's, or a file's name


# -- what it says ----------------------------------------------------------------------------------


def test_nothing_in_a_name_turns_the_sheet_about() -> None:
    odd = "Ann \u202e<b>QUIXLEY</b>\u2066\x07 </title>"
    page = sheet(record(name=odd), recipient="Trial\u202e Unit\x00")
    assert not {"\u202e", "\u2066", "\x07", "\x00"} & set(page)
    assert "Ann &lt;b&gt;QUIXLEY&lt;/b&gt; &lt;/title&gt;" in page
    assert "Trial Unit" in page


def test_it_says_of_four_neutral_kinds_whether_something_leaves() -> None:
    told = said(sheet(record(item("vaccinations", "Flu"), item("letters", None), item("values", "31.5"))))
    assert (told["Medicines"], told["Tests"], told["Letters"], told["Problems"]) == (
        SENT,
        SENT,
        NOTHING,
        NOTHING,
    )
    lines = [head for head, _ in _Lines(sheet(record())).rows]
    assert len(lines) == 15
    assert not [head for head in lines if re.search(r"HIV|sexual|mental|social|family history", head, re.I)]


@pytest.mark.parametrize("family", FAMILIES)
def test_whatever_leaves_is_on_some_line(family: str) -> None:
    assert SENT in said(sheet(record(item(family, "something")))).values()


def test_it_says_in_what_form_who_the_patient_is_leaves() -> None:
    facts = (
        Told("Surname", "Quixley", None, role="surname"),
        Told("NHS", "9991234560", CODE, role="nhs_number"),
        Told("Born", "1961-03-12", "1961", role="date_of_birth"),
        Told("Sex", "F", "F", role="sex"),
        Told("Town", "Bristol", CODE, role="area"),
        Told("Postcode", "BS6 5AB", "BS6", role="postcode"),
    )
    told = said(sheet(record(told=facts)))
    assert told["Your name"] == NOTHING
    assert told["Your NHS number"] == CODED
    assert told["When you were born, or your age"] == CHANGED
    assert told["Your sex"] == AS_IS
    assert told["Where you live"] == CHANGED
    both = (*facts, Told("Postcode", "BS6 5AB", "BS6 5AB", role="postcode"))
    assert said(sheet(record(told=both)))["Where you live"] == AS_IS


def test_of_more_than_a_page_holds_it_says_too_much_rather_than_too_little() -> None:
    long = record(*[item("letters", None)] * MOST_ITEMS, cut=1)
    assert said(sheet(long))["Letters"] == SENT
    assert said(sheet(replace(long, cut=0)))["Letters"] == NOTHING


@pytest.mark.parametrize("profile", sorted(load_profiles()))
def test_every_profile_has_its_words(profile: str) -> None:
    text = _Lines(sheet(record(item("problems", "Asthma")), profile, "Us & <them>")).text
    assert "Us & <them>" in text
    assert "6 August 2018" in text
    assert not re.search(r"suppress|anonym|\bsafe\b|withh|redact|pseudonym|\bQI\b|\bk\b|P-", text, re.I)


def test_of_counts_nothing_leaves_about_anybody() -> None:
    told = said(
        sheet(record(item("problems", "Asthma"), told=(Told("Sex", "F", "F", role="sex"),)), "foi-count")
    )
    assert set(told.values()) == {NOTHING}


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sheet(record(item("problems", "Asthma")))
    assert list(tmp_path.iterdir()) == []


# -- with a real export ----------------------------------------------------------------------------

_HEAD = "NHS number,Surname,Date of birth,Postcode,Event date,Code,Term\n"
_WHO = "9990000018,Kowalski,12/04/1961,BS6 5QA"
_OTHERS = "".join(
    f"99900000{n},{name},06/08/19{n},BS6 5QA,01/02/2024,44054006,Type 2 diabetes mellitus\n"
    for n, name in ((26, "White"), (34, "Parkinson"), (42, "May"))
)


def _sheet_of(path: Path, rows: str) -> str:
    path.write_text(_HEAD + rows + _OTHERS, "utf-8")
    survey = survey_export(open_export([path]))
    sources = (ObjectionSource("codes"),)
    plan = make_plan(
        survey, RESEARCH, recipient="R", project="J", objection_sources=sources, assume_registered=True
    )
    preview = Preview(survey, plan, KEY, decide_rows(survey, plan, KEY, None))
    patient = list(survey.patients.identity).index("nhs|9990000018")
    return make_sheet(read_record(preview, patient), "R", RESEARCH, day=DAY)


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
