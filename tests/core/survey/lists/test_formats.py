"""Every sort of list is recognised by what is in it, read whole, and told of where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import ReadError
from core.reading import open_export
from core.survey import survey_export
from core.survey.codes.codelists import load_lookup
from core.survey.lists import ListError, LoadedList, missing_lists
from core.survey.lists.reading import read_list
from tests.core.survey.lists import list_files as lf

A, B, C, D = (lf.sctid(100_000 + n) for n in range(4))


def part(loaded: LoadedList, part_id: str) -> frozenset[str]:
    """The SNOMED CT codes of a part."""
    return next(p for p in loaded.parts if p.id == part_id).entries.get("snomed", frozenset())


def flags(loaded: LoadedList, code: str) -> tuple[str, ...]:
    """The categories of a code with the list loaded."""
    lookup = load_lookup((loaded,))
    return lookup.categories_of(lookup.bits_of_code(code))


# -- RF2 -------------------------------------------------------------------------------------------


def test_a_reference_set_keeps_members_that_are_no_longer_active(tmp_path: Path) -> None:
    path = lf.refset(
        tmp_path / "der2_Refset_SimpleUKCLSnapshot_GB1000000_20250801.txt",
        [("20250801", "1", lf.GENDER, A), ("20200401", "0", lf.GENDER, B)],
    )
    loaded = read_list(path)
    assert loaded.kind == "rf2-refset"
    assert loaded.confidence > 0.9
    assert loaded.evidence
    assert part(loaded, lf.GENDER) == {A, B}
    assert loaded.parts[0].inactive == 1
    assert loaded.date == "2025-08-01"
    assert loaded.count == 2
    assert flags(loaded, B) == ("gender", "summary_care_exclusion")
    assert not load_lookup().bits_of_code(B)


def test_of_a_full_file_the_last_word_on_a_member_counts(tmp_path: Path) -> None:
    rows = [
        ("20210401", "0", lf.GENDER, A),
        ("20200401", "1", lf.GENDER, A),
        ("20190401", "0", lf.GENDER, B),
        ("20230401", "1", lf.GENDER, B),
    ]
    loaded = read_list(lf.refset(tmp_path / "der2_Refset_SimpleFull_GB_20250801.txt", rows))
    assert part(loaded, lf.GENDER) == {A, B}
    assert loaded.parts[0].inactive == 1
    assert loaded.count == 2


def test_sets_that_nobody_knows_wait_for_a_person(tmp_path: Path) -> None:
    path = lf.refset(tmp_path / "refset.txt", [("20250801", "1", lf.UNKNOWN_SET, A)])
    loaded = read_list(path)
    assert loaded.undecided
    assert not flags(loaded, A)
    assert flags(loaded.fed(("fgm",)), A) == ("fgm", "caredata_2013"), "and the set that takes it in"
    ordinary = loaded.fed(())
    assert not ordinary.undecided
    assert not flags(ordinary, A)
    assert load_lookup((ordinary,)).judged(A)
    assert not load_lookup().judged(A)


def test_of_a_release_only_sets_of_use_are_kept(tmp_path: Path) -> None:
    rows = [("20250801", "1", lf.GENDER, A), ("20250801", "1", lf.UNKNOWN_SET, B)]
    loaded = read_list(lf.refset(tmp_path / "r.txt", rows)).fed(None)
    assert [p.id for p in loaded.parts] == [lf.GENDER]
    assert any("not kept" in note for note in loaded.notes)


def test_lines_cut_short_are_counted_and_lose_no_other(tmp_path: Path) -> None:
    rows = [("20250801", "1", lf.GENDER, c) for c in (A, B, C)]
    path = lf.refset(tmp_path / "r.txt", rows, extra="80000000-0000\t20250801\t1")
    loaded = read_list(path)
    assert part(loaded, lf.GENDER) == {A, B, C}
    assert any("1 lines" in note for note in loaded.notes)


def test_a_reference_set_that_went_through_a_spreadsheet(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "der2_Refset_20250801.csv",
        "id,effectiveTime,active,moduleId,refsetId,referencedComponentId",
        f"x,20250801,1,9,{lf.GENDER},{A}",
        f"x,20250801,0,9,{lf.GENDER},{B}",
        f"x,20250801,1,9,9.99004E+17,{C}",
        f"x,20250801,1,9,{lf.GENDER},1.08E+16",
    )
    loaded = read_list(path)
    assert part(loaded, lf.GENDER) == {A, B}
    assert loaded.damage.damaged == 2
    assert "gender" in flags(loaded, B)


def test_bytes_that_are_no_text_lose_no_other_member(tmp_path: Path) -> None:
    path = lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.GENDER, c) for c in (A, B)])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(B.encode(), b"\xff\x93" + B.encode()[2:]))
    loaded = read_list(path)
    assert part(loaded, lf.GENDER) == {A}
    assert loaded.damage.damaged == 1


def test_terms_are_judged_by_concept_and_not_kept(tmp_path: Path) -> None:
    own = [lf.sctid(500_000 + n, "11") for n in range(4)]
    path = lf.descriptions(
        tmp_path / "sct2_Description_UKCLSnapshot-en_GB1000000_20250801.txt",
        [
            (own[0], "1", A, "Human immunodeficiency virus infection (disorder)"),
            (own[1], "0", A, 'HIV "infection'),
            (own[2], "1", B, "Sprained ankle (disorder)"),
            (own[3], "0", C, "Chlamydia infection, term of an old sort"),
        ],
    )
    loaded = read_list(path)
    assert loaded.kind == "rf2-descriptions"
    assert loaded.rows == 4
    assert loaded.count == 3
    lookup = load_lookup((loaded,))
    assert "hiv" in flags(loaded, A)
    assert "hiv" in flags(loaded, own[1]), "a description id stands for its concept"
    assert not flags(loaded, B)
    assert lookup.judged(B)
    assert not lookup.needs_term(own[2])
    assert "sexual_health" in flags(loaded, C), "a concept that has none but old terms is judged by those"
    assert not lookup.judged(D)
    (match,) = (m for m in lookup.matches(A) if m.category == "hiv")
    assert match.how == "words"


def test_a_description_id_is_flagged_by_a_reference_set_of_its_concept(tmp_path: Path) -> None:
    own = lf.sctid(500_000, "11")
    words = read_list(lf.descriptions(tmp_path / "d.txt", [(own, "1", A, "Invented finding (finding)")]))
    members = read_list(lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.GENDER, A)]))
    lookup = load_lookup((words, members))
    assert "gender" in lookup.categories_of(lookup.bits_of_code(own))


def test_a_release_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    snapshot = lf.refset(tmp_path / "s.txt", [("20250801", "1", lf.GENDER, A)])
    delta = lf.refset(tmp_path / "d.txt", [("20250801", "1", lf.UNKNOWN_SET, D)])
    terms = lf.descriptions(tmp_path / "t.txt", [(lf.sctid(7, "11"), "1", B, "Termination of pregnancy")])
    readme = lf.csv_file(tmp_path / "readme.txt", "nothing of use here, or is there")
    top = "SnomedCT_UKClinicalRF2_PRODUCTION_20250801T000001Z"
    path = lf.zipped(
        tmp_path / "uk_sct2cl_41.3.0_20250801000001Z.zip",
        {
            f"{top}/Snapshot/Refset/Content/der2_Refset_SimpleUKCLSnapshot_GB1000000_20250801.txt": snapshot,
            f"{top}/Delta/Refset/Content/der2_Refset_SimpleUKCLDelta_GB1000000_20250801.txt": delta,
            f"{top}/Snapshot/Terminology/sct2_Description_UKCLSnapshot-en_GB1000000_20250801.txt": terms,
            f"{top}/Readme_en_20250801.txt": readme,
        },
    )
    loaded = read_list(path)
    assert loaded.version == "41.3.0"
    assert loaded.date == "2025-08-01"
    assert [p.id for p in loaded.parts] == [lf.GENDER], "the snapshot has what the delta has"
    assert "gender" in flags(loaded, A)
    assert "termination" in flags(loaded, B)


# -- clusters --------------------------------------------------------------------------------------


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
    assert "mental_health" in flags(loaded, A)
    assert "sexual_health" in flags(loaded, B), "a cluster that nobody knows is judged by its title"
    assert "summary_care_exclusion" in flags(loaded, C), "marked as sensitive"
    assert flags(loaded, lf.sctid(9)) == flags(loaded, lf.sctid(9))
    assert "cancer" in flags(loaded, lf.sctid(9)), "bad bytes in a term lose no code"
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
    assert "dementia" in flags(loaded, A)
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
    assert "dementia" in flags(loaded, A)


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
    assert "learning_disability" in flags(loaded, "XaQZ9")
    assert not flags(loaded, "H33zz")
    assert loaded.damage.damaged == 1, "a Read code whose dot is lost, or its zero, is two codes"


# -- OpenCodelists and lists of one's own ----------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "code",
        "ctv3id",
        "CTV3Code",
        "ctv3_id",
        "snomedct_id",
        "snomedcode",
        "SNOMED_ID",
        "dmd",
        "dmd_id",
        "id",
    ],
)
def test_every_heading_of_opencodelists(tmp_path: Path, heading: str) -> None:
    codes = ["XaQZ9", "Xabcd"] if "ctv3" in heading.lower() else [A, B]
    path = lf.csv_file(
        tmp_path / "opensafely-human-immunodeficiency-virus-1a2b3c4d.csv",
        f"{heading},term",
        *(f"{code},Invented" for code in codes),
    )
    loaded = read_list(path)
    assert loaded.kind == "opencodelists"
    assert loaded.version == "1a2b3c4d"
    assert loaded.count == 2
    assert all("hiv" in flags(loaded, code) for code in codes), "by the words of its name"


@pytest.mark.parametrize("heading", ["icd10", "ICD code", "icd_code", "icd", "icd10_code", "code"])
def test_icd10_lists_hold_no_read_codes(tmp_path: Path, heading: str) -> None:
    path = lf.csv_file(
        tmp_path / "user-own-thing.csv", f"{heading},term", "H11,a", "H110,b", "H11.1,c", "H118,d"
    )
    loaded = read_list(path).fed(("own_list",))
    assert next(p for p in loaded.parts if p.how == "person").entries.keys() == {"icd10"}
    assert "own_list" in flags(loaded, "H11.1")


@pytest.mark.parametrize(
    "name",
    [
        "opioid-medicines-excluding-drugs-for-substance-misuse",
        "thyroid-tests-for-dementia-screening",
    ],
)
def test_what_a_title_leaves_out_or_tests_for_feeds_nothing(tmp_path: Path, name: str) -> None:
    loaded = read_list(lf.csv_file(tmp_path / f"{name}.csv", "code,term", f"{A},Invented"))
    assert not flags(loaded, A)
    assert loaded.undecided


def test_a_list_of_a_known_cluster_by_its_slug(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "nhsd-primary-care-domain-refsets-depr_cod-20250801.csv", "code,term", f"{A},x"
    )
    loaded = read_list(path)
    assert "mental_health" in flags(loaded, A)
    assert loaded.date == "2025-08-01"


def test_a_list_with_categories_of_our_own(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "ours.csv", "Code,Category", f"{A},hiv", f"{B},Domestic abuse", f"{C},something else"
    )
    loaded = read_list(path)
    assert "hiv" in flags(loaded, A)
    assert "domestic_abuse" in flags(loaded, B)
    assert not flags(loaded, C)


def test_a_list_without_field_names_keeps_its_first_code(tmp_path: Path) -> None:
    path = lf.csv_file(tmp_path / "bare.txt", A, B, C, D)
    loaded = read_list(path).fed(("own_list",))
    assert all("own_list" in flags(loaded, code) for code in (A, B, C, D))


def test_case_is_kept(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "ours-x.csv", "code,term", "9NU0.,Invented", "9NU1.,Invented", "9NU2.,Invented"
    )
    loaded = read_list(path).fed(("own_list",))
    assert "own_list" in flags(loaded, "9NU0.")
    assert "own_list" not in flags(loaded, "9Nu0.")


def test_patients_are_no_list(tmp_path: Path) -> None:
    rows = (f"{9990000018 + n * 8},WHITE,{A}" for n in range(20))
    path = lf.csv_file(tmp_path / "ours.csv", "NHS Number,Surname,code", *rows)
    with pytest.raises(ListError) as caught:
        read_list(path)
    assert caught.value.code == "not_a_list"
    assert "WHITE" not in caught.value.message
    assert "999000" not in caught.value.message


# -- FHIR ------------------------------------------------------------------------------------------


def test_a_value_set_as_json(tmp_path: Path) -> None:
    path = lf.value_set(
        tmp_path / "Gender_vs.json",
        description="Members of General practice summary data sharing exclusion for gender related issues",
        compose={"include": [lf.include([(A, "Invented"), (B, "Invented")])]},
    )
    loaded = read_list(path)
    assert loaded.kind == "fhir-valueset"
    assert loaded.version == "3"
    assert loaded.date == "2025-08-13"
    assert part(loaded, lf.GENDER) == {A, B}, "known by the words of its description"
    assert "gender" in flags(loaded, A)


def test_exclusions_are_honoured_and_rules_are_told(tmp_path: Path) -> None:
    rule = f"<< {C} OR ^ {lf.TERMINATION}"
    path = lf.value_set(
        tmp_path / "hiv_vs.json",
        title="HIV",
        compose={
            "include": [
                lf.include([(A, "x"), (B, "y")]),
                {
                    "system": "http://snomed.info/sct",
                    "filter": [{"property": "constraint", "op": "=", "value": rule}],
                },
            ],
            "exclude": [lf.include([(B, "y")]), {"system": "http://snomed.info/sct", "filter": [{}]}],
        },
    )
    loaded = read_list(path)
    assert loaded.entries["snomed"] == {A}
    assert loaded.names == (lf.TERMINATION,)
    assert any("rule" in note for note in loaded.notes)
    assert "hiv" in flags(loaded, A)


def test_an_expansion_with_what_lies_in_it(tmp_path: Path) -> None:
    path = lf.value_set(
        tmp_path / "vs.json",
        title="Invented self harm",
        compose={"include": [{"system": "http://snomed.info/sct", "filter": [{"value": "x"}]}]},
        expansion={
            "total": 3,
            "contains": [
                {
                    "system": "http://snomed.info/sct",
                    "code": A,
                    "contains": [
                        {"system": "http://snomed.info/sct", "code": B, "inactive": True},
                        {"system": "http://snomed.info/sct", "code": C},
                    ],
                }
            ],
        },
    )
    loaded = read_list(path)
    assert loaded.entries["snomed"] == {A, B, C}
    assert loaded.parts[0].inactive == 1
    assert not any("rule" in note for note in loaded.notes), "the expansion has worked it out"


def test_an_expansion_that_is_only_a_part_says_so(tmp_path: Path) -> None:
    path = lf.value_set(
        tmp_path / "vs.json", title="HIV", expansion={"total": 900, "contains": [{"code": A}]}
    )
    assert any("only a part" in note for note in read_list(path).notes)


def test_a_value_set_as_xml(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "vs.xml",
        '<?xml version="1.0"?><ValueSet xmlns="http://hl7.org/fhir"><url value="urn:invented"/>',
        '<version value="2"/><title value="Invented genital herpes"/><compose><include>',
        '<system value="http://snomed.info/sct"/>',
        f'<concept><code value="{A}"/></concept><concept><code value="{B}"/></concept>',
        f'</include><exclude><system value="http://snomed.info/sct"/><concept><code value="{B}"/></concept>',
        "</exclude></compose></ValueSet>",
    )
    loaded = read_list(path)
    assert loaded.entries["snomed"] == {A}
    assert "sexual_health" in flags(loaded, A)


def test_an_xml_value_set_with_entities_is_refused(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "vs.xml",
        '<!DOCTYPE v [<!ENTITY a SYSTEM "file:///etc/passwd">]><ValueSet xmlns="http://hl7.org/fhir">&a;</ValueSet>',
    )
    with pytest.raises(ReadError) as caught:
        read_list(path)
    assert caught.value.code == "bomb"


def test_codes_of_other_systems_are_told(tmp_path: Path) -> None:
    path = lf.value_set(
        tmp_path / "vs.json",
        title="HIV",
        compose={
            "include": [
                lf.include([(A, "x")]),
                lf.include([("male", "x"), ("female", "y")], "http://hl7.org/fhir/administrative-gender"),
            ]
        },
    )
    assert any("2 entries" in note for note in read_list(path).notes)


# -- dictionaries ----------------------------------------------------------------------------------


def test_an_emis_dictionary_explains_local_codes_and_numbers(tmp_path: Path) -> None:
    number, other = lf.sctid(40, "11", "1000006"), lf.sctid(41, "11", "1000006")
    path = lf.csv_file(
        tmp_path / "Coding_ClinicalCode_20250801.csv",
        "CodeId,Term,ReadTermId,SnomedCTConceptId,SnomedCTDescriptionId,NationalCode,EmisCodeCategoryDescription",
        f'{number},"Suspected chlamydia, partner told",^ESCTSU123456,{A},{lf.sctid(50, "11")},,',
        f'{other},"Sprained ankle",EMISNQSP33,{B},,,',
    )
    loaded = read_list(path)
    assert loaded.kind == "dictionary"
    assert "sexual_health" in flags(loaded, "^ESCTSU123456")
    assert "sexual_health" in flags(loaded, A)
    assert "sexual_health" in flags(loaded, number)
    assert "sexual_health" in flags(loaded, lf.sctid(50, "11"))
    lookup = load_lookup((loaded,))
    assert not lookup.needs_term("EMISNQSP33")
    assert not flags(loaded, "EMISNQSP33")
    assert not loaded.undecided


def test_an_emis_medicine_dictionary(tmp_path: Path) -> None:
    number = lf.sctid(60, "11", "1000033")
    path = lf.csv_file(
        tmp_path / "Coding_DrugCode.csv",
        "CodeId,Term,DmdProductCodeId",
        f"{number},Methadone 1mg/ml oral solution,{A}",
    )
    loaded = read_list(path)
    assert "drugs" in flags(loaded, A)
    assert "drugs" in flags(loaded, number)


def test_a_cprd_dictionary(tmp_path: Path) -> None:
    number = lf.sctid(70, "11", "1000006")
    path = lf.csv_file(
        tmp_path / "medical.txt",
        "\t".join(
            ("MedCodeId", "Observations", "OriginalReadCode", "CleansedReadCode", "Term", "SnomedCTConceptId",
             "SnomedCTDescriptionId", "Release", "EmisCodeCategoryId")
        ),
        "\t".join((number, "7", "U20..00", "U20..", "Suicide attempt", A, lf.sctid(71, "11"), "1", "1")),
    )  # fmt: skip
    loaded = read_list(path)
    assert "self_harm" in flags(loaded, number)
    assert "self_harm" in flags(loaded, A)


def test_a_dictionary_finds_objections_and_takes_none_back(tmp_path: Path) -> None:
    made, withdrawn = lf.sctid(80, "11", "1000006"), lf.sctid(81, "11", "1000006")
    path = lf.csv_file(
        tmp_path / "Coding_ClinicalCode.csv",
        "CodeId,Term,ReadTermId,SnomedCTConceptId",
        f"{made},Invented,9Nu0.,827241000000103",
        f"{withdrawn},Invented,9Nu1.,{A}",
    )
    lookup = load_lookup((read_list(path),))
    assert lookup.objection_of_code(made) == ("type1_dissent", True)
    assert lookup.objection_of_code(withdrawn) is None


def test_an_emis_export_without_its_dictionary_is_understood_by_one_that_was_loaded(tmp_path: Path) -> None:
    numbers = [lf.sctid(90 + n, "11", "1000006") for n in range(2)]
    dictionary = lf.csv_file(
        tmp_path / "Coding_ClinicalCode.csv",
        "CodeId,Term,ReadTermId,SnomedCTConceptId",
        f"{numbers[0]},Chlamydia infection,A78A.,{A}",
        f"{numbers[1]},Sprained ankle,S5...,{B}",
    )
    rows = (f"g{n},p{n % 5},2024-01-0{1 + n % 9},{numbers[n % 2]}," for n in range(20))
    export = lf.csv_file(
        tmp_path / "CareRecord_Observation.csv",
        "ObservationGuid,PatientGuid,EffectiveDate,CodeId,Value",
        *rows,
    )
    bare = survey_export(open_export([export]))
    assert bare.unknown_codes.rows == 20
    told = survey_export(open_export([export]), lookup=load_lookup((read_list(dictionary),)))
    assert told.unknown_codes.rows == 0
    assert told.not_judged.rows == 0
    assert {one.id: one.rows for one in told.categories}["sexual_health"] == 10


# -- damage and nonsense ---------------------------------------------------------------------------


def test_damaged_codes_are_counted_and_restored_only_where_the_term_leaves_no_doubt(tmp_path: Path) -> None:
    whole = lf.sctid(12_345_678)
    cut = whole[:15] + "0" * (len(whole) - 15)
    other = lf.sctid(12_345_677)
    path = lf.value_set(
        tmp_path / "vs.json",
        title="Invented gonorrhoea",
        compose={
            "include": [
                lf.include(
                    [
                        (A, "Invented"),
                        (cut, "Gonorrhoea of the invented"),
                        (other[:15] + "0" * (len(other) - 15), "Nothing that tells"),
                        ("1.08E+16", "HIV in somebody invented"),
                        ("1.08E+16", "HIV in another"),
                    ]
                )
            ]
        },
    )
    loaded = read_list(path)
    assert loaded.damage.damaged == 4
    assert loaded.damage.restored == 1
    assert loaded.entries["snomed"] == {A, whole}
    assert "4 damaged codes" in loaded.notes[0]
    assert "Get the list again" in loaded.notes[0]


def test_the_published_exclusion_sets(shared: Path) -> None:
    folder = shared / "samples" / "NHSISL__Datasets" / "REFERENCE" / "Filtering-rules"
    loaded = [read_list(path) for path in sorted(folder.glob("*_vs.json"))]
    assert [one.count for one in loaded] == [164, 123, 1_883, 565]
    assert [one.damage.damaged for one in loaded] == [0, 0, 16, 1]
    assert sum(one.damage.lost for one in loaded) == 17
    assert [one.categories[0] for one in loaded] == [
        "assisted_conception", "gender", "sexual_health", "termination",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "{", "<", "[]", '{"resourceType": "ValueSet"}', "a,b,c\n1,2,3\n", "code\n\n", "\x00\x01\x02",
     '{"resourceType":"ValueSet","compose":{"include":' + "[" * 300, "code,term\nhello,world\n"],
)  # fmt: skip
def test_what_is_no_list_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read_list(path)
    assert caught.value.message


def test_a_category_that_needs_a_set_says_so_until_it_is_loaded(tmp_path: Path) -> None:
    missing = {one.category: one for one in missing_lists(load_lookup())}
    assert missing["hfe_act"].missing[0].id == lf.HFE
    assert "TRUD" in missing["hfe_act"].missing[0].where
    assert "not loaded" in missing["hfe_act"].words
    loaded = read_list(lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.HFE, A)]))
    lookup = load_lookup((loaded,))
    assert "hfe_act" not in {one.category for one in missing_lists(lookup)}
    assert "gender_recognition_act" in {one.category for one in missing_lists(lookup)}
