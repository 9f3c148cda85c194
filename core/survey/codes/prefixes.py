"""Categories by the beginning of a code, where a prefix is an ancestor: Read v2, ICD-10 and BNF."""

from __future__ import annotations

from collections.abc import Iterator

#: Prefix -> bits to set, prefix -> bits to take back, and the longest prefix.
Prefixes = tuple[dict[str, int], dict[str, int], int]


def has_read_tree(code: str) -> bool:
    """Whether a Read code's prefix is its ancestor: not in CTV3, whose own codes begin X, Y or Ua to Uz."""
    return code[0] not in "XY" and not (code[0] == "U" and code[1].islower())


def prefixes(include: Iterator[tuple[str, ...]], exclude: Iterator[tuple[str, ...]]) -> Prefixes:
    """The prefixes of each category, in bit order, and those that take one back."""
    tables: list[dict[str, int]] = []
    for side in (include, exclude):
        table: dict[str, int] = {}
        for number, listed in enumerate(side):
            for prefix in listed:
                table[prefix] = table.get(prefix, 0) | 1 << number
        tables.append(table)
    longest = max((len(prefix) for table in tables for prefix in table), default=0)
    return tables[0], tables[1], longest


def by_prefix(tables: Prefixes, code: str) -> int:
    """Bits of the prefixes that the code begins with; the longest one decides."""
    include, exclude, longest = tables
    bits = 0
    for length in range(1, min(len(code), longest) + 1):
        prefix = code[:length]
        bits = (bits & ~exclude.get(prefix, 0)) | include.get(prefix, 0)
    return bits
