"""Pseudo ids, key bundles and rows as ndr_pseudonymise makes them, to the byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.model import UsageError
from core.protection.schemes import ndr_pseudonymise as ndr


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "oracles/ndr_pseudonymise"


@pytest.fixture
def told(folder: Path) -> Any:
    return json.loads((folder / "vectors.json").read_text("utf-8"))


@pytest.fixture
def salts(folder: Path) -> ndr.Salts:
    return ndr.read_salts((folder / "sample_salt.yml").read_bytes())


def test_the_cipher(told: Any) -> None:
    for one in told["aes"]:
        assert ndr.encrypt(one["key_string"], one["plaintext"]) == one["ciphertext_b64"]
        assert ndr.decrypt(one["key_string"], one["ciphertext_b64"]) == one["plaintext"]


@pytest.mark.parametrize(
    ("file", "plain"), [("sample_salt_bundle.kek", "sample_salt.yml"), ("salt_4810.kek", "salt_4810.yml")]
)
def test_sealed_salts(folder: Path, told: Any, file: str, plain: str) -> None:
    phrase = next(one["passphrase"] for one in told["kek"] if one["file"] == file)
    opened = ndr.read_salts((folder / file).read_bytes(), phrase)
    assert opened == ndr.read_salts((folder / plain).read_bytes())
    assert opened.id not in repr(opened)
    for wrong in ("", phrase + "x"):
        with pytest.raises(UsageError):
            ndr.read_salts((folder / file).read_bytes(), wrong)


def test_real_and_pseudo_ids(told: Any) -> None:
    for one in told["real_id_format"]:
        assert ndr.real_id(one["fields"]) == one["real_id"]
    for one in told["pseudo_id"]:
        assert ndr.pseudo_id(one["real_id"], one["salt"]) == one["pseudo_id"]
    with pytest.raises(UsageError, match="empty"):
        ndr.pseudo_id("nhsnumber_9991234560", "")


def test_ids_of_a_project(told: Any) -> None:
    for one in told["repseudo"]:
        by_number = ndr.real_id({"nhsnumber": one["nhsnumber"]})
        by_birth = ndr.real_id({"birthdate": one["birthdate"], "postcode": one["postcode"]})
        made = [
            ndr.repseudonymised(ndr.pseudo_id(real, one["salt_id"]), one["salt_repseudo"])
            for real in (by_number, by_birth)
        ]
        assert made == [one["repseudo_id1_short"], one["repseudo_id2_short"]]


def test_packed_rows(told: Any, salts: ndr.Salts) -> None:
    assert len(told["packed_rows"]) == 10
    for one in told["packed_rows"]:
        real = ndr.real_id({"nhsnumber": one["nhsnumber"]})
        demographics = {"nhsnumber": one["nhsnumber"], "birthdate": one["birthdate"]}
        row = ndr.pack([real], demographics, one["demog_key"], salts)
        assert row == ndr.PackedRow(one["pseudo_id1"], (one["key_bundle_b64"],), one["encrypted_demog_b64"])
        assert ndr.unpack(row, real, salts) == demographics
        with pytest.raises(UsageError):
            ndr.unpack(row, real + "0", salts)


def test_the_sample_output_is_made_again_line_by_line(folder: Path, told: Any, salts: ndr.Salts) -> None:
    raw = (folder / "sample_prescription_data_v3.csv").read_text("utf-8").splitlines()
    wanted = (folder / "sample_prescription_data_v3_out.csv").read_text("utf-8").splitlines()
    keys = [one["demog_key"] for one in told["packed_rows"]]
    made = [ndr.PREAMBLE, f"{ndr.HEADER_MARK},{raw[0]}"]
    for line, key in zip(raw[1:], keys, strict=True):
        number, born, clinical = line.split(",", 2)
        real = ndr.real_id({"nhsnumber": number})
        made.append(f"{ndr.pack([real], {'nhsnumber': number, 'birthdate': born}, key, salts)},{clinical}")
    assert made == wanted
    for line in wanted[2:]:
        row, rest = ndr.parse_row(line)
        assert f"{row}{rest}" == line
    with pytest.raises(UsageError):
        ndr.parse_row(wanted[1])
