"""The survey of an export: a sampling pass for what fields are, then one pass over all rows for facts.

Blocks are worked on in threads and taken in order, so the result never depends on how many there are.
Memory grows with rows by a few bytes each and with what is distinct, never with the file's text.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from core.model import (
    Block,
    Export,
    Finding,
    Hazard,
    Kind,
    Problem,
    Progress,
    Role,
    Severity,
    Table,
)
from core.reading import has_extra_cells, read_at, share_done, with_extra_cells
from core.survey.changes import changes_only
from core.survey.chosen import with_patient_field
from core.survey.codes.code_reader import CodeReader, Dictionaries, load_dictionaries
from core.survey.codes.codelists import CodeLookup, load_lookup
from core.survey.codes.column_form import has_lost_case
from core.survey.codes.coverage import NOT_JUDGED, NOT_UNDERSTOOD
from core.survey.codes.picklists import load_picklists, with_picklists
from core.survey.collect import Collector, SeveralOrganisations
from core.survey.columns import Watched, is_dictionary, shared_keys, watch
from core.survey.facts import BlockFacts, read_facts
from core.survey.fields import evidence
from core.survey.fields.classify import classify_table
from core.survey.objections.evidence import Asked, objection_evidence
from core.survey.people.key_hazards import key_hazards
from core.survey.people.practices import KeysOfPractices, SeveralPractices
from core.survey.place_names import name_hazards
from core.survey.results import LOST_CASE, Survey

_FIRST_SAMPLE, _LATER_SAMPLE = 5_000, 2_500
_PER_TABLE = 1_000  # steps of progress
_WHAT = "Looking at every row"


def find_fields(export: Export) -> Mapping[str, tuple[Finding, ...]]:
    """What each field is, by table, from the first block alone. Quick: for the first look at a file."""
    findings: dict[str, tuple[Finding, ...]] = {}
    for table in export.tables:
        first = next(iter(table.blocks()), None)
        findings[table.name] = _classified(export, table, _sample(table, [] if first is None else [first]))
    return findings


def _classified(export: Export, table: Table, sample: pa.RecordBatch) -> tuple[Finding, ...]:
    """The findings of a table's fields. A supplier's table is judged by the supplier's name for it, whatever
    its file was called: its 'RowIdentifier' is the patient's in one table only."""
    seen = export.recognised.get(table.name)
    known_as = seen.table if seen is not None and seen.table else table.name
    found = classify_table(known_as, table.fields, sample)
    if known_as != table.name:
        found = tuple(replace(finding, table=table.name) for finding in found)
    return with_patient_field(found, export.patient_fields.get(table.name))


def survey_export(
    export: Export,
    *,
    progress: Progress | None = None,
    max_workers: int | None = None,
    found: Mapping[str, tuple[Finding, ...]] | None = None,
    lookup: CodeLookup | None = None,
) -> Survey:
    """Everything that can be known of an export before anybody decides anything.

    Reads every row once. `found` is what `find_fields` said of this export, where it was asked: of a
    table that has no more rows than it looked at, it is not worked out again. `lookup` holds the lists that
    the practice loaded, beside the shipped ones. `progress` may raise Cancelled, which leaves nothing
    behind. Raises ReadError when a file changed or went away.
    """
    lookup = load_lookup() if lookup is None else lookup
    reader = CodeReader(lookup)
    blocks = {table.name: _index(table, progress) for table in export.tables}
    samples = {table.name: _sample(table, _spread(blocks[table.name])) for table in export.tables}
    findings = {
        table.name: found[table.name]
        if found is not None and len(blocks[table.name]) == 1
        else _classified(export, table, samples[table.name])
        for table in export.tables
    }
    dictionary = replace(
        load_dictionaries((table for table in export.tables if is_dictionary(table)), reader, progress),
        picklist=load_picklists(export.tables, export.recognised, reader),
    )
    workers = max_workers or min(4, os.cpu_count() or 1)
    seen = _Seen(export, blocks, samples, dict(findings), reader, dictionary, workers)
    scoped, practices = False, None
    while True:  # each of the two is met once at most
        try:
            again = replace(seen, findings=dict(findings))
            return _pass(again, lookup, progress, scoped=scoped, practices=practices)
        except SeveralOrganisations:
            scoped = True
        except SeveralPractices as met:
            practices = met.told
        # Not again in there: the error holds on to all that the pass collected.


