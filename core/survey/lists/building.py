"""From the rows of a list to its parts: codes put in their places, damage counted, words of terms judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.survey.lists.candidates import shown
from core.survey.lists.judging import Judge, Place, place
from core.survey.lists.known import KnownList, feeds, telling_words
from core.survey.lists.model import BY_WORDS, Concepts, Damage, ListError, Part

#: A list has reference sets and clusters by the hundred, not by the hundred thousand.
MOST_PARTS = 20_000
WORDS_PART, ORDINARY_PART = "words", "known"


@dataclass
class Content:
    """What a reader found in a file, before a person said anything of it. `names` are reference sets that it
    points to without holding them; `ask` says where a file without damage is to be had."""

    title: str
    version: str = ""
    date: str = ""
    parts: list[Part] = field(default_factory=list)
    concepts: Concepts = field(default_factory=Concepts)
    damage: Damage = field(default_factory=Damage)
    notes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    rows: int = 0
    codes: int = 0
    get_again: str = ""


@dataclass
class _Gathered:
    title: str
    codes: dict[str, set[str]] = field(default_factory=dict)
    inactive: set[tuple[str, str]] = field(default_factory=set)
    active: set[tuple[str, str]] = field(default_factory=set)


class Builder:
    """Gathers the rows of a list."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._parts: dict[str, _Gathered] = {}
        self._places: dict[tuple[str, str], Place] = {}
        self._worded: dict[tuple[str, str], int] = {}
        self._damaged: dict[tuple[str, str], bool] = {}  # as it stands in the list -> whether it was restored
        self._all: set[tuple[str, str]] = set()
        self.rows = 0
        self.blank = 0

    def add(
        self, part: str, title: str, code: str, term: str = "", terminology: str = "", *, active: bool = True
    ) -> None:
        """One row. `part` "" is a row of no set, of which only the term is judged."""
        self.rows += 1
        code = code.strip()
        if not code:
            self.blank += 1
            return
        key = (code, terminology)
        where = self._places.get(key)
        if where is None:
            where = self._places[key] = place(code, terminology)
        keys = where.keys
        if where.damaged:
            keys = self._judge.restored(where, term)
            self._damaged[code, term] = bool(keys)
        if not keys:
            return
        self._all.update(keys)
        if part:
            gathered = self._parts.get(part)
            if gathered is None:
                if len(self._parts) >= MOST_PARTS:
                    raise ListError(
                        f"It has more than {MOST_PARTS:,} sets of codes, as no list has. Check that it is "
                        "the right file.",
                        code="too_big",
                    )
                gathered = self._parts[part] = _Gathered(title)
            for group, whole in keys:
                gathered.codes.setdefault(group, set()).add(whole)
            (gathered.active if active else gathered.inactive).update(keys)
        if term.strip():
            bits = self._judge.bits_of_term(term)
            for pair in keys:
                self._worded[pair] = self._worded.get(pair, 0) | bits

    @property
    def damage(self) -> Damage:
        return Damage(len(self._damaged), sum(self._damaged.values()))

    def into(self, content: Content) -> Content:
        """The content with what was gathered."""
        left_out = [name for name, gathered in self._parts.items() if self._never(name, gathered.title)]
        for name, gathered in sorted(self._parts.items()):
            if name not in left_out:
                content.parts.append(self._part(name, gathered))
        if left_out:
            content.notes.append(
                f"{len(left_out):,} of its sets are about objections and consents. They are not used: which "
                "codes record an objection, and which take one back, is not decided by a list."
            )
        content.parts.extend(self._by_words())
        content.damage = Damage(
            content.damage.damaged + self.damage.damaged, content.damage.restored + self.damage.restored
        )
        content.rows += self.rows
        content.codes += len(self._all)
        return content

    def _never(self, name: str, title: str) -> bool:
        known = feeds(name, title).known
        return known is not None and known.never

    def _part(self, name: str, gathered: _Gathered) -> Part:
        words = telling_words(shown(gathered.title, 200))
        said = feeds(name, gathered.title, self._judge.of_term(words))
        return Part(
            id=shown(said.id),
            title=_title(said.known, gathered.title or name),
            entries={group: frozenset(codes) for group, codes in gathered.codes.items()},
            categories=said.categories,
            how=said.how,
            inactive=len(gathered.inactive - gathered.active),
            ordinary=said.known is not None and said.known.ordinary,
        )

    def _by_words(self) -> list[Part]:
        """The codes by the words of their terms: a part for each set of categories, and the ordinary ones."""
        by_bits: dict[int, dict[str, set[str]]] = {}
        for (group, code), bits in self._worded.items():
            by_bits.setdefault(bits, {}).setdefault(group, set()).add(code)
        return [
            Part(
                id=WORDS_PART if bits else ORDINARY_PART,
                title="Judged by the words of their terms" if bits else "Known and ordinary",
                entries={group: frozenset(codes) for group, codes in groups.items()},
                categories=self._judge.categories(bits),
                how=BY_WORDS,
            )
            for bits, groups in sorted(by_bits.items())
        ]


def _title(known: KnownList | None, title: str) -> str:
    return shown(known.title if known is not None and known.title else title)
