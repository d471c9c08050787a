"""Cases on handing over files, frames and pictures."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.exchange import Exchange
from tests.checks.images.answers import (
    CLIP,
    DESCRIBED,
    FAIL,
    FRAMES,
    NO_METADATA,
    PASS,
    PICTURE,
    SELECTION,
    SILENCE,
    TINY,
    UNDECIDED,
    VIEW,
    WHOLE,
    bent,
    case,
    several,
)
from tests.checks.images.recorded import (
    dicom,
    dropping,
    envelope,
    part,
    putting,
    recorded,
    short_of_pixels,
    typed,
    without,
)

FILE = {"type": "application/dicom"}
EXPLICIT = {"syntaxes": ["1.2.840.10008.1.2.1"]}
REPORT = {"modality": "SR", "sop_classes": ["1.2.840.10008.5.1.4.1.1.88.11"]}
GARBLED = {"preamble": False, "readable": False, "defect": "no-dicm-prefix"}
SCALED = {"format": "png", "width": 33, "height": 26}
OBLONG = bent("ordinary-pictures/view-described", putting("Rows", 50))
SIZED_ONCE = replace(FRAMES, facts={**FRAMES.facts, "part_sizes": [196608]})


def drawn(width: int, height: int) -> Exchange:
    """A picture of this size."""
    return bent("ordinary-pictures/view", part(image={"format": "png", "width": width, "height": height}))


RETRIEVING = [
    case("multipart-sound", PASS, "Orthanc", FILE, exchange=WHOLE),
    case("multipart-sound", PASS, "tiny-pacs", FILE, exchange=recorded("hand-over-study/whole", TINY)),
    case("multipart-sound", PASS, "Orthanc's frames", {"type": "application/octet-stream"}, exchange=FRAMES),
    case("multipart-sound", FAIL, "another type", {"type": "application/octet-stream"}, exchange=WHOLE),
    case(
        "multipart-sound",
        FAIL,
        "cut off",
        FILE,
        exchange=bent("hand-over-study/whole", envelope(defects=["no-closing-delimiter"])),
    ),
    case(
        "multipart-sound", FAIL, "strange part", FILE, exchange=bent("hand-over-study/whole", part(type="text/plain"))
    ),
    case("multipart-sound", FAIL, "single", FILE, exchange=bent("hand-over-study/whole", typed("application/dicom"))),
    case("multipart-sound", UNDECIDED, "silence", FILE, exchange=SILENCE),
    case("parts-are-dicom", PASS, "Orthanc", exchange=WHOLE),
    case("parts-are-dicom", FAIL, "no preamble", exchange=bent("hand-over-study/whole", part(dicom=GARBLED))),
    case("parts-are-dicom", UNDECIDED, "an error page", exchange=NO_METADATA),
    case("transfer-syntax-among", PASS, "Orthanc", EXPLICIT, exchange=WHOLE, control=WHOLE),
    case(
        "transfer-syntax-among",
        FAIL,
        "JPEG",
        EXPLICIT,
        exchange=bent("hand-over-study/whole", dicom(transfer_syntax="1.2.840.10008.1.2.4.50")),
        control=WHOLE,
    ),
    case(
        "transfer-syntax-among",
        UNDECIDED,
        "unreadable",
        EXPLICIT,
        exchange=bent("hand-over-study/whole", part(dicom=GARBLED)),
        control=WHOLE,
    ),
    case("transfer-syntax-among", PASS, "a refusal beside", EXPLICIT, exchange=NO_METADATA, control=WHOLE),
    several("pixels-complete", PASS, "Orthanc", files=(WHOLE, SELECTION)),
    several("pixels-complete", FAIL, "short", files=(SELECTION, bent("hand-over-study/whole", short_of_pixels))),
    several(
        "pixels-complete",
        FAIL,
        "short beside what can't be read",
        files=(NO_METADATA, bent("hand-over-study/whole", short_of_pixels)),
    ),
    several("pixels-complete", UNDECIDED, "one can't be read", files=(WHOLE, NO_METADATA)),
    several("pixels-complete", UNDECIDED, "no pictures", files=(SELECTION,)),
    case("pixels-by-address", PASS, "Orthanc", exchange=DESCRIBED),
    case(
        "pixels-by-address",
        FAIL,
        "inline",
        exchange=bent(
            "describe-study/described",
            lambda e: e["datasets"][0].update({"7FE00010": {"vr": "OW", "InlineBinary": "AA=="}}),
        ),
    ),
    case("pixels-by-address", UNDECIDED, "tiny-pacs has no metadata", exchange=NO_METADATA),
    case("holds-modality", PASS, "Orthanc", REPORT, exchange=recorded("hand-over-study/report")),
    case("holds-modality", FAIL, "a selection", REPORT, exchange=SELECTION),
    case(
        "holds-modality",
        FAIL,
        "another class",
        {**REPORT, "sop_classes": ["1.2"]},
        exchange=recorded("hand-over-study/report"),
    ),
    case("holds-modality", UNDECIDED, "nothing", REPORT, exchange=NO_METADATA),
    case("frames-as-asked", PASS, "Orthanc", exchange=FRAMES, description=CLIP),
    case("frames-as-asked", FAIL, "one of two", exchange=bent("single-frames/listed", dropping()), description=CLIP),
    case("frames-as-asked", FAIL, "short", exchange=bent("single-frames/listed", part(size=100)), description=CLIP),
    case(
        "frames-as-asked",
        UNDECIDED,
        "tiny-pacs has none",
        exchange=recorded("single-frames/listed", TINY),
        description=CLIP,
    ),
    case(
        "frames-as-asked",
        UNDECIDED,
        "a description without sizes",
        exchange=FRAMES,
        description=bent("single-frames/described", without("Rows")),
    ),
    case("frames-as-asked", UNDECIDED, "another description", exchange=FRAMES, description=DESCRIBED),
    case("frames-as-asked", UNDECIDED, "sizes of one", exchange=SIZED_ONCE, description=CLIP),
    case(
        "frames-as-asked",
        UNDECIDED,
        "JSON",
        exchange=bent("single-frames/listed", typed("text/plain")),
        description=CLIP,
    ),
    case("frames-as-asked", UNDECIDED, "no part", exchange=bent("single-frames/listed", dropping(2)), description=CLIP),
    case("picture-given", PASS, "Orthanc", exchange=PICTURE, description=VIEW),
    case("picture-given", FAIL, "tiny-pacs", exchange=recorded("ordinary-pictures/view", TINY), description=VIEW),
    case(
        "picture-given",
        FAIL,
        "called JPEG",
        exchange=bent("ordinary-pictures/view", typed("image/jpeg")),
        description=VIEW,
    ),
    case(
        "picture-given",
        FAIL,
        "squeezed",
        exchange=bent("ordinary-pictures/view", part(image={"format": "png", "width": 64, "height": 10})),
        description=VIEW,
    ),
    case(
        "picture-given",
        PASS,
        "scaled to whole pixels",
        exchange=bent("ordinary-pictures/view", part(image=SCALED)),
        description=OBLONG,
    ),
    *(
        case("picture-given", verdict, about, exchange=drawn(width, height), description=OBLONG)
        for verdict, about, width, height in (
            (PASS, "half a pixel too high", 32, 25),
            (FAIL, "more than half a pixel off", 32, 26),
            (FAIL, "a pixel off", 64, 51),
            (FAIL, "without width", 0, 50),
            (FAIL, "without height", 64, 0),
        )
    ),
    case("picture-given", FAIL, "a GIF", exchange=bent("ordinary-pictures/view", typed("image/gif")), description=VIEW),
    case("picture-given", UNDECIDED, "no description", exchange=PICTURE, description=NO_METADATA),
]
