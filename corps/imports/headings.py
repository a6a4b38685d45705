"""Which column of a sheet is what: headings as the template has them, and as people write them."""

from collections.abc import Sequence
from dataclasses import dataclass

from corps.parsing.normalise import plain

MOST_ROWS_ABOVE = 5
"""A title may stand above the headings, not a page."""

EXAMPLE = ("例:", "例：", "e.g.")

MEMBERS = {"name": ("姓名", "名字", "成员", "name"), "team": ("分团", "所属分团", "所在分团", "团队", "team")}
ACTIVITIES = {
    "title": ("活动", "活动名称", "活动主题", "主题", "名称", "activity", "title"),
    "category": ("类别", "活动类别", "服务类别", "category"),
    "day": ("日期", "活动日期", "date", "day"),
    "begins": ("开始", "开始时间", "begins", "start"),
    "ends": ("结束", "结束时间", "ends", "end"),
    "place": ("地点", "活动地点", "地址", "place"),
    "venue": ("场所", "场所类型", "venue"),
    "slots": ("岗位", "岗位需求", "人员", "slots"),
    "teams": ("分团", "承办分团", "承办单位", "teams", "team"),
    "notes": ("备注", "说明", "notes"),
    "reason": ("补录原因", "原因", "reason"),
}

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Line:
    """A row of a sheet that says something: its number from 0, and what stands under each known heading."""

    row: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A sheet that was understood: `head` is the row of its headings, `unread` are the headings nobody asks for."""

    head: int
    lines: tuple[Line, ...]
    unread: tuple[str, ...]


def read_table(rows: Rows, known: dict[str, tuple[str, ...]], needs: Sequence[str]) -> Table | None:
    """Return the lines below the headings; None for a sheet that lacks one of the headings it `needs`."""
    names = {alias: field for field, aliases in known.items() for alias in aliases}
    for head, row in enumerate(rows[:MOST_ROWS_ABOVE]):
        said = [plain(cell).casefold().removesuffix("*").strip() for cell in row]
        columns = {names[word]: place for place, word in reversed(list(enumerate(said))) if word in names}
        if all(field in columns for field in needs):
            unread = tuple(word for word in said if word and word not in names)
            below = enumerate(rows[head + 1 :], head + 1)
            lines = (Line(number, _values(cells, columns)) for number, cells in below)
            return Table(head, tuple(line for line in lines if _says(line)), unread)
    return None


def _says(line: Line) -> bool:
    """Tell whether a line is one to be read: not empty, and no example."""
    said = [value for value in line.values.values() if value]
    return bool(said) and not any(value.startswith(EXAMPLE) for value in said)


def _values(cells: Sequence[str], columns: dict[str, int]) -> dict[str, str]:
    return {field: plain(cells[place]) if place < len(cells) else "" for field, place in columns.items()}
