"""Whom the cells of a column name: identities made from NHS numbers and from the practice's own keys."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.survey.columns import Distinct
from core.survey.identifiers import nhs_digits
from core.survey.people.identities import Prints, prints_of
from core.survey.people.local_keys import plain_keys

_PLAIN_NHS = r"^\s*\d{3}[ -]?\d{3}[ -]?\d{4}\s*$"
_TEN_EQUAL = pa.array([str(digit) * 10 for digit in range(10)])
#: Words that stand for 'no value' and so name nobody; the same as in protection.pseudonyms.
_NOBODY = pa.array(
    ["null", "none", "nil", "nan", "n/a", "na", "unknown", "not known", "not recorded", "-", "--", ".", "?"]
)


@dataclass
class Keys:
    """Identities named by a column: the distinct ones (null where the text names nobody), and each row's."""

    words: pa.Array
    indices: npt.NDArray[np.int32]
    prints: Prints = field(init=False)  # made here, in the thread that reads the block

    def __post_init__(self) -> None:
        self.prints = prints_of(self.words)


def nhs_keys(column: Distinct) -> tuple[Keys, Keys | None]:
    """NHS numbers as identities; and, as keys of another sort, the texts in their place that are none."""
    values = column.values
    # Of what is plain only blanks and hyphens need to go: five times faster than by a pattern.
    digits = pc.replace_substring(pc.utf8_trim_whitespace(values), " ", "")
    digits = pc.replace_substring(digits, "-", "")
    good = pc.and_(
        pc.match_substring_regex(values, _PLAIN_NHS), pc.invert(pc.is_in(digits, value_set=_TEN_EQUAL))
    )
    words = pc.binary_join_element_wise(pa.scalar("nhs"), digits, "|")
    if pc.all(good).as_py():
        return Keys(words, column.indices), None
    bad = pc.invert(good)
    mended: list[str | None] = []
    unread: list[str | None] = []
    for text in values.filter(bad).to_pylist():
        found = nhs_digits(text)
        mended.append(f"nhs|{found}" if found is not None and found != found[0] * 10 else None)
        unread.append(text if found is None else None)
    keys = Keys(pc.replace_with_mask(words, bad, pa.array(mended, pa.string())), column.indices)
    if not any(unread):
        return keys, None
    odd = pc.replace_with_mask(pa.nulls(len(words), pa.string()), bad, pa.array(unread, pa.string()))
    return keys, local_keys(Distinct(odd, column.indices))


def local_keys(column: Distinct) -> Keys:
    """The practice's own keys as identities: 'local|<key>' in the one spelling of `plain_keys`."""
    plain = plain_keys(column.values)
    nobody = pc.or_(
        pc.equal(pc.utf8_trim(plain, characters="0"), ""), pc.is_in(pc.utf8_lower(plain), value_set=_NOBODY)
    )
    joined = pc.binary_join_element_wise(pa.scalar("local"), plain, "|")
    return Keys(pc.if_else(nobody, None, joined), column.indices)


def case_keys(column: Distinct) -> Keys:
    """Keys of something that is one patient's as identities of their own, 'local|case/<key>': the number of a
    case can be that of another patient."""
    keys = local_keys(column)
    texts = pc.utf8_slice_codeunits(keys.words, len("local|"))
    return Keys(pc.binary_join_element_wise(pa.scalar("local|case/"), texts, ""), column.indices)


def scoped_keys(key: Distinct, organisation: Distinct) -> Keys:
    """Keys together with their organisation: 'local|<organisation>/<key>'. Null where the key names nobody;
    a key without an organisation stands alone."""
    alone = local_keys(key)
    plain = plain_keys(organisation.values)
    plain = pc.if_else(pc.equal(plain, ""), None, plain)
    width = len(plain) + 1
    pair = np.where(key.indices < 0, -1, key.indices.astype(np.int64) * width + organisation.indices + 1)
    distinct_pairs, back = np.unique(pair, return_inverse=True)
    of_key = pa.array(np.maximum(distinct_pairs, 0) // width, mask=distinct_pairs < 0)
    of_org = np.maximum(distinct_pairs, 0) % width - 1
    texts = pc.utf8_slice_codeunits(alone.words.take(of_key), len("local|"))
    places = plain.take(pa.array(of_org, mask=of_org < 0))
    joined = pc.binary_join_element_wise(places, texts, "/", null_handling="skip")
    words = pc.binary_join_element_wise(pa.scalar("local"), pc.if_else(pc.is_null(texts), None, joined), "|")
    return Keys(words, back.astype(np.int32))
