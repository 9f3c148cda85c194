"""A reference set that was saved again as a table: from a spreadsheet, with commas, or in another order."""

from __future__ import annotations

from core.model import Progress
from core.survey.lists.building import Builder, Content
from core.survey.lists.candidates import ListCandidate, Sheet, day_in
from core.survey.lists.judging import SNOMED, Judge, place
from core.survey.lists.model import Damage
from core.survey.lists.readers import Seen


class RefsetTableReader:
    """Tables with a column of reference sets and one of their members."""

    id = "refset-table"
    title = "SNOMED CT reference sets (table)"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By its column names."""
        if _sheet(candidate) is None:
            return None
        return Seen(0.9, ("it has the columns refsetId and referencedComponentId",))

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader. A member of a set whose own id is damaged belongs to no set, and is counted."""
        sheet = _sheet(candidate)
        assert sheet is not None
        builder, homeless = Builder(judge), 0
        names = ("refsetid", "referencedcomponentid", "active", "term")
        for refset, member, active, term in sheet.rows([sheet.column(name) for name in names]):
            keys = place(refset, SNOMED).keys
            if not keys:
                homeless += 1
                continue
            alive = active.strip().lower() not in ("0", "false")
            builder.add(keys[0][1], f"Reference set {keys[0][1]}", member, term, SNOMED, active=alive)
        date = day_in(candidate.file_name)
        content = Content("SNOMED CT reference sets", date.replace("-", ""), date, get_again="TRUD")
        builder.into(content)
        content.damage = Damage(content.damage.damaged + homeless, content.damage.restored)
        if len({part.id for part in content.parts if part.categories}) == 1:
            content.title = next(part.title for part in content.parts if part.categories)
        return content


def _sheet(candidate: ListCandidate) -> Sheet | None:
    wanted = {"refsetid", "referencedcomponentid"}
    return next((sheet for sheet in candidate.sheets if wanted <= set(sheet.headings)), None)
