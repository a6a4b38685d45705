"""`.env.example` lists every setting, with its default and a sentence in each language."""

import re
from pathlib import Path

from bot.runtime.settings import Settings, load_settings

EXAMPLE = Path(__file__).parent.parent.parent / ".env.example"
SETTING = re.compile(r"^(?:# )?([A-Z_]+)=", re.MULTILINE)


def test_every_setting_is_there_once_and_nothing_else() -> None:
    listed = SETTING.findall(EXAMPLE.read_text("utf-8"))
    assert sorted(listed) == sorted(name.upper() for name in Settings.model_fields)


def test_each_setting_has_a_sentence_in_chinese_and_one_in_english() -> None:
    blocks = EXAMPLE.read_text("utf-8").strip().split("\n\n")[1:]
    for block in blocks:
        zh, en, _ = block.split("\n")
        assert re.match(r"# .*[\u4e00-\u9fff].*。$", zh), block
        assert re.match(r"# [A-Z].*\.$", en), block


def test_a_copy_of_it_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    assert load_settings(tmp_path / ".env", {}) == Settings()


def test_what_it_shows_as_defaults_are_the_defaults(tmp_path: Path) -> None:
    shown = re.sub(r"^# (?=[A-Z_]+=)", "", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(shown, "utf-8")
    assert load_settings(tmp_path / ".env", {}) == Settings()
