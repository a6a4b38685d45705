"""The office's own file of holidays: read at the start, a mistake in it is a sentence, and warnings go by it."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from bot.runtime.settings import SettingsError
from bot.runtime.teams_file import read_holidays
from corps.activities import cautions, planning
from corps.activities.cautions import CautionKind
from tests.base import Corps

GOOD = '[2027]\nworkdays = [2027-02-20]\n[2027.holidays]\n2027-01-01 = "元旦"\n'


def written(folder: Path, text: str) -> Path:
    """Write a file and return where it is."""
    path = folder / "holidays.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_year_is_read_and_warned_of(tmp_path: Path, corps: Corps) -> None:
    notices = read_holidays(written(tmp_path, GOOD))
    assert notices[2027].holidays == {dt.date(2027, 1, 1): "元旦"}
    assert notices[2027].workdays == {dt.date(2027, 2, 20)}
    corps.database.policy = replace(corps.database.policy, holidays=notices)
    wang = corps.coordinator()
    draft = corps.do(wang, planning.draft, corps.plan(starts="2027-01-01 14:00", ends="2027-01-01 16:00"))
    found = corps.run(cautions.cautions, draft)
    assert [caution.what for caution in found if caution.kind is CautionKind.HOLIDAY] == ["元旦"]


def test_without_a_file_there_is_none_of_it() -> None:
    assert read_holidays(None) == {}


@pytest.mark.parametrize(
    "text",
    [
        "[2027",
        "[next]\nworkdays = []\n",
        "[2027]\nworkdays = [2028-02-20]\n",
        '[2027]\nworkdays = [2027-01-01]\n[2027.holidays]\n2027-01-01 = "元旦"\n',
        "[2027]\nfree = 1\n",
        '[2027.holidays]\nsoon = "元旦"\n',
    ],
)
def test_a_mistake_is_a_sentence_that_names_the_setting(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="HOLIDAYS_FILE"):
        read_holidays(written(tmp_path, text))
    with pytest.raises(SettingsError, match="HOLIDAYS_FILE"):
        read_holidays(tmp_path / "nowhere.toml")
