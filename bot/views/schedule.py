"""A schedule as text and as a picture: by day, each activity with its time, place, free places and link."""

from collections.abc import Callable

from markupsafe import Markup

from bot.documents.picture import SheetLine, SheetSection, sheet_png
from bot.texts.voice import Voice
from bot.views.screen import LinkTo
from corps.activities.schedules import Schedule, ScheduleItem
from corps.broadcasts.content import TextLimits

MOST_ON_PICTURE = 80
"""More activities would make a picture higher than Telegram takes (width and height together 10,000 pixels)."""


def schedule_picture(voice: Voice, schedule: Schedule) -> bytes | None:
    """Return the schedule as a PNG; None when it is too long for one picture. Takes some 20 ms, holding the GIL."""
    if sum(len(items) for _, items in schedule.days) > MOST_ON_PICTURE:
        return None
    sections = [
        SheetSection(voice.day(day), tuple(_line(voice, item) for item in items)) for day, items in schedule.days
    ]
    days = f"{voice.day(schedule.first)} – {voice.day(schedule.last)}"
    title = voice.plain(f"schedule.sheet_{schedule.span.value}")
    return sheet_png(f"{title}  {days}", voice.plain("schedule.sheet_foot"), sections)


def _line(voice: Voice, item: ScheduleItem) -> SheetLine:
    teams = voice.listed(item.teams) or voice.plain("card.open_teams")
    below = f"{item.place} · {teams} · {_places(voice, item).unescape()}"
    return SheetLine(_hours(voice, item), item.title, below)


def _hours(voice: Voice, item: ScheduleItem) -> str:
    starts, ends = voice.zone.wall(item.starts_at), voice.zone.wall(item.ends_at)
    next_day = voice.plain("schedule.next_day") if ends.date() > starts.date() else ""
    return f"{starts:%H:%M}–{next_day}{ends:%H:%M}"


def _places(voice: Voice, item: ScheduleItem) -> Markup:
    if item.free:
        return voice("schedule.free", n=item.free)
    return voice("schedule.open" if item.to_claim else "schedule.held" if item.held else "schedule.full")


def schedule_texts(voice: Voice, schedule: Schedule, link_to: LinkTo, limits: TextLimits, free: int = 0) -> list[str]:
    """Return the schedule in as few messages as it needs, each with `free` characters left; no item is cut in two."""
    first, last = voice.day(schedule.first), voice.day(schedule.last)
    blocks = [voice(f"schedule.title_{schedule.span.value}", first=first, last=last)]
    for day, items in schedule.days:
        head = voice("schedule.day", day=voice.day(day))
        for number, item in enumerate(items):
            block = _item(voice, item, link_to)
            blocks.append(Markup("\n") + head + Markup("\n") + block if number == 0 else block)
    blocks.append(Markup("\n") + voice("schedule.foot"))
    return [str(text) for text in _packed(blocks, limits.text - free, limits.length)]


def _item(voice: Voice, item: ScheduleItem, link_to: LinkTo) -> Markup:
    return voice(
        "schedule.item",
        hours=_hours(voice, item),
        link=link_to("act", str(item.id)),
        title=item.title,
        place=item.place,
        teams=voice.listed(item.teams) or voice("card.open_teams"),
        places=_places(voice, item),
    )


def _packed(blocks: list[Markup], most: int, length: Callable[[str], int]) -> list[Markup]:
    """Join blocks line by line into texts that each fit a message."""
    texts: list[Markup] = []
    for block in blocks:
        joined = texts[-1] + Markup("\n") + block if texts else block
        if texts and length(joined) <= most:
            texts[-1] = joined
        else:
            texts.append(Markup(block.lstrip("\n")))  # noqa: S704 - a block is Markup already; lstrip keeps it so
    return texts
