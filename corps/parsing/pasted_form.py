"""The pasted notice: `字段：值` lines as coordinators copy them out of a chat or an office document.

Only what stands under a known label is taken; whatever else is handed back as unplaced, for the bot to show.

* A label may have a bullet, a number, an emoji, 【】 or spaces between its characters (`时　间：`).
* A space can stand for the colon behind a Chinese label (`地点 磁器口`), for a field not given yet and outside notes.
* A line without a label continues the field above it. A blank line ends a field that has a value, except
  notes, which have paragraphs: a closing appeal must not become part of the team list.
* A line with an unknown label (`联系人：…`) is unplaced, and so is what continues it. Inside notes it belongs
  to them (`着装：红马甲`), and inside slots when it counts people (`志愿者：5`).
* The mark at the end of a sentence is no part of a value, but of notes.
* The same field twice is a duplicate, except that lists (slots, teams, notes) go on, and 日期 with 时间 are
  the two halves of one time. Of a duplicate the first value stands, and the bot asks.
"""

import dataclasses
import enum
import re
from collections.abc import Mapping
from types import MappingProxyType


class FormField(enum.StrEnum):
    """The fields of a pasted notice."""

    ACTIVITY = "activity"
    CATEGORY = "category"
    TIME = "time"
    PLACE = "place"
    VENUE = "venue"
    SLOTS = "slots"
    TEAMS = "teams"
    NOTES = "notes"


@dataclasses.dataclass(frozen=True)
class PastedForm:
    """What a pasted notice says.

    Attributes:
        values: The text of each field found, as typed and trimmed; maybe empty, maybe of several lines.
        unplaced: The lines that stand under no field.
        duplicates: Each further value of a field that can have only one.
    """

    values: Mapping[FormField, str]
    unplaced: tuple[str, ...] = ()
    duplicates: tuple[tuple[FormField, str], ...] = ()


_LABELS: Mapping[str, FormField] = {
    label: field
    for field, labels in (
        (FormField.ACTIVITY, "活动 主题 名称 标题 活动主题 活动名称 活动标题 activity title name"),
        (FormField.CATEGORY, "类别 类型 活动类别 活动类型 服务类别 category type"),
        (FormField.TIME, "时间 日期 活动时间 活动日期 time date when"),
        (FormField.PLACE, "地点 地址 活动地点 活动地址 place address where"),
        (FormField.VENUE, "场所 场所类型 venue"),
        (FormField.SLOTS, "岗位 人员 需要 岗位需求 人员需求 需要人员 slots roles"),
        (FormField.TEAMS, "分团 承办 单位 承办单位 承办分团 teams team"),
        (FormField.NOTES, "备注 说明 注意 注意事项 要求 活动要求 notes note"),
    )
    for label in labels.split()
}
_LISTS = {FormField.SLOTS, FormField.TEAMS, FormField.NOTES}
_ANY_LABEL = "|".join(r"\s*".join(label) for label in sorted(_LABELS, key=len, reverse=True))
_LINE = re.compile(
    r"[^\w【\[「〔]*+(?:[\d①-⑳一二三四五六七八九十]{1,3}[^\w【\[「〔]++)?(?P<open>[【\[「〔])?\s*+"
    rf"(?P<label>{_ANY_LABEL})\s*+(?P<close>[】\]」〕])?[\s*]*+(?P<colon>[:：∶﹕])?\s*+(?P<value>.*)",
    re.IGNORECASE,
)
_UNKNOWN_LABEL = re.compile(r"[^\w【\[「〔]*+[【\[「〔]?[^\W\d][^:：]{0,9}[】\]」〕]?\s*+[:：](?!//)")

_PEOPLE = re.compile(r"\s*[\d一二两三四五六七八九十百]{1,3}\s*(?:[名位个人(（,，、;；]|$)")


def read_form(text: str) -> PastedForm:
    """Return the fields of a pasted notice, as typed, with what could not be placed.

    Args:
        text: What follows `/new`, on one line or many.
    """
    sorter = _Sorter()
    for line in text.splitlines():
        sorter.place(line.strip())
    values = {
        field: value.strip() if field is FormField.NOTES else value.strip().rstrip("。；;").strip()
        for field, value in sorter.values.items()
    }
    return PastedForm(MappingProxyType(values), tuple(sorter.unplaced), tuple(sorter.duplicates))


class _Sorter:
    """Puts one line after the other into its field, knowing the field above."""

    def __init__(self) -> None:
        self.values: dict[FormField, str] = {}
        self.unplaced: list[str] = []
        self.duplicates: list[tuple[FormField, str]] = []
        self._labels: dict[FormField, set[str]] = {}
        self._above: FormField | None = None

    def place(self, line: str) -> None:
        """Put a line into the field that it names, to the one above that goes on, or among what has no place."""
        match = _LINE.fullmatch(line)
        label = "".join(match["label"].split()).casefold() if match else ""
        if match and (match["colon"] or (match["open"] and match["close"]) or self._is_plain(line, label)):
            self._start(_LABELS[label], label, match["value"])
        elif not line:
            self._rest()
        elif self._above and self._continues(self._above, line):
            self.values[self._above] += "\n" + line
        else:
            self._above = None
            self.unplaced.append(line)

    def _is_plain(self, line: str, label: str) -> bool:
        """Tell whether a line without a colon is a field: its label, a space, its value."""
        begins = line.split(maxsplit=1)
        plain = len(begins) > 1 and begins[0] == label and not label.isascii()
        return plain and self._above is not FormField.NOTES and _LABELS[label] not in self.values

    @staticmethod
    def _continues(above: FormField, line: str) -> bool:
        label = _UNKNOWN_LABEL.match(line)
        if not label or above is FormField.NOTES:
            return True
        return above is FormField.SLOTS and bool(_PEOPLE.match(line, label.end()))

    def _start(self, field: FormField, label: str, value: str) -> None:
        said = self._labels.setdefault(field, set())
        self._above = field
        if not said:
            self.values[field] = value
        elif field in _LISTS:
            self.values[field] += "\n" + value
        elif field is FormField.TIME and label not in said:
            self.values[field] += " " + value
        elif value != self.values[field]:
            self.duplicates.append((field, value))
            self._above = None
        said.add(label)

    def _rest(self) -> None:
        """A blank line: what has a value is over."""
        if self._above is not FormField.NOTES and self._above and self.values[self._above]:
            self._above = None
