"""Pictures are kept without what only their camera knew."""

import io
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.documents import images
from bot.documents.images import UnfitError, tidy

PLACE, TURNED = 0x8825, 6
RED, BLUE = (255, 0, 0), (0, 0, 255)


def exif(orientation: int = 1) -> bytes:
    """Return what a telephone writes: where, which, and how it was held."""
    known = Image.Exif()
    known[0x010F] = "Secret Telephones"
    known[0x0112] = orientation
    known.get_ifd(PLACE)[2] = (29.0, 33.0, 24.0)
    return known.tobytes()


def picture(kind: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    """Return a picture, its left half red and its right half blue."""
    made = Image.new(mode, size, RED if mode == "RGB" else (*RED, 255))
    made.paste(BLUE if mode == "RGB" else (*BLUE, 0), (size[0] // 2, 0, *size))
    out = io.BytesIO()
    made.save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_maker_are_gone_and_the_picture_is_there(kind: str) -> None:
    before = picture(kind, exif=exif())
    assert b"Secret Telephones" in before
    after, type_ = tidy(before)
    assert type_ == f"image/{kind.lower()}"
    assert b"Secret" not in after
    shown = Image.open(io.BytesIO(after))
    assert not shown.getexif()
    assert shown.size == (40, 20)
    left, right = shown.convert("RGB").getpixel((5, 10)), shown.convert("RGB").getpixel((35, 10))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert (left[0] > 200, right[2] > 200) == (True, True)


def test_a_picture_taken_upright_stands_upright() -> None:
    after, _ = tidy(picture("JPEG", exif=exif(TURNED)))
    shown = Image.open(io.BytesIO(after))
    assert shown.size == (20, 40)
    top, bottom = shown.getpixel((10, 5)), shown.getpixel((10, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > bottom[0], "red is on top now"


def test_what_is_written_into_a_png_or_beside_a_jpeg_goes_too() -> None:
    words = PngInfo()
    words.add_text("Comment", "于张三家中", zip=True)
    words.add_text("Author", "Zhang San")
    assert b"Zhang San" not in tidy(picture("PNG", pnginfo=words))[0]
    assert b"Zhang San" not in tidy(picture("JPEG", comment=b"Zhang San", xmp=b"Zhang San"))[0]


def test_transparency_stays() -> None:
    after, _ = tidy(picture("PNG", mode="RGBA"))
    assert Image.open(io.BytesIO(after)).getpixel((35, 10)) == (*BLUE, 0)


def test_a_pdf_stays_as_it_is() -> None:
    assert tidy(b"%PDF-1.7 ...") == (b"%PDF-1.7 ...", "application/pdf")


def test_the_same_picture_comes_out_the_same() -> None:
    before = picture("JPEG", exif=exif())
    assert tidy(before) == tidy(before)


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a......", b"<svg/>", b"MZ", picture("PNG")[:60], picture("JPEG")[:300], b"\x89PNG\r\n\x1a\n"],
)
def test_what_is_no_picture_or_not_whole_is_refused(content: bytes) -> None:
    with pytest.raises(UnfitError):
        tidy(content)


def test_a_picture_too_large_to_open_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MOST_PIXELS", 500)
    with pytest.raises(UnfitError):
        tidy(picture("PNG"))
