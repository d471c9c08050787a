"""`python -m tests.tampering`: make the tamper matrix and compare it with the committed one; `--output FILE` writes it.

Ends with 1 when anything is unseen, or when something that the committed matrix refuses is no longer refused.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.tampering.matrix import UNSEEN, document, matrix, worse

COMMITTED = Path(__file__).resolve().parents[2] / "reports" / "tamper-matrix.json"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, help="write the matrix here")
    parser.add_argument("-n", type=int, default=2, help="worker processes")
    asked = parser.parse_args()
    made = matrix(asked.n)
    if asked.output:
        asked.output.write_bytes(document(made))
    troubles = [row for row in made["rows"] if row["told"] == UNSEEN]
    for row in troubles:
        print(f"unseen: {row['what']}, {row['how']} ({row['grade']})")
    lost = [] if asked.output else worse(made, COMMITTED)
    for line in lost:
        print(line)
    print(made["counts"])
    return 1 if troubles or lost else 0


if __name__ == "__main__":
    sys.exit(main())
