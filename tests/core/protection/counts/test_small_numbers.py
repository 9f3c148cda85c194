"""The rules for small numbers that ship, as their sources say, and what a profile may say of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from core.model import UsageError
from core.protection import load_profile, read_profile
from core.protection.counts import HIDDEN, mean_may_be_shown, percent, publish, publish_cross_table
from core.protection.small_numbers import SmallNumbers, load_rules
from resources import ROOT


def of(*rules: str, **more: Any) -> SmallNumbers:
    return SmallNumbers(rules=rules, **more)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("hes-2018", {0: "0", 1: "*", 7: "*", 8: "10", 12: "10", 13: "15", 1002: "1000"}),
        ("opensafely-2024", {0: "*", 1: "*", 7: "*", 8: "10", 13: "15"}),
        ("gp-patient-survey-2023", {0: "0", 1: "*", 9: "*", 10: "10", 11: "11"}),
        ("registered-patients-2015", {0: "0", 1: "*", 2: "2"}),
    ],
)
def test_each_rule_does_what_its_source_says(rules: str, told: dict[int, str]) -> None:
    assert {count: publish(count, of(rules)) for count in told} == told


def test_every_rule_file_says_where_it_comes_from() -> None:
    assert len(load_rules()) >= 4
    for name, rule in load_rules().items():
        assert (ROOT / "small_numbers" / f"{name}.toml").is_file()
        assert rule.version
        assert rule.description.endswith(".")
        assert rule.sources
        assert of(name).versions == (f"{name} {rule.version}",)


def test_of_several_rules_the_strictest_holds() -> None:
    both = of("hes-2018", "gp-patient-survey-2023")
    assert (both.hide_from, both.hide_to, both.round_to) == (1, 9, 5)
    assert of("hes-2018", "opensafely-2024").hide_from == 0
    assert of("hes-2018", "registered-patients-2015").least_total == 101


def test_a_list_of_a_hundred_people_is_not_published_at_all() -> None:
    rule = of("hes-2018", "registered-patients-2015")
    assert publish_cross_table(np.array([[60, 40]]), rule).total == HIDDEN
    shown = publish_cross_table(np.array([[60, 41]]), rule)
    assert (shown.total, shown.cells) == ("100", (("60", "40"),))


def test_among_few_people_the_next_lowest_number_is_hidden_with_a_very_small_one() -> None:
    rule = of("gp-patient-survey-2023")
    few = publish_cross_table(np.array([[3, 8, 50, 200]]), rule)
    assert few.cells == (("*", "*", "*", "200"),)  # two are hidden already, and 50 with them
    many = publish_cross_table(np.array([[3, 8, 50, 2000]]), rule)
    assert many.cells == (("*", "*", "50", "2000"),)


def test_shares_come_from_what_is_shown_and_never_from_the_counts() -> None:
    rule = of("hes-2018")
    assert percent("10", "40", rule) == "25%"
    assert percent(HIDDEN, "40", rule) == percent("10", HIDDEN, rule) == HIDDEN
    assert percent("0", "0", rule) == ""
    assert percent("45", "40", rule) == "100%"  # rounded on their own, parts can seem more than the whole


@pytest.mark.parametrize(("people", "shown"), [(0, False), (1, False), (7, False), (8, True)])
def test_the_mean_of_a_few_people_is_not_shown(people: int, shown: bool) -> None:
    assert mean_may_be_shown(people, of("hes-2018")) is shown


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"rules": "hes-2019"}, "no rules for small numbers called 'hes-2019'"),
        ({"rules": "hes-2018", "hide_to": 2}, "hide_to come from the rules"),
        ({}, "name the rules"),
        ({"hide_to": 3}, "name the rules"),
        ({"rule": "mine", "source": "us", "hide_to": 1, "round_to": 10}, "rounded to 0"),
        ({"rules": "hes-2018", "shows": ["postcode"]}, "Input should be"),
    ],
)
def test_a_wrong_section_is_refused_in_words(counts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SmallNumbers(**counts)


INLINE = """
[counts]
rule = "Ours"
hide_from = 1
hide_to = 9
round_to = 10
age_band_years = 20
source = "the practice"
"""


def test_a_practices_own_profile_may_still_say_the_numbers_itself(tmp_path: Path) -> None:
    shipped = (ROOT / "profiles" / "open-publication.toml").read_text("utf-8")
    start = shipped.index("[counts]")
    path = tmp_path / "mine.toml"
    path.write_text(shipped[:start] + INLINE.lstrip() + shipped[shipped.index("\n[hazards]") :], "utf-8")
    rule = read_profile(path).counts
    assert rule is not None
    assert (rule.hide_to, rule.round_to, rule.age_band_years, rule.file) == (9, 10, 20, True)
    path.write_text(path.read_text("utf-8").replace('rule = "Ours"\n', ""), "utf-8")
    with pytest.raises(UsageError, match="name the rules for small numbers"):
        read_profile(path)


@pytest.mark.parametrize("name", ["feasibility-count", "foi-count", "open-publication"])
def test_profiles_that_ship_name_rules_from_files(name: str) -> None:
    rule = load_profile(name).counts
    assert rule is not None
    assert rule.rules
    assert rule.hide_to >= 7
