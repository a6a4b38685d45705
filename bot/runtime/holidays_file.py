"""Reads `HOLIDAYS_FILE`: holiday notices of years that the library does not know yet, as the office has typed them."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.runtime.settings import SettingsError, shortened, strerror
from corps.moment import HolidayYear


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
    shown = shortened(str(path))
    try:
        years = tomllib.loads(path.read_text(encoding="utf-8"))
        return {int(year): _year(int(year), _Year.model_validate(said)) for year, said in years.items()}
    except OSError as error:
        raise SettingsError(f"HOLIDAYS_FILE: 读不了 {shown} (cannot be read): {strerror(error)}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"HOLIDAYS_FILE: {shown} 的 {where} 有误 (is wrong): {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"HOLIDAYS_FILE: {shown} 有误 (is wrong): {shortened(str(error))}") from error


def _year(year: int, said: _Year) -> HolidayYear:
    strangers = [day for day in (*said.holidays, *said.workdays) if day.year != year]
    if strangers:
        raise ValueError(f"{strangers[0]} is not in {year}")
    return HolidayYear(said.holidays, frozenset(said.workdays))
