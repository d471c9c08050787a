"""What is wrong in a document that a person wrote: where, what was expected, what was found, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.model.agreements import Json, Place
from conformance.model.words import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to repair. `field` is the path of keys as they stand in the file, `requirements/NET-01/source/url`."""

    place: Place | None
    field: str
    expected: Text
    found: Text
    step: Text

    @property
    def text(self) -> Text:
        """The whole message on one line."""
        lead = " ".join(f"{part}:" for part in (str(self.place) if self.place else "", self.field) if part)
        nl = f"{lead} verwacht: {self.expected.nl}; gevonden: {self.found.nl}. {self.step.nl}"
        en = f"{lead} expected {self.expected.en}; found {self.found.en}. {self.step.en}"
        return Text(nl.strip(), en.strip())


class DocumentError(ValueError):
    """One or more documents can't be used; holds every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.text.en for problem in self.problems))


def same(words: str) -> Text:
    """Words that are the same in both languages: names, codes, quoted input."""
    return Text(words, words)


def quoted(value: object, limit: int = 60) -> Text:
    """A value as found in a document, cut to a readable length, control characters made visible."""
    shown = repr(value) if isinstance(value, str) else str(value)
    return same(shown if len(shown) <= limit else f"{shown[:limit]}…")


def near(word: str, known: Iterable[str]) -> Text:
    """The next step after an unknown name: the likeliest known one, or all of them."""
    from difflib import get_close_matches  # costs start-up time and is needed only for a mistake

    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return Text(f"Bedoelde u '{close[0]}'?", f"Did you mean '{close[0]}'?")
    if not names:
        return Text("Verwijder dit.", "Remove it.")
    listed = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
    return Text(f"Kies uit: {listed}.", f"Choose from: {listed}.")


def described(value: Json) -> Text:
    """What was found, by its kind when it is large."""
    if value is None:
        return Text("niets", "nothing")
    if isinstance(value, bool):
        return same("true" if value else "false")
    if isinstance(value, int):
        return Text(f"het getal {value}", f"the number {value}")
    if isinstance(value, dict):
        return Text(f"een blok met {len(value)} sleutel(s)", f"a block of {len(value)} key(s)")
    if isinstance(value, list):
        return Text(f"een lijst van {len(value)}", f"a list of {len(value)}")
    return quoted(value)
