"""Looking codes up against parsing them: files of codes of one terminology, few different ones or many."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers import parse

Facts = dict[str, Any]
KINDS = ("snomed", "read", "emis")
_HEAD = "NHS Number,EMIS Number,Family Name,Given Name,Date of Birth,Postcode,Date,{code},Value,Unit\n"
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjklmnopqrstuvwxyz"


def make_codes(folder: str, kind: str, rows: int, distinct: int) -> Facts:
    """Writes the invented data: rows of a code each, and for EMIS the dictionary of its CodeIds."""
    draw = random.Random(11)
    into = Path(folder)
    codes = list(_codes(kind, distinct, draw))
    paths = []
    if kind == "emis":
        meant = list(_codes("snomed", distinct, draw))
        dictionary = into / "Coding_ClinicalCode.csv"
        with dictionary.open("w", encoding="utf-8") as file:
            file.write("CodeId,Term,ReadTermId,SnomedCTConceptId\n")
            file.writelines(
                f"{number},Finding {at},,{concept}\n"
                for at, (number, concept) in enumerate(zip(codes, meant, strict=True))
            )
        paths.append(dictionary)
    events = into / "events.csv"
    tails = [f",{draw.uniform(1, 200):.1f},mmol/L\n" for _ in range(1_000)]
    heads = [
        f"999{draw.randrange(10**7):07d},{n},ABLETHWAITE,Beatrice,{n % 28 + 1:02d}/07/1961,ZZ9 {n % 9}AB,"
        f"{n % 28 + 1:02d}/03/2025,"
        for n in range(1_000)
    ]
    with events.open("w", encoding="utf-8") as file:
        file.write(_HEAD.format(code="CodeId" if kind == "emis" else "Code"))
        for start in range(0, rows, 50_000):
            some = draw.choices(codes, k=min(50_000, rows - start))
            file.write("".join(heads[n % 997] + code + tails[n % 991] for n, code in enumerate(some)))
    paths.append(events)
    return {"paths": [str(path) for path in paths], "bytes": [path.stat().st_size for path in paths]}


def _codes(kind: str, distinct: int, draw: random.Random) -> Iterator[str]:
    from core.survey.identifiers.numbers import verhoeff

    seen: set[str] = set()
    while len(seen) < distinct:
        if kind == "read":
            length = draw.choice((4, 5))
            code = (draw.choice(_LETTERS) + f"{draw.randrange(10)}" + "".join(draw.choices(_LETTERS, k=3)))[
                :length
            ]
            code = code.ljust(5, ".")
        else:
            stem = f"{draw.randrange(10**6, 10**8)}" + ("100000611" if kind == "emis" else "0")
            code = next(stem + digit for digit in "0123456789" if verhoeff(stem + digit))
        if code not in seen:
            seen.add(code)
            yield code


def lookup(paths: list[str]) -> Facts:
    """Plain parsing of the file, then looking its codes up: distinct values, what each says, and what each
    row says. Reading the blocks is in neither; reading EMIS's dictionary counts as looking up."""
    from core.reading import open_export
    from core.survey.codes.code_reader import CodeReader, load_dictionaries
    from core.survey.codes.codelists import load_lookup
    from core.survey.codes.of_rows import read_codes
    from core.survey.columns import distinct, is_dictionary, shared_keys, watch
    from core.survey.survey import find_fields

    before = time.process_time()
    parse(Path(paths[-1]))
    parsing = time.process_time() - before
    export = open_export([Path(path) for path in paths])
    findings = find_fields(export)
    reader = CodeReader(load_lookup())
    before = time.process_time()
    dictionary = load_dictionaries((t for t in export.tables if is_dictionary(t)), reader)
    taken = time.process_time() - before
    table = export.tables[-1]
    blocks = list(table.blocks())
    sample = table.read(blocks[0]).data
    watched = watch(table, findings[table.name], sample, shared_keys(export.tables, findings))
    rows = flagged = 0
    for block in blocks:
        data = table.read(block, watched.positions).data
        before = time.process_time()
        found = read_codes(
            watched,
            lambda at, data=data: distinct(data.column(str(at))),
            data.num_rows,
            reader,
            dictionary,
            lambda at, data=data: data.column(str(at)),
        )
        taken += time.process_time() - before
        rows += data.num_rows
        flagged += 0 if found is None else int((found.bits != 0).sum())
    return {"rows": rows, "flagged": flagged, "parse_cpu": parsing, "cpu": taken, "ratio": taken / parsing}
