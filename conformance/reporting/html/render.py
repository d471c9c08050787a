"""From page to bytes: everything that is put out is escaped and made visible; only our own style and script run."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.model.facts import resting_on_facts
from conformance.reporting import labels
from conformance.reporting.html.counts import COLUMNS
from conformance.reporting.html.exchanges import scenario_views
from conformance.reporting.html.page import page_of
from conformance.reporting.material import Material, Played
from conformance.reporting.visible import visible

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def html_bytes(material: Material, lang: str = "en", exchanges: Callable[[], Markup] | None = None) -> bytes:
    """The page as UTF-8; `lang` (nl or en) is the language it opens in, the other one is in it too. The part with the
    exchanges may come from elsewhere, and is asked for when all before it is there."""
    style, script = _asset("report.css"), _asset("report.js")
    text = (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page_of(material),
            material=material,
            run=material.run,
            node=material.plan.node,
            lang=lang if lang in ("nl", "en") else "en",
            labels=labels,
            columns=COLUMNS,
            resting=resting_on_facts(material.findings),
            exchanges=exchanges or partial(exchanges_html, material.played),
            style=Markup(style),  # noqa: S704 - our own file, no value in it
            script=Markup(script),  # noqa: S704 - our own file, no value in it
            policy=_policy(style, script),
        )
    )
    return text.encode("utf-8")


def exchanges_html(played: Played) -> Markup:
    """The part of the page with every exchange: most of it, and the same whatever was found."""
    template = _environment().get_template("exchanges.html.j2")
    text = template.render(scenarios=scenario_views(played), labels=labels)
    return Markup(text)  # noqa: S704 - rendered, so escaped


def _policy(style: str, script: str) -> str:
    """A content security policy under which nothing is fetched and nothing runs but these two texts."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web"] = _is_web
    return environment


def _shown(value: object) -> object:
    """What every expression of a template passes through before it is escaped; markup of our own is left alone."""
    return value if isinstance(value, Markup) else visible(str(value))


def _is_web(url: str) -> bool:
    """Whether an address may become a link: http or https with a host, nothing that a click would run."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
