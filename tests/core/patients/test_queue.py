"""Who is on the list of patients to look at, in which order, and who is only counted."""

from __future__ import annotations

from typing import Any

import pytest

from core.model import Cancelled, Kind, Role
from core.patients.queue import REASONS, review_queue
from core.preview import Preview
from core.protection import Decisions, load_profiles
from core.protection.pseudonyms import PSEUDONYM
from tests.core.protection.builders import REPORT, Made, make_survey, report
from tests.core.protection.strategies import KEY, job


def preview(
    tables: dict[str, Made] | None = None, profile: str = "approved-research", **more: Any
) -> Preview:
    decisions = more.pop("decisions", None)
    made = job(make_survey(tables or report(), **more), profile, decisions=decisions)
    return Preview(made.survey, made.plan, KEY, made.rows)


def noted(notes: list[str | None], action: str = "scrub", **more: Any) -> Preview:
    """A preview of one note for each of some patients, which leaves."""
    fields = (REPORT[0], ("Notes", Kind.FREE_TEXT, Role.NOTE))
    rows = [[f"999 000 {n:04d}", note] for n, note in enumerate(notes)]
    told = Decisions.model_validate({"fields": {"notes": {"Notes": {"action": action}}}})
    return preview({"notes": Made(fields, rows, list(range(len(notes))))}, decisions=told, **more)


def reasons_of(shown: Preview, **more: Any) -> dict[int, tuple[str, ...]]:
    return {
        entry.patient: tuple(r.id for r in entry.reasons) for entry in review_queue(shown, **more).entries
    }


@pytest.mark.parametrize("profile", [p.id for p in load_profiles().values() if p.purpose == "counts"])
def test_where_only_counts_leave_nobody_is_looked_at(profile: str) -> None:
    shown = preview(report(categories={n: ["safeguarding"] for n in range(18)}), profile)
    found = review_queue(shown)
    assert (found.entries, found.beyond, found.patients) == ((), (), 0)


def test_safeguarding_that_leaves_comes_first() -> None:
    shown = preview(report(categories={4: ["safeguarding"], 9: ["cancer"]}, people=6))
    found = review_queue(shown)
    assert found.patients == 6
    assert found.entries[0].patient == 1
    assert found.entries[0].reasons[0].text == "1 row about safeguarding or abuse would leave."
    assert "safeguarding" not in reasons_of(shown).get(3, ())


def test_whoever_stays_is_not_looked_at() -> None:
    shown = preview(report(categories={4: ["safeguarding"]}), objections={1: ["type1_dissent"]})
    assert 1 not in reasons_of(shown)


def test_entries_are_known_by_the_codes_of_decisions() -> None:
    found = review_queue(preview())
    assert found.codes == {entry.code for entry in found.entries}
    assert all(PSEUDONYM.fullmatch(code) for code in found.codes)
    assert len(found.codes) == len(found.entries) == 6


def test_the_list_is_short_and_the_rest_is_counted() -> None:
    shown = preview(report(people=40, each=1, categories={n: ["safeguarding"] for n in range(30)}))
    found = review_queue(shown, at_least=4)
    assert len(found.entries) == 4
    beyond = {b.reason.id: b for b in found.beyond}
    here = sum("safeguarding" in (r.id for r in e.reasons) for e in found.entries)
    assert beyond["safeguarding"].patients == 30 - here
    assert beyond["safeguarding"].page == "codes"
    assert beyond["alone"].page == "fields"
    assert len(review_queue(shown, share=0.5, at_least=4).entries) == 20


def test_working_through_the_list_makes_it_shorter() -> None:
    flagged = report(people=40, each=1, categories={n: ["safeguarding"] for n in range(30)})
    first = review_queue(preview(flagged), at_least=4)
    out = Decisions.model_validate({"patients": {"leave_out": [e.code for e in first.entries[:3]]}})
    listed = {entry.patient for entry in first.entries}
    rest = review_queue(preview(flagged, decisions=out), at_least=4, listed=listed)
    assert [entry.code for entry in rest.entries] == [first.entries[3].code]
    assert sum(b.patients for b in rest.beyond if b.reason.id == "safeguarding") == 30 - 4
    assert len(review_queue(preview(flagged, decisions=out), at_least=4).entries) == 4


def test_each_reason_has_its_part_of_a_short_list() -> None:
    rows = report(people=40, each=1)["events"].rows
    alike = [row if n >= 30 else [row[0], *rows[0][1:]] for n, row in enumerate(rows)]
    flagged = {n: ["safeguarding"] for n in range(30)}
    shown = preview({"events": Made(REPORT, alike, list(range(40)), categories=flagged)})
    held = reasons_of(shown, at_least=4)
    assert any("safeguarding" not in reasons for reasons in held.values())
    order = list(REASONS)
    firsts = [order.index(reasons[0]) for reasons in held.values()]
    assert firsts == sorted(firsts)


def test_looking_can_be_stopped() -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        review_queue(preview(), step=stop)


def test_steps_never_go_beyond_the_total() -> None:
    seen: list[tuple[int, int]] = []
    review_queue(noted(["x"] * 30), step=lambda done, total: seen.append((done, total)))
    assert seen
    assert all(done <= total for done, total in seen)


def test_who_is_beyond_the_list_is_said_in_a_sentence() -> None:
    shown = preview(report(people=12, each=1, categories={0: ["safeguarding"], 1: ["safeguarding"]}))
    told = {b.reason.id: b.reason.text for b in review_queue(shown, at_least=1).beyond}
    by = "year of birth, sex and first part of the postcode"
    assert told["safeguarding"] == "1 more patient has entries about safeguarding or abuse."
    assert told["alone"] == f"11 more patients are alone in the outgoing file by {by}."
