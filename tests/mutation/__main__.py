"""`python -m tests.mutation`: tries small changes to what judges, and says which no test noticed."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

from tests.mutation.executing import measured
from tests.mutation.places import ROOT, Mutant, drawn, mutants, targets
from tests.mutation.sharing import all_tried
from tests.mutation.survivors import known
from tests.mutation.trying import Outcome, Tried

ENOUGH = 0.9
"""So much of what is tried must be noticed, but for what is listed with a reason."""


def main() -> int:
    """0 when enough is noticed."""
    asked = _arguments()
    changed = _changed_since(asked.since) if asked.since else None
    paths = [path for path in targets() if changed is None or path in changed]
    found = [one for one in mutants(paths) if changed is None or one.line in changed[one.path]]
    chosen = drawn(asked.seed, asked.draw or len(found), found)
    print(f"{len(chosen)} of {len(found)} places, seed {asked.seed!r}", flush=True)
    if not chosen:
        return 0
    work = asked.work / _code()
    executed = measured(work, asked.workers)
    return _told(all_tried(chosen, executed, asked.workers, work / f"{asked.since or asked.seed}".replace("/", "-")))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--since", help="only lines that changed since this commit")
    parser.add_argument("--draw", type=int, default=0, help="so many places, drawn by the seed")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", type=Path, required=True, help="a folder to keep in what was executed and tried")
    return parser.parse_args()


def _code() -> str:
    """Names the code that is tried, with its tests: what is kept of other code is not looked at."""
    digest = sha256()
    for path in sorted((*(ROOT / "conformance").rglob("*.py"), *(ROOT / "tests").rglob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _changed_since(commit: str) -> dict[str, set[int]]:
    """The lines that are new since a commit, by path."""
    command = ["git", "diff", "--unified=0", "--no-color", "--no-ext-diff", commit, "--", "conformance"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines: dict[str, set[int]] = defaultdict(set)
    path = ""
    for line in told.splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ b/")
        elif found := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            first, count = int(found[1]), int(found[2] or 1)
            lines[path] |= set(range(first, first + count))
    return lines


def _told(tried: list[Tried]) -> int:
    """Says what survived, and whether enough was noticed."""
    listed = known()
    left = [one for one in tried if one.outcome is not Outcome.NOTICED]
    reasons = {one.mutant: listed.get(_name(one.mutant)) for one in left}
    for one in sorted(left, key=lambda one: one.mutant):
        was, now = one.mutant.lines()
        print(f"{one.mutant}  ({one.outcome}, {one.tests} tests)\n    - {was}\n    + {now}")
        if reason := reasons[one.mutant]:
            print(f"    changes nothing: {reason}")
    same = sum(reason is not None for reason in reasons.values())
    noticed, of = len(tried) - len(left), len(tried) - same
    print(
        f"{noticed} of {len(tried)} were noticed; {len(left)} were not, of which {same} are listed as changing nothing"
    )
    return 0 if noticed >= ENOUGH * of else 1


def _name(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.path, *mutant.lines()


if __name__ == "__main__":
    sys.exit(main())
