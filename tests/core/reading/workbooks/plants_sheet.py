"""Names planted in a workbook's sheets, styles and shared texts, by the place they must be found in."""
# ruff: noqa: E501  (XML as it stands in such files)

from __future__ import annotations

from collections.abc import Callable

from tests.core.reading.workbooks.workbooks import CANARY, Book, cell, row

Plant = Callable[[Book], None]
#: "container:name of the function" -> what plants it.
PLANTS: dict[str, Plant] = {}
STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>
<fonts><font><sz val="11"/><color theme="1"/></font><font><sz val="{size}"/><color {colour}/></font></fonts>
<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FF112233"/></patternFill></fill></fills>
<cellXfs><xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="{number}" fontId="1" fillId="{fill}"/></cellXfs>
<dxfs><dxf><font><color rgb="FFFFFFFF"/></font></dxf></dxfs></styleSheet>"""
THEME = """<a:theme xmlns:a="x"><a:clrScheme><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1>
<a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1></a:clrScheme></a:theme>"""


def plant(name: str) -> Callable[[Plant], Plant]:
    def keep(function: Plant) -> Plant:
        PLANTS[name + ":" + function.__name__] = function
        return function

    return keep


def styled(book: Book, **changes: object) -> None:
    """Cells of style 1, whose looks are chosen."""
    looks = {"code": "0", "size": 11, "colour": 'rgb="FF000000"', "number": 0, "fill": 0, **changes}
    book.part("xl/styles.xml", "styles", STYLES.format(**looks))
    book.part("xl/theme/theme1.xml", "theme", THEME)
    book.rows = row(5, [CANARY], style=' s="1"')


@plant("hidden_sheet")
def hidden(book: Book) -> None:
    book.sheet_state = 'state="hidden"'


@plant("hidden_sheet")
def hidden_with_other_quotes(book: Book) -> None:
    book.sheet_state = "state = 'hidden'"


@plant("very_hidden_sheet")
def very_hidden(book: Book) -> None:
    book.sheet_state = 'state="veryHidden"'


@plant("other_sheet")
def chart_sheet(book: Book) -> None:
    book.part("xl/chartsheets/sheet9.xml", "chartsheet", "<chartsheet/>")
    book.more_sheets = '<sheet name="Chart" sheetId="9" r:id="rId2"/>'


@plant("hidden_rows")
def hidden_row(book: Book) -> None:
    book.rows = row(5, [CANARY], ' hidden="1"')


@plant("hidden_rows")
def row_of_no_height(book: Book) -> None:
    book.rows = row(5, [CANARY], ' ht="0.1" customHeight="1"')


@plant("hidden_rows")
def rows_hidden_unless_said(book: Book) -> None:
    book.before = '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>'


@plant("hidden_columns")
def hidden_column(book: Book) -> None:
    book.before = '<cols><col min="2" max="2" width="9" hidden="true"/></cols>'


@plant("hidden_columns")
def column_of_no_width(book: Book) -> None:
    book.before = '<cols><col min="2" max="2" width="0" customWidth="1"/></cols>'


@plant("collapsed_rows")
def collapsed_row(book: Book) -> None:
    book.rows = row(5, [CANARY], ' hidden="1" outlineLevel="1"')


@plant("collapsed_columns")
def collapsed_column(book: Book) -> None:
    book.before = '<cols><col min="2" max="2" hidden="1" outlineLevel="2"/></cols>'


@plant("filtered_rows")
def filtered(book: Book) -> None:
    book.rows = row(5, [CANARY], ' hidden="1"')
    book.after = (
        '<autoFilter ref="A1:C5"><filterColumn colId="0"><filters blank="1"/></filterColumn></autoFilter>'
    )


@plant("filter_values")
def filter_value(book: Book) -> None:
    book.after = f'<autoFilter ref="A1"><filterColumn colId="0"><filters><filter val="{CANARY}"/></filters></filterColumn></autoFilter>'


@plant("white_text")
def white_on_nothing(book: Book) -> None:
    styled(book, colour='rgb="FFFFFFFF"')


@plant("white_text")
def white_by_theme(book: Book) -> None:
    styled(book, colour='theme="0"')


@plant("white_text")
def nearly_white_by_tint(book: Book) -> None:
    styled(book, colour='theme="0" tint="-0.02"')


@plant("white_text")
def white_by_index(book: Book) -> None:
    styled(book, colour='indexed="9"')


@plant("white_text")
def blue_on_blue(book: Book) -> None:
    styled(book, colour='rgb="FF112233"', fill=2)


@plant("white_text")
def white_by_its_number_format(book: Book) -> None:
    styled(book, code="[White]@", number=164)


@plant("blank_format")
def three_semicolons(book: Book) -> None:
    styled(book, code=";;;", number=164)


@plant("tiny_font")
def tiny(book: Book) -> None:
    styled(book, size=1)


@plant("format_texts")
def words_in_a_format(book: Book) -> None:
    styled(book, code=f"0&quot;{CANARY}&quot;", number=164)


@plant("conditional_hiding")
def white_by_condition(book: Book) -> None:
    styled(book)
    book.after = '<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="0"><formula>TRUE</formula></cfRule></conditionalFormatting>'


@plant("conditional_texts")
def text_in_condition(book: Book) -> None:
    book.after = f'<conditionalFormatting sqref="A1"><cfRule type="containsText" text="{CANARY}"/></conditionalFormatting>'


@plant("conditional_texts")
def formula_in_condition(book: Book) -> None:
    book.after = f'<conditionalFormatting sqref="A1"><cfRule type="expression"><formula>A1="{CANARY}"</formula></cfRule></conditionalFormatting>'


@plant("locked_sheet")
def locked(book: Book) -> None:
    book.after = '<sheetProtection sheet="1" objects="1"/>'


@plant("locked_workbook")
def locked_book(book: Book) -> None:
    book.book = '<workbookProtection lockStructure="1"/>'


@plant("full_sheet")
def full(book: Book) -> None:
    book.rows = f'<row r="1048576">{cell("A1048576", CANARY)}</row>'


@plant("uncalculated")
def no_value(book: Book) -> None:
    book.rows = '<row r="5"><c r="A5"><f>B1&amp;B2</f></c><c r="B5"><f>1+1</f><v></v></c></row>'


@plant("formulas")
def text_in_formula(book: Book) -> None:
    book.rows = f'<row r="5"><c r="A5" t="str"><f>IF(A1="{CANARY}",1,2)</f><v>2</v></c></row>'


@plant("formulas")
def far_formula(book: Book) -> None:
    book.rows = '<row r="5"><c r="A5"><f>[1]Patients!A1</f><v>2</v></c></row>'
