"""Reads the mapping files of official platforms (`platforms/*.toml`). Errors are sentences for who writes them."""

import functools
import re
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from corps.records.platforms import HandInField, Platform, PlatformColumn
from corps.rounding import Rounding

FOLDER = Path(__file__).parents[2] / "platforms"


class PlatformFileError(Exception):
    """A mapping file that can't be used; the text names it and the place of the mistake."""


class _Column(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    head: str = Field(min_length=1, max_length=40)
    field: HandInField
    required: bool = False
    most: int = Field(default=0, ge=0, le=1_000)
    cut: bool = False
    pattern: str = ""
    says: str = Field(default="", max_length=60)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(str(error)) from error
        return pattern


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    code: str = Field(pattern=r"^[a-z][a-z_]{0,23}$")
    name: str = Field(min_length=1, max_length=20)
    sample: bool = False
    rounding: Rounding
    hour_digits: int = Field(default=2, ge=0, le=2)
    forbids: list[str] = []
    replace: dict[str, str] = {}
    category: dict[str, str] = {}
    source: dict[str, str] = {}
    column: list[_Column] = Field(min_length=1, max_length=40)


def read_platform(path: Path) -> Platform:
    """Return what a mapping file says. Raises PlatformFileError naming the file and the place of the mistake."""
    try:
        said = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PlatformFileError(f"{path.name}: {where}: {first['msg']}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise PlatformFileError(f"{path.name}: {str(error)[:200]}") from error
    return Platform(
        code=said.code,
        name=said.name,
        sample=said.sample,
        rounding=said.rounding,
        columns=tuple(PlatformColumn(**column.model_dump()) for column in said.column),
        hour_digits=said.hour_digits,
        forbids=tuple(said.forbids),
        replace=said.replace,
        category=said.category,
        source=said.source,
    )


@functools.cache
def read_platforms(folder: Path = FOLDER) -> dict[str, Platform]:
    """Return all platforms by code, in the order of their files' names. Raises PlatformFileError."""
    found: dict[str, Platform] = {}
    for path in sorted(folder.glob("*.toml")):
        platform = read_platform(path)
        if platform.code in found:
            raise PlatformFileError(f"{path.name}: code: {platform.code}")
        found[platform.code] = platform
    return found
