"""Clusters and QOF workbooks feed the categories they are known for."""

from __future__ import annotations

from pathlib import Path

from core.survey.codes.codelists import load_lookup
from core.survey.lists.reading import read_list
from tests.core.survey.lists import list_files as lf
from tests.core.survey.lists.list_files import A, B, C, D


def test_clusters_feed_what_they_are_known_for(tmp_path: Path) -> None:
    path = lf.clusters(
        tmp_path / "GPData_Cluster_Refset_1000230_20250801.csv",
        [
            ("DEPR_COD", "Depression diagnosis codes", A, "Invented low mood", "1", "0"),
            ("INVENTED_COD", "Codes for sexually transmitted infection", B, "Invented test", "1", "0"),
            ("BP_COD", "Blood pressure codes", C, "Invented, with a comma", "0", "1"),
            ("POBJEC_COD", "Patient objection codes", D, "Invented dissent", "1", "0"),
        ],
        tail=b"QOF,CAN_COD,\xff\xfe bad bytes \x93,1,20250801,1,,"
        + lf.sctid(9).encode()
        + b",\xa3,1,20250801,CORE,0,\r\n",
    )
    loaded = read_list(path)
    assert loaded.kind == "pcd-clusters"
    assert loaded.date == "2025-08-01"
    assert "mental_health" in lf.flags(loaded, A)
    assert "sexual_health" in lf.flags(loaded, B), "a cluster that nobody knows is judged by its title"
    assert "summary_care_exclusion" in lf.flags(loaded, C), "marked as sensitive"
    assert lf.flags(loaded, lf.sctid(9)) == lf.flags(loaded, lf.sctid(9))
    assert "cancer" in lf.flags(loaded, lf.sctid(9)), "bad bytes in a term lose no code"
    assert all(p.id != "POBJEC_COD" for p in loaded.parts), "objections are never taken from a list"
    assert any("objections" in note for note in loaded.notes)
    assert load_lookup((loaded,)).objection_of_code(D) is None


def test_qof_workbooks_say_which_sets_they_only_point_to(tmp_path: Path) -> None:
    path = lf.workbook(
        tmp_path / "QOF_V41_2_Expanded_Clusters_for_Publication.xlsx",
        {
            "Expanded_Clusters": [
                ["Coding ID", "Cluster ID", "Cluster description", "Cluster version", "SNOMED concept ID",
                 "Code description", "Type of inclusion (in code string)", "TRUD Version"],
                ["1", "DEM_COD", "Dementia codes", "1", A, "Invented", "<<", "25"],
                ["1", "DEM_COD", "Dementia codes", "1", "^12464201000001109", "Members", "^", "25"],
            ]
        },
    )  # fmt: skip
    loaded = read_list(path)
    assert loaded.kind == "qof-clusters"
    assert loaded.version == "41.2"
    assert loaded.names == ("12464201000001109",)
    assert any("12464201000001109" in note for note in loaded.notes)
    assert "dementia" in lf.flags(loaded, A)
    assert loaded.damage.damaged == 0


def test_later_qof_workbooks_name_their_columns_otherwise(tmp_path: Path) -> None:
    path = lf.workbook(
        tmp_path / "qof_v39_expanded_cluster_list.xlsx",
        {
            "Notes": [["For publication"]],
            "SNOMED": [
                ["Coding_ID", "Cluster_ID", "Cluster_Description", "Cluster_Version", "SNOMED_Code",
                 "SNOMED_Description"],
                ["SNOMED CT", "DEM_COD", "Dementia codes", "200", A, "Product, 12 Long Lane, oral tablet"],
            ],
        },
    )  # fmt: skip
    loaded = read_list(path)
    assert loaded.kind == "qof-clusters"
    assert loaded.version == "39"
    assert "dementia" in lf.flags(loaded, A)


def test_qof_workbooks_in_read_have_two_sheets(tmp_path: Path) -> None:
    head = [
        "Coding_ID",
        "Cluster_ID",
        "Cluster_Description",
        "Cluster_Version",
        "Read_Code",
        "Code_Description",
    ]
    path = lf.workbook(
        tmp_path / "qof_v38_expanded_cluster_list_.xlsx",
        {
            "Read V2 Expanded": [head, ["1", "AST_COD", "Asthma codes", "38", "H33zz", "Invented"]],
            "CTV3 Expanded": [
                [*head[:5], "Parent_Read_Code", "Code_Description"],
                ["1", "LD_COD", "Learning disability codes", "38", "XaQZ9", "X....", "Invented"],
                ["1", "LD_COD", "Learning disability codes", "38", "1234", "X....", "Invented"],
            ],
        },
    )
    loaded = read_list(path)
    assert "learning_disability" in lf.flags(loaded, "XaQZ9")
    assert not lf.flags(loaded, "H33zz")
    assert loaded.damage.damaged == 1, "a Read code whose dot is lost, or its zero, is two codes"
