"""Names planted in a workbook's other parts, by the place they must be found in."""
# ruff: noqa: E501  (XML as it stands in such files)

from __future__ import annotations

import struct

from tests.core.reading.workbooks.plants_sheet import PLANTS, plant
from tests.core.reading.workbooks.workbooks import CANARY, Book

__all__ = ["PLANTS", "app", "core"]
SHEET = "xl/worksheets/sheet1.xml"


@plant("pivot_cache")
def pivot_records(book: Book) -> None:
    book.part("xl/pivotCache/pivotCacheDefinition1.xml", "pivotCacheDefinition", "<pivotCacheDefinition/>")
    records = f'<pivotCacheRecords count="1"><r><s v="{CANARY}"/></r></pivotCacheRecords>'
    book.part(
        "xl/pivotCache/pivotCacheRecords1.xml",
        "pivotCacheRecords",
        records,
        "xl/pivotCache/pivotCacheDefinition1.xml",
    )


@plant("pivot_cache_items")
def pivot_items(book: Book) -> None:
    items = f'<pivotCacheDefinition><cacheField><sharedItems><s v="{CANARY}"/></sharedItems></cacheField></pivotCacheDefinition>'
    book.part("xl/pivotCache/pivotCacheDefinition1.xml", "pivotCacheDefinition", items)


@plant("external_links")
def external(book: Book) -> None:
    link = f'<externalLink><externalBook><sheetDataSet><sheetData><row r="1"><cell r="A1" t="str"><v>{CANARY}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>'
    book.part("xl/externalLinks/externalLink1.xml", "externalLink", link)


def drawing(book: Book, content: str) -> None:
    book.on_sheet(
        "xl/drawings/drawing1.xml", "drawing", f'<xdr:wsDr xmlns:xdr="x" xmlns:a="a">{content}</xdr:wsDr>'
    )


@plant("chart_caches")
def chart_strings(book: Book) -> None:
    drawing(book, "")
    chart = f'<c:chartSpace><c:strCache><c:pt idx="0"><c:v>{CANARY}</c:v></c:pt></c:strCache></c:chartSpace>'
    book.part("xl/charts/chart1.xml", "chart", chart, "xl/drawings/drawing1.xml")


@plant("chart_caches")
def chart_numbers(book: Book) -> None:
    drawing(book, "")
    chart = "<c:chartSpace><c:numCache><c:pt idx='0'><c:v>9990000018</c:v></c:pt></c:numCache></c:chartSpace>"
    book.part("xl/charts/chart1.xml", "chart", chart, "xl/drawings/drawing1.xml")


@plant("comments")
def comment(book: Book) -> None:
    book.on_sheet(
        "xl/comments1.xml",
        "comments",
        f"<comments><commentList><comment ref='A1'><text><t>{CANARY}</t></text></comment></commentList></comments>",
    )


@plant("threaded_comments")
def threaded(book: Book) -> None:
    book.on_sheet(
        "xl/threadedComments/threadedComment1.xml",
        "threadedComment",
        f"<ThreadedComments><threadedComment><text>{CANARY}</text></threadedComment></ThreadedComments>",
    )


@plant("persons")
def person(book: Book) -> None:
    book.part("xl/persons/person.xml", "person", f'<personList><person displayName="{CANARY}"/></personList>')


@plant("defined_names")
def constant_name(book: Book) -> None:
    book.book_after = f'<definedNames><definedName name="who">"{CANARY}"</definedName></definedNames>'


@plant("defined_names")
def named_number(book: Book) -> None:
    book.book_after = '<definedNames><definedName name="who">9990000018</definedName></definedNames>'


@plant("hidden_names")
def hidden_name(book: Book) -> None:
    book.book_after = (
        f'<definedNames><definedName name="who" hidden="1">"{CANARY}"</definedName></definedNames>'
    )


@plant("orphan_strings")
def orphan(book: Book) -> None:
    book.part(
        "xl/sharedStrings.xml",
        "sharedStrings",
        f"<sst><si><t>NHS number</t></si><si><t>{CANARY}</t></si></sst>",
    )
    book.rows = '<row r="5"><c r="A5" t="s"><v>0</v></c></row>'


@plant("phonetic_texts")
def phonetic(book: Book) -> None:
    book.part(
        "xl/sharedStrings.xml",
        "sharedStrings",
        f'<sst><si><t>May</t><rPh sb="0" eb="1"><t>{CANARY}</t></rPh></si></sst>',
    )
    book.rows = '<row r="5"><c r="A5" t="s"><v>0</v></c></row>'


