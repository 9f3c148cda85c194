"""Ways in which a file comes to harm: on a bad disk, in a cut-off copy, through the wrong program."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]


def flipped_bytes(data: bytes, dice: Random) -> bytes:
    """One to twenty bytes become others."""
    found = bytearray(data)
    for _ in range(dice.randint(1, 20)):
        found[dice.randrange(len(found))] = dice.randrange(256)
    return bytes(found)


def flipped_bit(data: bytes, dice: Random) -> bytes:
    found = bytearray(data)
    found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
    return bytes(found)


def cut_end(data: bytes, dice: Random) -> bytes:
    return data[: dice.randrange(len(data))]


def cut_start(data: bytes, dice: Random) -> bytes:
    return data[dice.randrange(len(data)) :]


def cut_middle(data: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.randint(1, 600) :]


def doubled_block(data: bytes, dice: Random) -> bytes:
    start = dice.randrange(len(data))
    stop = min(len(data), start + dice.randint(1, 4000))
    return data[:stop] + data[start:stop] + data[stop:]


def swapped_blocks(data: bytes, dice: Random) -> bytes:
    first, second, third = sorted(dice.randrange(len(data) + 1) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def zeroed_block(data: bytes, dice: Random) -> bytes:
    """What a disk gives for a sector that it cannot read."""
    start = dice.randrange(len(data))
    length = min(len(data) - start, dice.choice((1, 16, 512, 4096)))
    return data[:start] + bytes(length) + data[start + length :]


def swapped_delimiters(data: bytes, dice: Random) -> bytes:
    """Some of the commas, tabs, bars and semicolons become another of them."""
    marks = b",\t|;"
    old, new = dice.choice(marks), dice.choice(marks)
    share = dice.choice((0.01, 0.3, 1.0))
    return bytes(new if byte == old and dice.random() < share else byte for byte in data)


def stray_quotes(data: bytes, dice: Random) -> bytes:
    found = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        found.insert(dice.randrange(len(found) + 1), ord(dice.choice("\"\\'")))
    return bytes(found)


def other_line_ends(data: bytes, dice: Random) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", dice.choice((b"\r", b"\r\n", b"\n\r", b"\n\n")))


def wrong_encoding(data: bytes, dice: Random) -> bytes:
    """Read in one encoding and written in another, or with the mark of another in front."""
    text = data.decode("latin-1")
    way = dice.randrange(5)
    if way == 0:
        return text.encode("utf-8")
    if way == 1:
        return text.encode("utf-16")
    if way == 2:
        return text.encode("utf-16-be")
    if way == 3:
        return dice.choice((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) + data
    return data.replace(b"a", "ä".encode("cp1252"), 3) + "é".encode()


def shuffled_lines(data: bytes, dice: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    dice.shuffle(lines)
    return b"".join(lines)


def rubbish_line(data: bytes, dice: Random) -> bytes:
    start = data.find(b"\n", dice.randrange(len(data))) + 1
    return data[:start] + dice.randbytes(dice.randint(1, 300)) + data[start:]


def untouched(data: bytes, _dice: Random) -> bytes:
    return data


MUTATIONS: tuple[Mutation, ...] = (
    flipped_bytes,
    flipped_bit,
    cut_end,
    cut_start,
    cut_middle,
    doubled_block,
    swapped_blocks,
    zeroed_block,
    swapped_delimiters,
    stray_quotes,
    other_line_ends,
    wrong_encoding,
    shuffled_lines,
    rubbish_line,
    untouched,
)
