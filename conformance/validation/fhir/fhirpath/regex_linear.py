"""Matching in time proportional to the text: all alternatives are followed at once (Thompson's construction)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.regex_tree import Anchor, Chain, Choice, One, Part, Repeat

_MAX_INSTRUCTIONS = 20_000
_MAX_WORK = 20_000_000


class Operation(Enum):
    """What an instruction does."""

    ONE = "one character"
    ANCHOR = "a place"
    FORK = "both ways"
    MATCH = "done"


class Instruction(NamedTuple):
    """An instruction; `targets` are where it goes on."""

    operation: Operation
    targets: tuple[int, ...] = ()
    text: str = ""


@dataclass(slots=True)
class Program:
    """A compiled expression."""

    instructions: list[Instruction]
    flags: int

    def matches(self, text: str, *, whole: bool) -> bool:
        """Whether the expression covers the whole text, or is found somewhere in it."""
        if len(text) * len(self.instructions) > _MAX_WORK:
            raise FhirPathEvaluationError("the text is too long for this regular expression")
        tests = {each.text: self._test(each) for each in self.instructions if each.operation is Operation.ONE}
        waiting: set[int] = set()
        for position in range(len(text) + 1):
            if position == 0 or not whole:
                waiting.add(0)
            states, done = self._closed(waiting, text, position)
            if done and (not whole or position == len(text)):
                return True
            if position < len(text):
                character = text[position]
                waiting = {each.targets[0] for each in states if tests[each.text](character)}
        return False

    def _closed(self, states: set[int], text: str, position: int) -> tuple[list[Instruction], bool]:
        """The character instructions reachable without reading, and whether the end is."""
        seen = set(states)
        stack = list(states)
        reading: list[Instruction] = []
        done = False
        while stack:
            instruction = self.instructions[stack.pop()]
            if instruction.operation is Operation.ONE:
                reading.append(instruction)
                continue
            if instruction.operation is Operation.MATCH:
                done = True
            elif instruction.operation is Operation.FORK or self._holds(instruction.text, text, position):
                fresh = [target for target in instruction.targets if target not in seen]
                seen.update(fresh)
                stack.extend(fresh)
        return reading, done

    def _holds(self, anchor: str, text: str, position: int) -> bool:
        return re.compile(anchor, self.flags).match(text, position) is not None

    def _test(self, instruction: Instruction) -> Callable[[str], bool]:
        compiled = re.compile(instruction.text, self.flags)
        known: dict[str, bool] = {}

        def test(character: str) -> bool:
            if character not in known:
                known[character] = compiled.fullmatch(character) is not None
            return known[character]

        return test


def program(tree: Part, flags: int) -> Program:
    """The program for a tree. Raises FhirPathEvaluationError when its counted repeats make it too large."""
    instructions: list[Instruction] = []
    _emit(tree, instructions)
    instructions.append(Instruction(Operation.MATCH))
    return Program(instructions, flags)


def _emit(part: Part, found: list[Instruction]) -> None:
    """Append the code of a part; it goes on at the instruction after it."""
    if len(found) > _MAX_INSTRUCTIONS:
        raise FhirPathEvaluationError("the regular expression repeats too much")
    if isinstance(part, One):
        found.append(Instruction(Operation.ONE, (len(found) + 1,), part.text))
    elif isinstance(part, Anchor):
        found.append(Instruction(Operation.ANCHOR, (len(found) + 1,), part.text))
    elif isinstance(part, Chain):
        for each in part.parts:
            _emit(each, found)
    elif isinstance(part, Choice):
        _emit_choice(part, found)
    else:
        _emit_repeat(part, found)


def _emit_choice(part: Choice, found: list[Instruction]) -> None:
    fork = len(found)
    found.append(Instruction(Operation.FORK))
    starts, ends = [], []
    for each in part.parts:
        starts.append(len(found))
        _emit(each, found)
        ends.append(len(found))
        found.append(Instruction(Operation.FORK))
    found[fork] = Instruction(Operation.FORK, tuple(starts))
    for end in ends:
        found[end] = Instruction(Operation.FORK, (len(found),))


def _emit_repeat(part: Repeat, found: list[Instruction]) -> None:
    for _ in range(part.minimum):
        _emit(part.part, found)
    if part.maximum is None:
        start = len(found)
        found.append(Instruction(Operation.FORK))
        _emit(part.part, found)
        found.append(Instruction(Operation.FORK, (start,)))
        found[start] = Instruction(Operation.FORK, (start + 1, len(found)))
        return
    forks = []
    for _ in range(part.maximum - part.minimum):
        forks.append(len(found))
        found.append(Instruction(Operation.FORK))
        _emit(part.part, found)
    for fork in forks:
        found[fork] = Instruction(Operation.FORK, (fork + 1, len(found)))
