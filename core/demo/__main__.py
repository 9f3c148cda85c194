"""`python -m core.demo --shape report --patients N --out DIR`: write the invented practice's files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from core.demo import DOCUMENTS, FILES, MANY_ROWS, PATIENTS, SEED, SHAPES, write
from core.model import ThresholdError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m core.demo", description=__doc__)
    parser.add_argument("--shape", choices=sorted({*SHAPES, *MANY_ROWS, *DOCUMENTS, *FILES}), default="demo")
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rows", type=int, help="many rows, quickly (report, emis-bulk and wide only)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    args = parser.parse_args(arguments)
    try:
        paths = write(args.shape, args.out, patients=args.patients, seed=args.seed, rows=args.rows)
    except ThresholdError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_status
    for path in paths:
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
