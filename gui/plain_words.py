"""What core says to whoever types commands, in words for whoever looks at windows.

Core's sentences are for both. What only a command line or a file of decisions needs is taken away here, and
the ids of profiles become their titles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: What a hint becomes; the first that matches wins, in this order.
_HINTS = (
    (re.compile(r"(?<=why everybody has to go) \([a-z_, ]+\)"), " on the page Going to"),
    # Brackets that only hold what is typed: ([confirmed] ...), (accredited_sensitive), (--start-from).
    (re.compile(r" ?\(\[confirmed\][^)]*\)"), ""),
    (re.compile(r" ?\((?:or )?(?:with )?(?:'threshold-cli[^']*'[^()]*|--[a-z][^()]*)\)"), ""),
    (re.compile(r" ?\((?:transfer: )?[a-z]+_[a-z_]+(?:, [a-z_]+)*\)"), ""),
    (re.compile(r" ?\(transfer: [^)]*\)"), ""),
    (re.compile(r" Say in the entry what does(?=,)"), " Say in the entry what allows it"),
    (re.compile(r" and name it with --look-up FILE"), " and choose it on the page Going to, under What goes"),
    (re.compile(r"See it with 'threshold-cli counts [^']*'\."), "See it on the page Side by side."),
    (
        re.compile(r" Make one with 'threshold-cli key [^']*'(?:, with a place on another disk)?;"),
        " Make one:",
    ),
    (re.compile(r": --reason '[^']*'"), ""),
    (re.compile(r" Put (?:it|its pass phrase) in (?:the environment variable )?THRESHOLD_[A-Z_]+\."), ""),
    (re.compile(r"(?<=capitals and spaces) in THRESHOLD_[A-Z_]+"), ""),
    (re.compile(r"every link its pseudonyms hold"), "every link its codes hold"),
    (re.compile(r',? say kind = "free_text"'), ", say so under What it is"),
    (
        re.compile(r'(?<=counted from) index = "first_event", "registration"'),
        " the first event, registration",
    ),
    (re.compile(r",? ?:? ?settings = \{[^}]*\}"), ""),
    (re.compile(r" Put it in an environment variable and name that variable with --[a-z-]+\."), ""),
    (re.compile(r",? (?:or|and) name another (?:file|place) with --[a-z-]+(?: to go on)?"), ""),
    (re.compile(r" (?:with|of|in|by|under) (?:'threshold-cli[^']*'|--[a-z][a-z-]*(?: [A-Z]+)?)"), ""),
    (re.compile(r",? or say --[a-z-]+"), ""),
    (re.compile(r"'threshold-cli[^']*'"), "the command line"),
    (re.compile(r" ?--[a-z][a-z-]+(?: [A-Z]{2,}|(?: '[^']*'))?"), ""),
)
_PROFILE = re.compile(r"^profile [a-z0-9-]+(?:: )?")


def plain(text: str, titles: Mapping[str, str] | None = None) -> str:
    """A sentence of core without what only a command line needs. `titles`: profile ids to their titles."""
    for hint, instead in _HINTS:
        text = hint.sub(instead, text)
    for name, title in (titles or {}).items():
        if name in text:
            text = re.sub(rf"'?(?<![\w-]){re.escape(name)}(?![\w-])'?", f"'{title}'", text)
    return text


def rule_words(source: str) -> str:
    """Where a rule comes from, without the id of the profile it stands in: that is on the screen already."""
    return _PROFILE.sub("", source)


def place_words(where: str) -> str:
    """Where something went wrong, '' where that is an option of the command line."""
    return "" if where.startswith("-") else where
