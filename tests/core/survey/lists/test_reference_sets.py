"""Reference sets of SNOMED CT releases are read whole: retired members, full files, damage."""

from __future__ import annotations

from pathlib import Path

from core.survey.codes.codelists import load_lookup
from core.survey.lists.reading import read_list
from tests.core.survey.lists import list_files as lf
from tests.core.survey.lists.list_files import A, B, C, D


def test_a_reference_set_keeps_members_that_are_no_longer_active(tmp_path: Path) -> None:
    path = lf.refset(
        tmp_path / "der2_Refset_SimpleUKCLSnapshot_GB1000000_20250801.txt",
        [("20250801", "1", lf.GENDER, A), ("20200401", "0", lf.GENDER, B)],
    )
    loaded = read_list(path)
    assert loaded.kind == "rf2-refset"
    assert loaded.confidence > 0.9
    assert loaded.evidence
    assert lf.part(loaded, lf.GENDER) == {A, B}
    assert loaded.parts[0].inactive == 1
    assert loaded.date == "2025-08-01"
    assert loaded.count == 2
    assert lf.flags(loaded, B) == ("gender", "summary_care_exclusion")
    assert not load_lookup().bits_of_code(B)


def test_of_a_full_file_the_last_word_on_a_member_counts(tmp_path: Path) -> None:
    rows = [
        ("20210401", "0", lf.GENDER, A),
        ("20200401", "1", lf.GENDER, A),
        ("20190401", "0", lf.GENDER, B),
        ("20230401", "1", lf.GENDER, B),
    ]
    loaded = read_list(lf.refset(tmp_path / "der2_Refset_SimpleFull_GB_20250801.txt", rows))
    assert lf.part(loaded, lf.GENDER) == {A, B}
    assert loaded.parts[0].inactive == 1
    assert loaded.count == 2


def test_sets_that_nobody_knows_wait_for_a_person(tmp_path: Path) -> None:
    path = lf.refset(tmp_path / "refset.txt", [("20250801", "1", lf.UNKNOWN_SET, A)])
    loaded = read_list(path)
    assert loaded.undecided
    assert not lf.flags(loaded, A)
    assert lf.flags(loaded.fed(("fgm",)), A) == ("fgm", "caredata_2013"), "and the set that takes it in"
    ordinary = loaded.fed(())
    assert not ordinary.undecided
    assert not lf.flags(ordinary, A)
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
    assert lf.part(loaded, lf.GENDER) == {A, B, C}
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
    assert lf.part(loaded, lf.GENDER) == {A, B}
    assert loaded.damage.damaged == 2
    assert "gender" in lf.flags(loaded, B)


def test_bytes_that_are_no_text_lose_no_other_member(tmp_path: Path) -> None:
    path = lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.GENDER, c) for c in (A, B)])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(B.encode(), b"\xff\x93" + B.encode()[2:]))
    loaded = read_list(path)
    assert lf.part(loaded, lf.GENDER) == {A}
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
    assert "hiv" in lf.flags(loaded, A)
    assert "hiv" in lf.flags(loaded, own[1]), "a description id stands for its concept"
    assert not lf.flags(loaded, B)
    assert lookup.judged(B)
    assert not lookup.needs_term(own[2])
    assert "sexual_health" in lf.flags(loaded, C), "a concept that has none but old terms is judged by those"
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
    assert "gender" in lf.flags(loaded, A)
    assert "termination" in lf.flags(loaded, B)
