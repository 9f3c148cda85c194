"""What each part of an Excel workbook (2007 and later) besides its sheets is, and what it holds.

A part is known by its declared type and its path. One that no rule knows is told as unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from core.model import Hazard
from core.reading.containers import found, some
from core.reading.workbooks.containers_book import SheetPart
from core.reading.workbooks.containers_images import said_by_picture
from core.reading.workbooks.containers_xml import between, count, filled, tags
from core.reading.workbooks.containers_zip import Package

Found = Iterator[tuple[str, int, str]]  # container, how many, of what


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]  # of "content type path", in small letters
    look: Callable[[Package, str], Found] | None  # None: nothing unseen travels in it


def _counted(container: str, what: str, *names: str) -> Callable[[Package, str], Found]:
    def look(package: Package, part: str) -> Found:
        number = count(package.xml(part), *names)
        if number:
            yield container, number, what

    return look


def _there(container: str, what: str) -> Callable[[Package, str], Found]:
    def look(package: Package, part: str) -> Found:
        yield container, 1, what

    return look


def _external(package: Package, part: str) -> Found:
    xml = package.xml(part)
    yield "external_links", 1, "link to another file"
    yield "external_links", count(xml, "cell", "value"), "copy of a cell in it"


def _pivot_items(package: Package, part: str) -> Found:
    items = sum(count(kept, "s", "n", "d", "b") for kept in between(package.xml(part), "sharedItems"))
    if items:
        yield "pivot_cache_items", items, "value"


def _chart(package: Package, part: str) -> Found:
    xml = package.xml(part)
    yield "chart_caches", count(xml, "pt"), "copy of a cell"
    yield "chart_caches", filled(xml, "t"), "text"


def _drawing(package: Package, part: str) -> Found:
    xml = package.xml(part)
    yield "shapes", filled(xml, "t"), "text"
    described = sum(bool(t.get("descr") or t.get("title")) for t in tags(xml, "cNvPr"))
    yield "picture_descriptions", described, "description"
    yield "hyperlinks", count(xml, "hlinkClick"), "link behind a picture"


def _vml(package: Package, part: str) -> Found:
    xml = package.xml(part)
    said = sum(bool(re.sub(rb"<[^<>]*>|&nbsp;|\s", b"", box)) for box in between(xml, "textbox"))
    yield "shapes", said, "text"
    described = sum(bool(t.get("alt")) for t in tags(xml, "shape", "imagedata"))
    yield "picture_descriptions", described, "description"
    yield "controls", filled(xml, "FmlaMacro", "FmlaLink", "FmlaRange"), "control"


def _picture(package: Package, part: str) -> Found:
    yield "pictures", 1, "picture"
    said = said_by_picture(package.read(part))
    if said:
        yield "picture_metadata", 1, "picture with " + ", ".join(sorted(said))


def _table(package: Package, part: str) -> Found:
    xml = package.xml(part)
    top = next(tags(xml, "table"), {})
    columns = list(tags(xml, "tableColumn"))
    unseen = len(columns) if top.get("headerRowCount") == "0" else 0
    unseen += any(t.get("comment") or t.get("altText") or t.get("altTextSummary") for t in tags(xml, "table"))
    unseen += sum(bool(t.get("totalsRowLabel")) for t in columns) if top.get("totalsRowShown") == "0" else 0
    yield "tables", unseen, "text"
    yield "filter_values", count(xml, "filter", "customFilter", "dateGroupItem"), "value"


def _custom_xml(package: Package, part: str) -> Found:
    if package.xml(part).strip():
        yield "custom_xml", 1, "part"


def _revisions(package: Package, part: str) -> Found:
    xml = package.xml(part)
    yield "revisions", count(xml, "rcc", "rrc", "rm", "rsnm", "ris", "rfmt", "rcmt"), "recorded change"
    yield (
        "revisions",
        sum(bool(t.get("userName") or t.get("name")) for t in tags(xml, "header", "userInfo")),
        "user",
    )


_LOOKS: tuple[tuple[str, Callable[[Package, str], Found] | None], ...] = (
    # In an XLSB workbook these are parts of records, which are told without a look into them.
    (r"threadedcomments.*\.bin$", _there("threaded_comments", "set of comments")),
    (r"comments.*\.bin$", _there("comments", "set of comments")),
    (r"pivotcacherecords.*\.bin$", _there("pivot_cache", "copy of the rows of a pivot table")),
    (r"pivotcachedefinition.*\.bin$", _there("pivot_cache_items", "list of values of a pivot table")),
    (r"externallink.*\.bin$", _there("external_links", "link to another file")),
    (r"connections.*\.bin$", _there("connections", "list of connections")),
    (r"(?:revision|usernames).*\.bin$", _there("revisions", "record of changes")),
    (r"(?:/tables/|binaryindex|ms-excel\.table).*\.bin$", None),
    (r"\.rels$| \[content_types\]\.xml$", None),
    (r"threadedcomments?", _counted("threaded_comments", "comment", "threadedComment")),
    (r"vmldrawing|\.vml$", _vml),
    (r"comments", _counted("comments", "comment", "comment")),
    (r"persons?[/.+]|/persons/", _counted("persons", "name", "person")),
    (r"pivotcacherecords", _counted("pivot_cache", "row", "r")),
    (r"pivotcachedefinition", _pivot_items),
    (r"pivottable", None),
    (r"externallink", _external),
    (r"chartcolorstyle|chartstyle|chart\.style|/charts/(?:style|colors)\d*\.xml", None),
    (r"chartsheet", None),
    (r"drawingml\.chartshapes|drawing\+xml|diagram|/drawings/", _drawing),
    (r"drawingml\.chart|chartex|/charts?/", _chart),
    (r"thumbnail", _there("thumbnail", "picture of the first page")),
    (r"embeddings/|oleobject|\.package", _there("embedded", "document")),
    (r"activex|ctrlprop|control", _there("controls", "part of a control")),
    (r"image/|/media/|\.(?:png|jpe?g|gif|emf|wmf|tiff?|bmp|webp|svg)$", _picture),
    (r"querytable", _there("query_tables", "query")),
    (r"connections", _counted("connections", "connection", "connection")),
    (r"/model/|\.data$", _there("data_model", "data model")),
    (r"slicer|timeline", _there("slicer_caches", "slicer part")),
    (r"singlexml|xmlmaps", _there("custom_xml", "part")),
    (r"table\+xml|/tables/", _table),
    (r"customxmlproperties|customxml/itemprops", None),
    (r"customxml/", _custom_xml),
    (r"docprops/(?:core|app|custom)|core-properties|extended-properties|custom-properties", None),
    (r"printersettings", _there("printer_settings", "set of printer settings")),
    (
        r"vba|macrosheet|ms-excel\.(?:intlmacro|attachedtoolbars)|dialogsheet",
        _there("macros", "macro part"),
    ),
    (r"revision|usernames", _revisions),
    (r"rdrichvalue|richdata|richvalue|volatiledependencies", _there("linked_data", "part")),
    (r"namedsheetview", _there("custom_views", "set of views")),
    (r"webextension|taskpane|customui|userribbon|/webext", _there("add_ins", "part")),
    (r"signature|_xmlsignatures", _there("signature", "part of a signature")),
    (r"labelinfo|docmetadata", _there("sensitivity_label", "label")),
    (
        r"calcchain|styles|theme|sharedstrings|worksheet|sheet\.main|sheet\.macroenabled\.main"
        r"|template\.(?:macroenabled\.)?main|sheetmetadata|xl/metadata\.xml|featurepropertybag",
        None,
    ),
)
_RULES = tuple(_Rule(re.compile(pattern), look) for pattern, look in _LOOKS)


def parts_hazards(package: Package, main: str, sheets: tuple[SheetPart, ...]) -> list[Hazard]:
    """What the parts besides the sheets hold, told by the sheet that each belongs to."""
    owners = _owners(package, sheets)
    seen: dict[tuple[str, str], Counter[str]] = {}
    for part in sorted(package.names):
        where = owners.get(part.lower(), package.where)
        kind = f"{package.kinds.get(part, '')} {part.lower()}"
        rule = next((r for r in _RULES if r.pattern.search(kind)), None)
        if part == main or part in (s.entry for s in sheets):
            continue
        looks: Found = (
            iter([("unknown_parts", 1, "part")])
            if rule is None
            else rule.look(package, part)
            if rule.look is not None
            else iter(())
        )
        for container, number, what in looks:
            if number:
                seen.setdefault((container, where), Counter())[what] += number
    hazards = [
        found(container, where, ", ".join(_some(n, what) for what, n in counts.items()))
        for (container, where), counts in seen.items()
    ]
    lost = len(package.names - package.reached)
    if lost:
        hazards.append(
            found("unreached_parts", package.where, some(lost, "part") + " that nothing in it leads to")
        )
    return hazards


def _some(number: int, what: str) -> str:
    for word in (" to", " of", " in", " behind", " with"):
        if word + " " in what:
            first, _, rest = what.partition(word + " ")
            return some(number, first, "copies" if first == "copy" else "") + f"{word} {rest}"
    return some(number, what, what[:-1] + "ies" if what.endswith("y") else "")


def _owners(package: Package, sheets: tuple[SheetPart, ...]) -> Mapping[str, str]:
    """Part, in small letters -> the sheet whose relations lead to it."""
    owners: dict[str, str] = {}
    shared = {s.entry.lower() for s in sheets}
    for sheet in sheets:
        queue = [sheet.entry]
        while queue:
            for _, target, outside in package.relations(queue.pop()).values():
                key = target.lower()
                if not outside and key in package and key not in owners and key not in shared:
                    if "pivotcache" in key or key.endswith("workbook.xml"):
                        continue  # it belongs to the workbook, whichever sheet's pivot table leads to it
                    owners[key] = sheet.name
                    queue.append(target)
    return owners


def has_set_filter(package: Package, sheet: SheetPart) -> bool:
    """Whether a table on the sheet has a filter set."""
    return any(
        kind.endswith("/table")
        and not outside
        and target in package
        and count(package.xml(target), "filterColumn") > 0
        for kind, target, outside in package.relations(sheet.entry).values()
    )
