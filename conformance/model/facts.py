"""The facts an exchange may carry: which of them a recording shows again, and which only the run itself saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conformance.model.finding import Finding

RECOMPUTED: Mapping[str, str] = {
    "body_size": "the message's own size",
    "body_withheld": "nothing is kept of the body",
    "calls": "the calls recorded behind it",
    "chain_verified": "the certificates shown and the roots of the run folder; of an odd chain it stays a fact",
    "facts_version": "the suite's own",
    "ladder": "the steps of the preflight ladder",
    "operations": "the calls recorded behind it",
    "presentation": "the number of the exchange",
    "redirect_elsewhere": "the addresses in request and answer",
}
"""By name, from what it is measured again; whether it agrees is looked at before any judgement."""

SEEN: Mapping[str, str] = {
    "answer_began": "of an answer that breaks off nothing is kept",
    "answer_status": "of an answer that breaks off nothing is kept",
    "asked": "a person was asked",
    "bare_numbers": "numbers were replaced",
    "body_digest": "the body was redacted",
    "body_over_budget": "the body is not kept",
    "body_problem": "the body is not kept",
    "body_utf8": "the body was redacted",
    "bsn_in_headers": "numbers and secrets were replaced",
    "bsn_in_links": "numbers were replaced",
    "bsn_in_location": "numbers were replaced",
    "bsn_in_url": "numbers were replaced",
    "bsn_seen": "numbers were replaced",
    "bsn_valid": "numbers were replaced",
    "came_back": "of answers that put off only how many there were is kept",
    "clock_jump_s": "the clock of the testing machine",
    "clock_jumped_now": "the clock of the testing machine",
    "exit_code": "a command on the tester's machine ended so",
    "frames": "frames are not kept",
    "frames_shown": "frames are not kept",
    "in_clear": "nothing is kept of a connection without TLS",
    "inside_in_headers": "of most header fields only the name is kept",
    "jwt": "the token was replaced",
    "knocks": "nothing is kept of a connection on which nothing was asked",
    "lingering": "nothing is kept of a connection on which nothing was asked",
    "multipart": "the envelope could not be kept as it was",
    "odd_numbers": "numbers were replaced",
    "part_sizes": "pictures, frames and pixels are not kept",
    "parts": "these parts could not be kept as they were",
    "patients": "numbers were replaced",
    "pictures": "pictures are not kept",
    "pixels": "pixels are not kept",
    "silent_twice": "nothing came",
    "strangers": "nothing of the exchange is kept",
    "told_of": "names are masked, and what is not listed is not kept",
    "unlike": "names are masked, and what is not listed is not kept",
    "where": "nothing of the exchange is kept",
}
"""By name, why it can't be measured again. That a probe's server hung up (`Flight.closed`) is of this kind too."""


def resting_on_facts(findings: Iterable[Finding]) -> int:
    """How many findings rest on a fact that only the run itself saw."""
    return sum(any(name not in RECOMPUTED for name in finding.facts) for finding in findings)
