"""The book of recipients: what an entry may say, what it may not, and that it is written as it was read."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Kind, Role, UsageError
from core.protection.plan import Purpose
from core.protection.profile import load_profiles
from core.protection.recipients import (
    BOOK_SETTING,
    AgreedFields,
    AgreedWindow,
    Cohort,
    Recipient,
    RecipientsBook,
    book_text,
    default_book,
    default_book_path,
    read_recipients,
    recipient_types,
    write_recipients,
)
from core.protection.recipients.telling import entry_words, state_of, warnings_of

FIRST_FORM = """
[recipients."Trial Unit"]
legal_basis = "CAG 21/0001"
valid_from = 2026-01-01
valid_until = 2026-12-31
profiles = ["approved-research"]
"""
FULL = (
    FIRST_FORM
    + """
type = "university"
other_names = ["TU", "Trials"]
contact = "data manager"
agreement = "DSA-1"
purposes = ["beyond_care"]
accredited_identifiable = { reference = "DSPT 8AB12", until = 2026-06-30 }
accredited_sensitive = { reference = "CAG 21/0001", until = 2026-12-31 }
price = 120.50
cost = 120.50
acts_as = "processor"
acts_for = "Department of Health"
onward_sharing = true
onward_to = ["A Registry"]
countries = ["United Kingdom", "Norway"]
transfer = "adequacy"
other_interests = ["insurance"]
interests_approved = "CAG 21/0001"
destroy_by = 2027-12-31

[recipients."Trial Unit".only]
roles = ["nhs_number", "event_date"]
kinds = ["coded_clinical"]
names = ["HbA1c  result"]

[recipients."Trial Unit".cohort]
statuses = ["registered"]
age_from = 18
age_to = 64

