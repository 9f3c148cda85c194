"""Which reference sets a category needs to be whole, and whether they are loaded.

Said on screen and in scans: without them a category is recognised by words and our own lists alone, and flags
less than there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.survey.lists.known import where_to_get

if TYPE_CHECKING:  # it takes lists, so it cannot be imported by them
    from core.survey.codes.codelists import CodeLookup


@dataclass(frozen=True)
class Need:
    """A reference set that a category needs. `where` tells where to get it."""

    id: str
    name: str
    where: str
    loaded: bool


@dataclass(frozen=True)
class CategoryCoverage:
    """What a category needs, and what of it is loaded."""

    category: str
    title: str
    needs: tuple[Need, ...]

    @property
    def loaded(self) -> bool:
        """Whether all of it is."""
        return all(need.loaded for need in self.needs)

    @property
    def missing(self) -> tuple[Need, ...]:
        return tuple(need for need in self.needs if not need.loaded)

    @property
    def words(self) -> str:
        """One sentence for the screen, "" where nothing is missing."""
        if self.loaded:
            return ""
        many = len(self.missing) > 1
        names = "; ".join(f"'{need.name}'" for need in self.missing)
        return (
            f"{self.title}: the reference set{'s' if many else ''} {names} {'are' if many else 'is'} not "
            "loaded, so codes without words that give them away are missed."
        )


def coverage(lookup: CodeLookup) -> tuple[CategoryCoverage, ...]:
    """Every category that needs reference sets, in the order of categories."""
    loaded = lookup.loaded.parts
    found = []
    for category_id in lookup.category_ids:
        category = lookup.category(category_id)
        if category.needs:
            needs = tuple(
                Need(need, name, where_to_get(need), need in loaded)
                for need, name in zip(category.needs, category.needs_names, strict=True)
            )
            found.append(CategoryCoverage(category_id, category.title, needs))
    return tuple(found)


def missing_lists(lookup: CodeLookup) -> tuple[CategoryCoverage, ...]:
    """The categories that are not whole: a reference set that they need is not loaded."""
    return tuple(one for one in coverage(lookup) if not one.loaded)
