"""QOF's published workbooks of expanded clusters: SNOMED CT (from v41) and Read (v38, two sheets).

A row whose code is `^12464201000001109` stands for all members of that reference set, which the workbook does
not hold.
"""

from __future__ import annotations

import re

from core.model import Progress
from core.survey.lists.building import Builder, Content
from core.survey.lists.candidates import ListCandidate, Sheet, day_in, shown
from core.survey.lists.judging import READ, SNOMED, Judge
from core.survey.lists.readers import Seen

_MEMBERS_OF = re.compile(r"\^\s*(\d{6,18})")
_CODES = {
    "snomedconceptid": SNOMED,
    "snomedctconceptid": SNOMED,
    "snomedcode": SNOMED,
    "conceptid": SNOMED,
    "readcode": READ,
    "code": "",
}
_TERMS = ("codedescription", "snomeddescription", "conceptdescription", "term", "description")
_VERSION = re.compile(r"v_?(\d+(?:[._]\d+)?)", re.IGNORECASE)


class QofReader:
    """QOF expanded cluster workbooks, or one sheet of one saved as CSV."""

    id = "qof-clusters"
    title = "QOF expanded cluster list"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By its column names."""
        sheets = _sheets(candidate)
        if not sheets:
            return None
        named = "cluster" in candidate.file_name.lower()
        return Seen(
            0.95 if named else 0.9,
            (
                "a sheet has the columns Cluster ID and SNOMED concept ID"
                if any("readcode" not in s.headings for s in sheets)
                else "its sheets have the columns Cluster_ID and Read_Code",
                *(("its name",) if named else ()),
            ),
        )

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader."""
        builder = Builder(judge)
        content = Content("QOF expanded clusters", get_again="NHS England's QOF pages")
        for sheet in _sheets(candidate):
            heading, terminology = next((h, t) for h, t in _CODES.items() if h in sheet.headings)
            columns = [
                sheet.column("clusterid"),
                sheet.column("clusterdescription"),
                sheet.column(heading),
                sheet.column(*_TERMS),
            ]
            for cluster, title, code, term in sheet.rows(columns):
                if members := _MEMBERS_OF.match(code.strip()):
                    content.names.append(members[1])
                    continue
                builder.add(cluster.strip(), title.strip() or cluster, code, term, terminology)
            if progress is not None:
                progress(0, 0, "Reading the list")
        content.names = list(dict.fromkeys(content.names))
        if content.names:
            content.notes.append(
                f"It points to {len(content.names):,} reference sets without holding their members "
                f"({', '.join(content.names[:5])}{' ...' if len(content.names) > 5 else ''}). Add those too."
            )
        version = _VERSION.search(candidate.file_name)
        content.version = shown(version[1].replace("_", ".")) if version else ""
        content.date = day_in(candidate.file_name)
        return builder.into(content)


def _sheets(candidate: ListCandidate) -> list[Sheet]:
    return [
        sheet
        for sheet in candidate.sheets
        if "clusterid" in sheet.headings
        and any(name in sheet.headings for name in _CODES)
        and "refsetid" not in sheet.headings
    ]
