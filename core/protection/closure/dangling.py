"""Links that would dangle: what stays may not point to what was left out.

A code in a link column whose row is not in the release tells the recipient that there was a row. Such a link
is blank. The keys of the rows that are withheld are known once all is decided, and a link is judged by its
cell (and where keys hold within one patient, by its row's patient), so that the panes, the export and every
thread agree. Keys are held as the numbers of link columns: four bytes each. Two keys with one number by
chance blank a link for nothing: some hundred of ten million where a hundred thousand rows are withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Finding, Reason, Role
from core.protection.closure.columns import Column, Numbers, numbers_of
from core.protection.closure.general import may_be_key
from core.protection.closure.links import Links, Pointer, links_of
from core.protection.closure.matching import Patients, Rows, among, paired, sieved
from core.protection.plan import Plan
from core.survey.results import Survey

POINTS_NOWHERE = Reason(
    "link.left_out",
    "Left blank: it points to an entry that is left out.",
    "a link to what is not there tells that it was there (OneLondon: the code went, the appointment stayed)",
)
#: Cells that say who somebody is or where they work are no links to entries, whatever rules call them.
_NO_LINKS = frozenset(
    {Role.NHS_NUMBER, Role.PATIENT_KEY, Role.STAFF_CODE, Role.STAFF_NAME, Role.ORGANISATION}
)


@dataclass(frozen=True)
class Gone:
    """The keys of withheld rows that the cells of one field may stand for, and how those are written.

    `pairs` and `nobodys` only where keys hold within one patient (None elsewhere): each key with its patient
    as one number, and the keys of rows that name nobody. All are sorted, each once."""

    column: Column
    keys: Numbers = field(repr=False)
    pairs: npt.NDArray[np.uint64] | None = field(default=None, repr=False)
    nobodys: Numbers | None = field(default=None, repr=False)

    @classmethod
    def of(cls, column: Column, keys: Numbers, patient: Patients | None) -> Gone | None:
        """From the numbers of withheld rows and, where keys hold within a patient, whose rows they are."""
        there = keys != 0
        if not there.any():
            return None
        if patient is None:
            return cls(column, np.unique(keys[there]))
        keys, patient = keys[there], patient[there]
        nobodys = np.unique(keys[patient < 0])
        return cls(column, np.unique(keys), np.unique(paired(keys, patient)), nobodys)

    def array(self, cells: pa.Array, patient: Patients) -> npt.NDArray[np.bool_]:
        """Which cells point to a row that is left out; one that holds several keys does where one of them
        does. `patient` has the patient number of each cell's row."""
        encoded = cells.dictionary_encode()
        of_cell = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
        found = np.zeros(len(cells), dtype=np.bool_)
        for numbers in numbers_of(encoded.dictionary, self.column):
            there = np.append(among(self.keys, numbers), False)
            if not there.any():
                continue
            rows = np.flatnonzero(there[of_cell])
            if self.pairs is not None and self.nobodys is not None:
                number, whose = numbers[of_cell[rows]], patient[rows]
                theirs = among(self.pairs, paired(number, whose)) | among(self.nobodys, number)
                rows = rows[theirs | (whose < 0)]
            found[rows] = True
        return found

    def one(self, cell: str | None, patient: int) -> bool:
        """Whether one cell does."""
        whose = np.array([patient], dtype=np.int32)
        return cell is not None and bool(self.array(pa.array([cell], pa.string()), whose)[0])


def gone_keys(
    survey: Survey, plan: Plan, withheld: Mapping[str, npt.NDArray[np.uint8]]
) -> Mapping[str, Mapping[str, Gone]]:
    """By table and field, what the links that leave may not point to. `withheld` has an entry a row, 0 for
    those that leave. Reads the link columns only where some leave and some rows do not."""
    gone = {name: np.flatnonzero(of) for name, of in withheld.items() if of.any()}
    if not gone:
        return {}
    names = {
        (f.table, f.position): f.field
        for table, findings in survey.findings.items()
        for f, finding in zip(plan.for_table(table), findings, strict=True)
        if f.leaves and finding.role not in _NO_LINKS
    }
    links = links_of(survey)
    lost: dict[tuple[str, Column], list[tuple[Numbers, Patients]]] = {}
    keys: dict[tuple[str, Column], list[tuple[Numbers, Patients | None]]] = {}
    for to in _pointers(links, survey.findings, names):
        if to.target not in gone or (to.source, to.source_column.position) not in names:
            continue
        rows = gone[to.target]
        patient = survey.facts[to.target].patient
        of_target = lost.get((to.target, to.target_column))
        if of_target is None:
            of_target = lost[to.target, to.target_column] = [
                (numbers[some], patient[some])
                for numbers in links.numbers(to.target, to.target_column)
                for some in (rows[~stays(numbers, patient, withheld[to.target], rows)],)
            ]
        keys.setdefault((to.source, to.source_column), []).extend(
            (numbers, whose if to.per_patient else None) for numbers, whose in of_target
        )
    found: dict[str, dict[str, Gone]] = {}
    for (table, column), parts in keys.items():
        theirs = [whose for _, whose in parts if whose is not None]
        made = Gone.of(
            column, np.concatenate([part for part, _ in parts]), np.concatenate(theirs) if theirs else None
        )
        if made is not None:
            found.setdefault(table, {})[names[table, column.position]] = made
    return found


def stays(
    numbers: Numbers, patient: Patients, withheld: npt.NDArray[np.uint8], rows: Rows
) -> npt.NDArray[np.bool_]:
    """Of which of the withheld rows another one leaves with the same key: an older version of an entry is
    withheld and what it became is not, so that a link to it points to what is there.

    It must be the same patient's. Two keys of one number by chance would else let a link to a withheld row
    leave, and a key that two patients have does not say which of them a link means."""
    given = numbers[rows]
    live = sieved(np.unique(given[given != 0]), numbers)
    live = live[(withheld[live] == 0) & (patient[live] >= 0)]
    return among(np.unique(paired(numbers[live], patient[live])), paired(given, patient[rows]))


def _pointers(
    links: Links, findings: Mapping[str, tuple[Finding, ...]], leaving: Mapping[tuple[str, int], str]
) -> Iterator[Pointer]:
    """Those of known layouts; of others, which takes reading their columns, where one of those leaves."""
    yield from links.pointers
    if any((f.table, f.position) in leaving and may_be_key(f) for t in links.unknown for f in findings[t]):
        for edge in links.edges:
            if edge.points:
                yield Pointer(edge.source, edge.source_column, edge.target, edge.target_column)