@dataclass(frozen=True)
class _Seen:
    """What is known of an export before its rows are gone through."""

    export: Export
    blocks: Mapping[str, list[Block]]
    samples: Mapping[str, pa.RecordBatch]
    findings: dict[str, tuple[Finding, ...]]
    reader: CodeReader
    dictionary: Dictionaries
    workers: int


def _pass(
    seen: _Seen,
    lookup: CodeLookup,
    progress: Progress | None,
    *,
    scoped: bool = False,
    practices: KeysOfPractices | None = None,
) -> Survey:
    """Goes through all rows. `scoped`: patients' keys count together with their organisation;
    `practices`: which of them with their practice. Raises SeveralOrganisations, as soon as that is met, or
    SeveralPractices, at the end, where they would have to and do not."""
    export, findings = seen.export, seen.findings
    shared = shared_keys(export.tables, findings)
    collector = Collector(
        export.problems, scoped=scoped, practices=practices, rare_bit=_bit(lookup, "rare_codes")
    )
    hazards = list(export.hazards)
    tables: list[Table] = []
    every: dict[str, Watched] = {}
    for number, table in enumerate(export.tables):
        blocks, sample = seen.blocks[table.name], seen.samples[table.name]
        known = export.recognised.get(table.name)
        watched = watch(
            table, findings[table.name], sample, shared, known, scoped=scoped, practices=practices
        )
        watched = with_picklists(watched, findings[table.name], sample, known, seen.dictionary.picklist)
        hazards.extend(_capitals(table, watched, sample))
        if is_dictionary(table):
            watched = replace(
                watched, codes=(), terms=(), loose=()
            )  # a dictionary's entries are about nobody
        every[table.name] = watched
        collector.begin(table.name, sum(block.rows for block in blocks))
        has_extra = False
        for block, facts, extra in _facts(table, blocks, watched, seen.reader, seen.dictionary, seen.workers):
            collector.add(facts)
            has_extra |= extra
            if progress is not None:
                done = number * _PER_TABLE + int(share_done(table, block) * _PER_TABLE)
                progress(done, len(export.tables) * _PER_TABLE, _WHAT)
        if collector.continued:
            collector.tell(
                Problem(
                    table.name,
                    None,
                    f"{collector.continued:,} rows leave their patient's cells blank; they were read as the "
                    "patient's of the row above",
                )
            )
        if has_extra:
            table = with_extra_cells(table)
            findings[table.name] = _with_extra_cells(table, findings[table.name])
        tables.append(table)
    made = _survey(replace(export, tables=tuple(tables)), findings, collector, hazards, lookup, every)
    return replace(made, code_systems=tuple(sorted(seen.reader.systems)))


def _bit(lookup: CodeLookup, category: str) -> int:
    return 1 << lookup.category_ids.index(category) if category in lookup.category_ids else 0


def _survey(
    export: Export,
    findings: Mapping[str, tuple[Finding, ...]],
    collector: Collector,
    hazards: list[Hazard],
    lookup: CodeLookup,
    watched: Mapping[str, Watched],
) -> Survey:
    patients, facts, known = collector.finish()
    of_tables = tuple(facts.values())
    hazards.extend(name_hazards(export, known, lookup))
    hazards.extend(changes_only(export, facts))
    if collector.nameless_objections:
        hazards.append(
            Hazard(
                export.name,
                f"{collector.nameless_objections:,} entries record an objection but do not name the patient",
                Severity.WARNS,
                "Whose objections these are cannot be told. Ask for the list of those who object.",
            )
        )
    hazards.extend(
        key_hazards(
            export.name,
            of_several=collector.registry.keys_of_several,
            by_practice=collector.several_practices,
            ambiguous=collector.registry.ambiguous_keys,
            beside_practices=collector.beside_practices,
        )
    )
    objections = collector.count_objections(patients, of_tables)
    evidence = objection_evidence(
        Asked(
            fields={table.name: tuple(field.name for field in table.fields) for table in export.tables},
            watched=watched,
            hazards=hazards,
            counted=objections,
            first_day=collector.first_day,
            patients=patients.count,
            outside_codes=collector.outside_codes,
        )
    )
    return Survey(
        export=export,
        findings=findings,
        facts=facts,
        patients=patients,
        known=known,
        category_ids=lookup.category_ids,
        categories=collector.count_categories(lookup, of_tables, patients.count),
        objections=objections,
        unknown_codes=collector.count_unjudged(NOT_UNDERSTOOD, of_tables, patients.count),
        hazards=tuple(hazards),
        problems=collector.problems,
        lookup=lookup,
        as_of_day=collector.as_of_day,
        objection_evidence=evidence,
        unknown_list=collector.coverage.listed(NOT_UNDERSTOOD, lookup),
        not_judged=collector.count_unjudged(NOT_JUDGED, of_tables, patients.count),
        not_judged_list=collector.coverage.listed(NOT_JUDGED, lookup),
        coverage=collector.coverage.fields(
            {(table.name, field.position): field.name for table in export.tables for field in table.fields}
        ),
    )


