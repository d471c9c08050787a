"""Why only an anchor tells: what of a run nothing else in its folder speaks of."""

from __future__ import annotations

import re

WHO = "who was tested is said by the vendor alone; only someone outside knows"
TESTER = "what the tester typed and on which machine is said by the tester alone"
WORD = "a person's word: nothing on the wire speaks of it"
FILES = "names of files on the tester's machine; no verdict rests on them"
NODE_SAID = "what the node said is known only to those who were there"
SUITE_SAID = "what the suite sent beside what its step asks for is known only to those who were there"
MEASURED = "measured on bytes that are not kept, since they hold persons, secrets or pictures"
WHEN = "the clock of the tester's machine, within the run"
STOPPED = "calling a finished run aborted or broken takes its conclusion away and gives none"
SAME_CHAIN = "other roots to which the certificates shown lead too"

REASONS = {
    r"run\.json (command|id|lang|redactions\..*|tools\..*|selection\.keyword)": TESTER,
    r"run\.json (state|broken)": STOPPED,
    r"roots\.pem": SAME_CHAIN,
    r"node\.json node\..*": WHO,
    r"node\.json trust\..*": FILES,
    r"node\.json settings\..*": TESTER,
    r"attestations\.json.*": WORD,
    r"exchange \S+ (started|duration_ms)": WHEN,
    r"exchange \S+ facts\..*": MEASURED,
    r"exchange \S+ (response\..*|trouble\..*|tls\..*|flight\..*)": NODE_SAID,
    r"exchange \S+ request\..*": SUITE_SAID,
}


def reason(what: str) -> str:
    """The reason for a member; empty when there is none, so that the cell is unseen."""
    return next((text for pattern, text in REASONS.items() if re.fullmatch(pattern, what)), "")
