"""What the gateway says no with."""

from __future__ import annotations

from conformance.simulators.http import Answer


class Refusal(Exception):
    """A request the gateway does not fulfil; status and a sentence for the person who reads it."""

    def __init__(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers

    def answer(self) -> Answer:
        """The refusal as an answer in plain text."""
        headers = (("Content-Type", "text/plain; charset=utf-8"), *self.headers)
        return Answer(self.status, headers, f"{self.text}\n".encode())
