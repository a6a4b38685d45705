"""Setting up says how far it is, and what is wrong when it fails."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def install(lock: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "requirements/install.py", str(lock)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_each_package_is_named_and_counted_and_a_failure_shows_all_that_was_said(tmp_path: Path) -> None:
    """Nothing is fetched: the only package is a file that is not one."""
    (tmp_path / "sample-1.0-py3-none-any.whl").write_bytes(b"no wheel")
    lock = tmp_path / "a.lock"
    lock.write_text(f"# sample==1.0\nsample @ file://{tmp_path}/sample-1.0-py3-none-any.whl --hash=sha256:{'0' * 64}\n")
    done = install(lock)
    assert done.returncode != 0
    assert "1/1 sample" in done.stdout
    assert "✗" in done.stdout
    assert "ERROR" in done.stdout, "what pip said"


def test_the_make_file_sets_up_by_it() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    for lock in ("run", "dev"):
        assert f"requirements/install.py requirements/{lock}.lock" in made
