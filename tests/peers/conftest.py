"""The reports on archives of others are opened in the same browser as our own."""

from tests.browser.conftest import chromium, open_page

__all__ = ["chromium", "open_page"]
