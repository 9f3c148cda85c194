"""Lists are remembered as codes, and one that was changed or taken away stops the work."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import UsageError
from core.survey.codes.codelists import load_lookup
from core.survey.lists import ListError, ListShelf, LoadedList, load_shelf
from core.survey.lists.built_in import built_in_lists
from core.survey.lists.known import known_lists
from core.survey.lists.model import GROUPS, Part
from core.survey.lists.reading import read_list
from core.survey.lists.shelf import pack, unpack
from tests.core.survey.lists import list_files as lf

A, B, C = (lf.sctid(200_000 + n) for n in range(3))


@pytest.fixture
def gender(tmp_path: Path) -> LoadedList:
    return read_list(lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.GENDER, c) for c in (A, B)]))


def same(one: LoadedList, other: LoadedList) -> bool:
    """Whether two lists are alike in everything."""
    return pack(one) == pack(other)


def test_what_is_put_on_the_shelf_comes_back(tmp_path: Path, gender: LoadedList) -> None:
    words = read_list(
        lf.descriptions(
            tmp_path / "d.txt",
            [(lf.sctid(1, "11"), "1", A, "HIV infection"), (lf.sctid(2, "11"), "1", B, "Sprained ankle")],
        )
    )
    shelf = ListShelf(tmp_path / "shelf")
    assert shelf.load() == ()
    shelf.add(gender)
    shelf.add(words)
    back = {one.id: one for one in ListShelf(tmp_path / "shelf").load()}
    assert same(back[gender.id], gender)
    assert same(back[words.id], words)
    assert back[words.id].concepts.concept(int(lf.sctid(2, "11"))) == int(B)
    lookup = load_lookup(tuple(back.values()))
    assert "gender" in lookup.categories_of(lookup.bits_of_code(A))
    shelf.remove(gender.id)
    assert shelf.ids() == (words.id,)
    with pytest.raises(UsageError):
        shelf.remove(gender.id)


def test_no_term_is_on_the_shelf(tmp_path: Path) -> None:
    term = "Quite Unmistakable Syndrome"
    sources = [
        lf.descriptions(tmp_path / "d.txt", [(lf.sctid(1, "11"), "1", A, term)]),
        lf.csv_file(tmp_path / "own-list.csv", "code,term", f"{A},{term}", f"{B},{term}"),
        lf.value_set(tmp_path / "v.json", compose={"include": [lf.include([(C, term)])]}),
    ]
    shelf = ListShelf(tmp_path / "shelf")
    for path in sources:
        shelf.add(read_list(path).fed(("own_list",)))
    for path in (tmp_path / "shelf").iterdir():
        data = path.read_bytes()
        if path.suffix == ".codes":
            data += zlib.decompress(data.partition(b"\n")[2])
        assert b"Unmistakable" not in data
        assert str(tmp_path).encode() not in data


@pytest.mark.parametrize("harm", ["byte", "cut", "gone", "swapped", "book", "no book", "resealed"])
def test_a_shelf_that_was_changed_stops_the_work(tmp_path: Path, gender: LoadedList, harm: str) -> None:
    folder = tmp_path / "shelf"
    shelf = ListShelf(folder)
    shelf.add(gender)
    file, book = folder / f"{gender.id}.codes", folder / "lists.json"
    data = file.read_bytes()
    if harm == "byte":
        file.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    elif harm == "cut":
        file.write_bytes(data[:-5])
    elif harm == "gone":
        file.unlink()
    elif harm == "swapped":
        file.write_bytes(pack(replace(gender, parts=())))
    elif harm == "book":
        book.write_text(json.dumps({"lists": {"../../x": "0" * 64}}), encoding="utf-8")
    elif harm == "no book":
        book.unlink()
    else:
        cut = data[:-5]
        file.write_bytes(cut)
        said = {gender.id: hashlib.sha256(cut).hexdigest()}
        book.write_text(json.dumps({"format": 1, "lists": said}), encoding="utf-8")
    with pytest.raises(ListError) as caught:
        shelf.load()
    assert caught.value.exit_status == 3
    assert "add" in caught.value.message
    if harm not in ("book", "no book"):
        shelf.remove(gender.id)
        assert shelf.load() == ()


def test_the_same_file_again_takes_the_place_of_what_was_said_before(tmp_path: Path) -> None:
    path = lf.csv_file(tmp_path / "own-list.csv", "code,term", f"{A},x", f"{B},y")
    shelf = ListShelf(tmp_path / "shelf")
    shelf.add(read_list(path).fed(("hiv",)))
    shelf.add(read_list(path).fed(("fgm",)))
    (kept,) = shelf.load()
    assert kept.categories == ("fgm",)


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_shelf(tmp_path / "nowhere")


_CODES = ("9Nu0.", "A788.", "Eu64.", "B24", "F64", "0403010B0", "19869000", "^ESCT123456", "E2273", "XaZ89")


@given(st.lists(st.tuples(st.sampled_from(GROUPS), st.sampled_from(_CODES), st.sampled_from((0, 1, 2)))))
def test_a_list_never_takes_a_flag_away(rows: list[tuple[str, str, int]]) -> None:
    categories = ((), ("hiv",), ("own_list", "smoking"))
    parts = tuple(
        Part(f"part {n}", "Invented", {group: frozenset((code,))}, categories[which], "person")
        for n, (group, code, which) in enumerate(rows)
    )
    lists = (LoadedList("own", "Invented", "plain", "x", "", "", len(rows), "0" * 64, parts),)
    shipped, lookup = load_lookup(), load_lookup(lists)
    assert shipped.bits_of_code("A788.")
    for code in (*_CODES, "H33.."):
        before, after = shipped.bits_of_code(code), lookup.bits_of_code(code)
        assert before & ~after == 0
        assert shipped.objection_of_code(code) == lookup.objection_of_code(code)
        assert lookup.judged(code) or not shipped.judged(code)
        assert lookup.understood(code) == shipped.understood(code)
    assert unpack(pack(lists[0])).parts == parts


def test_every_known_list_feeds_categories_that_there_are() -> None:
    ids = set(load_lookup().category_ids)
    seen: set[str] = set()
    for known in known_lists():
        assert set(known.categories) <= ids
        assert bool(known.categories) + known.ordinary + known.never == 1, known.ids
        assert not seen & {i.casefold() for i in known.ids}
        seen |= {i.casefold() for i in known.ids}
    for category_id in ids:
        for need in load_lookup().category(category_id).needs:
            assert need.casefold() in seen, "where to get it must be told"


def test_the_lists_that_come_with_threshold() -> None:
    found = built_in_lists()
    assert sum(one.count for one in found) > 20_000
    assert all(one.title and one.source and one.count for one in found)
    assert [one.id for one in found if not one.categories] == ["ordinary"]
