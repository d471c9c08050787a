"""Switches in how a search goes on."""

from __future__ import annotations

from typing import Literal

from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.fhir import Altering, altering
from conformance.simulators.fhir.reply import Resource
from conformance.simulators.http import Call


@switch("fhir.next-link", hook=Hook.RESOURCES)
def next_link(*, when: When, leads: Literal["nowhere", "back", "elsewhere", "in-the-clear"]) -> Altering:
    """The next link leads to what is not there, to the page it stands on, to another host, or to plain HTTP."""

    def apply(call: Call, resource: Resource) -> Resource:
        links = resource.get("link", [])
        page = next((one["url"] for one in links if one["relation"] == "self"), "")
        changed = [
            {**one, "url": _led(str(one["url"]), leads, call.base, page)} if one["relation"] == "next" else one
            for one in links
        ]
        return {**resource, "link": changed} if links else resource

    return altering(when, apply)


def _led(url: str, leads: str, base: str, page: str) -> str:
    match leads:
        case "nowhere":
            return f"{base}/pages/gone"
        case "back":
            return page
        case "elsewhere":
            return url.replace(base, "https://node-2.example/fhir")
        case _:
            return url.replace("https:", "http:", 1)
