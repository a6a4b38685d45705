"""Office files that people send (.xlsx, .docx) are zips of XML: unpacked under a limit, checked, packed anew.

What could do more than hold text and pictures is refused. The library that reads the file afterwards sees only what
passed here: never a macro, a link, or a part that says it is small and is not.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from xml.parsers import expat

MOST_PARTS = 300
OLD = b"\xd0\xcf\x11\xe0"
"""How .xls and .doc begin, and what has a password."""


class OfficeTrouble(StrEnum):
    """Why a file is not taken. The sentences are in the texts (`sheet.<trouble>`, `paper.<trouble>`)."""

    NOT_THIS_KIND = "not_this_kind"
    OLD_FORMAT = "old_format"
    TOO_LARGE = "too_large"
    LOCKED = "locked"
    MACROS = "macros"
    LINKS = "links"
    ENTITIES = "entities"
    FORMULAS = "formulas"
    DAMAGED = "damaged"
    NOT_FETCHED = "not_fetched"


class OfficeError(Exception):
    """A file that is not taken, and why."""

    def __init__(self, trouble: OfficeTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def demand_zip(content: bytes, most: int) -> None:
    """Raise OfficeError for what is no zip, by its first bytes, or larger than `most`."""
    if len(content) > most:
        raise OfficeError(OfficeTrouble.TOO_LARGE)
    if content.startswith(OLD):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise OfficeError(OfficeTrouble.LOCKED if locked else OfficeTrouble.OLD_FORMAT)
    if not content.startswith(b"PK\x03\x04"):
        raise OfficeError(OfficeTrouble.NOT_THIS_KIND)


_WRONG = (
    (
        OfficeTrouble.MACROS,
        re.compile(r"vba|macrosheet|activex|\.bin$|\.exe$|\.dll$|\.vbs$|\.js$|keymapcustomi", re.IGNORECASE),
    ),
    (
        OfficeTrouble.LINKS,
        re.compile(
            r"externallink|embeddings|connections\.xml|querytable|ddelink|afchunk|attachedtoolbars", re.IGNORECASE
        ),
    ),
)
_HARMLESS = re.compile(r"(xl|word)/printerSettings/\w+\.bin")


_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError),
    *(NotImplementedError, EOFError, OSError, ValueError),
)


def repacked(
    content: bytes, most: int, main: str, keeps: re.Pattern[str], demand: Callable[[str, bytes], None] | None = None
) -> bytes:
    """Return the same file with nothing in it but what is kept, checked.

    Args:
        content: A zip.
        most: How many bytes it may have, unpacked.
        main: The part without which it is no file of this kind.
        keeps: Names of the parts that are kept; the others are left out.
        demand: Raises OfficeError for a part that is not taken, besides what is refused anyway.

    Raises:
        OfficeError: It holds more than text and pictures, or can't be unpacked.
    """
    try:
        return _repacked(content, most, main, keeps, demand)
    except _BROKEN as error:
        raise OfficeError(OfficeTrouble.DAMAGED) from error


def _repacked(
    content: bytes, most: int, main: str, keeps: re.Pattern[str], demand: Callable[[str, bytes], None] | None
) -> bytes:
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as kept:
        infos = parts.infolist()
        if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > most:
            raise OfficeError(OfficeTrouble.TOO_LARGE)
        names = [info.filename for info in infos]
        for trouble, wrong in _WRONG:
            if any(wrong.search(name) and not _HARMLESS.fullmatch(name) for name in names):
                raise OfficeError(trouble)
        if main not in names or len(set(names)) != len(names):
            raise OfficeError(OfficeTrouble.NOT_THIS_KIND)
        if any(info.flag_bits & 1 for info in infos):
            raise OfficeError(OfficeTrouble.LOCKED)
        for info in infos:
            if keeps.fullmatch(info.filename):
                part = parts.read(info)  # never more than its `file_size`, whatever it unpacks to
                if info.filename.endswith((".xml", ".rels")):
                    _demand_plain(info.filename, part)
                if demand is not None:
                    demand(info.filename, part)
                kept.writestr(info.filename, part)
    return clean.getvalue()


def _demand_plain(name: str, part: bytes) -> None:
    """Raise OfficeError for XML that is more than that: entities, code, what lies elsewhere."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\x00" in part:
        raise OfficeError(OfficeTrouble.ENTITIES)
    if name == "[Content_Types].xml" or name.endswith(".rels"):
        read_xml(part, _demand_own_text)


def _demand_own_text(_name: str, attributes: Mapping[str, str]) -> None:
    """Raise OfficeError for a part that is called code, whatever its name, and for one that lies elsewhere."""
    for name, value in attributes.items():
        if name == "TargetMode" and value.strip().casefold() == "external":
            raise OfficeError(OfficeTrouble.LINKS)
        if name in ("Type", "ContentType") and _CODE.search(value):
            raise OfficeError(OfficeTrouble.MACROS)


_CODE = re.compile(r"macroEnabled|vba|keyMapCustomi", re.IGNORECASE)


def read_xml(
    part: bytes, opened: Callable[[str, Mapping[str, str]], None], said: Callable[[str], None] | None = None
) -> None:
    """Read XML as a program would that opens the file: letters written as numbers are letters, quotes are quotes.

    Args:
        part: The XML; nothing of it is kept in memory.
        opened: Called with each element's name, without its prefix, and its attributes by such names.
        said: Called with the text, in pieces.

    Raises:
        OfficeError: It is no XML; and what the two raise.
    """
    reader = expat.ParserCreate()
    reader.StartElementHandler = lambda name, known: opened(
        name.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in known.items()}
    )
    reader.CharacterDataHandler = said
    try:
        reader.Parse(part, True)
    except expat.ExpatError as error:
        raise OfficeError(OfficeTrouble.DAMAGED) from error
