"""Which links Telegram accepts."""

import re

_HTTP = re.compile(r"(https?)://([^/?#\s]+)([/?#][^\s]*)?", re.IGNORECASE)
_HOST = re.compile(r"(?:[^\s@/]+@)?((?:[\w-]+\.)+[\w-]{2,}|\d+\.\d+\.\d+\.\d+)(?::\d{1,5})?")
_USER = re.compile(r"tg://user\?id=(\d+)", re.IGNORECASE)
_TG = re.compile(r"(?:tg|ton|tonsite)://\S+", re.IGNORECASE)


def checked(url: str) -> str | None:
    """Return the link as Telegram would store it, or None if it is no link to Telegram.

    A missing scheme becomes http, a missing path becomes `/`. A host needs a dot: `localhost` is refused.
    """
    url = url.strip()
    if _TG.fullmatch(url):
        return url
    found = _HTTP.fullmatch(url if "://" in url else f"http://{url}")
    if not found or not _HOST.fullmatch(found[2]):
        return None
    rest = found[3] or "/"
    return f"{found[1].lower()}://{found[2]}{rest if rest.startswith('/') else '/' + rest}"


def mentioned_user(url: str) -> int | None:
    """Return the user id of a `tg://user?id=…` link, else None."""
    found = _USER.fullmatch(url)
    return int(found[1]) if found else None
