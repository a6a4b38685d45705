"""A notice without labels: the first line is the title, a time and a place are known by what they are."""

import datetime as dt
import re
from collections.abc import Mapping

from corps.parsing.pasted_form import FormField
from corps.parsing.times import Half, RefusalCode, Span, read_on
from models.enums import Venue

VENUES: Mapping[str, tuple[str, ...]] = {
    Venue.COMMUNITY: ("社区", "进社区", "街道", "小区", "居委会", "community"),
    Venue.VILLAGE: ("农村", "进农村", "村", "乡村", "乡镇", "village"),
    Venue.ENTERPRISE: ("企业", "进企业", "公司", "园区", "工厂", "enterprise"),
    Venue.SCHOOL: ("学校", "进学校", "校园", "小学", "中学", "大学", "高校", "幼儿园", "school"),
    Venue.HOSPITAL: ("医院", "进医院", "卫生院", "诊所", "卫生服务中心", "hospital"),
    Venue.SQUARE: ("广场", "公园", "步行街", "square"),
    Venue.ONLINE: ("线上", "网上", "直播", "腾讯会议", "online"),
}
"""The kinds of place with the words for them. What names none of them, or two, is asked about."""

_JOINTS = re.compile(r"[，。；;,！!]|[定将]?于|在|举办|举行|开展|集合")
"""Where a sentence parts into pieces, one of which may be a time and one a place."""


def read(text: str, wall: dt.datetime, longest_title: int) -> tuple[Mapping[FormField, str], tuple[str, ...]]:
    """Return the fields of a text without labels, and the pieces that are none. `wall` is the naive local time now."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    found = time_and_place(text, wall)
    title = next((line for line in lines[:1] if not any(value in line for value in found.values())), "")
    used = {title, *found.values()}
    pieces = [piece for line in lines if line != title for piece in (_JOINTS.split(line) if found else [line])]
    values = {FormField.ACTIVITY: title, **found} if len(title) <= longest_title else found
    return values, tuple(piece.strip() for piece in pieces if piece.strip() and piece.strip() not in used)


def time_and_place(text: str, wall: dt.datetime) -> dict[FormField, str]:
    """Return the pieces of a text that say when and where, as far as one says nothing else."""
    pieces = [piece.strip() for line in text.splitlines() for piece in _JOINTS.split(line) if piece.strip()]
    when = next((piece for piece in pieces if _says_a_day(piece, wall)), "")
    kinds = [word for words in VENUES.values() for word in words if len(word) > 1 and not word.isascii()]
    where = next((piece for piece in pieces if piece != when and any(word in piece for word in kinds)), "")
    found = {FormField.TIME: when, FormField.PLACE: where}
    return {field: piece for field, piece in found.items() if piece}


def _says_a_day(piece: str, wall: dt.datetime) -> bool:
    read = read_on(piece, Half(), wall)
    return isinstance(read, Span) or (read.day is not None and read.code is RefusalCode.NEEDS_TIME)
