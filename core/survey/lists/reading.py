"""From a file that a person chose to a list: the surest reader, archives opened where they lie."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from core.model import Progress, ReadError
from core.reading.archives.archive import Leaf, contents
from core.reading.archives.safety import Budget
from core.reading.source import open_source
from core.survey.lists.building import Content
from core.survey.lists.candidates import ListCandidate, day_in, shown
from core.survey.lists.cluster_csv import ClusterReader
from core.survey.lists.judging import make_judge, rules_fingerprint
from core.survey.lists.model import BY_WORDS, Concepts, Damage, ListError, LoadedList, Part
from core.survey.lists.opencodelists import OpenCodelistsReader
from core.survey.lists.plain_csv import PlainReader
from core.survey.lists.qof_workbook import QofReader
from core.survey.lists.readers import ListReader, Seen
from core.survey.lists.rf2_description import DescriptionReader
from core.survey.lists.rf2_refset import RefsetReader
from core.survey.lists.rf2_table import RefsetTableReader
from core.survey.lists.system_dictionary import DictionaryReader
from core.survey.lists.valueset import ValueSetReader

#: A new sort of list is one module and one line here.
LIST_READERS: tuple[ListReader, ...] = (
    RefsetReader(),
    DescriptionReader(),
    RefsetTableReader(),
    ClusterReader(),
    QofReader(),
    ValueSetReader(),
    DictionaryReader(),
    OpenCodelistsReader(),
    PlainReader(),
)
_SURE_IN_ARCHIVE = 0.6
_SURE = 0.95
_CHUNK = 4 << 20
_KINDS_OF_FILE = frozenset((".txt", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".xml"))
_RELEASE_VERSION = re.compile(r"_(\d+\.\d+\.\d+)_")
_ID = re.compile(r"[^a-z0-9]+")
_OWN_NAMES = frozenset(("plain", "opencodelists"))


def read_list(path: Path, *, progress: Progress | None = None, passwords: Sequence[str] = ()) -> LoadedList:
    """The list in a file, or in the archive that it is: one file is one list, of one part or of many.

    Raises ReadError where it cannot be read, ListError where there is no list in it."""
    source = open_source(Path(path))
    found = contents(source, passwords, Budget())
    archived = bool(found.leaves) and bool(found.leaves[0].member or found.leaves[0].archive)
    chosen = _chosen([leaf for leaf in found.leaves if _may_be(leaf)], archived)
    if not chosen:
        raise _no_list(source.name)
    judge = make_judge()
    together: list[tuple[ListReader, Seen, Content]] = []
    for candidate, reader, seen in chosen:
        content = reader.read(candidate, judge, progress)
        if content.codes or content.names or content.notes or content.damage.damaged:
            together.append((reader, seen, content))
    source.check()
    if not any(content.codes for _, _, content in together):
        raise _empty(source.name, together)
    return _list(Path(path), together, _sha256(Path(path)))


def _may_be(leaf: Leaf) -> bool:
    if not leaf.member and not leaf.archive:
        return True
    return PurePosixPath(leaf.source.name.replace("\\", "/")).suffix.lower() in _KINDS_OF_FILE


def _chosen(leaves: Sequence[Leaf], archived: bool) -> list[tuple[ListCandidate, ListReader, Seen]]:
    """Each file that is a list with its surest reader. Of a release's Full, Snapshot and Delta of one sort
    only the snapshot is read: it has every member once, those of before among them."""
    found: list[tuple[ListCandidate, ListReader, Seen]] = []
    for leaf in leaves:
        candidate = ListCandidate(leaf.source)
        if not leaf.source.size:
            continue
        try:
            seen = _recognised(candidate)
        except ReadError:
            if archived:
                continue
            raise
        if seen:
            reader, best = max(seen, key=lambda pair: pair[1].confidence)
            if not archived or best.confidence >= _SURE_IN_ARCHIVE:
                found.append((candidate, reader, best))
    for reader_id in {reader.id for _, reader, _ in found}:
        of_reader = [one for one in found if one[1].id == reader_id]
        snapshots = [one for one in of_reader if "snapshot" in one[0].source.name.lower()]
        if snapshots and len(snapshots) < len(of_reader):
            found = [one for one in found if one[1].id != reader_id or one in snapshots]
    return found


def _recognised(candidate: ListCandidate) -> list[tuple[ListReader, Seen]]:
    """The readers that know the file. None is asked after one that is sure: it would open it as a table."""
    found: list[tuple[ListReader, Seen]] = []
    for reader in LIST_READERS:
        seen = reader.recognise(candidate)
        if seen is not None:
            found.append((reader, seen))
            if seen.confidence >= _SURE:
                break
    return found


def _list(path: Path, together: Sequence[tuple[ListReader, Seen, Content]], sha256: str) -> LoadedList:
    reader, seen, first = max(together, key=lambda one: (one[1].confidence, one[2].codes))
    parts: list[Part] = []
    notes: list[str] = []
    damage = Damage()
    for _, _, content in together:
        parts.extend(content.parts)
        notes.extend(content.notes)
        damage = Damage(damage.damaged + content.damage.damaged, damage.restored + content.damage.restored)
    notes = [*_damage_notes(damage, first), *dict.fromkeys(notes)]
    version = _RELEASE_VERSION.search(path.name)
    title = first.title if len(together) == 1 else _titles(together)
    short = _ID.sub("-", (parts[0].id if len(parts) == 1 else first.version or "").casefold()).strip("-")[:40]
    middle = "" if reader.id in _OWN_NAMES else short
    dates = [c.date for _, _, c in together if c.date]
    return LoadedList(
        id="-".join(piece for piece in (reader.id, middle, sha256[:8]) if piece),
        title=shown(title),
        kind=reader.id,
        kind_title=reader.title,
        version=version[1] if version else first.version,
        date=max(dates) if dates else day_in(path.name),
        count=sum(content.codes for _, _, content in together),
        sha256=sha256,
        parts=tuple(_merged(parts)),
        concepts=_all_concepts([content.concepts for _, _, content in together]),
        damage=damage,
        notes=tuple(notes),
        evidence=seen.evidence,
        confidence=seen.confidence,
        names=tuple(dict.fromkeys(name for _, _, c in together for name in c.names)),
        rules=rules_fingerprint(),
        rows=sum(content.rows for _, _, content in together),
    )


def _titles(together: Sequence[tuple[ListReader, Seen, Content]]) -> str:
    kinds = {reader.id for reader, _, _ in together}
    if kinds <= {"rf2-refset", "rf2-descriptions"}:
        return "SNOMED CT release" if len(kinds) > 1 else together[0][2].title
    return f"{len(together):,} lists in one archive"


def _damage_notes(damage: Damage, content: Content) -> list[str]:
    if not damage.damaged:
        return []
    one = damage.damaged == 1
    restored = (
        f" {damage.restored:,} could be restored: what is left of them and their terms leave no doubt."
        if damage.restored
        else ""
    )
    lost = f" {damage.lost:,} cannot be used and will not be found in a file." if damage.lost else ""
    again = (
        f" Get the list again from {content.get_again}, and do not open it in a spreadsheet before adding it."
    )
    return [
        f"This list has {damage.damaged:,} damaged code{'' if one else 's'}, as a spreadsheet makes them "
        f"(1.08E+16, last digits lost).{restored}{lost}{again if content.get_again else ''}"
    ]


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Parts of one id, from several files of an archive, as one."""
    made: dict[tuple[str, str, tuple[str, ...]], Part] = {}
    for part in parts:
        key = (part.id, part.how, part.categories)
        other = made.get(key)
        if other is None:
            made[key] = part
            continue
        groups = {*part.entries, *other.entries}
        none: frozenset[str] = frozenset()
        entries = {g: part.entries.get(g, none) | other.entries.get(g, none) for g in groups}
        made[key] = replace(other, entries=entries, inactive=other.inactive + part.inactive)
    order = {name: number for number, name in enumerate(made)}
    return sorted(made.values(), key=lambda p: (p.how == BY_WORDS, order[(p.id, p.how, p.categories)]))


