"""What hides in an OpenDocument spreadsheet, in its content and in the parts beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from core.model import Hazard
from core.reading.containers import found, some
from core.reading.workbooks.containers_book import people
from core.reading.workbooks.containers_images import said_by_picture
from core.reading.workbooks.containers_sheet import says_something
from core.reading.workbooks.containers_xml import between, count, filled, tags, texts
from core.reading.workbooks.containers_zip import Package
from core.reading.workbooks.ods_cells import OdsContent, OdsSheet

_WORDS = {
    "collapsed_rows": ("row", " hidden in a collapsed group"),
    "filtered_rows": ("row", " hidden by a filter"),
    "hidden_rows": ("hidden row", ""),
    "hidden_columns": ("hidden column", ""),
    "collapsed_columns": ("column", " hidden in a collapsed group"),
    "comments": ("comment", " on cells"),
    "hyperlinks": ("link", " behind cells"),
    "phonetic_texts": ("reading", " of texts"),
    "formulas": ("formula", " with text of their own or from other files; their results are read"),
    "uncalculated": ("formula", " without a value: empty here"),
    "white_text": ("cell", " in the colour of their background"),
    "tiny_font": ("cell", " in a font too small to read"),
    "blank_format": ("cell", " whose value does not show"),
    "revisions": ("recorded change", " with the cells as they were"),
}
_PARTS: tuple[tuple[str, str, str], ...] = (
    (r"^thumbnails/", "thumbnail", "picture of the first page"),
    (r"^versions/|^versionlist\.xml", "revisions", "former version"),
    (r"^(?:basic|scripts|dialogs)/", "macros", "macro part"),
    (r"^meta-inf/.*signatures.*\.xml$", "signature", "signature"),
    (r"^objectreplacements/", "pictures", "picture of an embedded document"),
    (r"^forms?/", "controls", "form"),
    (r"^configurations2/(?:menubar|toolbar|popupmenu)/.+\.xml$", "add_ins", "part of a menu"),
    (r"^(?:object|chart)[^/]*$|^embeddings/|\.(?:bin|ole)$", "embedded", "document"),
    (r"^(?:customxml|customprops)/", "custom_xml", "part"),
)
_KNOWN = re.compile(
    r"^(?:mimetype|content\.xml|styles\.xml|meta\.xml|settings\.xml|manifest\.rdf|layout-cache|current\.xml"
    r"|meta-inf/manifest\.xml|configurations2/.*|fonts/.*|pictures/.*|media/.*|object [^/]*/.*)$"
)


def package_hazards(package: Package) -> list[Hazard]:
    """Parts beside the content: properties, pictures, macros, embedded documents, headers, settings."""
    seen: Counter[tuple[str, str]] = Counter()
    told: set[str] = set()
    for part in sorted(package.names):
        name = part.lower()
        hits = [(c, w) for pattern, c, w in _PARTS if re.search(pattern, name)]
        seen.update(hits)
        if re.match(r"(?:pictures|media)/", name):
            seen["pictures", "picture"] += 1
            told |= said_by_picture(package.read(part))
        inner = re.match(r"object [^/]*/content\.xml$", name)
        if inner:
            xml = package.xml(part)
            chart = count(xml, "chart") > 0
            seen["embedded" if not chart else "chart_caches", "chart" if chart else "document"] += 1
            if chart:
                seen["chart_caches", "copied cell"] += count(xml, "table-cell")
        if not hits and not _KNOWN.match(name):
            seen["unknown_parts", "part"] += 1
    where = package.where
    words: dict[str, list[str]] = {}
    for (container, what), number in sorted(seen.items()):
        if number:
            words.setdefault(container, []).append(some(number, what))
    hazards = [found(container, where, ", ".join(said)) for container, said in words.items()]
    if told:
        hazards.append(found("picture_metadata", where, "pictures with " + ", ".join(sorted(told))))
    for part, look in (("meta.xml", _meta), ("settings.xml", _settings), ("styles.xml", _page_styles)):
        if part in package:
            hazards += look(package.xml(part), where)
    return hazards


def _meta(xml: bytes, where: str) -> Iterator[Hazard]:
    names = list(texts(xml, "initial-creator", "creator", "printed-by", "publisher", "contributor"))
    if people(names):
        yield found("author", where, some(people(names), "name") + " of people or organisations")
    said = filled(xml, "title", "subject", "description", "keyword", "coverage", "identifier")
    if said:
        yield found("document_properties", where, some(said, "property", "properties") + " with text")
    own = filled(xml, "user-defined")
    if own:
        yield found("custom_properties", where, some(own, "property", "properties"))
    if any(t.get("href") for t in tags(xml, "template", "auto-reload")):
        yield found("folder_path", where, "the place of its template")


def _settings(xml: bytes, where: str) -> Iterator[Hazard]:
    printers = sum(
        1
        for match in re.finditer(rb'<[^<>]*name="Printer(?:Name|Setup)"[^<>]*(?<!/)>([^<]*)<', xml)
        if match[1].strip()
    )
    if printers:
        yield found("printer_settings", where, some(printers, "printer setting"))


_TAG = re.compile(rb"<[^<>]*>")
_FIELD = re.compile(
    rb"<(?:[\w.-]+:)?(?:page-number|page-count|date|time|sheet-name|file-name|title)(?:\s[^<>]*)?>[^<]*</[^<>]*>"
)


def _page_styles(xml: bytes, where: str) -> Iterator[Hazard]:
    heads = 0
    for name in ("header", "footer", "header-left", "footer-left", "header-first", "footer-first"):
        for part in between(xml, name):
            plain = _TAG.sub(b" ", _FIELD.sub(b" ", part))
            heads += says_something(plain.decode("utf-8", "replace"))
    if heads:
        yield found("headers_footers", where, some(heads, "page header or footer") + " with text")


def content_hazards(where: str, xml: bytes, content: OdsContent) -> list[Hazard]:
    """What the content holds outside its cells."""
    hazards = _told(where, content.seen)
    links = count(xml, "table-source", "cell-range-source", "dde-link", "dde-source")
    copies = sum(sheet.name.startswith("'file:") for sheet in content.sheets)
    if links or copies:
        hazards.append(found("external_links", where, some(links + copies, "link") + " to other files"))
    members = count(xml, "data-pilot-member")
    if members:
        hazards.append(found("pivot_cache_items", where, some(members, "value") + " kept by pivot tables"))
    values = sum(
        '"' in t.get("expression", "") or t.get("expression", "").strip("of:= -.").isdigit()
        for t in tags(xml, "named-expression")
    )
    if values:
        hazards.append(found("defined_names", where, some(values, "name") + " with values of their own"))
    checks = sum('"' in t.get("condition", "") for t in tags(xml, "content-validation"))
    checks += sum(
        filled(part, "p", "span") for name in ("help-message", "error-message") for part in between(xml, name)
    )
    if checks:
        hazards.append(found("validation_texts", where, some(checks, "list or message") + " of data checks"))
    conditions = sum(
        '"' in t.get("value", "") or "&quot;" in t.get("value", "") for t in tags(xml, "condition")
    )
    if conditions:
        hazards.append(
            found("conditional_texts", where, some(conditions, "text") + " in formats with conditions")
        )
    filters = sum(bool(t.get("value")) for t in tags(xml, "filter-condition", "filter-set-item"))
    if filters:
        hazards.append(found("filter_values", where, some(filters, "value") + " kept in filters"))
    scenarios = count(xml, "scenario")
    if scenarios:
        hazards.append(found("scenarios", where, some(scenarios, "scenario") + " with other values"))
    queries = count(xml, "database-source-sql", "database-source-table", "database-source-query")
    if queries:
        hazards.append(found("query_tables", where, some(queries, "query", "queries")))
    shapes = sum(filled(part, "p", "span") for name in _SHAPES for part in between(xml, name))
    if shapes:
        hazards.append(found("shapes", where, some(shapes, "text") + " in boxes and shapes"))
    described = filled(xml, "desc") + sum(filled(part, "title") for part in between(xml, "frame"))
    if described:
        hazards.append(found("picture_descriptions", where, some(described, "description") + " of pictures"))
    calls = count(xml, "event-listener")
    if calls:
        hazards.append(found("macros", where, some(calls, "macro call")))
    locks = sum(t.get("structure-protected") == "true" for t in tags(xml, "spreadsheet"))
    if locks:
        hazards.append(found("locked_workbook", where, "its list of sheets is locked; all sheets are read"))
    forms = count(xml, "form")
    if forms:
        hazards.append(found("controls", where, some(forms, "form")))
    return hazards


_SHAPES = ("text-box", "custom-shape", "rect", "ellipse", "line", "caption", "connector", "polygon", "path")


def sheet_hazards(sheet: OdsSheet, columns: Collection[int]) -> list[Hazard]:
    """What of a sheet a person looking at it does not see; `columns` (1-based) have something in them."""
    seen = sheet.seen.copy()
    for first, past, container in sheet.hidden_columns:
        seen[container] += sum(first < c <= past for c in columns)
    hazards = _told(sheet.name, seen)
    if sheet.locked:
        hazards.append(
            found("locked_sheet", sheet.name, "the sheet is locked; its cells are read all the same")
        )
    return hazards


def _told(where: str, seen: Counter[str]) -> list[Hazard]:
    return [
        found(container, where, some(number, _WORDS[container][0]) + _WORDS[container][1])
        for container, number in seen.items()
        if number
    ]
