"""Real FHIR files released as FHIR: a Bundle that a model library takes, with exactly the outgoing cells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from core.engine import apply_table
from core.model import PolicyError, UsageError
from core.protection import Key, OutBlock, decide_rows, load_profile, make_context, make_plan
from core.protection.decisions import Decisions, HazardDecisions
from core.protection.plan import ObjectionSource
from core.reading import open_export
from core.release import export_release
from core.release.fhir_readback import open_bundle
from core.survey import survey_export
from tests.core.reading.text.files import names_of, rows_of
from tests.samples.test_fhir_open import BROKEN, fhir_samples

KEY = Key(bytes(range(32)))
PROFILES = ("own-care-list", "approved-research")


def _released(path: Path, profile: str, out: Path) -> tuple[int, bytes] | None:
    """Rows and bytes of a sample's release, after its Bundle was read back and compared; None where the
    profile sends nothing of it."""
    survey = survey_export(open_export([path]))
    plan = make_plan(
        survey,
        load_profile(profile),
        recipient="Recipient",
        project="Project",
        format="fhir",
        objection_sources=(ObjectionSource("none", "an invented patient"),),
        assume_registered=True,
        decisions=Decisions(hazards=HazardDecisions(confirmed=True)),
    )
    rows = decide_rows(survey, plan, KEY, None)
    try:
        result = export_release(survey, plan, KEY, rows, out, apply_table=apply_table)
    except PolicyError as error:
        if error.code != "gate.something-leaves":
            raise
        return None
    (file,) = result.files
    assert file.rows == result.rows_out == sum(part.rows for part in file.parts)
    assert result.rows_in == result.rows_out + sum(w.rows for w in result.withheld)
    written = result.release / "send" / file.name
    tables = tuple(dict.fromkeys(f.table for f in plan.fields))
    parts = [(p.table, tables[p.table - 1], p.fields) for p in file.parts]
    context = make_context(survey, plan, KEY, rows)
    for (_, name, fields), part in zip(parts, open_bundle(written, parts), strict=True):
        read = [tuple(row.values()) for batch in part.batches for row in batch.to_pylist()]
        blocks: list[OutBlock] = list(apply_table(survey.export.table(name), context, workers=1))
        assert all(block.names == fields for block in blocks)
        shown = [tuple(c or None for c in row.values()) for b in blocks for row in b.data.to_pylist()]
        assert read == shown, f"{path.name}: {name}"
    return file.rows, written.read_bytes()


@pytest.mark.parametrize("profile", PROFILES)
def test_every_sample_leaves_as_a_bundle_that_validates(shared: Path, tmp_path: Path, profile: str) -> None:
    released = 0
    for number, path in enumerate(fhir_samples(shared)):
        if path.name in BROKEN or path.stat().st_size < 15_000:
            continue
        made = _released(path, profile, tmp_path / str(number))
        if made is None:
            continue
        rows, data = made
        bundle = Bundle.model_validate_json(data)
        assert bundle.type == "collection"
        assert len(bundle.entry or ()) == rows
        assert _source_ids(path).isdisjoint(_ids(json.loads(data))), path.name
        released += rows > 0
    assert released >= 12


def _ids(document: object) -> set[str]:
    """Ids and fullUrls of a document, as far as they are long enough to mean something."""
    found: set[str] = set()
    if isinstance(document, dict):
        for key, value in document.items():
            if key in ("id", "fullUrl", "reference") and isinstance(value, str) and len(value) > 6:
                found.add(value.rpartition("/")[2].removeprefix("urn:uuid:").casefold())
            found |= _ids(value)
    elif isinstance(document, list):
        for value in document:
            found |= _ids(value)
    return found


def _source_ids(path: Path) -> set[str]:
    return _ids(json.loads(path.read_bytes())) if path.suffix == ".json" else set()


def test_the_same_bytes_with_and_without_the_engine(shared: Path, tmp_path: Path) -> None:
    (path,) = (shared / "samples").rglob("Referrals_ConsumerData_v0_3.json")
    one = _released(path, "approved-research", tmp_path / "one")
    two = _released(path, "approved-research", tmp_path / "two")
    assert one == two
    assert one is not None


@pytest.mark.parametrize("name", ["Problems_ConsumerData_v0_2.json", "ITK-MH-Document-Bundle-Example-1.xml"])
def test_a_release_opens_again_with_the_same_cells(shared: Path, tmp_path: Path, name: str) -> None:
    (path,) = (shared / "samples").rglob(name)
    for profile in PROFILES:
        made = _released(path, profile, tmp_path / profile)
        assert made is not None
        again = tmp_path / f"{profile}.json"
        again.write_bytes(made[1])
        export = open_export([again])
        assert export.hazards == ()
        (manifest,) = (tmp_path / profile).glob("*/keep/manifest.json")
        tables = [table.name for table in open_export([path]).tables if table.fields]
        compared = 0
        for part in json.loads(manifest.read_bytes())["files"][0]["parts"]:
            table = tables[part["table"] - 1]
            if not part["rows"] or table == "other values":
                continue
            (read,) = open_bundle(again, [(part["table"], table, part["fields"])])
            written = [list(row.values()) for batch in read.batches for row in batch.to_pylist()]
            opened = export.table(table)
            names = names_of(opened)
            rows = [dict(zip(names, row, strict=True)) for row in rows_of(opened)]
            assert [[row.get(field) for field in part["fields"]] for row in rows] == written, table
            compared += len(written)
        assert compared > 20


def test_a_table_that_did_not_come_as_fhir_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("NHS number,Date of birth\n9990000018,12/04/1961\n", encoding="utf-8")
    with pytest.raises(UsageError, match="Choose csv") as caught:
        _released(path, "own-care-list", tmp_path / "out")
    assert caught.value.exit_status == 2
    assert not (tmp_path / "out").exists()