def _index(table: Table, progress: Progress | None) -> list[Block]:
    """All blocks. Finding them reads the file once without taking it apart; what is found is kept."""
    blocks: list[Block] = []
    for block in table.blocks():
        blocks.append(block)
        if progress is not None:
            progress(
                int(share_done(table, block) * _PER_TABLE), _PER_TABLE, f"Finding the rows of {table.name}"
            )
    return blocks


def _spread(blocks: Sequence[Block]) -> list[Block]:
    """The first block and two from further on: files begin with their oldest or simplest entries."""
    if len(blocks) <= 3:
        return list(blocks)
    return [blocks[0], blocks[len(blocks) // 2], blocks[-1]]


def _sample(table: Table, blocks: Sequence[Block]) -> pa.RecordBatch:
    """Some rows of each block, all fields."""
    parts = []
    for number, block in enumerate(blocks):
        most = min(_LATER_SAMPLE if number else _FIRST_SAMPLE, block.rows)
        rows = np.arange(block.first_row, block.first_row + most, dtype=np.int64)
        parts.append(read_at(table, [block], rows, where=False).data)
    if not parts:
        return pa.RecordBatch.from_arrays(
            [pa.array([], pa.string()) for _ in table.fields], names=[str(f.position) for f in table.fields]
        )
    return pa.Table.from_batches(parts).combine_chunks().to_batches()[0] if len(parts) > 1 else parts[0]


def _facts(
    table: Table,
    blocks: Sequence[Block],
    watched: Watched,
    reader: CodeReader,
    dictionary: Dictionaries,
    workers: int,
) -> Iterator[tuple[Block, BlockFacts, bool]]:
    """The facts of each block in order, worked out ahead in threads, a few blocks at a time."""

    def work(block: Block) -> tuple[BlockFacts, bool]:
        raw = table.read(block, watched.positions)
        return read_facts(raw, watched, reader, dictionary), has_extra_cells(raw)

    waiting: deque[tuple[Block, Future[tuple[BlockFacts, bool]]]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="survey") as pool:
        try:
            for block in blocks:
                waiting.append((block, pool.submit(work, block)))
                if len(waiting) > workers + 1:
                    done, future = waiting.popleft()
                    yield (done, *future.result())
            while waiting:
                done, future = waiting.popleft()
                yield (done, *future.result())
        finally:
            for _, future in waiting:
                future.cancel()


def _capitals(table: Table, watched: Watched, sample: pa.RecordBatch) -> Iterator[Hazard]:
    for code in watched.codes:
        if has_lost_case(sample.column(code.position)):
            yield Hazard(
                f"{table.name}, {table.fields[code.position].name}",
                LOST_CASE,
                Severity.WARNS,
                "An objection (9Nu0.) can then not be told from another code (9NU0.). Ask for the objections "
                "as a separate list.",
            )


def _with_extra_cells(table: Table, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings with one for the field that holds what rows have beyond the table's width."""
    return findings + tuple(
        Finding(
            table=table.name,
            field=field.name,
            position=field.position,
            kind=Kind.UNKNOWN,
            role=Role.OTHER,
            confidence=0.99,
            evidence=(evidence.sentence(evidence.EXTRA_CELLS),),
            reasons=(evidence.EXTRA_CELLS,),
        )
        for field in table.fields[len(findings) :]
    )
