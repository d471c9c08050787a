"""The report as one HTML file that needs nothing else: no network, no script to be read, two languages."""

from conformance.reporting.html.render import exchanges_html, html_bytes

__all__ = ["exchanges_html", "html_bytes"]
