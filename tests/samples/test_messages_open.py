# ruff: noqa: E501  (the paths are as long as they are)
"""Every message among the real samples that is no FHIR opens as tables, and no text or value of it is lost.

The figures were counted in the files themselves (elements by name, segments by tag)."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from core.cli import main
from core.model import Export, Kind
from core.reading import open_export
from core.survey import find_fields
from tests.core.reading.text.files import rows_of

GP2GP = "nhsconnect__prm-migrator/"
ADAPTOR = "NHSDigital__nia-patient-switching-standard-adaptor/"
LAB = "NHSDigital__integration-adaptor-lab-results/"
NHAIS = "NHSDigital__integration-adaptor-nhais/inbound_uat_data/"
#: What it is taken for, and the rows of tables whose records can be counted in the file.
EXPECTED: dict[str, tuple[str, dict[str, int]]] = {
    f"{GP2GP}43generalRC.xml": ("from Microtest", {"consultations": 29, "staff": 12, "medicines": 7}),
    f"{GP2GP}87attachmentsRC.xml": ("from Microtest", {"notes": 28, "attachments": 28, "referrals": 13}),
    f"{GP2GP}MsgPay_86_vis.xml": ("GP2GP message", {"consultations": 12, "attachments": 9, "staff": 6}),
    f"{GP2GP}PWTP2.xml": ("from EMIS", {"medicines": 75, "problems": 9, "staff": 3}),
    f"{GP2GP}TppConsultations.xml": ("from TPP SystmOne", {"consultations": 32, "notes": 26, "plans": 3}),
    f"{GP2GP}TppImms.xml": ("from TPP SystmOne", {"consultations": 14, "immunisations": 38}),
    f"{GP2GP}TppMisc.xml": ("from TPP SystmOne", {"consultations": 53, "registrations": 4}),
    f"{GP2GP}freeman.xml": ("from INPS Vision", {"consultations": 13, "attachments": 13, "staff": 7}),
    f"{GP2GP}smith_stripped.xml": (
        "from INPS Vision",
        {"consultations": 34, "referrals": 3, "qualifiers": 229},
    ),
    f"{ADAPTOR}xml/RCMR_IN030000UK07/payload_part_with_confidentiality_code.xml": (
        "GP2GP message",
        {"consultations": 241, "medicines": 227, "notes": 31},
    ),
    f"{ADAPTOR}xml/RCMR_IN030000UK06/ebxml_part.xml": ("GP2GP message", {"messages": 1, "attachments": 1}),
    f"{ADAPTOR}e2e-mapping/input-xml/PWTP3.xml": ("from EMIS", {"consultations": 24, "problems": 10}),
    f"{ADAPTOR}json/LargeMessage/Scenario_5/copc.json": ("GP2GP message", {"messages": 2}),
    "NHSDigital__summary-care-record-api/uat/responses/event-query/success.xml": (
        "Summary Care Record",
        {"patients": 1, "events": 8, "contacts": 1},
    ),
    "openhealthhub-org__openhealthhub-org.github.com/kettering/KetteringExample.xml": (
        "Kettering",
        {"patients": 1, "letters": 1, "organisations": 2},
    ),
    "nhsconnect__gpconnect-messaging/senddocument_fedcon_example.ctl": ("MESH control", {"mesh control": 1}),
    f"{LAB}src/intTest/resources/edifact/pathology_2.edifact.dat": (
        "laboratory reports",
        {"patients": 1, "results": 3, "specimens": 1},
    ),
    f"{LAB}src/intTest/resources/edifact/pathology_IAP.edifact.dat": (
        "laboratory reports",
        {"patients": 6, "results": 6, "messages": 6},
    ),
    f"{LAB}documentation/example-edifact/BasicRad.edifact.dat": (
        "radiology reports",
        {"results": 1, "staff": 3},
    ),
    f"{LAB}documentation/example-edifact/basicScreen.edifact.dat": ("laboratory reports", {"results": 1}),
    f"{LAB}documentation/example-edifact/mutliTextResult.edifact.dat": ("laboratory reports", {"results": 5}),
    f"{NHAIS}amendment/amend-all.edifact.dat": ("registrations", {"patients": 1, "registrations": 1}),
    f"{NHAIS}amendment/erase-all-2.edifact.dat": ("registrations", {"patients": 1}),
    f"{NHAIS}deduction/app-j-2.edifact.dat": ("registrations", {"patients": 1}),
    f"{NHAIS}deduction_rejection/live-1.edifact.dat": ("registrations", {"registrations": 1}),
    f"{NHAIS}close_quarter_notification/close-quarter-notification.edifact.dat": (
        "registrations",
        {"registrations": 1},
    ),
    f"{NHAIS}deduction/app-j-1.recep.dat": ("acknowledgement", {"acknowledgements": 2}),
}
XML = [path for path in EXPECTED if path.endswith((".xml", ".ctl"))]
EDIFACT = [path for path in EXPECTED if path.endswith(".dat")]

#: What a message says twice of one quantity is in one cell: the translation of its value, the unit of both ends.
#: Structure that is kept out: attributes whose values are a list's words, numbers of systems, or UUIDs.
STRUCTURE = frozenset(
    [
        "classCode",
        "moodCode",
        "determinerCode",
        "typeCode",
        "contextControlCode",
        "contextConductionInd",
        "inversionInd",
        "negationInd",
        "nullFlavor",
        "use",
        "type",
        "inclusive",
        "inverted",
        "encoding",
        "encoding_to",
        "representation",
        "mustUnderstand",
        "version",
        "schemaLocation",
        "root",
        "codeSystem",
        "CodeSystem",
        "id",
    ]
)
NUMBERS = re.compile(r"[0-2](\.\d+){3,}|_?[\da-fA-F]{8}-([\da-fA-F]{4}-){3}[\da-fA-F]{12}|[\w.\\/:+ -]{1,70}")
QUALIFIERS = frozenset(
    [
        "102",
        "203",
        "306",
        "137",
        "329",
        "956",
        "961",
        "206",
        "815",
        "ISR",
        "SCO",
        "SRI",
        "AIC",
        "RIV",
        "VIV",
        "PAT",
        "PER",
        "OPI",
        "API",
        "US",
        "MR",
        "PO",
        "SLA",
        "SRA",
        "RRP",
        "GP",
        "FHS",
        "RIC",
        "NFH",
        "900",
        "901",
        "903",
        "954",
        "956",
        "950",
        "TN",
        "SSI",
        "RPI",
        "STI",
        "RTI",
        "ASL",
        "ARL",
        "AHL",
        "AHI",
        "SRI",
        "CID",
        "SPC",
        "RIT",
        "RPD",
        "RGI",
        "DM",
        "ZZZ",
        "PRO",
        "ORG",
        "DPT",
        "MQ",
        "RS",
        "NV",
        "CV",
        "U",
        "TSP",
        "FS",
        "SVO",
        "UN",
        "819",
        "201",
        "814",
        "202",
        "CU",
        "LSR",
        "RRR",
        "507",
        "N",
        "911",
        "920",
        "921",
        "SU",
        "FO",
        "MI",
        "FS",
        "TI",
        "0",
        "D",
        "1",
        "2",
        "RT",
        "FH",
        "NH",
        "NHS001",
        "NHS002",
        "NHS003",
        "NHS004",
        "FHS001",
    ]
)


def _file(samples: Path, name: str) -> Path:
    path = samples / name
    assert path.exists(), f"the sample {name} is gone"
    return path


@pytest.fixture(scope="module")
def samples() -> Path:
    folder = Path(__file__).resolve().parents[2] / "../shared/samples"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the samples are missing")
        pytest.skip("the samples are not on this machine")
    return folder


def _cells(export: Export) -> list[str]:
    return [cell for table in export.tables for row in rows_of(table) for cell in row if cell is not None]


def _plain(text: str) -> str:
    text = " ".join(text.split())
    return text.removeprefix("tel:").removeprefix("mailto:")


def _said_twice(element: etree._Element, name: str, value: str) -> bool:
    parent = element.getparent()
    if parent is None:
        return False
    local = etree.QName(element).localname
    if local == "quantity" and name == "unit":
        return value == "1"
    if local == "translation" and name == "value":
        return parent.get("value") == value
    before = element.getprevious()
    return local == "high" and name == "unit" and before is not None and before.get("unit") == value


def _missing(wanted: Counter[str], cells: list[str]) -> list[str]:
    """The values that stand in fewer cells than the file has them. A value may be one line of a cell."""
    plain = [_plain(cell) for cell in cells]
    there = Counter(plain)
    short = {value: count - there[value] for value, count in wanted.items() if there[value] < count}
    whole = "\n".join(plain)
    return [value for value, count in short.items() if whole.count(value) < wanted[value]]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_it_is_taken_for(samples: Path, name: str) -> None:
    export = open_export([_file(samples, name)])
    title, counts = EXPECTED[name]
    assert all(title in export.recognised[table.name].title for table in export.tables)
    rows = {table.name: len(rows_of(table)) for table in export.tables}
    assert {table: rows.get(table) for table in counts} == counts
    for table in export.tables:
        for block in table.blocks():
            raw = table.read(block)
            assert raw.places is not None
            assert len(raw.places) == block.rows
            assert all(raw.places)


@pytest.mark.parametrize("name", XML)
def test_every_value_of_the_xml_is_in_a_cell(samples: Path, name: str) -> None:
    path = _file(samples, name)
    wanted: Counter[str] = Counter()
    for element in etree.fromstring(path.read_bytes().removeprefix(b"\xef\xbb\xbf")).iter():
        texts = [element.tail or ""]
        if not isinstance(element.tag, str) or element.get("encoding") != "B64":
            texts.append(element.text or "")
        for key, value in element.attrib.items():
            local = key.rpartition("}")[2]
            if _said_twice(element, local, value):
                continue
            if local not in STRUCTURE or not NUMBERS.fullmatch(value):
                texts.append(value)
        wanted.update(plain for text in texts if (plain := _plain(text)))
    assert wanted
    lost = _missing(wanted, _cells(open_export([path])))
    assert not lost, f"{len(lost)} values of the message are in no cell"


@pytest.mark.parametrize("name", EDIFACT)
def test_every_component_of_the_edifact_is_in_a_cell(samples: Path, name: str) -> None:
    path = _file(samples, name)
    text = re.sub(r"^UNA.{5,6}?(?=\s*UN)", "", path.read_text("latin-1"))
    parts: Counter[str] = Counter()
    for segment in re.split(r"(?<!\?)'", text):
        for component in re.split(r"(?<!\?)[+:]", segment.strip())[1:]:
            plain = _plain(re.sub(r"\?(.)", r"\1", component))
            if plain and plain not in QUALIFIERS and not re.fullmatch(r"\d\d?", plain):
                parts[plain] += 1
    assert parts
    lost = _missing(parts, _cells(open_export([path])))
    assert not lost, f"{len(lost)} components of the message are in no cell"


@pytest.mark.parametrize("name", [n for n in XML if n.startswith((GP2GP, ADAPTOR))])
def test_a_mark_in_every_place_of_a_record_is_found_again(samples: Path, name: str, tmp_path: Path) -> None:
    """Stronger than counting: each text and value is replaced by one of its own, and none may vanish."""
    root = etree.fromstring(_file(samples, name).read_bytes().removeprefix(b"\xef\xbb\xbf"))
    marks: list[str] = []

    def mark() -> str:
        marks.append(f"Zq{len(marks):06d}")
        return marks[-1]

    for element in root.iter(etree.Element):
        local = etree.QName(element).localname
        for key in element.attrib:
            if etree.QName(key).localname not in STRUCTURE:
                element.set(key, mark())
        if (element.text or "").strip() and local not in ("attachment", "Service"):
            element.text = mark()
    path = tmp_path / "marked.xml"
    path.write_bytes(etree.tostring(root))
    found = set(re.findall(r"Zq\d{6}", " ".join(_cells(open_export([path])))))
    assert marks
    assert not set(marks) - found


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_that_names_anybody_is_called_ordinary(samples: Path, name: str) -> None:
    path = _file(samples, name)
    export = open_export([path])
    names = _names_in(path)
    fields = find_fields(export)
    for table in export.tables:
        rows = rows_of(table)
        for finding in fields[table.name]:
            if finding.kind not in (Kind.ADMINISTRATIVE, Kind.CLINICAL_VALUE, Kind.CODED_CLINICAL):
                continue
            held = {row[finding.position] for row in rows}
            assert not names & held, f"{table.name}, {finding.field}: {finding.kind} holds names"
            assert finding.field not in ("Note", "Letter text", "Other value", "Original term", "Subject")


@pytest.mark.parametrize(
    "name",
    [
        f"{GP2GP}smith_stripped.xml",
        f"{ADAPTOR}xml/RCMR_IN030000UK07/payload_part_with_confidentiality_code.xml",
        "NHSDigital__summary-care-record-api/uat/responses/event-query/success.xml",
        f"{LAB}src/intTest/resources/edifact/pathology_IAP.edifact.dat",
    ],
)
def test_a_release_for_research_names_nobody(
    samples: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file itself marks as names, addresses and numbers, its notes and its attachments' bytes."""
    path = _file(samples, name)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase for tests")
    key, out = str(tmp_path / "key"), tmp_path / "out"
    assert main(["key", "create", key]) == 0
    chosen = ["--profile", "approved-research", "--recipient", "r", "--project", "j", "--key-file", key]
    chosen += ["--objections-from", "codes", "--assume-registered", "--out", str(out)]
    assert main(["export", str(path), *chosen]) == 0
    sent = [p.read_text("utf-8") for p in out.glob("*/send/*") if p.suffix in (".csv", ".html")]
    assert any(text.count("\n") > 3 for text in sent)
    text = path.read_text("utf-8-sig")
    secret = {value for value in _names_in(path) if value and len(value) > 4}
    secret |= {" ".join(t.split())[:60] for t in re.findall(r"<text>([^<]{16,})<", text)}
    secret |= set(re.findall(r"FTX\+[A-Z]+\+\+\+([^':]{12,})", text))
    assert len(secret) > 3
    leaked = [s for s in secret if any(re.search(rf"(?<!\w){re.escape(s)}(?!\w)", one) for one in sent)]
    assert not leaked, f"{len(leaked)} of {len(secret)} leave"


def _names_in(path: Path) -> set[str | None]:
    """What a file itself marks as names, addresses, telephone numbers and numbers of patients."""
    text = path.read_text("utf-8-sig")
    found = re.findall(
        r"<(?:\w+:)?(?:family|given|streetAddressLine|postalCode|name|FamilyName|PostCode|To_DTS|Subject)>([^<]+)<",
        text,
    )
    found += re.findall(r'<(?:\w+:)?telecom [^>]*value="(?:tel:)?([^"]+)"', text)
    found += re.findall(r'root="2\.16\.840\.1\.113883\.2\.1\.4\.1" extension="([^"]+)"', text)
    if path.suffix == ".dat":
        found += re.findall(r"[+](?:SU|FO|MI|FS):([^+']+)", text)
        found += re.findall(r"PNA\+PAT\+([^:+']+)", text)
        found += re.findall(r"DTM\+329:(\d+)", text)
    return {" ".join(value.split()) for value in found} - {"", "Ommited", "%"}
