"""QR codes as pictures."""

import io


def qr_png(text: str) -> bytes:
    """Return a QR code as a PNG, large enough to be scanned from a sheet of paper or a screen."""
    import segno  # 1 MB that only who makes one need hold

    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="png", scale=12, border=4)
    return picture.getvalue()
