"""Fields whose cells hang on the row's patient: dates moved by the patient's own days, ages at events.

The facts come from the survey, in arrays over patients. Work is done at array speed for the common cells of a
block, and for the others once for each distinct cell and facts that matter. Nothing is remembered from block
to block.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Reason
from core.protection.actions import ACTIONS, NOBODY, Input, Outcome, Person, Setting
from core.protection.actions.action import Days
from core.protection.explained import why_changed
from core.protection.formats import fit
from core.protection.persons import People
from core.protection.plan import FieldPlan
from core.survey.columns import filled
from core.survey.results import NO_DAY, NO_PATIENT


class PersonalColumn:
    """One field's way from raw cells to outgoing ones. Safe in threads: it keeps nothing."""

    def __init__(self, plan: FieldPlan, file_format: str, people: People) -> None:
        action = ACTIONS[plan.action]
        assert action.for_person is not None
        setting = Setting(plan.role, plan.settings)
        self._plan, self._format, self._people = plan, file_format, people
        self._run = action.for_person(setting)
        self._at_once = None if action.at_once is None else action.at_once(setting)
        self._asks_day = Input.ROW_DAY in action.inputs

    def array(self, raw: pa.Array, patient: npt.NDArray[np.int32], day: Days | None) -> pa.Array:
        """The outgoing cells for raw ones; `patient` has the patient number of each cell's row, `day` its day
        (None where the action asks for none)."""
        encoded = raw.dictionary_encode()
        distinct = encoded.dictionary
        places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        has_text = np.append(filled(distinct), False)[places]
        work = has_text & (patient != NO_PATIENT)
        places = np.where(work, places, -1)
        facts = dict(self._people.facts(self._plan, patient))
        if self._at_once is None:
            made, done = pa.nulls(len(raw), pa.string()), np.zeros(len(raw), dtype=np.bool_)
        else:
            made, done = self._at_once(distinct, places, facts, day)
        if not done.all():
            rest = np.flatnonzero(work & ~done)
            if len(rest):
                others = self._one_by_one(distinct, places[rest], rest, facts, day)
                mask = np.zeros(len(raw), dtype=np.bool_)
                mask[rest] = True
                made = pc.replace_with_mask(made, pa.array(mask), others)
            if not has_text.all():
                made = pc.if_else(pa.array(has_text), made, raw)
        return made

    def _one_by_one(
        self,
        distinct: pa.Array,
        places: npt.NDArray[np.int64],
        rows: npt.NDArray[np.intp],
        facts: dict[str, Days],
        day: Days | None,
    ) -> pa.Array:
        key = places
        told = {name: values[rows] for name, values in facts.items()}
        days = day[rows] if day is not None and self._asks_day else np.full(len(rows), NO_DAY, dtype=np.int32)
        for values in (*told.values(), days):
            different, number = np.unique(values, return_inverse=True)
            key = key * len(different) + number
        _, first, back = np.unique(key, return_index=True, return_inverse=True)
        texts = distinct.take(pa.array(places[first])).to_pylist()
        people = [
            Person(**dict(zip(told, values, strict=True)))
            for values in zip(*(values[first].tolist() for values in told.values()), strict=True)
        ]
        made = [
            self._text(text, person, on)
            for text, person, on in zip(texts, people, days[first].tolist(), strict=True)
        ]
        return pa.array(made, pa.string()).take(pa.array(back))

    def _text(self, raw: str, person: Person, day: int) -> str | None:
        made, _ = self._run(raw, person, day)
        return None if made is None else fit(made, self._format)[0]

    def why(self, raw: str | None, patient: int, day: int) -> Reason | None:
        """Why this cell leaves changed, None where it does not."""
        if raw is None or not raw.strip():
            return None
        made, note = self._outcome(raw, patient, day)
        return why_changed(self._plan, raw, made, note, self._format)

    def _outcome(self, raw: str, patient: int, day: int) -> Outcome:
        if patient == NO_PATIENT:
            return None, NOBODY
        return self._run(raw, self._people.person(self._plan, patient), day)
