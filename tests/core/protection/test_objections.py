"""What each objection does under each purpose, and lists of objections from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import PolicyError, ReadError, UsageError
from core.protection.objections import (
    ObjectionLists,
    acting_objections,
    asking_objections,
    load_objection_list,
    objection_rules,
    parse_objection_source,
)
from core.protection.plan import Purpose
from core.survey.results import OBJECTIONS

# DESIGN: Type 1 and the National Data Opt-out act beyond care only; refusals of local or national sharing act
# on shared records; refusals of audit and of a commissioner on those. What the reference decides on the side
# of the patient acts beyond care as well.
BEYOND_CARE = {
    "type1_dissent",
    "type2_dissent",
    "national_data_opt_out",
    "share_refused",
    "third_party_refused",
    "confidential_flag",
    "spine_sensitive",
    "cannot_consent",
}
SHARED = {"scr_dissent", "national_share_refused", "kis_dissent", "share_refused"}
USES = {
    "national_shared_record": SHARED,
    "local_shared_record": SHARED | {"local_share_refused"},
    "commissioner": {"commissioner_refused", "local_share_refused"},
    "audit": {"audit_dissent"},
}
#: Nobody is left out for these, and a person must have seen it. What nobody asks for goes by itself.
CONFIRM = {
    "own_care": {"third_party_refused", "confidential_flag", "spine_sensitive"},
    "consent": {"third_party_refused", "confidential_flag", "spine_sensitive", "cannot_consent"},
    "law": {"confidential_flag", "spine_sensitive"},
}


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("objection", OBJECTIONS)
def test_each_cell_of_the_table(purpose: Purpose, objection: str) -> None:
    acts = purpose is Purpose.BEYOND_CARE and objection in BEYOND_CARE
    assert (objection in acting_objections(purpose, ())) == acts
    assert (objection in asking_objections(purpose, ())) == (objection in CONFIRM.get(purpose, ()))


@pytest.mark.parametrize("use", list(USES))
@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("objection", OBJECTIONS)
def test_each_cell_for_what_the_recipient_does_with_it(purpose: Purpose, objection: str, use: str) -> None:
    acts = objection in USES[use] or (purpose is Purpose.BEYOND_CARE and objection in BEYOND_CARE)
    assert (objection in acting_objections(purpose, (use,))) == acts
    asks = objection in CONFIRM.get(purpose, ()) and not acts
    assert (objection in asking_objections(purpose, (use,))) == asks


def test_every_rule_has_its_sentence_and_source() -> None:
    assert tuple(objection_rules()) == OBJECTIONS
    for rule in objection_rules().values():
        assert rule.text.endswith(".")
        assert rule.source


@pytest.mark.parametrize(
    "text",
    [
        "9990000018\n999 000 0026\n",
        "\ufeffNHS Number\r\n9990000018\r\n9990000026\r\n",
        "Name,NHS Number\nA Person,999-000-0018\nB Person,9990000026\n",
        '"9990000018",\n"9990000026",\n\n',
    ],
)
def test_lists_are_read_in_the_shapes_they_come_in(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode())
    lists = load_objection_list(path, "list")
    assert lists.listed == {"9990000018", "9990000026"}
    assert lists.cleaned is None
    assert len(lists.sources[0].detail) == 64


def test_everybody_on_a_line_of_a_list_objects_and_only_the_first_is_free_to_go(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("9990000018,9990000026;999 000 0034\n", encoding="utf-8")
    assert load_objection_list(path, "list").listed == {"9990000018", "9990000026", "9990000034"}
    assert load_objection_list(path, "cleaned").cleaned == {"9990000018"}


def test_a_utf_16_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes("9990000018\n".encode("utf-16"))
    assert load_objection_list(path, "cleaned").cleaned == {"9990000018"}


@pytest.mark.parametrize("bad", ["9.99E+09", "999000001", "Smith", "N/A"])
def test_a_line_without_an_nhs_number_stops_and_is_not_quoted(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"NHS Number\n9990000018\n{bad}\n", "utf-8")
    with pytest.raises(PolicyError) as error:
        load_objection_list(path, "list")
    assert "Line 3" in error.value.message
    assert bad not in error.value.message


@pytest.mark.parametrize("text", ["", "\n\n", "NHS Number\n"])
def test_an_empty_list_stops(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(PolicyError, match="no NHS number"):
        load_objection_list(path, "list")


def test_a_missing_list_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError):
        load_objection_list(tmp_path / "nowhere.csv", "list")


def test_lists_add_up() -> None:
    a = ObjectionLists(listed=frozenset("1"), cleaned=frozenset("12"))
    b = ObjectionLists(listed=frozenset("2"), cleaned=frozenset("23"))
    assert a.plus(b).listed == {"1", "2"}
    assert a.plus(b).cleaned == {"2"}
    assert a.plus(ObjectionLists()).cleaned == {"1", "2"}
    assert ObjectionLists().plus(b).cleaned == {"2", "3"}


def test_what_the_command_line_says_of_objections(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("9990000018\n", "utf-8")
    assert parse_objection_source("codes")[0].kind == "codes"
    assert parse_objection_source("search:A Manager")[0].detail == "A Manager"
    assert parse_objection_source("none:section 251 with exemption")[0].kind == "none"
    source, lists = parse_objection_source(f"list:{path}")
    assert lists is not None
    assert lists.sources == (source,)


@pytest.mark.parametrize("text", ["", "search", "search:", "none: ", "codes:x", "letters:x"])
def test_a_source_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="Say where the objections come from"):
        parse_objection_source(text)


def test_lists_never_show_their_numbers() -> None:
    assert "999" not in repr(
        ObjectionLists(listed=frozenset(["9990000018"]), cleaned=frozenset(["9990000026"]))
    )