@plant("phonetic_texts")
def phonetic_in_a_cell(book: Book) -> None:
    book.rows = f'<row r="5"><c r="A5" t="inlineStr"><is><t>May</t><rPh sb="0" eb="1"><t>{CANARY}</t></rPh></is></c></row>'


def core(book: Book, content: str) -> None:
    book.part("docProps/core.xml", "core-properties", f"<cp:coreProperties>{content}</cp:coreProperties>", "")


def app(book: Book, content: str) -> None:
    book.part("docProps/app.xml", "extended-properties", f"<Properties>{content}</Properties>", "")


@plant("author")
def creator(book: Book) -> None:
    core(book, f"<dc:creator>{CANARY}</dc:creator>")


@plant("author")
def last_saved(book: Book) -> None:
    core(book, f"<cp:lastModifiedBy>{CANARY}</cp:lastModifiedBy>")


@plant("author")
def manager(book: Book) -> None:
    app(book, f"<Manager>{CANARY}</Manager>")


@plant("author")
def reserved_by(book: Book) -> None:
    book.book = f'<fileSharing userName="{CANARY}"/>'


@plant("document_properties")
def subject(book: Book) -> None:
    core(book, f"<dc:subject>{CANARY}</dc:subject>")


@plant("custom_properties")
def custom(book: Book) -> None:
    book.part(
        "docProps/custom.xml",
        "custom-properties",
        f'<Properties><property name="x"><vt:lpwstr>{CANARY}</vt:lpwstr></property></Properties>',
        "",
    )


@plant("former_sheets")
def former(book: Book) -> None:
    app(
        book,
        f"<TitlesOfParts><vt:vector><vt:lpstr>List</vt:lpstr><vt:lpstr>{CANARY}</vt:lpstr></vt:vector></TitlesOfParts>",
    )


@plant("thumbnail")
def thumbnail(book: Book) -> None:
    book.part("docProps/thumbnail.jpeg", "thumbnail", b"\xff\xd8\xff\xd9", "")


@plant("folder_path")
def absolute_path(book: Book) -> None:
    book.book = f'<mc:AlternateContent><x15ac:absPath url="C:\\Users\\{CANARY}\\"/></mc:AlternateContent>'


@plant("folder_path")
def link_base(book: Book) -> None:
    app(book, f"<HyperlinkBase>C:\\{CANARY}</HyperlinkBase>")


@plant("connections")
def connection(book: Book) -> None:
    book.part(
        "xl/connections.xml",
        "connections",
        f'<connections><connection id="1" name="{CANARY}"/></connections>',
    )


@plant("query_tables")
def query(book: Book) -> None:
    book.on_sheet("xl/queryTables/queryTable1.xml", "queryTable", f'<queryTable name="{CANARY}"/>')


@plant("data_model")
def data_model(book: Book) -> None:
    book.part("xl/model/item.data", "powerPivotData", CANARY)


@plant("slicer_caches")
def slicer(book: Book) -> None:
    book.part("xl/slicerCaches/slicerCache1.xml", "slicerCache", f'<slicerCacheDefinition name="{CANARY}"/>')


@plant("tables")
def unseen_table_names(book: Book) -> None:
    book.on_sheet(
        "xl/tables/table1.xml",
        "table",
        f'<table headerRowCount="0"><tableColumns><tableColumn name="{CANARY}"/></tableColumns></table>',
    )


@plant("custom_xml")
def custom_xml(book: Book) -> None:
    book.part("customXml/item1.xml", "customXml", f"<patient>{CANARY}</patient>")


@plant("embedded")
def embedded(book: Book) -> None:
    book.on_sheet("xl/embeddings/oleObject1.bin", "oleObject", CANARY)


@plant("controls")
def control(book: Book) -> None:
    book.on_sheet("xl/ctrlProps/ctrlProp1.xml", "ctrlProp", f'<formControlPr val="{CANARY}"/>')


@plant("pictures")
def picture(book: Book) -> None:
    book.on_sheet("xl/media/image1.png", "image", b"\x89PNG\r\n\x1a\n")


def jpeg(tag: int, value: bytes) -> bytes:
    body = b"II*\0" + struct.pack("<IHHHII", 8, 1, tag, 2, len(value), 26) + b"\0\0\0\0" + value
    exif = b"Exif\0\0" + body
    return b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + b"\xff\xd9"


@plant("picture_metadata")
def picture_author(book: Book) -> None:
    book.on_sheet("xl/media/image1.jpeg", "image", jpeg(0x013B, CANARY.encode()))


