"""Run HL7's Java validator, which the user has, as a separate process, to compare its verdict with ours."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST = 900


class JavaError(RuntimeError):
    """The Java validator could not be run; the message says why."""


@dataclass(frozen=True, slots=True)
class JavaOutcome:
    """What the Java validator called errors, in its words."""

    errors: tuple[str, ...]


def run_java(jar: Path, source: str, version: str, profiles: list[str]) -> JavaOutcome:
    """Validate a file or folder with `java -jar`. Raises JavaError."""
    if not jar.is_file():
        raise JavaError(f"{jar} is not there; give the path of validator_cli.jar")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "outcome.json"
        command = ["java", "-jar", str(jar), source, "-version", version, "-output", str(output)]
        for profile in profiles:
            command += ["-profile", profile]
        try:
            subprocess.run(command, capture_output=True, check=False, timeout=LONGEST)
        except FileNotFoundError:
            raise JavaError("java is not installed; the comparison needs it") from None
        except subprocess.TimeoutExpired:
            raise JavaError(f"the Java validator did not finish in {LONGEST} seconds") from None
        if not output.exists():
            raise JavaError("the Java validator wrote no outcome; run it by hand to see why")
        return JavaOutcome(tuple(_errors(json.loads(output.read_text(encoding="utf-8")))))


def _errors(resource: dict[str, Any]) -> list[str]:
    if resource.get("resourceType") == "Bundle":
        return [text for entry in resource.get("entry", ()) for text in _errors(entry.get("resource", {}))]
    issues = [each for each in resource.get("issue", ()) if each.get("severity") in {"error", "fatal"}]
    return [f"{', '.join(each.get('expression', ()))}: {each.get('details', {}).get('text', '')}" for each in issues]
