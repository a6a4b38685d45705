"""PDF files by typst, made in a child process: what it needs of memory and time ends with it.

A template is typst's source and is ours. What people typed reaches it as data only: `#v.title` puts a value in as
plain text, whatever is in it, so nothing typed becomes markup.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.documents.picture import FONT, font_file

SECONDS = 30
_MEMORY = 2 << 30

_HEAD = f"""\
#let v = json("values.json")
#set page(paper: "a4")
#set text(font: "{FONT}", lang: "zh", size: 11pt)
"""

_CHILD = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]),) * 2)
import typst
folder, fonts = sys.argv[1:3]
typst.compile(folder + "/main.typ", folder + "/out.pdf", root=folder, font_paths=[fonts], ignore_system_fonts=True)
"""


class PdfError(Exception):
    """The file could not be made; the text is what typst says."""


def pdf_of(template: str, values: Mapping[str, object], images: Mapping[str, bytes] | None = None) -> bytes:
    """Return a template filled with values as a PDF: A4 in our own font, unless the template sets others.

    Args:
        template: Typst's source. `v` holds the values (`#v.title`, `#for name in v.names [...]`); its own is `std.v`.
        values: What JSON can hold: texts, numbers, None, lists and dictionaries of them.
        images: PNG or JPEG files by the name under which the template finds them (`#image("qr.png")`).

    Takes about a third of a second: call it in a thread.

    Raises:
        PdfError: The template is wrong, or it took more than 30 seconds or 2 GB.
    """
    with tempfile.TemporaryDirectory(prefix="tongxin-pdf-") as name:
        folder = Path(name)
        (folder / "main.typ").write_text(_HEAD + template, "utf-8")
        (folder / "values.json").write_text(json.dumps(values, ensure_ascii=False), "utf-8")
        for image, content in (images or {}).items():
            (folder / image).write_bytes(content)
        command = [sys.executable, "-I", "-c", _CHILD, name, str(font_file().parent), str(_MEMORY)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)  # noqa: S603 - our own words only
        except subprocess.CalledProcessError as error:
            raise PdfError(error.stderr.decode(errors="replace").strip()[-500:]) from error
        except subprocess.TimeoutExpired as error:
            raise PdfError(f"not done in {SECONDS} seconds") from error
        return (folder / "out.pdf").read_bytes()
