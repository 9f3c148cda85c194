"""Places in messages that can be written down: words of the message standards and numbers, nothing else.

A place is made of the names of elements and keys. In a file that somebody else's program wrote a key may be a
patient's number or name; a place with such a key keeps its shape and loses the word.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

from resources import ROOT

#: What stands for a word that no standard knows.
UNSAID = "?"
_STEP = re.compile(r"(.*?)((?:\[\d{1,8}\])*)", re.DOTALL)
_KNOWN = re.compile(
    r"line \d{1,9}|segment \d{1,9} \((?P<tag>[A-Z\d]{3})\)|comment\(\)|following text|"
    r"(?:RCMR|COPC|QUPC|REPC|MCCI|PRPA)_[A-Z]{2}\d{6}UK\d{2}|"
)


def plain_place(place: str) -> str:
    """'/EhrExtract/component[12]' as it is; 'patients.9990000018[2].note' as 'patients.?[2].note'."""
    return "".join(part if part in "./" else _plain(part) for part in re.split(r"([./])", place))


@lru_cache(maxsize=10_000)
def _plain(step: str) -> str:
    found = _STEP.fullmatch(step)
    assert found is not None
    word, numbers = found.groups()
    words, tags = _standard()
    known = _KNOWN.fullmatch(word)
    if word in words or (known is not None and (known["tag"] is None or known["tag"] in tags)):
        return step
    return UNSAID + numbers


@lru_cache(maxsize=1)
def _standard() -> tuple[frozenset[str], frozenset[str]]:
    """The words and the tags that there are."""
    said = tomllib.loads((ROOT / "formats" / "messages.toml").read_text(encoding="utf-8"))["places"]
    return frozenset(said["words"].split()), frozenset(said["tags"].split())