@plant("picture_metadata")
def picture_place(book: Book) -> None:
    place = struct.pack("<HHHII", 1, 2, 5, 3, 0)
    body = b"II*\0" + struct.pack("<IHHHII", 8, 1, 0x8825, 4, 1, 26) + b"\0\0\0\0" + place
    data = b"Exif\0\0" + body
    book.on_sheet(
        "xl/media/image1.jpg",
        "image",
        b"\xff\xd8\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data + b"\xff\xd9",
    )


@plant("picture_metadata")
def picture_comment(book: Book) -> None:
    chunk = b"tEXt" + b"Comment\0" + CANARY.encode()
    book.on_sheet(
        "xl/media/image1.png",
        "image",
        b"\x89PNG\r\n\x1a\n" + (len(chunk) - 4).to_bytes(4, "big") + chunk + b"crc!",
    )


@plant("picture_descriptions")
def description(book: Book) -> None:
    drawing(book, f'<xdr:cNvPr id="1" name="Picture" descr="{CANARY}"/>')


@plant("shapes")
def text_box(book: Book) -> None:
    drawing(book, f"<a:p><a:r><a:t>{CANARY}</a:t></a:r></a:p>")


@plant("shapes")
def old_text_box(book: Book) -> None:
    book.on_sheet(
        "xl/drawings/vmlDrawing1.vml",
        "vmlDrawing",
        f"<xml><v:shape><v:textbox><div>{CANARY}</div></v:textbox></v:shape></xml>",
    )


@plant("headers_footers")
def header(book: Book) -> None:
    book.after = f"<headerFooter><oddHeader>&amp;C{CANARY}</oddHeader></headerFooter>"


@plant("validation_texts")
def validation_list(book: Book) -> None:
    book.after = f'<dataValidations><dataValidation type="list"><formula1>"{CANARY},x"</formula1></dataValidation></dataValidations>'


@plant("validation_texts")
def validation_message(book: Book) -> None:
    book.after = f'<dataValidations><dataValidation type="list" prompt="{CANARY}"><formula1>A1:A3</formula1></dataValidation></dataValidations>'


@plant("revisions")
def revision(book: Book) -> None:
    log = f"<revisions><rcc rId='1' sId='1'><oc r='A1' t='inlineStr'><is><t>{CANARY}</t></is></oc></rcc></revisions>"
    book.part("xl/revisions/revisionLog1.xml", "revisionLog", log)


@plant("macros")
def macro(book: Book) -> None:
    book.part("xl/vbaProject.bin", "vbaProject", CANARY)


@plant("printer_settings")
def printer(book: Book) -> None:
    book.on_sheet("xl/printerSettings/printerSettings1.bin", "printerSettings", CANARY)


@plant("hyperlinks")
def link(book: Book) -> None:
    book.after = f'<hyperlinks><hyperlink ref="A1" r:id="rId1" tooltip="{CANARY}"/></hyperlinks>'
    book.relations[SHEET] = [("hyperlink", f"https://example.org/{CANARY.replace(' ', '-')}")]


@plant("scenarios")
def scenario(book: Book) -> None:
    book.after = f'<scenarios><scenario name="x"><inputCells r="A1" val="{CANARY}"/></scenario></scenarios>'


@plant("custom_views")
def view(book: Book) -> None:
    book.book_after = f'<customWorkbookViews><customWorkbookView name="{CANARY}"/></customWorkbookViews>'


@plant("linked_data")
def rich_data(book: Book) -> None:
    book.part("xl/richData/rdrichvalue.xml", "rdRichValue", f"<rvData><rv><v>{CANARY}</v></rv></rvData>")


@plant("signature")
def signature(book: Book) -> None:
    book.part(
        "_xmlsignatures/sig1.xml", "digital-signature/signature", f"<Signature>{CANARY}</Signature>", ""
    )


@plant("sensitivity_label")
def label(book: Book) -> None:
    book.part("docMetadata/LabelInfo.xml", "classificationlabels", "<clbl:labelList/>", "")


@plant("add_ins")
def add_in(book: Book) -> None:
    book.part("customUI/customUI14.xml", "ui/extensibility", f'<customUI x="{CANARY}"/>', "")


@plant("unknown_parts")
def unknown(book: Book) -> None:
    book.part("xl/something.dat", "something", CANARY)


@plant("unreached_parts")
def unreached(book: Book) -> None:
    book.parts["xl/worksheets/old.xml"] = f"<worksheet>{CANARY}</worksheet>"


@plant("zip_comment")
def zip_comment(book: Book) -> None:
    book.comment = CANARY.encode()


@plant("zip_extra")
def zip_extra(book: Book) -> None:
    """Put before the zip file by the test."""
