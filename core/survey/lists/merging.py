"""Lists put beside what Threshold knows by itself: they add flags and knowledge, and never take any away."""

from __future__ import annotations

from collections.abc import Sequence

from core.survey.lists.model import BY_WORDS, GROUPS, ListUsed, LoadedList

#: What is said of a flag that comes from the words of a term in a loaded dictionary, which are not kept.
OF_A_DICTIONARY = "of its term in the dictionary loaded here"


class ListCodes:
    """The codes of all loaded lists, ready to be looked up. Immutable, safe to share between threads."""

    def __init__(self, lists: Sequence[LoadedList] = (), category_ids: Sequence[str] = ()) -> None:
        self._bit = {name: 1 << number for number, name in enumerate(category_ids)}
        self._lists = tuple(lists)
        self.used: tuple[ListUsed, ...] = tuple(sorted((loaded.used for loaded in lists), key=_order))
        #: Reference sets, clusters and value sets that are loaded with at least one member.
        self.parts: frozenset[str] = frozenset(p.id for one in lists for p in one.parts if p.count)
        self._listed: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
        self._worded: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
        self._known: dict[str, set[str]] = {group: set() for group in GROUPS}
        for loaded in lists:
            for part in loaded.parts:
                table = self._worded if part.how == BY_WORDS else self._listed
                bits = self._bits(part.categories)
                for group, codes in part.entries.items():
                    if not bits:
                        self._known[group].update(codes)
                        continue
                    of_group = table[group]
                    for code in codes:
                        of_group[code] = of_group.get(code, 0) | bits

    def listed(self, group: str, code: str) -> int:
        """Category bits of a code that stands in a list of such a category."""
        return self._listed[group].get(code, 0)

    def worded(self, group: str, code: str) -> int:
        """Category bits of a code by the words of the term that a loaded dictionary has for it."""
        bits = self._worded[group].get(code, 0)
        if group == "snomed" and code.isdecimal():
            for loaded in self._lists:
                bits |= self._bits(loaded.concepts.categories(int(code)) or ())
        return bits

    def knows(self, group: str, code: str) -> bool:
        """Whether a list says anything of the code, if only that it is an ordinary one."""
        if code in self._listed[group] or code in self._worded[group] or code in self._known[group]:
            return True
        if group != "snomed" or not code.isdecimal():
            return False
        return any(loaded.concepts.categories(int(code)) is not None for loaded in self._lists)

    def concept(self, code: str) -> str | None:
        """The SNOMED CT concept that a description id or a system's own number stands for."""
        if not code.isdecimal() or len(code) > 18:
            return None
        for loaded in self._lists:
            found = loaded.concepts.concept(int(code))
            if found is not None:
                return str(found)
        return None

    def source_of(self, group: str, code: str, category: str) -> str:
        """The titles of the parts that give the code this category."""
        found = (
            part.title
            for loaded in self._lists
            for part in loaded.parts
            if category in part.categories and code in part.entries.get(group, frozenset())
        )
        return ", ".join(dict.fromkeys(found)) + " (loaded here)"

    def _bits(self, categories: Sequence[str]) -> int:
        bits = 0
        for category in categories:
            bits |= self._bit.get(category, 0)
        return bits


def _order(used: ListUsed) -> tuple[str, str]:
    return used.id, used.sha256


NO_LISTS = ListCodes()
