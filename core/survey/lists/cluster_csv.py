"""The Primary Care Domain reference sets as one CSV (TRUD item 659): clusters, their members, and which
members are marked as sensitive.

Column names as in NHS England's SQL that builds the file. Its encoding may be broken; the codes are not.
"""

from __future__ import annotations

from core.model import Progress
from core.survey.lists.building import Builder, Content
from core.survey.lists.candidates import ListCandidate, Sheet, day_in
from core.survey.lists.judging import SNOMED, Judge
from core.survey.lists.readers import Seen

_NEEDED = ("clusterid", "conceptid")
_ALSO = frozenset(
    ("clustercategory", "clusterdesc", "activeinrefset", "refsetid", "typeofinclusion", "sensitivestatus")
)
SENSITIVE = "Sensitive_Status"


class ClusterReader:
    """The Primary Care Domain cluster file."""

    id = "pcd-clusters"
    title = "Primary Care Domain reference sets (CSV)"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By its column names."""
        sheet = _sheet(candidate)
        if sheet is None:
            return None
        found = len(_ALSO & set(sheet.headings))
        named = "cluster_refset" in candidate.file_name.lower()
        return Seen(
            min(0.99, 0.7 + 0.05 * found + 0.1 * named),
            (
                "it has the columns Cluster_ID and ConceptId",
                f"and {found} more of the Primary Care Domain file",
                *(("its name",) if named else ()),
            ),
        )

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader. A concept that the file marks as sensitive goes into a set of its own; one that
        it does not mark may still be: the file holds only members of some cluster."""
        sheet = _sheet(candidate)
        assert sheet is not None
        builder = Builder(judge)
        columns = [
            sheet.column("clusterid"),
            sheet.column("clusterdesc", "clusterdescription"),
            sheet.column("conceptid"),
            sheet.column("conceptiddescription", "conceptdescription", "codedescription"),
            sheet.column("activeinrefset"),
            sheet.column("sensitivestatus"),
        ]
        for cluster, title, code, term, active, sensitive in sheet.rows(columns):
            alive = active.strip() != "0"
            builder.add(cluster.strip(), title.strip() or cluster, code, term, SNOMED, active=alive)
            if sensitive.strip() == "1":
                builder.add(SENSITIVE, "Marked as sensitive", code, "", SNOMED)
            if progress is not None and builder.rows % 50_000 == 0:
                progress(0, 0, "Reading the list")
        date = day_in(candidate.file_name)
        content = Content("Primary Care Domain reference sets", date.replace("-", ""), date)
        content.get_again = "TRUD"
        if columns[5] is None:
            content.notes.append("It has no column Sensitive_Status: which codes are marked is not told.")
        return builder.into(content)


def _sheet(candidate: ListCandidate) -> Sheet | None:
    return next(
        (
            sheet
            for sheet in candidate.sheets
            if all(name in sheet.headings for name in _NEEDED) and len(_ALSO & set(sheet.headings)) >= 2
        ),
        None,
    )
