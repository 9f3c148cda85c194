"""RF2 description files: the terms of SNOMED CT. Each concept is judged by the words of its terms, and each
description id is tied to its concept. The terms themselves are not kept."""

from __future__ import annotations

from core.model import Progress
from core.survey.lists.building import Content
from core.survey.lists.candidates import ListCandidate, day_in
from core.survey.lists.dictionary_building import ConceptsBuilder
from core.survey.lists.judging import Judge
from core.survey.lists.model import Damage
from core.survey.lists.readers import Seen
from core.survey.lists.rf2_text import Rf2Rows, header_of, ids, is_one

_HEADER = (
    "id", "effectivetime", "active", "moduleid", "conceptid", "languagecode", "typeid", "term",
    "casesignificanceid",
)  # fmt: skip


class DescriptionReader:
    """RF2 description snapshot, full or delta files."""

    id = "rf2-descriptions"
    title = "SNOMED CT terms (RF2 descriptions)"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By its nine column names."""
        if header_of(candidate) != _HEADER:
            return None
        return Seen(0.99, ("its columns are those of an RF2 description file",))

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader."""
        rows = Rf2Rows(candidate.source, _HEADER, progress)
        builder = ConceptsBuilder(judge)
        damaged = 0
        for batch in rows.batches(("id", "active", "conceptid", "term")):
            own, own_whole = ids(batch.column(0))
            concept, whole = ids(batch.column(2))
            damaged += int((~whole).sum())
            builder.add(concept[whole], builder.bits(batch.column(3))[whole], is_one(batch.column(1))[whole])
            both = whole & own_whole
            builder.alias(own[both], concept[both])
        concepts = builder.finish()
        content = Content(
            "SNOMED CT terms",
            date=day_in(candidate.file_name),
            concepts=concepts,
            damage=Damage(damaged),
            rows=rows.rows,
            codes=len(concepts.ids),
            get_again="TRUD",
        )
        content.version = content.date.replace("-", "")
        if rows.bad:
            content.notes.append(f"{rows.bad:,} lines do not have all of their cells and were passed over.")
        return content
