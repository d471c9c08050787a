"""XHTML in JSON: nothing of a person stays, whatever part of the markup holds it; valid stays valid, broken broken."""

from __future__ import annotations

import json
import sys

import pytest
from lxml import etree

from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.recordings.making import STRANGER, exchange

XHTML = "http://www.w3.org/1999/xhtml"
HELD = (
    '<div xmlns="{}" class="{{}}">x</div>',
    '<div xmlns="{}" data-note="{{}}">x</div>',
    '<div xmlns="{}"><!-- {{}} -->x</div>',
    '<div xmlns="{}"><![CDATA[{{}}]]></div>',
    '<div xmlns="{}"><p>a</p>{{}}</div>',
    '<div xmlns="{}"><p>a</p>tail {{}}<br/></div>',
    "<div xmlns='{}' title='{{}}'>x</div>",
    '<div xmlns="{}"><?note {{}}?>x</div>',
    "<div>{{}}",
    "<div class={{}}>x</div>",
    "<div {{}}='x'>x</div>",
)
ALL = tuple(each.replace("{}", XHTML, 1) if each.count("{}") > 1 else each for each in HELD)


def body(div: str) -> bytes:
    return json.dumps({"resourceType": "Patient", "text": {"status": "generated", "div": div}}).encode()


def kept(div: str) -> str:
    found = Redactor({}).redact(exchange(body(div)))
    assert found.response is not None
    return str(json.loads(found.response.body)["text"]["div"])


@pytest.mark.parametrize("markup", ALL)
def test_no_name_stays(markup: str) -> None:
    assert "wartendijk" not in kept(markup.replace("{{}}", "Zwartendijk"))


@pytest.mark.parametrize("named", ["Bram Anders", "Anders, Bram", "BRAM ANDERS"])
def test_that_another_patient_of_the_data_set_is_named_stays_visible_and_nothing_else(named: str) -> None:
    """Or an answer about anna that tells of bram would be no other than one that does not."""
    shown = kept(f'<div xmlns="{XHTML}">See also {named}, and Zwartendijk.</div>')
    assert named in shown
    assert "wartendijk" not in shown
    assert "also" not in shown


@pytest.mark.parametrize("markup", ALL)
def test_no_named_number_stays(markup: str) -> None:
    with pytest.raises(StrangerAlarm):
        kept(markup.replace("{{}}", f"bsn-{STRANGER}" if "'x'" in markup else f"bsn {STRANGER}"))


def test_what_is_well_formed_stays_so_and_what_is_not_does_not() -> None:
    for markup in ALL:
        raw = markup.replace("{{}}", "Zwartendijk")
        assert well_formed(kept(raw)) == well_formed(raw), raw


def well_formed(text: str) -> bool:
    try:
        etree.fromstring(text.encode())
    except etree.XMLSyntaxError:
        return False
    return True


def test_entities_of_html_are_signs_and_others_stay_wrong() -> None:
    assert well_formed(kept(f'<div xmlns="{XHTML}">a&nbsp;Zwartendijk</div>'))
    assert "&" in kept(f'<div xmlns="{XHTML}">a&nonsense;b</div>')


@pytest.mark.parametrize(
    "hostile",
    ["<div" + ">x" * 40_000, "<div " + "a " * 40_000, "<div>" * 40_000, "&amp;" * 40_000, '<div a="' + "<" * 40_000],
    ids=["tags", "attributes", "depth", "entities", "open"],
)
def test_hostile_markup_costs_little(hostile: str) -> None:
    """Counted in calls of Python, not in seconds: twice the text costs about twice."""
    assert calls(hostile) < 2.6 * calls(hostile[: len(hostile) // 2]) + 1000


def calls(div: str) -> int:
    count = 0

    def counting(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        kept(div)
    finally:
        sys.setprofile(before)
    return count


def test_names_that_are_masked_alike_stay_apart_and_cost_little() -> None:
    letters = "abcdefghijklmnop"
    members = {f"Zwartendijk {one}{two}{three}": 1 for one in letters for two in letters for three in letters}
    found = Redactor({}).redact(exchange(json.dumps(members).encode(), "application/json"))
    assert found.response is not None
    assert len(json.loads(found.response.body)) == len(members)
