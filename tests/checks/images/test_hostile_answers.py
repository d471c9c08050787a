"""Whatever a node answers, an image judgement comes to a verdict about the node and never to an error of the suite."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.codecs.dicomjson import TAGS
from conformance.model.words import Verdict
from tests.checks.images.cases import CASES
from tests.checks.making import Case, judged

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner), max_leaves=5
)
ATTRIBUTES = st.fixed_dictionaries({"vr": st.sampled_from(["UI", "SQ", "PN", "IS"])}, optional={"Value": VALUES})
DATASETS = st.lists(
    st.dictionaries(st.sampled_from(sorted(TAGS.values())), ATTRIBUTES | VALUES, max_size=6), max_size=3
)
FIRST = {case.kind: case for case in reversed(CASES) if case.verdict is Verdict.PASS}


@pytest.mark.parametrize("kind", sorted(FIRST))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(datasets=DATASETS | VALUES, status=st.sampled_from([200, 204, 404, 500]))
def test_no_answer_breaks_a_judgement(kind: str, datasets: Any, status: int) -> None:
    assert judged(_answering(FIRST[kind], json.dumps(datasets).encode(), status)).verdict is not Verdict.ERROR


def _answering(case: Case, body: bytes, status: int) -> Case:
    exchanges = {
        name: tuple(
            replace(one, response=replace(one.response, body=body, status=status, size=len(body)))
            if one.response
            else one
            for one in made
        )
        for name, made in case.exchanges.items()
    }
    return replace(case, exchanges=exchanges)
