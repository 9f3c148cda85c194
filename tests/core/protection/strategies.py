"""Random exports: any fields, awkward cells, people with any status, objections and sensitive rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from core.model import Kind, Role, Status
from core.protection import (
    Context,
    Decisions,
    Key,
    ObjectionSource,
    Plan,
    Profile,
    RowDecisions,
    decide_rows,
    load_profile,
    load_profiles,
    make_context,
    make_plan,
)
from core.survey.results import OBJECTIONS, Survey
from tests.core.protection.builders import CATEGORIES, Made, make_survey

KEY = Key(bytes(range(32)))

#: Whole exports are dear to invent: half as many examples, in the slice and in the soak.
fewer = settings(max_examples=settings().max_examples // 2)

AWKWARD = (
    None,
    "",
    " ",
    "007",
    " padded ",
    "900000000000000003",
    "=1+1",
    "-5",
    "+44 7700 900123",
    "@you",
    "1961-04-12",
    "12/04/1961",
    "2025-11",
    "BS6 5QA",
    "bs65qa",
    "43",
    "90+",
    "999 000 0018",
    "9990000018",
    "9.99E+09",
    "null",
    "line\nbreak",
    'a "quoted", cell',
    "ünïcødé 😀",
    "\x00\x0b",
    "x" * 400,
)

#: A kind with roles that belong to it, as the survey finds them.
SORTS = (
    (Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
    (Kind.DIRECT_IDENTIFIER, Role.SURNAME),
    (Kind.DIRECT_IDENTIFIER, Role.PHONE),
    (Kind.DIRECT_IDENTIFIER, Role.ADDRESS),
    (Kind.LINKING_KEY, Role.PATIENT_KEY),
    (Kind.LINKING_KEY, Role.ROW_KEY),
    (Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH),
    (Kind.QUASI_IDENTIFIER, Role.POSTCODE),
    (Kind.QUASI_IDENTIFIER, Role.AGE),
    (Kind.QUASI_IDENTIFIER, Role.SEX),
    (Kind.QUASI_IDENTIFIER, Role.EVENT_DATE),
    (Kind.QUASI_IDENTIFIER, Role.SOCIAL),
    (Kind.CODED_CLINICAL, Role.CODE),
    (Kind.CODED_CLINICAL, Role.TERM),
    (Kind.CLINICAL_VALUE, Role.VALUE),
    (Kind.FREE_TEXT, Role.NOTE),
    (Kind.STAFF, Role.STAFF_NAME),
    (Kind.ADMINISTRATIVE, Role.FLAG),
    (Kind.UNKNOWN, Role.OTHER),
)

cells = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=8))


@st.composite
def tables(draw: st.DrawFn, people: int) -> Made:
    sorts = draw(st.lists(st.sampled_from(SORTS), min_size=1, max_size=7))
    count = draw(st.integers(0, 14))
    rows = draw(
        st.lists(st.lists(cells, min_size=len(sorts), max_size=len(sorts)), min_size=count, max_size=count)
    )
    some_rows = st.lists(st.integers(0, count - 1), max_size=4, unique=True) if count else st.just([])
    names = st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=2, unique=True)
    return Made(
        fields=[(f"{role.value} {at}", kind, role) for at, (kind, role) in enumerate(sorts)],
        rows=rows,
        patient=draw(st.lists(st.integers(-1, people - 1), min_size=count, max_size=count)),
        categories={row: draw(names) for row in draw(some_rows)},
        unknown_code=draw(some_rows),
        block_rows=draw(st.integers(1, 6)),
    )


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    people = draw(st.integers(1, 5))
    meanings = st.lists(st.sampled_from(OBJECTIONS), min_size=1, max_size=2, unique=True)
    objecting = draw(st.lists(st.integers(0, people - 1), max_size=1))
    status = st.sampled_from([Status.REGISTERED, Status.REGISTERED, *Status])
    return make_survey(
        {name: draw(tables(people)) for name in draw(st.sampled_from([("a",), ("a", "b")]))},
        identity=[
            draw(st.sampled_from([f"nhs|999000{n:04d}", f"local|{n:03d}", f"nhs|9990000018-{n}"]))
            for n in range(people)
        ],
        objections={n: draw(meanings) for n in objecting},
        status=draw(st.lists(status, min_size=people, max_size=people)),
        has_status=draw(st.booleans()),
    )


@dataclass(frozen=True)
class Job:
    """Everything for one export: the survey, the plan made of it, and what `apply` needs."""

    survey: Survey
    profile: Profile
    plan: Plan
    rows: RowDecisions
    context: Context


def job(survey: Survey, profile_id: str, *, format: str = "csv", decisions: Decisions | None = None) -> Job:
    profile = load_profile(profile_id)
    plan = make_plan(
        survey,
        profile,
        recipient="R",
        project="P",
        format=format,
        decisions=decisions,
        objection_sources=(ObjectionSource("codes"),),
    )
    rows = decide_rows(survey, plan, KEY)
    return Job(survey, profile, plan, rows, make_context(survey, plan, KEY, rows))


#: Actions that ask on which day ages are reckoned where an export has none.
_RECKONED = frozenset(("age_band", "year_of_birth", "month_of_birth"))


@st.composite
def jobs(draw: st.DrawFn, *, decided: bool = True) -> Job:
    """Any export under any profile, with some fields decided by a person in any way (`decided`)."""
    survey = draw(surveys())
    actions = st.sampled_from(
        [
            *("keep", "leave_out", "pseudonym", "surrogate", "year", "month", "postcode_district", "blank"),
            *("date_shift", "age_at_event", "days_since_index", "quarter", "age_band", "year_of_birth"),
            *("month_of_birth", "postcode_sector", "postcode_area", "ethnicity_16", "ethnicity_5"),
            *("round_number", "code_parent", "blank_term", "keep_expected", "keep_unless_confidential"),
        ]
    )
    fields: dict[str, dict[str, dict[str, Any]]] = {}
    if decided:
        for table, findings in survey.findings.items():
            for finding in findings:
                if draw(st.integers(0, 3)) == 0:
                    action = draw(actions)
                    settings = {"on": "2025-06-30"} if action in _RECKONED else {}
                    fields.setdefault(table, {})[finding.field] = {"action": action, "settings": settings}
    return job(
        survey,
        draw(st.sampled_from(sorted(load_profiles()))),
        format=draw(st.sampled_from(["csv", "xlsx"])),
        decisions=Decisions.model_validate({"fields": fields}),
    )
