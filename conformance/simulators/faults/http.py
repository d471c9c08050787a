"""Switches on the HTTP level: status, headers and bytes of answers, whatever they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.http import Answer, Call, Handler, Interceptor


def _after(when: When, change: Callable[[Answer], Answer]) -> Interceptor:
    """Changes answers to the calls that are meant."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        return change(answer) if when.meets(call) and when.met_by(answer.status) else answer

    return intercept


@switch("http.untouched", hook=Hook.CALLS)
def untouched() -> Interceptor:
    """Every answer as it is. It breaks nothing: what changes under it was changed by something else."""
    return _after(When(), lambda answer: replace(answer))


@switch("http.status", hook=Hook.CALLS)
def status(*, when: When, status: int) -> Interceptor:
    """Another status over the same body."""
    return _after(when, lambda answer: replace(answer, status=status))


@switch("http.header", hook=Hook.CALLS)
def header(*, when: When, name: str, value: str) -> Interceptor:
    """A header set or replaced; with an empty value it is taken away."""
    return _after(when, lambda answer: answer.with_header(name, value or None))


@switch("http.body", hook=Hook.CALLS)
def body(*, when: When, replace: str = "", truncate: int = 0, append: str = "", type: str = "") -> Interceptor:  # noqa: A002 - HTTP's word
    """Another body, or the same one cut to so many bytes, or with text at its end; also of another media type."""

    def change(answer: Answer) -> Answer:
        content = replace.encode() if replace else answer.body
        content = content[:truncate] if truncate else content
        changed = Answer(answer.status, answer.headers, content + append.encode())
        return changed.with_header("Content-Type", type) if type else changed

    return _after(when, change)


@switch("http.alter", hook=Hook.CALLS)
def alter(*, when: When, find: str, put: str) -> Interceptor:
    """One piece of text in the body for another, everywhere."""
    return _after(when, lambda answer: replace(answer, body=answer.body.replace(find.encode(), put.encode())))
