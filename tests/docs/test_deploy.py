"""The systemd unit: systemd itself finds nothing wrong with it, and it fits the program."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.runtime.settings import Settings

ROOT = Path(__file__).parent.parent.parent
UNIT = ROOT / "deploy" / "tongxin.service"
HOME = "/srv/tongxin"


def service() -> configparser.SectionProxy:
    """Return the unit's [Service] section."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    parser.read(UNIT, encoding="utf-8")
    return parser["Service"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    """As `systemd-analyze verify` sees it once the program lies where the unit looks for it."""
    text = UNIT.read_text("utf-8").replace(f"{HOME}/.venv/bin/python", sys.executable)
    made = tmp_path / UNIT.name
    made.write_text(text.replace(HOME, str(ROOT)), "utf-8")
    said = subprocess.run(["systemd-analyze", "verify", str(made)], capture_output=True, text=True, check=False)  # noqa: S607 - on the path
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_the_unit_starts_the_program_where_its_files_are_and_lets_it_write_its_data() -> None:
    unit = service()
    assert unit["ExecStart"] == f"{HOME}/.venv/bin/python main.py"
    assert unit["WorkingDirectory"] == HOME
    folder = Path(Settings(bot_token="1:a").database.removeprefix("sqlite:///")).parent
    assert unit["ReadWritePaths"] == f"{HOME}/{folder}"


def test_a_wrong_setting_is_not_tried_again_and_a_crash_is() -> None:
    """The program ends with 2 when starting again would not help."""
    unit = service()
    assert (unit["Restart"], unit["RestartPreventExitStatus"]) == ("always", "2")
    wrong = subprocess.run(
        [sys.executable, "main.py"], cwd=ROOT, env={"TICK_SECONDS": "never"}, capture_output=True, check=False
    )
    assert str(wrong.returncode) == unit["RestartPreventExitStatus"]
