"""The pytest plugin. Without `--node` it does nothing at all; with it, pytest runs the agreements against that node.

The controller opens the run and closes it: it alone judges for the record, decides and reports. Items only show, one
by one, what the recordings say. So a run is the same with any number of workers, and what did not run is missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.harness.options import Options, fresh_seed

if TYPE_CHECKING:
    from conformance.harness.controller import Session


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run; see `conformance run --help` for the same words."""
    group = parser.getgroup("conformance", "Twiin conformance")
    add = group.addoption
    add("--node", metavar="FILE", help="node file to test, or 'reference' for the embedded reference node")
    add(
        "--agreements",
        metavar="DIR",
        type=Path,
        help="folder with profiles/ and scenarios/ in place of the shipped ones",
    )
    add("--release", help="release of the agreements to test against (default: the node file's)")
    add("--profile", action="append", default=[], help="only this profile (may be repeated)")
    add("--scenario", action="append", default=[], help="only this scenario (may be repeated)")
    add("--requirement", action="append", default=[], help="only this requirement (may be repeated)")
    add("--out", metavar="DIR", type=Path, help="new folder for recordings and reports")
    add("--expect", metavar="FILE", type=Path, help="list of known failures; strict both ways")
    add("--accept-partial", action="store_true", help="let a narrowed run end by what it did test")
    add(
        "--seed", metavar="TEXT", help="what to draw the questions from that a node cannot foresee (default: a new one)"
    )
    add("--thorough", action="store_true", help="play everything of which otherwise a part is drawn")
    add("--anonymous", action="store_true", help="name the suite in no header field")
    add("--accept-not-decisive", action="store_true", help="let 'conforming on what decides' (6) end with 0")
    add("--lang", choices=("en", "nl"), default="en", help="language of the summary")
    add("--conformance-summary", choices=("full", "quiet"), default="full", help="how much to print at the end")


def options_of(config: pytest.Config) -> Options | None:
    """The run asked for on pytest's command line; None when there is no `--node`."""
    get = config.getoption
    if not get("--node"):
        return None
    return Options(
        node=str(get("--node")),
        agreements=get("--agreements"),
        release=get("--release"),
        profiles=tuple(get("--profile")),
        scenarios=tuple(get("--scenario")),
        requirements=tuple(get("--requirement")),
        keyword=str(get("keyword") or ""),
        out=get("--out"),
        expect=get("--expect"),
        accept_partial=bool(get("--accept-partial")),
        seed=fresh_seed() if get("--seed") is None else str(get("--seed")),
        thorough=bool(get("--thorough")),
        anonymous=bool(get("--anonymous")),
        accept_not_decisive=bool(get("--accept-not-decisive")),
        lang=str(get("--lang")),
        first=bool(get("maxfail")),
    )


def pytest_configure(config: pytest.Config) -> None:
    """Open the run (or, in a worker, join it) and register what makes items and reports of it."""
    options = options_of(config)
    if options is None:
        return
    from conformance.harness.embedded import embedded_for
    from conformance.play import signals

    config.add_cleanup(signals.listen())
    worker = getattr(config, "workerinput", None)
    embedded = None if worker else embedded_for(options)  # it starts while the suite loads
    with _usage_errors():
        from conformance.harness.controller import Session  # the suite loads only when it is asked for

        session = Session.open(options, worker, embedded)
    config.add_cleanup(session.close)
    config.pluginmanager.register(Hooks(session, config), "conformance-run")


class Hooks:
    """What the plugin does once a run is open."""

    def __init__(self, session: Session, config: pytest.Config) -> None:
        self.session = session
        self.quiet = config.getoption("--conformance-summary") == "quiet"
        self.alone = not config.pluginmanager.hasplugin("terminalreporter")
        self.ran: set[str] = set()
        self.interrupted = False
        if not (config.option.collectonly or getattr(config.option, "numprocesses", None)):
            session.accompany()  # before the progress bar has its thread
        if self.alone and not session.worker:
            session.watch(quiet=self.quiet)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One item per scenario and requirement of the plan."""
        if "finding" in metafunc.fixturenames:
            pairs = self.session.pairs()
            metafunc.parametrize("finding", pairs, ids=[f"{scenario}::{id_}" for scenario, id_ in pairs], indirect=True)

    @pytest.fixture
    def finding(self, request: pytest.FixtureRequest) -> object:
        """The finding of this item; its scenario is played at the first need."""
        scenario, requirement = request.param
        return self.session.finding(scenario, requirement)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell an xdist worker which run to join."""
        with _usage_errors():
            node.workerinput["conformance"] = self.session.invitation()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear from an xdist worker how it ended; one that crashed says nothing."""
        if parting := getattr(node, "workeroutput", {}).get("conformance"):
            self.session.hear(parting)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Everything asked for is understood: make the run folder."""
        if not session.config.option.collectonly:
            with _usage_errors():
                self.session.begin()
            if len(session.items) == len(self.session.pairs()):
                self.session.share()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember which items came to an end, in this process or in a worker."""
        if report.when == "call" or report.outcome != "passed":
            name = report.nodeid.partition("[")[2].rstrip("]")
            self.ran.add(name)
            self.session.progress(name)

    def pytest_keyboard_interrupt(self) -> None:
        """The run was stopped from outside: what was recorded is kept and the report says so."""
        self.interrupted = True
        self.session.call_off()

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        """Judge everything once more from the recordings, decide, report; the exit code comes from the decision."""
        if self.session.worker:
            worker: Any = session.config
            worker.workeroutput["conformance"] = self.session.parting()  # before xdist sends it, within the yield
        yield
        if self.session.worker or session.config.option.collectonly or _stopped_early(session):
            return
        session.exitstatus = self.session.finish(self.ran, interrupted=self.interrupted)
        if self.alone:
            self.session.show(quiet=self.quiet)

    def pytest_terminal_summary(self) -> None:
        """Say what it came to, where pytest says its own."""
        self.session.show(quiet=self.quiet)


@contextmanager
def _usage_errors() -> Iterator[None]:
    """What can't be done as asked ends pytest with a message and exit code 4."""
    from conformance.harness.opening import UsageProblem

    try:
        yield
    except UsageProblem as problem:
        raise pytest.UsageError(str(problem)) from None


def _stopped_early(session: pytest.Session) -> bool:
    """Whether pytest itself refused the command line or broke, so that there is nothing to decide."""
    return session.exitstatus in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR)
