"""What a run needs before it begins, or one message that says why it can't."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.problems import DocumentError
from conformance.harness.inputs import Inputs, read_inputs
from conformance.harness.options import Options
from conformance.model.words import Text
from conformance.reporting.visible import visible

if TYPE_CHECKING:
    from conformance.harness.embedded import Embedded


class UsageProblem(Exception):
    """What was asked can't be done as asked; the text says what is wrong, where, and what to do."""


def read(options: Options, node_file: Path) -> Inputs:
    """Read agreements, node file, attestations and expectations. Raises UsageProblem with every problem."""
    try:
        return read_inputs(options, node_file)
    except DocumentError as error:
        lines = (problem.text.nl if options.lang == "nl" else problem.text.en for problem in error.problems)
        raise UsageProblem("\n".join(visible(line) for line in lines)) from error


def await_node(embedded: Embedded, options: Options) -> Path:
    """Wait for the embedded reference node, and give its node file. Raises UsageProblem when this machine can't hold
    it; then it has been stopped, as after any error."""
    asked: tuple[str, ...] = ()
    try:
        with suppress(DocumentError):  # told when they are read for the plan
            asked = load_catalogue(options.agreements).asked  # while the node starts
        embedded.start(asked)
    except OSError as error:
        text = Text(
            f"het ingebouwde referentieknooppunt kan niet starten: {error}. Maak plaats in de map voor tijdelijke "
            "bestanden (TMPDIR), of noem een knooppuntbestand.",
            f"the embedded reference node cannot start: {error}. Make room in the folder for temporary files (TMPDIR), "
            "or name a node file.",
        )
        embedded.stop()
        raise UsageProblem(text.nl if options.lang == "nl" else text.en) from error
    except BaseException:
        embedded.stop()
        raise
    return embedded.node_file


def default_folder() -> Path:
    """Where a run goes without --out: by its moment, and a word of its own for runs that begin in the same second."""
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return Path("reports") / "runs" / f"{moment}-{secrets.token_hex(3)}"
