"""QR codes as pictures."""

import io

import segno


def qr_png(text: str) -> bytes:
    """Return a QR code as a PNG, large enough to be scanned from a sheet of paper or a screen."""
    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="png", scale=12, border=4)
    return picture.getvalue()
