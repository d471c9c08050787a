"""Thin commands. Each loads what it needs when it is called, so that `--help` is quick."""

from conformance.cli.app import main

__all__ = ["main"]