def _all_concepts(found: Sequence[Concepts]) -> Concepts:
    """What several dictionaries say, as one: of a concept that is in two, both count."""
    found = [c for c in found if len(c.ids)]
    if len(found) <= 1:
        return found[0] if found else Concepts()
    ids = np.concatenate([c.ids for c in found])
    sets = [c.sets[w] for c in found for w in c.which.tolist()]
    together: dict[int, tuple[str, ...]] = {}
    for concept, of in zip(ids.tolist(), sets, strict=True):
        before = together.get(concept, ())
        together[concept] = before if before == of else tuple(sorted({*before, *of}))
    order = sorted(together)
    distinct = sorted(set(together.values()))
    number = {of: n for n, of in enumerate(distinct)}
    aliases, first = np.unique(np.concatenate([c.aliases for c in found]), return_index=True)
    return Concepts(
        np.array(order, np.int64),
        np.array([number[together[c]] for c in order], np.int32),
        tuple(distinct),
        aliases,
        np.concatenate([c.stands_for for c in found])[first],
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _no_list(name: str) -> ListError:
    return ListError(
        f"{name} holds no list of codes that Threshold knows. It reads SNOMED CT reference sets and terms "
        "(RF2, also inside the download from TRUD), the Primary Care Domain cluster file, QOF cluster "
        "workbooks, OpenCodelists, FHIR value sets, EMIS and CPRD dictionaries, and plain tables with a "
        "column of codes. Choose one of these.",
        where=name,
        code="not_a_list",
    )


def _empty(name: str, together: Sequence[tuple[ListReader, Seen, Content]]) -> ListError:
    notes = [note for _, _, content in together for note in content.notes]
    damaged = sum(content.damage.damaged for _, _, content in together)
    why = f" All its {damaged:,} codes are damaged." if damaged else ""
    return ListError(
        f"{name} holds no code that can be used.{why} {' '.join(notes)}".strip(), where=name, code="empty"
    )
