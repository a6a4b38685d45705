"""Reads the office's data files: `TEAMS_FILE` and `HOLIDAYS_FILE` (holidays to come).

The first has the teams, categories, targets and kinds of place. Errors are sentences for the operator.
"""

import contextlib
import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.runtime.settings import SettingsError, shortened, strerror
from corps.moment import HolidayYear
from corps.parsing.normalise import plain
from corps.system.roster import USUAL_VENUES, CategoryPlan, Roster, TeamPlan, VenuePlan


class _Team(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(default="", pattern=r"^(?:[a-z][a-z0-9_-]{0,23})?$")
    name: str = Field(min_length=1, max_length=60)
    short_name: str = Field(default="", max_length=30)
    expertise: list[str] = []
    suits: list[str] = []


class _Category(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(pattern=r"^[a-z]{1,12}$")
    name: str = Field(min_length=1, max_length=30)
    name_en: str = Field(min_length=1, max_length=40)
    unit: str = Field(default="场", max_length=6)
    counts: Literal["activity", "pairing"] = "activity"
    aliases: list[str] = []
    target: int = Field(ge=0, le=10_000)
    targets: dict[int, int] = {}


class _Venue(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(pattern=r"^[a-z][a-z0-9_-]{1,11}$")
    name: str = Field(min_length=1, max_length=10)
    name_en: str = Field(min_length=1, max_length=40)
    words: list[Annotated[str, Field(min_length=1, max_length=20)]] = []
    plan: bool = False
    workdays: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    team: list[_Team] = Field(min_length=1)
    category: list[_Category] = Field(min_length=1)
    venue: list[_Venue] = []


def read_roster(path: Path) -> Roster:
    """Return what the roster file says. Raises SettingsError naming TEAMS_FILE and the place of the mistake."""
    shown = shortened(str(path))
    with _explained("TEAMS_FILE", shown):
        if path.exists() and not path.is_file():
            raise SettingsError(f"TEAMS_FILE: {shown} 不是文件 (not a file)")
        parsed = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    _demand_sound(parsed, shown)
    return Roster(
        teams=tuple(
            TeamPlan(t.name, t.short_name or t.name, tuple(t.expertise), tuple(t.suits), t.code) for t in parsed.team
        ),
        categories=tuple(
            CategoryPlan(c.code, c.name, c.name_en, c.unit, c.counts, tuple(c.aliases), c.target, c.targets)
            for c in parsed.category
        ),
        venues=tuple(VenuePlan(v.code, v.name, v.name_en, tuple(v.words), v.plan, v.workdays) for v in parsed.venue)
        or USUAL_VENUES,
    )


@contextlib.contextmanager
def _explained(setting: str, shown: str) -> Iterator[None]:
    """Make a SettingsError of whatever is wrong with a setting's file, which the error calls `shown`."""
    try:
        yield
    except FileNotFoundError:
        raise SettingsError(f"{setting}: 找不到文件 {shown} (no such file)") from None
    except OSError as error:
        raise SettingsError(f"{setting}: 读不了 {shown} (cannot be read): {strerror(error)}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{setting}: {shown} 的 {where} 有误 (is wrong): {first['msg']}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        said = shortened(str(error))
        raise SettingsError(f"{setting}: {shown} 不是正确的 TOML (not valid TOML): {said}") from error
    except ValueError as error:
        raise SettingsError(f"{setting}: {shown} 有误 (is wrong): {shortened(str(error))}") from error


def _demand_sound(parsed: _File, shown: str) -> None:
    """Raise SettingsError unless names and codes are unique and what is named is there."""
    for kind, names in (
        ("code", [team.code for team in parsed.team if team.code]),
        ("name", [team.name for team in parsed.team]),
        ("name/short_name", [name for team in parsed.team for name in {team.name, team.short_name or team.name}]),
        ("code", [category.code for category in parsed.category]),
        ("name", [category.name for category in parsed.category]),
        ("name_en", [category.name_en for category in parsed.category]),
        ("code/name/name_en/words", [word for venue in parsed.venue for word in _words(venue)]),
    ):
        _demand_unique(shown, kind, names)
    codes = {category.code for category in parsed.category}
    for team in parsed.team:
        unknown = set(team.suits) - codes
        if unknown:
            raise SettingsError(
                f"TEAMS_FILE: {team.name} 的 suits 里没有这个类别 (unknown category): {sorted(unknown)}"
            )
    if sum(category.counts == "pairing" for category in parsed.category) > 1:
        raise SettingsError(f"TEAMS_FILE: {shown} 里只能有一个类别按结对计数 (only one category may count pairings)")


def _words(venue: _Venue) -> set[str]:
    """Return what names a kind of place when it is typed; one word for two kinds would name neither."""
    return {plain(word).casefold() for word in (venue.code, venue.name, venue.name_en, *venue.words)}


def _demand_unique(shown: str, kind: str, names: list[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(f"TEAMS_FILE: {shown} 里的 {kind} “{twice}” 出现了两次 (is given twice)")


class _Year(BaseModel):
    model_config = ConfigDict(extra="forbid")

    holidays: dict[dt.date, str] = {}
    workdays: list[dt.date] = []


def read_holidays(path: Path | None) -> Mapping[int, HolidayYear]:
    """Return the notices by year, none without a file. Raises SettingsError naming HOLIDAYS_FILE and the mistake.

    The file has a table a year: `[2027] workdays = [2027-02-20]`, `[2027.holidays] 2027-01-01 = "元旦"`.
    """
    if path is None:
        return {}
    with _explained("HOLIDAYS_FILE", shortened(str(path))):
        years = tomllib.loads(path.read_text(encoding="utf-8"))
        return {int(year): _year(int(year), _Year.model_validate(said)) for year, said in years.items()}


def _year(year: int, said: _Year) -> HolidayYear:
    strangers = [day for day in (*said.holidays, *said.workdays) if day.year != year]
    if strangers:
        raise ValueError(f"{strangers[0]} is not in {year}")
    return HolidayYear(said.holidays, frozenset(said.workdays))
