"""Pictures without what only their camera knew: where it was, when, whose. What they show stays, the right way up."""

import io
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 50_000_000
"""The largest picture that is opened: decoded it takes four bytes a pixel."""

_SAVED: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": ("image/jpeg", {"quality": 92, "optimize": True}),
    "PNG": ("image/png", {"optimize": True}),
    "WEBP": ("image/webp", {"quality": 92}),
}

PDF = "application/pdf"

PAPER_PIXELS = 1000
"""The longer side of a picture on paper: 340 to an inch, two side by side."""


class UnfitError(Exception):
    """It is no picture that we can read, and no PDF. The text says why, in a word."""


def tidy(content: bytes) -> tuple[bytes, str]:
    """Return a picture without its metadata, and its media type; a PDF is returned as it is.

    A picture that says how it was held is turned that way, since it no longer says so afterwards.

    Raises:
        UnfitError: It is neither, is damaged, or is too large to be opened.
    """
    if content.startswith(b"%PDF-"):
        return content, PDF
    # Loaded here: it takes a twentieth of a second and 8 MB, and most of the time nobody sends a picture.
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(_SAVED)) as picture:
                kind = picture.format or ""
                if picture.width * picture.height > MOST_PIXELS:
                    raise UnfitError("too many pixels")
                profile = picture.info.get("icc_profile")
                upright = ImageOps.exif_transpose(picture)
                upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
                return _saved(upright, kind, profile), _SAVED[kind][0]
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnfitError("not a picture") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UnfitError("damaged") from error


def for_paper(content: bytes) -> bytes:
    """Return a picture as a JPEG that is sharp in half a page's width, without its metadata.

    Raises:
        UnfitError: It is no picture, is damaged, or is too large to be opened.
    """
    upright, kind = tidy(content)
    if kind == PDF:
        raise UnfitError("not a picture")
    from PIL import Image

    with Image.open(io.BytesIO(upright)) as picture:
        small = picture.convert("RGB")
        small.thumbnail((PAPER_PIXELS, PAPER_PIXELS))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=85)
        return out.getvalue()


def _saved(picture: "Image", kind: str, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    colours = {"icc_profile": profile} if profile else {}
    picture.save(out, kind, exif=b"", **colours, **_SAVED[kind][1])
    return out.getvalue()
