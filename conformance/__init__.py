"""Conformance suite for the Twiin agreements: data in, judged on recordings, reported so that anyone can recompute."""

__version__ = "0.1.0"
