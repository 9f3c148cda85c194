"""Putting the facts of blocks together, in order, into the facts of an export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from core.model import Counted, Problem, Role
from core.survey.codes.codelists import CodeLookup
from core.survey.codes.coverage import NOT_JUDGED, NOT_UNDERSTOOD, TITLES, Coverage
from core.survey.codes.rare import RareCodes
from core.survey.facts import BlockFacts
from core.survey.objections.entries import Entries, current_objections
from core.survey.people.as_of import ENOUGH, DayCounts, of_time_to_come
from core.survey.people.keys import Keys
from core.survey.people.known import HashSet, SpokenNames, known_identifiers
from core.survey.people.patients import PatientRegistry, People, sorted_unique
from core.survey.people.practices import KeysOfPractices, Practices, SeveralPractices, valid_numbers
from core.survey.results import NO_DAY, NO_PATIENT, OBJECTIONS, KnownIdentifiers, PatientFacts
from core.survey.row_facts import NOT_JUDGED as NOT_JUDGED_ROW
from core.survey.row_facts import UNKNOWN, RowsBuilder, TableFacts

_MOST_PROBLEMS = 1_000
_AT_ONCE = 1_000_000
_COLLECTED = (
    Role.NHS_NUMBER, Role.PATIENT_KEY, Role.PHONE, Role.EMAIL, Role.POSTCODE, Role.ADDRESS, Role.FULL_NAME,
)  # fmt: skip
# In words, for people; the names of OBJECTIONS are for machines.
_OBJECTION_WORDS = {
    "type1_dissent": "Type 1 objection",
    "type2_dissent": "Type 2 objection",
    "scr_dissent": "no Summary Care Record",
    "national_share_refused": "national shared record refused",
    "local_share_refused": "local shared record refused",
    "share_refused": "electronic sharing refused",
    "third_party_refused": "sharing with a third party refused",
    "commissioner_refused": "review by a commissioner refused",
    "audit_dissent": "national audit refused",
    "confidential_flag": "record marked as confidential",
    "national_data_opt_out": "National Data Opt-out",
    "spine_sensitive": "details hidden on the Spine (S-flag)",
    "cannot_consent": "cannot consent to sharing",
    "kis_dissent": "no Key Information Summary (Scotland)",
}


class SeveralOrganisations(Exception):
    """Keys of more than one organisation are in the export: they count together with it, from the start."""


class Collector:
    """Takes the blocks of every table in order. Not for threads."""

    def __init__(
        self,
        problems: Iterable[Problem],
        *,
        scoped: bool = False,
        practices: KeysOfPractices | None = None,
        rare_bit: int = 0,
    ) -> None:
        self._rare_bit = rare_bit  # of the category of rare codes
        self._rare = RareCodes()
        self._scoped = scoped
        self._organisations: set[str] = set()
        self._practices = Practices() if practices is None else None
        self.several_practices = practices is not None
        self.beside_practices = 0 if practices is None else practices.unsure  # keys of nobody knows whom
        self._above = np.int32(NO_PATIENT)  # whose rows may go on, where a report leaves the patient out
        self.continued = 0
        self.registry = PatientRegistry(by_practice=practices is not None)
        self.collected = {role.value: HashSet() for role in _COLLECTED}
        self.spoken = SpokenNames()
        self.has_status = False
        self._tables: dict[str, RowsBuilder] = {}
        self._current: RowsBuilder | None = None
        self._problems: list[Problem] = list(problems)
        self._more_problems = 0
        self._entries: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int16], npt.NDArray[np.int32]]] = []
        self.nameless_objections = 0
        self.outside_codes = 0  # rows
        self._status_days = self._left_days = np.empty(0, dtype=np.int32)
        self.as_of_day = self.first_day = NO_DAY
        self._flagged: dict[int, int] = {}
        self.coverage = Coverage()

    def begin(self, table: str, rows: int) -> None:
        """A table of so many rows follows."""
        self._name = table
        self._current = RowsBuilder(rows)
        self._tables[table] = self._current
        self._above = np.int32(NO_PATIENT)
        self.continued = 0

    def add(self, facts: BlockFacts) -> None:
        """The next block of the table."""
        rows = self._current
        assert rows is not None
        here = slice(facts.first_row, facts.first_row + facts.rows)
        room = _MOST_PROBLEMS - len(self._problems)
        self._problems.extend(facts.problems[:room])
        self._more_problems += max(0, len(facts.problems) - room)
        self._organisations |= facts.organisations
        if len(self._organisations) > 1 and not self._scoped:
            raise SeveralOrganisations
        node = self._nodes(facts)
        if facts.continued is not None and facts.blank is not None:
            node = self._go_on(node, facts.continued, facts.blank)
        elif facts.rows:
            self._above = node[-1]
        rows.node[here] = node
        if facts.day is not None:
            rows.set_days(facts.first_row, facts.day)
        if facts.patterns is not None and facts.pattern is not None:
            rows.set_patterns(facts.first_row, facts.patterns, facts.pattern)
        if self._rare_bit:
            self._count_codes(facts, node, rows)
        for unjudged in facts.unjudged:
            self.coverage.add(self._name, unjudged)
        for text, bits in facts.flagged.items():
            self._flagged[text] = self._flagged.get(text, 0) | bits
        self._objections(facts, node)
        for role, cells in facts.spoken:
            self.spoken.add(role, cells)
        for kind, hashes in facts.collected:
            self.collected[kind].add(hashes)
        if facts.birth is not None:
            self.registry.births(node, facts.birth)
        if facts.score is not None:
            self.registry.statuses(node, facts.score)
            self.has_status |= facts.tells_status
            if facts.status_days is not None and facts.left_days is not None:
                self._status_days = sorted_unique(np.concatenate([self._status_days, facts.status_days]))
                self._left_days = sorted_unique(np.concatenate([self._left_days, facts.left_days]))
        if facts.address is not None:
            self.registry.addresses(node, facts.address)
        for slot, names in facts.names:
            self.registry.names(node, slot, names.words(), names.indices)

    def _nodes(self, facts: BlockFacts) -> npt.NDArray[np.int32]:
        registry = self.registry
        known_before = registry.nodes
        nhs, key = self._of_keys(facts.nhs), self._of_keys(facts.key)
        node = np.full(facts.rows, NO_PATIENT, dtype=np.int32)
        if nhs is not None and key is not None:
            registry.tie(key, nhs)
        if self._practices is not None and key is not None:
            numbers = valid_numbers(facts.nhs, nhs)
            if facts.practice is not None:
                self._practices.add(facts.practice, key, numbers, facts.birth)
            else:
                self._practices.listed(key, numbers, facts.birth)
        alone = self._of_keys(facts.key_alone)
        if alone is not None and key is not None:
            registry.tie_alone(alone, key)
        for found in (nhs, key, self._of_keys(facts.odd_nhs)):
            if found is not None:
                node = np.where(node < 0, found, node)
        case = self._of_keys(facts.case)
        if case is not None:
            registry.tie_case(case, node)
            node = np.where(node < 0, case, node)
        if facts.person_rows is not None and facts.persons_of is not None:
            at = node[facts.person_rows]
            new = at >= known_before
            if new.any():
                registry.persons(at[new], facts.persons_of(facts.person_rows[new]))
        facts.persons_of = (
            None  # it holds the block's cells, and they it: memory would wait for the collector
        )
        person = self._of_keys(facts.person)
        if person is not None:
            node = np.where(node < 0, person, node)
        return node.astype(np.int32, copy=False)

    def _count_codes(self, facts: BlockFacts, node: npt.NDArray[np.int32], rows: RowsBuilder) -> None:
        """Who has which code, as far as few have it."""
        told = self._rare.overflowed
        for coded in facts.coded:
            at_once = self._rare.add(self._name, facts.first_row, coded, node)
            if at_once is not None:
                rows.mark(at_once, self._rare_bit)
        if self._rare.overflowed and not told:
            what = "so many different codes that those met last are taken to be rare without being counted"
            self.tell(Problem(self._name, None, what))

    def _mark_rare(self, patient_of: npt.NDArray[np.int32]) -> None:
        for table, rows, codes in self._rare.rare(patient_of):
            self._tables[table].mark(rows, self._rare_bit)
            for code in codes.tolist():
                self._flagged[code] = self._flagged.get(code, 0) | self._rare_bit
        self._rare = RareCodes()

    def tell(self, problem: Problem) -> None:
        """One more thing that was noticed, however many there are."""
        self._problems.insert(0, problem)

    def _go_on(
        self, node: npt.NDArray[np.int32], continued: npt.NDArray[np.bool_], blank: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.int32]:
        """Rows that leave the patient's cells blank belong to the patient above; a blank row ends that."""
        places = np.arange(len(node))
        last = np.maximum.accumulate(np.where(continued, -1, places))
        above = np.append(node, self._above)[last]  # -1 takes what came before this block
        found = np.where(continued, above, node)
        self.continued += int((continued & (found >= 0)).sum())
        if len(found):
            self._above = np.int32(NO_PATIENT) if blank[-1] else found[-1]
        return found

    def _of_keys(self, keys: Keys | None) -> npt.NDArray[np.int32] | None:
        if keys is None:
            return None
        return np.append(self.registry.nodes_of(keys.words, keys.prints), np.int32(NO_PATIENT))[keys.indices]

    def _objections(self, facts: BlockFacts, node: npt.NDArray[np.int32]) -> None:
        for rows, codes in zip(facts.objection_rows, facts.objection_codes, strict=True):
            day = facts.day[rows] if facts.day is not None else np.full(len(rows), NO_DAY, dtype=np.int32)
            self.nameless_objections += int(((node[rows] < 0) & (codes % 2 == 1)).sum())
            self._entries.append((node[rows], codes, day))
        self.outside_codes += facts.outside_codes
        for rows, codes in zip(facts.recall_rows, facts.recall_codes, strict=True):
            day = facts.day[rows] if facts.day is not None else np.full(len(rows), NO_DAY, dtype=np.int32)
            self._entries.append((node[rows], codes, day))
        for rows, meaning in zip(facts.flag_rows, facts.flag_meanings, strict=True):
            # One entry a patient will do, and a flag is true of the day of the export.
            who = sorted_unique(node[rows])
            code = np.full(len(who), meaning * 2 + 1, dtype=np.int16)
            self._entries.append((who, code, np.full(len(who), NO_DAY, dtype=np.int32)))
            self.nameless_objections += int((node[rows] < 0).sum())

    def finish(self) -> tuple[PatientFacts, dict[str, TableFacts], KnownIdentifiers]:
        """The facts of patients and rows, once every table was taken. Raises SeveralPractices where keys are
        of several people, which nobody had told."""
        if self._practices is not None:
            told = self._practices.finish(self.registry.hashes_of)
            if len(told.apart):
                raise SeveralPractices(told)
            self.beside_practices = told.unsure
        seen = np.zeros(self.registry.nodes + 1, dtype=np.bool_)  # the last is for rows that name nobody
        for rows in self._tables.values():
            for start in range(0, len(rows.node), _AT_ONCE):
                seen[rows.node[start : start + _AT_ONCE]] = True
        people = self.registry.finish(seen[:-1])
        self.as_of_day = self._as_of(people)
        patients = people.facts(
            current_objections(self._settled(people), people.count, self.as_of_day),
            has_status=self.has_status,
            as_of=self.as_of_day,
        )
        if self._rare_bit:
            self._mark_rare(people.patient_of)
        patient_of = np.append(people.patient_of, np.int32(NO_PATIENT))
        facts = {}
        for name, rows in self._tables.items():
            for start in range(0, len(rows.node), _AT_ONCE):
                node = rows.node[start : start + _AT_ONCE]
                node[:] = patient_of[node]
            facts[name] = TableFacts.of(rows)
        return patients, facts, known_identifiers(people, self.collected, self.spoken)

    def _as_of(self, people: People) -> int:
        """The day the export speaks of: from entries and registrations, else from births, which are
        never later, else from what is to come."""
        past, to_come, births = DayCounts(), DayCounts(), DayCounts()
        for name, rows in self._tables.items():
            of_table = to_come if of_time_to_come(name) else past
            for start in range(0, len(rows.day), _AT_ONCE):
                of_table.add(rows.day[start : start + _AT_ONCE])
        self.first_day = past.earliest()
        past.add(self._status_days)
        if past.total < ENOUGH:  # too few to say that a date of leaving is still to come
            past.add(self._left_days)
        births.add(people.birth_day)
        found = (day for day in (past.latest(), births.last(), to_come.latest()) if day != NO_DAY)
        return next(found, NO_DAY)

    def _settled(self, people: People) -> Entries:
        if not self._entries:
            nothing = np.empty(0, dtype=np.int32)
            return Entries(nothing, nothing.astype(np.uint8), nothing.astype(np.bool_), nothing)
        node = np.concatenate([entry[0] for entry in self._entries])
        code = np.concatenate([entry[1] for entry in self._entries])
        day = np.concatenate([entry[2] for entry in self._entries])
        named = node >= 0
        node, code, day = node[named], code[named], day[named]
        return Entries(
            people.patient_of[node], (code >> 1).astype(np.uint8), (code & 1).astype(np.bool_), day
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the reader noticed, up to a bound, and how much more there was."""
        if not self._more_problems:
            return tuple(self._problems)
        more = Problem("the export", None, f"and {self._more_problems:,} more oddities of these kinds")
        return (*self._problems, more)

    def count_categories(
        self, lookup: CodeLookup, facts: Sequence[TableFacts], patients: int
    ) -> tuple[Counted, ...]:
        """Rows, patients and distinct codes (or terms, where a row has no code) of each category found."""
        rows = np.zeros(64, dtype=np.int64)
        of_patient = np.zeros(patients + 1, dtype=np.uint64)  # the last entry is for rows that name nobody
        for table in facts:
            rows += _bit_counts(table.pattern_bits, table.pattern_rows())
            of_patient |= table.patient_bits(patients)
        people = _bit_counts(of_patient[:-1])
        of_codes = _bit_counts(np.fromiter(self._flagged.values(), np.uint64, len(self._flagged)))
        counted = []
        for number, category_id in enumerate(lookup.category_ids):
            if rows[number]:
                title = lookup.category(category_id).title
                counted.append(
                    Counted(category_id, title, int(rows[number]), int(people[number]), int(of_codes[number]))
                )
        return tuple(counted)

    def count_objections(self, patients: PatientFacts, facts: Sequence[TableFacts]) -> tuple[Counted, ...]:
        """Patients with each objection now, and the rows of those patients."""
        rows = np.zeros(patients.count + 1, dtype=np.int64)
        for table in facts:
            rows += table.patient_rows(patients.count)
        counted = []
        for number, name in enumerate(OBJECTIONS):
            objects = (patients.objections & np.uint32(1 << number)) != 0
            people = int(objects.sum())
            if people:
                counted.append(Counted(name, _OBJECTION_WORDS[name], int(rows[:-1][objects].sum()), people))
        return tuple(counted)

    def count_unjudged(self, sort: str, facts: Sequence[TableFacts], patients: int) -> Counted:
        """Rows, patients and distinct codes that were not understood, or not judged."""
        flag = {NOT_UNDERSTOOD: UNKNOWN, NOT_JUDGED: NOT_JUDGED_ROW}[sort]
        rows = 0
        people = np.zeros(patients + 1, dtype=np.bool_)
        for table in facts:
            mask = table.of_pattern((table.pattern_bits & np.uint64(flag)) != 0)
            rows += int(np.count_nonzero(mask))
            people |= table.patients_seen(patients, mask)
        return Counted(sort, TITLES[sort], rows, int(people[:-1].sum()), self.coverage.distinct(sort))


def _bit_counts(
    numbers: npt.NDArray[np.uint64], times: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.int64]:
    """How many of the numbers have each of the 64 bits, each counted so many times."""
    total = np.zeros(64, dtype=np.int64)
    for start in range(0, len(numbers), 65_536):  # 64 bytes a number while they are counted
        some = np.ascontiguousarray(numbers[start : start + 65_536].astype("<u8"))
        bits = np.unpackbits(some.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        if times is None:
            total += bits.sum(axis=0, dtype=np.int64)
        else:
            total += times[start : start + 65_536] @ bits.astype(np.int64)
    return total
