"""What the page says, read from its markup; how it behaves is tested in a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from conformance.model.agreements import Exemption, Source
from conformance.model.exchange import Flight, Rung, Trouble
from conformance.model.finding import Finding
from conformance.model.plan import Excluded, Exclusion, Planned, Unasked
from conformance.model.words import Conclusion, Status, Text, Triage, Verdict
from conformance.reporting.decide import decide
from conformance.reporting.html import html_bytes
from conformance.reporting.html.readings import reading
from conformance.reporting.material import Material
from tests.codecs.tls.making import alert, flight
from tests.reporting import making


def made(*plans: Planned, findings: tuple[Finding, ...] = (), **changes: Any) -> Material:
    """A run of one profile."""
    plan = making.plan(making.profile_plan(*plans, agreement=changes.pop("agreement", making.TWIIN)))
    run = making.run(**changes.pop("run", {}))
    exchanges = changes.pop("exchanges", (making.exchange(),))
    return Material(
        plan=plan,
        run=run,
        findings=findings,
        recordings=making.recordings(exchanges),
        decisions=decide(plan, findings, run, ()),
        **changes,
    )


def page(material: Material, lang: str = "en") -> Any:
    """The page as a tree."""
    return html.document_fromstring(html_bytes(material, lang).decode("utf-8"))


def words(element: Any, lang: str = "en") -> str:
    """Its text in one language."""
    other = "nl" if lang == "en" else "en"
    copied = html.fromstring(html.tostring(element))
    for hidden in copied.xpath(f"//span[@class='{other}']"):
        hidden.drop_tree()
    return " ".join(copied.text_content().split())


def failing(triage: Triage = Triage.NODE, **changes: Any) -> Material:
    """One MUST that failed."""
    finding = making.finding(verdict=Verdict.FAIL, triage=triage, **changes)
    return made(making.planned(making.requirement(), "s"), findings=(finding,))


def test_a_finding_says_what_was_agreed_seen_and_is_to_change() -> None:
    tree = page(failing())
    told = words(tree.get_element_by_id("requirement-NET-01"))
    for part in ("What was agreed in NET-01.", "Seen: status 200.", "Change the server's settings.", "look at: Node"):
        assert part in told
    assert tree.xpath("//a[@href='https://example.org/ta#3.2']/text()") == ["Twiin TA 1.5, § 3.2"]
    assert tree.xpath("//p[@class='evidence']/a/@href") == ["#exchange-1"]
    assert "curl --silent" in words(tree.get_element_by_id("exchange-1"))


def test_the_first_page_says_the_seed_and_how_it_was_asked() -> None:
    plan = making.planned(making.requirement(), "s")
    (seed,) = page(made(plan, findings=(making.finding(),))).xpath("//header//dt[.='Seed']/../dd")
    assert words(seed) == "3fa9c1"
    asked = page(made(plan, findings=(making.finding(),), run={"thorough": True, "anonymous": True}))
    (seed,) = asked.xpath("//header//dt[.='Seed']/../dd")
    assert words(seed, "nl") == "3fa9c1, grondig: alles gespeeld, anoniem: geen kopregel noemt de suite"
    again = "conformance run node.yaml --scenario s --seed 3fa9c1 --accept-partial --thorough --anonymous"
    assert again in words(asked)


def test_nobody_changes_a_product_when_the_connection_is_wrong() -> None:
    trouble = Trouble(rung=Rung.PORT, code="connection-refused", text="nothing listens")
    finding = making.finding(verdict=Verdict.INCONCLUSIVE, triage=Triage.CONNECTION, rung=Rung.PORT)
    plan = making.planned(making.requirement(), "s")
    told = words(page(made(plan, findings=(finding,), exchanges=(making.exchange(trouble=trouble, response=None),))))
    assert "Change the server's settings." not in told
    assert "Check that the endpoint runs" in told
    assert "rests on rung: port opens" in told


def test_a_house_profile_is_marked_at_its_conclusion_and_its_chapter() -> None:
    requirement = making.requirement(agreement="house-images")
    tree = page(made(making.planned(requirement, "s"), findings=(making.finding(),), agreement=making.HOUSE))
    assert [words(mark) for mark in tree.find_class("house")] == ["no Twiin agreement"] * 2


def test_an_informative_failure_is_listed_as_not_decisive() -> None:
    must, told = making.planned(making.requirement(), "s"), making.requirement("NET-02")
    informative = making.planned(told, "s", status=Status.INFORMATIVE)
    material = made(must, informative, findings=(making.finding(), making.finding("NET-02", verdict=Verdict.FAIL)))
    assert material.decisions[0].conclusion is Conclusion.ON_WHAT_DECIDES
    section = page(material).get_element_by_id("undecisive").getparent()
    assert "NET-02" in words(section)
    assert "informative" in words(section)


def test_what_was_not_tested_and_what_does_not_apply_have_reasons() -> None:
    untested = making.planned(making.requirement(judged=None, untested=Text("Nog niet.", "Not yet.")))
    tree = page(made(untested))
    assert "Not yet." in words(tree.get_element_by_id("untested").getparent())
    assert "The claim is 'no'." in words(tree.get_element_by_id("excluded").getparent())


def test_what_was_not_asked_for_the_node_file_is_told() -> None:
    because = Text("Het knooppuntbestand noemt 'floor' niet.", "The node file does not name 'floor'.")
    exemption = Exemption(member={"person": "floor"}, because=because, unless="floor")
    plan = making.plan(unasked=(Unasked(scenario="near", exemption=exemption),))
    material = Material(plan=plan, run=making.run(), findings=(), recordings=(), decisions=())
    told = words(page(material).get_element_by_id("unasked").getparent())
    assert "near person=floor The node file does not name 'floor'." in told


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://", "http://[", ""]
)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str) -> None:
    requirement = replace(making.requirement(), source=Source("TA", "1", url))
    tree = page(made(making.planned(requirement, "s"), findings=(making.finding(),)))
    assert all(href.startswith("#") for href in tree.xpath("//a/@href"))


def test_a_run_without_anything_is_still_a_page() -> None:
    plan = making.plan(excluded=())
    empty = Material(plan=plan, run=making.run(), findings=(), recordings=(), decisions=())
    assert "No profile binds this node" in words(page(empty))
    assert "Geen profiel bindt dit knooppunt" in words(page(empty, "nl"), "nl")


def test_changed_agreements_are_told() -> None:
    plan = making.planned(making.requirement(), "s")
    told = words(page(made(plan, findings=(making.finding(),), run={"released": False})))
    assert "with local changes nobody conforms" in told
    assert "changed locally" in told


def test_evidence_that_is_missing_is_named() -> None:
    finding = making.finding(evidence=("s/gone",))
    assert "Not kept: s/gone" in words(page(made(making.planned(making.requirement(), "s"), findings=(finding,))))


def test_what_rests_on_facts_is_counted() -> None:
    findings = (making.finding(facts=("pixels",)), making.finding(facts=("operations",)), making.finding())
    section = (
        page(made(making.planned(making.requirement(), "s"), findings=findings)).get_element_by_id("run").getparent()
    )
    assert "findings that rest on facts only the run itself saw: 1" in words(section)


def test_flights_and_files_are_read_for_people() -> None:
    probe = making.exchange(operation="tls.probe", flight=flight({"version": "TLSv1.2"}, alert(70)))
    odd = making.exchange(operation="tls.probe", flight=Flight(hello=b"", answer=b""))
    assert reading(probe)["choice"]["alert"] == "protocol_version"
    assert reading(odd) == reading(making.exchange()) == {}


def test_a_stranger_reads_what_was_decided_on_what() -> None:
    must, told = making.planned(making.requirement(), "s"), making.requirement("NET-02")
    draft = making.planned(making.requirement("NET-03"), "s", status=Status.DRAFT)
    informative = making.planned(told, "s", status=Status.INFORMATIVE)
    away = making.planned(making.requirement("NET-04"), "t", narrowed=True)
    findings = (making.finding(), making.finding("NET-02", verdict=Verdict.FAIL), making.finding("NET-03"))
    absent = Excluded(
        requirement=making.requirement("NET-05"), because=Exclusion.CLAIM, text=Text("nee", "not claimed")
    )
    profile = making.profile_plan(
        must, informative, draft, away, core=("NET-01", "ELSE-01"), missing=("fhir",), left_out=(absent,)
    )
    plan, run = making.plan(profile), making.run()
    material = Material(plan=plan, run=run, findings=findings, recordings=(), decisions=decide(plan, findings, run, ()))
    section = page(material).get_element_by_id("decided").getparent()
    text = words(section)
    assert "Rests on 2 requirements that decide, of 4 that apply, of 5 that the role has." in text
    assert "The tested part comes to: Not shown" in text
    listed = {words(term): words(term.getnext()) for term in section.iter("dt")}
    assert "NET-01 Title of NET-01" in listed["Core: what the role is for"]
    assert "Not applicable ELSE-01" in listed["Core: what the role is for"]
    assert listed["Addresses that are missing"] == "fhir"
    assert "NET-01" in listed["Decides (normative MUST)"]
    assert "Fail 1: NET-02" in listed["Does not decide, but leaves a mark (informative or trial MUST)"]
    assert "NET-03" in listed["Changes nothing: SHOULD, MAY, draft or historical"]
    assert listed["Does not apply"] == "NET-05 not claimed"
    assert listed["Left out by the selection"] == "NET-04"
