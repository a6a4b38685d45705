"""A typed mail address → the address as mail servers write it, or None for what is none."""

import re
import unicodedata

MOST = 100
"""Letters of an address; longer ones exist only on paper."""

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LOCAL_MOST = 64


def read_mail_address(typed: str) -> str | None:
    """Return the address in small letters, its domain in the letters of the wire (IDNA); None for what is none.

    Full-width letters and signs are read as people mean them (`＠`, `。` in the domain). One address, and nothing else.
    """
    text = unicodedata.normalize("NFKC", typed).strip().removeprefix("mailto:").lower()
    local, at, domain = text.partition("@")
    if not at or "@" in domain or len(local) > _LOCAL_MOST or _LOCAL.fullmatch(local) is None:
        return None
    try:
        wire = domain.replace("。", ".").encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = wire.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):  # noqa: PLR2004 - a domain has a dot
        return None
    address = f"{local}@{wire}"
    return address if len(address) <= MOST else None
