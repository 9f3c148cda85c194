"""Notes with personal details removed as far as one can tell: what `apply` does to a field under `scrub`.

The work needs a row's patient: whose names go is a fact of the survey. A note whose patient is not known is
left out. Nothing is remembered from cell to cell but a patient's names: notes are nearly all different.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Reason
from core.protection.actions import ACTIONS, SCRUB, SPEAKS, UNREADABLE, Setting, scrubbing
from core.protection.explained import SPOKEN
from core.protection.formats import fit
from core.protection.plan import FieldPlan
from core.protection.spoken_of import SpokenOf
from core.survey.freetext import WHYS, Everybody, Names, Span
from core.survey.results import NO_PATIENT, KnownIdentifiers

_PATIENTS_REMEMBERED = 20_000


class Scrubber:
    """One field's way from raw notes to outgoing ones. Safe in threads: what is kept is a cache."""

    def __init__(
        self, plan: FieldPlan, file_format: str, known: KnownIdentifiers, spoken: SpokenOf | None = None
    ) -> None:
        self._plan = plan
        self._format = file_format
        self._spoken = spoken
        self._names_of: Mapping[int, frozenset[str]] = known.names_of_patient
        self._everybody = Everybody.of(known)
        self._names: dict[int, Names] = {}
        self._scrub = scrubbing(Setting(plan.role, plan.settings))

    def array(self, raw: pa.Array, patient: npt.NDArray[np.int32]) -> pa.Array:
        """The outgoing cells for raw ones; `patient` has the patient number of each cell's row."""
        encoded = raw.dictionary_encode()
        texts: list[str] = encoded.dictionary.to_pylist()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        pairs, back = np.unique(codes << 32 | (patient.astype(np.int64) + 1), return_inverse=True)
        made = [
            None if pair < 0 else self._text(texts[pair >> 32], (pair & 0xFFFFFFFF) - 1)
            for pair in pairs.tolist()
        ]
        return pa.array(made, pa.string()).take(pa.array(back))

    def _text(self, raw: str, patient: int) -> str | None:
        made, _ = self._outcome(raw, patient)
        return None if made is None else fit(made, self._format)[0]

    def _outcome(self, raw: str, patient: int) -> tuple[str | None, tuple[Span, ...]]:
        if not raw.strip():
            return raw, ()
        if patient == NO_PATIENT or self._speaks(raw):
            return None, ()
        return self._scrub(raw, self._names_for(patient))

    def finds(self, raw: pa.Array, patient: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """One entry a cell: whether a personal detail is found in it, whoever's row it is."""
        pairs = list(zip(raw.cast(pa.string()).to_pylist(), patient.tolist(), strict=True))
        found = {(text, who): bool(text and self._spans(text, who)) for text, who in set(pairs)}
        return np.fromiter((found[pair] for pair in pairs), np.bool_, len(pairs))

    def _spans(self, raw: str, patient: int) -> tuple[Span, ...]:
        return self._scrub(raw, self._names_for(patient))[1] if raw.strip() else ()

    def _speaks(self, raw: str) -> bool:
        return self._spoken is not None and self._spoken(raw)

    def _names_for(self, patient: int) -> Names:
        found = self._names.get(patient)
        if found is None:
            if len(self._names) >= _PATIENTS_REMEMBERED:
                self._names = {}
            own = self._names_of.get(patient, frozenset())
            found = self._names[patient] = Names(own, self._everybody)
        return found

    def why(self, raw: str | None, patient: int) -> Reason | None:
        """Why this note leaves changed: each sort of removal with its reason; None where it does not."""
        if raw is None:
            return None
        made, spans = self._outcome(raw, patient)
        if made is None and self._speaks(raw):
            return Reason(f"action.{SCRUB}.{SPEAKS}", SPOKEN, self._plan.source)
        if made is None:
            return Reason(f"action.{SCRUB}.{UNREADABLE}", ACTIONS[SCRUB].unreadable, self._plan.source)
        out, notes = fit(made, self._format)
        if out == raw:
            return None
        words = [note.text for note in notes]
        if made != raw:
            words.insert(0, f"{ACTIONS[SCRUB].did} {in_words(spans)} {self._plan.reason}".strip())
        source = "; ".join(dict.fromkeys(s for s in (self._plan.source, *(n.source for n in notes)) if s))
        return Reason(f"action.{SCRUB}" if made != raw else notes[0].id, " ".join(words), source)


def in_words(spans: tuple[Span, ...]) -> str:
    """'[name]: a name after a title (2 times). [phone]: a telephone number.' Never a word of the note."""
    counted: dict[tuple[str, str], int] = {}
    for span in spans:
        counted[span.what, span.why] = counted.get((span.what, span.why), 0) + 1
    return " ".join(
        f"[{what}]: {WHYS[why]}{f' ({times} times)' if times > 1 else ''}."
        for (what, why), times in counted.items()
    )
