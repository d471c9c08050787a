"""`python -m tests.harness.forking`: runs commands as a user would, in fresh processes that need not import anew.

Reads one JSON request per line on standard input and writes one JSON answer per line. Everything heavy is imported
once; each command then runs in a fork of its own, with its own folder, environment, output files and limits.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import traceback
from typing import Any

MODULES = ("conformance.cli", "conformance.harness.controller", "conformance.harness.embedded", "pytest", "xdist")


def main() -> None:
    for module in MODULES:
        importlib.import_module(module)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(request)
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)


def _become(request: dict[str, Any]) -> None:
    """The child: never returns."""
    code = 1
    try:
        _surroundings(request)
        sys.argv = ["conformance", *request["arguments"]]
        importlib.import_module("conformance.cli").main()
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - as the interpreter itself would show it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _surroundings(request: dict[str, Any]) -> None:
    for number, name in enumerate((os.devnull, request["out"], request["err"])):
        opened = os.open(name, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(opened, number)
    os.chdir(request["cwd"])
    os.environ.update(request["environment"])
    if request["largest_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest_file"],) * 2)


if __name__ == "__main__":
    main()
