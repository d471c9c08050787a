"""All cases of the image chapters: answers of Orthanc and tiny-pacs, some of them bent, and calls made by hand."""

from __future__ import annotations

from tests.checks.images.consistency import CONSISTENCY
from tests.checks.images.levelling import LEVELLING
from tests.checks.images.loading import LOADING
from tests.checks.images.otherness import OTHERNESS
from tests.checks.images.retrieving import RETRIEVING
from tests.checks.images.searching import PAGING, SEARCHING
from tests.checks.images.showing import SHOWING
from tests.checks.images.viewing import VIEWING

CASES = [*SEARCHING, *PAGING, *CONSISTENCY, *RETRIEVING, *VIEWING, *OTHERNESS, *SHOWING, *LEVELLING, *LOADING]
