"""nginx before the bot, set up by the very lines that docs/operations.md shows; only addresses are put in."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.processes.town import ROOT, free_port

NEEDED = [name for name in ("nginx", "openssl") if shutil.which(name) is None]

needs_nginx = pytest.mark.skipif(bool(NEEDED), reason=f"not installed here: {', '.join(NEEDED)}")

AROUND = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{shown}
}}
"""


def shown(what: str) -> str:
    """Return the nginx lines of the manual that have `what` in them."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    found = [lines for lines in re.findall(r"```nginx\n(.*?)```", page, re.DOTALL) if what in lines]
    assert len(found) == 1, "the manual shows how to set nginx up"
    return str(found[0])


def _put(text: str, pattern: str, instead: str) -> str:
    """Replace what must be there once."""
    made, times = re.subn(pattern, instead, text)
    assert times == 1, f"{pattern} stands {times} times in the manual's lines"
    return made


class Nginx:
    """nginx as a process of its own, with TLS, on loopback. `certificate` is what a caller has to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate = folder / "certificate.pem"
        self._key = folder / "key.pem"
        self._process: subprocess.Popen[bytes] | None = None
        words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(self._key), "-out", str(self.certificate)]
        subprocess.run(words, check=True, capture_output=True)

    async def open(self, doors: Iterable[int]) -> str:
        """Share out to processes at these ports. Returns the address for Telegram."""
        servers = " ".join(f"server 127.0.0.1:{door};" for door in doors)
        port = free_port()
        await self._serve(
            _put(shown("upstream"), r"upstream tongxin \{[^}]*\}", f"upstream tongxin {{ {servers} }}"), port
        )
        return f"https://127.0.0.1:{port}/telegram"

    async def open_pages(self, port: int, door: int) -> None:
        """Serve at `port` the pages of a process that serves them at `door`."""
        lines = _put(shown("pages"), r"proxy_pass [^;]*;", f"proxy_pass http://127.0.0.1:{door};")
        await self._serve(_put(lines, r"error_log [^;]* crit;", f"error_log {self._folder}/pages.log crit;"), port)

    async def _serve(self, lines: str, port: int) -> None:
        lines = _put(lines, r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
        lines = _put(lines, r"server_name [^;]*;", "server_name localhost;")
        lines = _put(lines, r"ssl_certificate [^;]*;", f"ssl_certificate {self.certificate};")
        lines = _put(lines, r"ssl_certificate_key [^;]*;", f"ssl_certificate_key {self._key};")
        settings = self._folder / "nginx.conf"
        settings.write_text(AROUND.format(folder=self._folder, shown=lines), encoding="utf-8")
        words = ["nginx", "-p", str(self._folder), "-c", str(settings)]
        tested = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)  # noqa: ASYNC221 - at once
        assert tested.returncode == 0, tested.stderr
        self._process = subprocess.Popen(words, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 - nothing else runs yet
        async with asyncio.timeout(90):
            while not await _listens(port):
                await asyncio.sleep(0.05)

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
