"""A mistake in the roster file stops the start with a sentence that says where it is."""

from pathlib import Path

import pytest

from bot.runtime.settings import SettingsError
from bot.runtime.teams_file import read_roster
from corps.system.roster import USUAL_VENUES

GOOD = """
[[team]]
name = "民盟分团"
short_name = "民盟"
suits = ["lecture"]

[[category]]
code = "lecture"
name = "公益讲座"
name_en = "Lectures"
target = 10
targets = { 2027 = 12 }
"""


def read(tmp_path: Path, text: str) -> str:
    """Return the sentence with which this roster is refused."""
    path = tmp_path / "teams.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_roster(path)
    sentence = str(caught.value)
    assert "TEAMS_FILE" in sentence
    return sentence


def test_a_roster_is_data_with_other_targets_for_a_year(tmp_path: Path) -> None:
    path = tmp_path / "teams.toml"
    path.write_text(GOOD, encoding="utf-8")
    roster = read_roster(path)
    assert [team.short_name for team in roster.teams] == ["民盟"]
    assert roster.categories[0].targets == {2027: 12}
    assert roster.categories[0].unit_zh == "场"


def test_the_shipped_roster_has_twelve_teams_and_five_categories_and_says_it_is_a_sample() -> None:
    shipped = Path(__file__).parents[3] / "teams.toml"
    roster = read_roster(shipped)
    assert len(roster.teams) == 12
    assert len({team.code for team in roster.teams} - {""}) == 12
    assert [category.target for category in roster.categories] == [10] * 5
    assert [category.code for category in roster.categories if category.counts == "pairing"] == ["pairing"]
    assert "sample" in shipped.read_text(encoding="utf-8").lower()


def test_a_file_without_kinds_of_place_has_the_usual_ones_and_the_shipped_one_lists_just_these(tmp_path: Path) -> None:
    path = tmp_path / "teams.toml"
    path.write_text(GOOD, encoding="utf-8")
    shipped = Path(__file__).parents[3] / "teams.toml"
    assert read_roster(path).venues == read_roster(shipped).venues == USUAL_VENUES


VENUE = """
[[venue]]
code = "school"
name = "学校"
name_en = "School"
words = ["小学", "中学"]

[[venue]]
code = "field"
name = "田间"
name_en = "Field"
words = ["田头"]
plan = true
"""


def test_kinds_of_place_are_data(tmp_path: Path) -> None:
    path = tmp_path / "teams.toml"
    path.write_text(GOOD + VENUE, encoding="utf-8")
    school, field = read_roster(path).venues
    assert (school.code, school.words, school.in_plan) == ("school", ("小学", "中学"), False)
    assert (field.name_zh, field.in_plan, field.workdays) == ("田间", True, False)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('code = "field"', 'code = "田"', "venue.1.code"),
        ('code = "field"', 'code = "school"', "school"),
        ('name = "田间"', 'name = "学校"', "学校"),
        ('words = ["田头"]', 'words = ["小学"]', "小学"),
        ('words = ["田头"]', 'words = "田头"', "venue.1.words"),
        ('words = ["田头"]', 'words = [""]', "venue.1.words.0"),
        ("plan = true", "plan = 3", "venue.1.plan"),
        ("plan = true", "planned = true", "venue.1.planned"),
        ('name_en = "Field"', "", "venue.1.name_en"),
    ],
)
def test_a_mistake_in_a_kind_of_place_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert named in read(tmp_path, GOOD + VENUE.replace(old, new))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        read_roster(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('name = "民盟分团"', 'nmae = "民盟分团"', "team.0.name"),
        ('code = "lecture"', 'code = "公益"', "category.0.code"),
        ("target = 10", "target = -1", "category.0.target"),
        ("target = 10", 'target = "many"', "category.0.target"),
        ('suits = ["lecture"]', 'suits = ["lecturre"]', "lecturre"),
        ('suits = ["lecture"]', 'suit = ["lecture"]', "team.0.suit"),
        ('name_en = "Lectures"', "", "category.0.name_en"),
    ],
)
def test_a_mistake_is_named_by_its_place(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert named in read(tmp_path, GOOD.replace(old, new))


def test_a_file_that_is_not_toml_or_not_utf8_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "TOML" in read(tmp_path, "[[team]\n")
    path = tmp_path / "teams.toml"
    path.write_bytes("[[team]]\nname='民盟'".encode("gb18030"))
    with pytest.raises(SettingsError, match="TOML"):
        read_roster(path)


@pytest.mark.parametrize("kind", ["team", "category"])
def test_the_same_name_twice_is_refused(tmp_path: Path, kind: str) -> None:
    part = GOOD[GOOD.index(f"[[{kind}]]") :].split("\n\n", maxsplit=1)[0]
    assert "两次" in read(tmp_path, f"{GOOD}\n{part}\n")


def test_a_roster_of_nobody_is_refused(tmp_path: Path) -> None:
    assert "team" in read(tmp_path, GOOD[GOOD.index("[[category]]") :])


SECOND = """
[[team]]
code = "jiusan"
name = "九三学社分团"
short_name = "九三"
"""


@pytest.mark.parametrize(
    ("team", "named"),
    [
        ('code = "jiusan"\nname = "民盟分团"', "jiusan"),
        ('name = "九三学社分团"', "九三学社分团"),
        ('name = "九三"', "九三"),
        ('code = "Ninety Three"\nname = "别的"', "code"),
    ],
)
def test_a_code_or_a_name_given_twice_or_a_wrong_code_is_named(tmp_path: Path, team: str, named: str) -> None:
    assert named in read(tmp_path, GOOD.replace('name = "民盟分团"\nshort_name = "民盟"', team) + SECOND)
