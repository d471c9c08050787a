"""What a user can ask of a run; the same words for `conformance run` and for plain pytest."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from conformance.model.plan import Selection
from conformance.model.run import ACCEPT_NOT_DECISIVE, ACCEPT_PARTIAL, ANONYMOUS, THOROUGH

REFERENCE = "reference"
"""In place of a node file: the embedded reference node."""
_FLAGS = ("-x", ACCEPT_PARTIAL, ACCEPT_NOT_DECISIVE, THOROUGH, ANONYMOUS)


def fresh_seed() -> str:
    """A seed that nobody knew before."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One run as asked for. `release` and `out` None: the node file's release, a new folder under reports/runs."""

    node: str = REFERENCE
    agreements: Path | None = None
    release: str | None = None
    profiles: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    keyword: str = ""
    out: Path | None = None
    expect: Path | None = None
    accept_partial: bool = False
    seed: str = "0"
    thorough: bool = False
    anonymous: bool = False
    accept_not_decisive: bool = False
    lang: str = "en"
    first: bool = False
    """Stop at the first item that is no pass."""

    @property
    def selection(self) -> Selection:
        """What the run is narrowed to."""
        return Selection(
            profiles=self.profiles,
            scenarios=self.scenarios,
            requirements=self.requirements,
            keyword=self.keyword,
        )

    @classmethod
    def of(cls, command: tuple[str, ...]) -> Self:
        """The options that a command of ours asks for. Raises ValueError when it is none."""
        if command[:2] != ("conformance", "run"):
            raise ValueError("not a run's command")
        words = list(command[2:])
        node = words.pop(0) if words and not words[0].startswith("-") else REFERENCE
        flags: list[str] = []
        pairs: list[tuple[str, str]] = []
        while words:
            word = words.pop(0)
            if word in _FLAGS:
                flags.append(word)
            elif not words:
                raise ValueError("an option without a value")
            else:
                pairs.append((word, words.pop(0)))

        def last(name: str) -> str:
            return next((value for key, value in reversed(pairs) if key == name), "")

        def every(name: str) -> tuple[str, ...]:
            return tuple(value for key, value in pairs if key == name)

        return cls(
            node=node,
            agreements=Path(last("--agreements")) if last("--agreements") else None,
            release=last("--release") or None,
            profiles=every("--profile"),
            scenarios=every("--scenario"),
            requirements=every("--requirement"),
            keyword=last("-k"),
            expect=Path(last("--expect")) if last("--expect") else None,
            accept_partial=ACCEPT_PARTIAL in flags,
            seed=last("--seed"),
            thorough=THOROUGH in flags,
            anonymous=ANONYMOUS in flags,
            accept_not_decisive=ACCEPT_NOT_DECISIVE in flags,
            first="-x" in flags,
        )

    @property
    def command(self) -> tuple[str, ...]:
        """The command that asks for this run once more; the same for `conformance run` and for plain pytest."""
        single = {
            "--release": self.release,
            "--seed": self.seed,
            "-k": self.keyword,
            "--expect": self.expect,
            "--agreements": self.agreements,
        }
        repeated = {"--profile": self.profiles, "--scenario": self.scenarios, "--requirement": self.requirements}
        named = [part for name, value in single.items() if value for part in (name, str(value))]
        named += [part for name, values in repeated.items() for value in values for part in (name, value)]
        asked = (self.first, self.accept_partial, self.accept_not_decisive, self.thorough, self.anonymous)
        flags = [flag for flag, given in zip(_FLAGS, asked, strict=True) if given]
        node = () if self.node == REFERENCE else (self.node,)
        return ("conformance", "run", *node, *named, *flags)
