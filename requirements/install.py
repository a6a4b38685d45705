"""`python requirements/install.py LOCK`: install what a lock file lists, and show how far it is."""

import re
import subprocess
import sys
from pathlib import Path

_PACKAGE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?(?:==| @ )", re.MULTILINE)
_END_OF_NAME = re.compile(r"==|-\d|[<>@\[;]")
_PIP = ("-m", "pip", "--disable-pip-version-check", "install", "--require-hashes", "-r")


def main(lock: str) -> int:
    """Install, with one line that moves on. Returns pip's exit status; if it failed, all that pip said is shown."""
    total, seen, said = len(_PACKAGE.findall(Path(lock).read_text(encoding="utf-8"))), 0, []
    with subprocess.Popen([sys.executable, *_PIP, lock], stdout=-1, stderr=-2, text=True) as pip:  # noqa: S603
        assert pip.stdout is not None  # noqa: S101 - it was asked for
        for line in pip.stdout:
            said.append(line)
            if line.startswith(("Collecting ", "Processing ")):
                seen += 1
                show(f"{min(seen, total)}/{total} {_END_OF_NAME.split(line.split()[1].rpartition('/')[2])[0]}")
            elif line.startswith("Installing"):
                show("正在展开 / unpacking …")
    show("✓" if pip.returncode == 0 else "✗")
    sys.stdout.write("\n" + ("".join(said) if pip.returncode else ""))
    return pip.returncode


def show(what: str) -> None:
    """Put a few words into the line that moves on; where it is no terminal, a line each."""
    sys.stdout.write(f"\r  {what:<50.50}" if sys.stdout.isatty() else f"  {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
