"""What is taken out of notes, what stays, and how sure one may be of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from benchmarks.freetext_score import Note, marked_notes, score
from core.survey.freetext import MARKS, NOBODY, WHYS, Everybody, Names, find_spans, scrub
from core.survey.freetext.known import one_apart
from core.survey.identifiers.names import single_names
from tests.growth import grows_in_step

HERE = Path(__file__).parent
OWN = Names(frozenset(("william", "kowalski", "agnes", "white")))


def done(text: str, known: Names = NOBODY, *, months: bool = False) -> str:
    return scrub(text, find_spans(text, known), months=months)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bill rang about his scan", "[name] rang about his scan"),
        ("seen with Willie today", "seen with [name] today"),
        ("kowalski dna", "[name] dna"),
        ("KOWALSKI'S RESULTS", "[name]'S RESULTS"),
        ("told Kowalksi and Kowalskis", "told [name] and [name]"),
        ("pt Kowa1ski attended", "pt [name] attended"),
        ("W.K. attended alone", "[name] attended alone"),
        ("Smith-Kowalski attended", "[name] attended"),
        ("scan KowalskiWilliam.4 kept", "scan [name].4 kept"),
        ("agneskowalski portal", "[name] portal"),
        ("K O W A L S K I attended", "[name] attended"),
        ("Whites of the eyes", "Whites of the eyes"),
        ("White cell count raised", "White cell count raised"),
        ("agnes white came, white stick", "[name] came, [name] stick"),
        ("seen by Mr White", "seen by [name]"),
    ],
)
def test_own_names_go_however_they_are_written(text: str, left: str) -> None:
    assert done(text, OWN) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("born 03/04/1961, seen 3rd of May 2024", "born [date], seen [date]"),
        ("on Mon 4 March 2024", "on [date]"),
        ("appt 14/8 with nurse", "appt [date] with nurse"),
        ("14 Mar, then 1-Jun-23", "[date], then [date]"),
        ("dob 03041961", "dob [date]"),
        ("since 12.03.24", "since [date]"),
        ("review 6/52, 3/7, 1/12, BP 120/80", "review 6/52, 3/7, 1/12, BP 120/80"),
        ("5 may help, 2 mar gels", "5 may help, 2 mar gels"),
        ("aged 94 and frail", "aged [age over 89] and frail"),
        ("a 91-year-old man, 102 yo wife", "a [age over 89] man, [age over 89] wife"),
        ("aged 67, HR 94", "aged 67, HR 94"),
        ("tel 0117 496 0123 ext 4", "tel [phone]"),
        ("NI QQ 12 34 56 C", "NI [NI number]"),
        ("NHS no 999 123 4560", "NHS no [NHS number]"),
        ("key safe 4471", "key safe [number]"),
        ("a.b@example.org", "[e-mail]"),
        ("lives at 12 Mill Lane, Wedmore, BS28 4XY", "lives at [address]"),
        ("works at Tesco", "works at [organisation]"),
        ("from HMP Leeds", "from [organisation]"),
        ("moved to Aberystwyth", "moved to [place]"),
        ("daughter Jane, neighbour Mrs Burgess", "daughter [name], neighbour [name]"),
        ("lives with Tom", "lives with [name]"),
    ],
)
def test_what_is_nobodys_own_goes_by_its_shape_or_company(text: str, left: str) -> None:
    assert done(text) == left


def test_a_date_can_be_left_as_its_month() -> None:
    assert done("seen 03/04/2024 and 14 Mar", months=True) == "seen 2024-04 and [date]"


def test_clinical_phrases_stay_to_the_letter() -> None:
    lines = (HERE / "clinical_phrases.txt").read_text("utf-8").splitlines()
    phrases = [line for line in lines if line and not line.startswith("#")]
    assert len(phrases) >= 300
    changed = [line for line in phrases if done(line) != line]
    assert len(changed) <= len(phrases) * 0.02, changed


@pytest.mark.parametrize(
    ("file", "notes", "covered", "leaking"),
    [
        # The rules were tuned on these, and learned from what they missed.
        ("notes_tuned.txt", 200, 0.98, 0.03),
        # Written when the rules were done and read as they came: so much is missed in a new style.
        # An earlier set, read so, had 0.94 of its spans covered.
        ("notes_kept_aside.txt", 55, 0.86, 0.21),
    ],
)
def test_the_share_that_is_found_is_held(file: str, notes: int, covered: float, leaking: float) -> None:
    told = [
        Note(text, gold, Names(single_names(who)) if who else NOBODY)
        for who, text, gold in marked_notes(HERE / file)
    ]
    found = score(told, lambda text, known: [(s.start, s.end) for s in find_spans(text, known)])
    assert found.notes >= notes
    assert found.share_covered >= covered
    assert found.share_leaking <= leaking
    assert found.precision >= 0.9


_PIECES = st.sampled_from(
    [
        *("Mrs", "Anne", "Kowalski", "daughter", "12", "Mill", "Lane", "3/7", "Dr", "on", "14", "May", "("),
        *("07700 900123", "lives at", "BP 120/80", "@", "www.", "\n", "é", "W.K.", "ref AB/12", "aged 94"),
        *(",", "[name]", "\u202e", "'s"),
    ]
)  # fmt: skip


@examples(st.one_of(st.lists(_PIECES, max_size=12).map(" ".join), st.text(max_size=60)))
def test_spans_are_in_order_apart_and_inside_and_the_rest_is_untouched(text: str) -> None:
    spans = find_spans(text, OWN)
    last = 0
    for span in spans:
        assert last <= span.start < span.end <= len(text)
        assert span.what in MARKS
        assert span.why in WHYS
        last = span.end
    kept = text
    for span in reversed(spans):
        kept = kept[: span.start] + kept[span.end :]
    out = scrub(text, spans)
    for mark in MARKS:
        out, kept = out.replace(f"[{mark}]", ""), kept.replace(f"[{mark}]", "")
    assert out == kept
    assert find_spans(text, OWN) == spans


@pytest.mark.parametrize(
    "piece", ["Lives At The ", "12 Mill, ", "1-", "a@b.", "Anne Smith ", "tel on ", "( ", "A."]
)
def test_a_long_note_takes_no_longer_than_its_length(piece: str) -> None:
    assert grows_in_step(lambda pieces: find_spans(piece * pieces), 200, 1600)


def test_names_of_staff_and_places_of_the_export_go() -> None:
    everybody = Everybody(staff=frozenset(("zygwald",)), places=frozenset((("larkspur", "surgery"),)))
    told = done("given by zygwald at larkspur surgery; Zygwald agreed", Names(frozenset(), everybody))
    assert "ygwald agreed" not in told
    assert "larkspur" not in told


@pytest.mark.parametrize(
    ("word", "name", "near"),
    [
        ("kowalsky", "kowalski", True), ("kowalksi", "kowalski", True), ("kowalskii", "kowalski", True),
        ("owalski", "kowalski", True), ("kowalski", "kowalski", False), ("kowlaskj", "kowalski", False),
    ],
)  # fmt: skip
def test_one_letter_apart(word: str, name: str, near: bool) -> None:
    assert one_apart(word, name) is near


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Allergy clinic letter", "Allergy clinic letter"),
        ("physiotherapy exercises given, allergy list checked", None),
        ("PHYSIOTHERAPY REFERRAL MADE", None),
        ("Zygwald rang", "[name] rang"),
        ("seen by Perpetua today", "seen by [name] today"),
    ],
)
def test_words_of_where_staff_work_stay_and_their_names_go(text: str, left: str | None) -> None:
    """Letters name their sender as 'Larkfield Hospital, allergy clinic' in a field of staff."""
    from dataclasses import replace

    from tests.core.protection.builders import make_survey, report

    cells = (
        "Larkfield Hospital, allergy clinic",
        "Brambleside physiotherapy centre",
        "Zygwald, Perpetua (Dr)",
    )
    known = replace(make_survey(report()).known, staff_names=frozenset(cells), names_of_patient={})
    assert done(text, Names(everybody=Everybody.of(known))) == (left or text)