[recipients."Trial Unit".window]
from = 2015-01-01
until = 2025-12-31
last_months = 60
"""
)
TODAY = date(2026, 6, 1)


def read(text: str, place: Path) -> RecipientsBook:
    path = place / "book.toml"
    path.write_text(text, "utf-8")
    return read_recipients(path)


def test_every_sort_of_recipient_says_why_and_where_from() -> None:
    types = recipient_types()
    assert len(types) == 19
    for sort in types.values():
        assert sort.title
        assert sort.why.endswith(".")
        assert sort.source
        assert set(sort.names_for) <= set(Purpose) - {Purpose.COUNTS}
    assert {types["public"].most(p) for p in Purpose} == {"counts"}
    assert [p for p in Purpose if types["insurer"].most(p) == "names"] == [Purpose.CONSENT]
    assert types["icb"].most(Purpose.BEYOND_CARE) == "coded"


def test_profiles_name_sorts_of_recipients_that_there_are() -> None:
    for profile in load_profiles().values():
        assert set(profile.recipient_types) <= set(recipient_types())


def test_the_entry_of_the_documentation_can_be_read() -> None:
    text = (Path(__file__).parents[4] / "docs" / "recipients.md").read_text("utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    book = RecipientsBook(**tomllib.loads(example, parse_float=Decimal))
    entry = book.recipients["Bristol Trial Unit"]
    assert entry.limited
    assert set(entry.profiles) <= set(load_profiles())


def test_an_entry_of_the_first_form_is_read_and_gives_nothing_more(tmp_path: Path) -> None:
    entry = read(FIRST_FORM, tmp_path).find("trial  UNIT")
    assert entry is not None
    assert entry.live("approved-research", TODAY)
    assert not entry.accredited_identifiable
    assert not entry.accredited_sensitive
    assert entry.type is None
    assert not entry.limited


def test_an_entry_is_found_by_any_of_its_names(tmp_path: Path) -> None:
    book = read(FULL, tmp_path)
    found = book.entry(" tu ")
    assert found is not None
    assert found[0] == "Trial Unit"
    assert book.find("Trials") == book.find("Trial Unit")
    assert book.find("Somebody") is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('type = "university"', 'type = "college"', "university"),
        ('acts_for = "Department of Health"', "", "article 28"),
        ('onward_to = ["A Registry"]', "", "onward_to"),
        ("onward_sharing = true", "", "onward_sharing"),
        ('reference = "DSPT 8AB12", ', "", "reference"),
        ("accredited_sensitive = {", "accredited_sensitive = true # {", "accredited_sensitive"),
        ("age_from = 18", "age_from = 65", "age_from"),
        ("until = 2025-12-31", "until = 2014-12-31", "after until"),
        ('statuses = ["registered"]', 'statuses = ["alive"]', "registered"),
        ('["insurance"]', '["gossip"]', "insurance"),
        ("price = 120.50", "price = -1", "price"),
        ("contact =", "kontact =", "kontact: no such setting"),
        ("valid_from = 2026-01-01", "valid_from = 2027-01-01", "valid_from"),
        ('"TU"', '" trial unit "', "trial unit"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FULL.replace(old, new, 1)
    assert text != FULL
    if '" trial unit "' in new:
        text += '\n[recipients."trial unit"]' + FIRST_FORM.partition("]")[2]
    with pytest.raises(UsageError, match="The book of recipients is not right") as error:
        read(text, tmp_path)
    assert says in error.value.message


def test_no_two_entries_go_by_one_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="another entry"):
        read(FIRST_FORM + FIRST_FORM.replace("Trial Unit", "trial  unit"), tmp_path)


def test_a_book_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    for text, says in (
        ("[[[", "not valid TOML"),
        ("x = " + "[" * 20_000, "TOML"),
        ("a = 1", "no such setting"),
    ):
        with pytest.raises(UsageError, match=says):
            read(text, tmp_path)
    (tmp_path / "book.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is no text"):
        read_recipients(tmp_path / "book.toml")


def test_a_book_is_written_as_it_was_read(tmp_path: Path) -> None:
    book = read(FULL + FIRST_FORM.replace("Trial Unit", "another"), tmp_path)
    place = tmp_path / "kept" / "recipients.toml"
    write_recipients(place, book)
    assert read_recipients(place) == book
    first = place.read_bytes()
    write_recipients(place, RecipientsBook(recipients=dict(reversed(book.recipients.items()))))
    assert place.read_bytes() == first
    assert [path.name for path in place.parent.iterdir()] == ["recipients.toml"]


words = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and "\r" not in text)
entries = st.builds(
    Recipient,
    legal_basis=words,
    agreement=words,
    valid_from=st.just(date(2026, 1, 1)),
    valid_until=st.dates(date(2026, 1, 1)),
    profiles=st.lists(words, max_size=3).map(tuple),
    type=st.sampled_from([None, *recipient_types()]),
    price=st.none() | st.decimals(0, 10_000, places=2),
    countries=st.lists(words, max_size=2).map(tuple),
    only=st.none()
    | st.builds(
        AgreedFields,
        roles=st.lists(st.sampled_from(Role), max_size=2).map(tuple),
        kinds=st.lists(st.sampled_from(Kind), min_size=1, max_size=2).map(tuple),
        names=st.lists(words, max_size=2).map(tuple),
    ),
    cohort=st.none() | st.builds(Cohort, age_from=st.none() | st.integers(0, 50)),
    window=st.none() | st.builds(AgreedWindow, last_months=st.none() | st.integers(1, 99)),
)


@settings(max_examples=40)
@given(name=words, entry=entries)
def test_any_entry_survives_being_written(name: str, entry: Recipient) -> None:
    book = RecipientsBook(recipients={name: entry})
    again = RecipientsBook(**tomllib.loads(book_text(book), parse_float=Decimal))
    assert again == book
    assert book_text(again) == book_text(book)
    assert again.recipients[name].fingerprint == entry.fingerprint


def test_the_practices_own_book_is_where_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BOOK_SETTING, str(tmp_path / "own.toml"))
    assert default_book_path() == tmp_path / "own.toml"
    assert default_book() is None
    (tmp_path / "own.toml").write_text(FIRST_FORM, "utf-8")
    book = default_book()
    assert book is not None
    assert list(book.recipients) == ["Trial Unit"]
    monkeypatch.delenv(BOOK_SETTING)
    assert default_book_path().name == "recipients.toml"


def test_an_entry_is_told_in_words(tmp_path: Path) -> None:
    entry = read(FULL, tmp_path).recipients["Trial Unit"]
    told = dict(entry_words(entry, TODAY))
    assert told["Only these patients"] == "registered, 18 years and older, 64 years and younger"
    assert told["Only events"] == "from 1 January 2015, until 31 December 2025, the last 60 months"
    assert "until 30 June 2026 (DSPT 8AB12)" in told["May be given names"]
    assert state_of(entry, TODAY) == "live until 31 December 2026"
    assert [w for w in warnings_of(entry, TODAY) if "names" in w] == [
        "The accreditation for names ends on 30 June 2026."
    ]
    late = date(2027, 1, 1)
    assert "no more" in dict(entry_words(entry, late))["May be given names"]
    assert "Opens nothing today: ended on 31 December 2026." in warnings_of(entry, late)
    bare = read(FIRST_FORM, tmp_path).recipients["Trial Unit"]
    assert dict(entry_words(bare, TODAY))["May be given names"] == "no"
    assert any("type" in warning for warning in warnings_of(bare, TODAY))
