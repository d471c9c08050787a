"""Whether there was a reason not to play a step: the ladder, a missing value, time-outs, or what the tester lacks."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.model.agreements import Step
from conformance.model.exchange import Exchange, Rung, Trouble
from conformance.model.node import Node
from conformance.play.scenes import PATIENCE
from conformance.protocols.catalogue import operations
from conformance.protocols.roles import COUNTERPART, of_counterpart
from conformance.protocols.troubles import TIME_OUTS

_TESTERS = {
    "client-certificate-missing",
    "client-certificate-unreadable",
    "client-certificate-unsuitable",
}
"""What the tester's machine lacks, whichever step needs it."""

_ASKING = {"counterpart-missing", "driver-failed"}


def reasonable(step: Step, trouble: Trouble, node: Node, before: Sequence[Exchange], *, missing: bool) -> bool:
    """Whether a step may be left out for this trouble. `before`: what its scenario played; `missing`: whether a value
    it needs was not given. That the ladder gave way is looked at elsewhere."""
    operation = operations()[step.operation]
    endpoint = operation.target(step.given)
    match trouble.code:
        case "value-missing" | "link-outside":
            return missing
        case "twice-hung":
            return _hung(endpoint, before)
        case "endpoint-missing":
            return endpoint not in node.endpoints or step.operation.startswith("oauth.")
        case "plain-http-on-tls-port":
            return endpoint in node.endpoints and node.endpoints[endpoint].url.lower().startswith("http:")
        case "narrow-scope-missing":
            return step.given.get("token") == "narrow" and not node.settings.get("narrow_scope")
        case "expired-token-missing" | "expired-token-unsuitable":
            return step.given.get("token") == "expired"
        case code if code in _ASKING:
            return step.operation in ("driver.start", "counterpart.calls")
        case code if code in _TESTERS:
            return _lacks(step, trouble, node, before)
        case _:  # a token that ran out is fetched anew, and that may meet any trouble
            return operation.rung(step.given, node.endpoints) is Rung.TOKEN


def _lacks(step: Step, trouble: Trouble, node: Node, before: Sequence[Exchange]) -> bool:
    """Whether the tester may lack a certificate. What counterparts show is looked for when the node is told to come."""
    if step.operation == "counterpart.calls":
        return bool(before) and before[-1].trouble == trouble
    if step.operation == "driver.start" and trouble.code == "client-certificate-missing":
        role = str(step.given.get("certificate", COUNTERPART))
        return not all(of_counterpart(node.trust.clients, one) for one in (COUNTERPART, role))
    return True


def _hung(endpoint: str, before: Sequence[Exchange]) -> bool:
    """Whether the last answers awaited from an endpoint all came too late."""
    own = [
        exchange
        for exchange in before
        if operations()[exchange.operation].target(exchange.given) == endpoint
        and (exchange.trouble is None or exchange.trouble.code not in ("twice-hung", "value-missing", "link-outside"))
    ]
    late = [exchange.trouble is not None and exchange.trouble.code in TIME_OUTS for exchange in own[-PATIENCE:]]
    return len(late) == PATIENCE and all(late)
