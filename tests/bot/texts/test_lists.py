"""Lists of names are parted as the reader's language does it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAYING = sorted([*(ROOT / "bot" / "views").rglob("*.py"), *(ROOT / "web").rglob("*.py")])


@pytest.mark.parametrize("path", SAYING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_list_is_parted_by_a_mark_of_one_language(path: Path) -> None:
    assert '"、".join' not in path.read_text(encoding="utf-8"), "say `voice.listed`"
