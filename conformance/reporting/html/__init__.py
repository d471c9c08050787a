"""The report as one HTML file that needs nothing else: no network, no script to be read, two languages."""

from conformance.reporting.html.render import html_bytes

__all__ = ["html_bytes"]
