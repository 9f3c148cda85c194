"""The second engine: told of plainly where it is missing, and only ever an addition."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.model import UsageError
from core.protection.actions import Setting, run_of
from core.survey.freetext import find_spans
from core.survey.freetext.presidio import PresidioEngine, installed, load_engine


@pytest.mark.skipif(installed(), reason="the engine is installed here")
def test_where_it_is_not_installed_it_says_so() -> None:
    with pytest.raises(UsageError, match="not installed") as caught:
        load_engine()
    assert caught.value.code == "no_presidio"
    with pytest.raises(UsageError):
        run_of("scrub", Setting(settings={"engine": "presidio"}))


def test_its_spans_are_added_and_none_of_ours_is_taken_away() -> None:
    text = "wiktor and Mrs Smith, metformin 500mg"
    hits = [
        SimpleNamespace(start=0, end=6, entity_type="PERSON"),
        SimpleNamespace(start=22, end=31, entity_type="PERSON"),
        SimpleNamespace(start=32, end=37, entity_type="US_DRIVER_LICENSE"),
    ]
    engine = PresidioEngine(SimpleNamespace(analyze=lambda *_a, **_k: hits))
    spans = find_spans(text, also=engine)
    assert [text[s.start : s.end] for s in spans] == ["wiktor", "Mrs Smith"]
    assert spans[0].why == "presidio"
