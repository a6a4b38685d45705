"""The brief (简报) as a Word file in the layout of official papers. A missing fact is marked and never invented."""

from collections.abc import Sequence
from dataclasses import replace

from bot.callbacks.briefs import MonthBriefTap, TemplateTap
from bot.documents.word import (
    BODY,
    CENTRE,
    HEADING,
    PLAIN,
    RED,
    RIGHT,
    TITLE,
    Block,
    Picture,
    Pictures,
    Rule,
    Style,
    Text,
    write_word,
)
from bot.texts.voice import Voice
from bot.views.screen import Button, Screen
from corps.records import ledger
from corps.records.briefs import Brief, Story

NAME = Style("方正小标宋简体", 36, align=CENTRE, colour=RED, pitch=54)
ISSUE = Style(align=CENTRE)
TAIL = Style(keeps=True)


def brief_screen(voice: Voice, brief: Brief, photos: Sequence[bytes | None], made: bytes | None = None) -> Screen:
    """Return a brief as a file: `made` by the office's template if given, else in our own layout.

    `photos` are the contents of its photos, None for those that can't be had.
    """
    first = brief.stories[0].row
    day = f"{brief.month:%Y-%m}" if brief.month else f"{first.day:%Y%m%d}-{first.activity_id}"
    month = Button(voice("button.month_brief"), MonthBriefTap(first.day.year, first.day.month))
    other = Button(voice("button.brief_template"), TemplateTap())
    buttons = [*([month] if brief.may_month else []), *([other] if brief.may_replace else [])]
    return Screen(
        voice("brief.sent", issue=brief.issue),
        (tuple(buttons),) if buttons else (),
        document=made or ours(voice, brief, photos),
        filename=f"{voice.plain('brief.file_name')}-{day}.docx",
    )


def ours(voice: Voice, brief: Brief, photos: Sequence[bytes | None]) -> bytes:
    """Return a brief as a Word file by our own layout."""
    *blocks, last = [*_head(voice, brief), *body_of(voice, brief), *_pictures(voice, brief, photos)]
    return write_word(title_of(voice, brief), [*blocks, _kept(last), *_tail(voice, brief)])


def _kept(last: Block) -> Block:
    """Return the last lines of the text, kept on the page of the foot, so that the foot never has a page to itself."""
    match last:
        case Text():
            return replace(last, style=replace(last.style, keeps=True))
        case Pictures():
            return replace(last, keeps=True)
    return last


def title_of(voice: Voice, brief: Brief) -> str:
    """Return the title of a brief."""
    if brief.month is None:
        return brief.stories[0].row.title
    return voice.plain("brief.month_title", year=brief.month.year, month=voice.month(brief.month.month))


def _head(voice: Voice, brief: Brief) -> list[Block]:
    day = voice.date(brief.made_on, year=True)
    return [
        Text(voice.plain("brief.name", issuer=brief.issuer), NAME),
        Text(voice.plain("brief.issue", issue=brief.issue), ISSUE),
        Text(brief.issuer, PLAIN, right=day),
        Rule(RED, 2.25),
        Text(title_of(voice, brief), TITLE),
        Text("", PLAIN),
    ]


def body_of(voice: Voice, brief: Brief) -> list[Block]:
    """Return the text of a brief, without its pictures."""
    if brief.month is None:
        return [*_told(voice, brief.stories[0], "brief.activity"), *_words(voice, brief.stories[0])]
    total = ledger.total(story.row for story in brief.stories)
    joint = sum(story.row.joint for story in brief.stories)
    said: list[Block] = [
        Text(
            voice.plain(
                "brief.month",
                year=brief.month.year,
                month=voice.month(brief.month.month),
                activities=total.activities,
                joint=joint,
                regular=total.activities - joint,
                people=total.people,
                hours=voice.hours(total.minutes),
                beneficiaries=total.beneficiaries,
                pairings=brief.pairings,
            )
        )
    ]
    categories = dict.fromkeys(category for story in brief.stories for category in story.row.categories)
    for number, category in enumerate(categories, 1):
        of_it = [story for story in brief.stories if category in story.row.categories]
        name = category.spoken(voice.language)
        heading = voice.plain("brief.category", number=_numeral(voice, number), name=name, count=len(of_it))
        said.append(Text(heading, HEADING))
        for story in of_it:
            said += _told(voice, story, "brief.activity_of_month")
    return said


def _numeral(voice: Voice, number: int) -> str:
    return "一二三四五六七八九十"[number - 1] if voice.language == "zh" and number <= 10 else str(number)  # noqa: PLR2004 - ten


def _told(voice: Voice, story: Story, key: str) -> list[Block]:
    row = story.row
    said = voice.plain(
        key,
        day=voice.date(row.day, year=key == "brief.activity"),
        teams=voice.listed(row.teams) or voice.plain("brief.missing_teams"),
        place=row.place,
        title=row.title,
        categories=voice.listed(category.spoken(voice.language) for category in row.categories),
        people=row.people,
        hours=voice.hours(row.minutes),
        beneficiaries=row.beneficiaries,
        counted=voice.plain(f"counted.{row.counted_by.value}"),
    )
    return [Text(said)]


def _words(voice: Voice, story: Story) -> list[Block]:
    said = [line for line in story.words.splitlines() if line.strip()]
    return [Text(line, BODY) for line in said or [voice.plain("brief.missing_words")]]


def pictures_of(voice: Voice, brief: Brief, photos: Sequence[bytes | None]) -> tuple[list[Picture], list[str]]:
    """Return the available pictures with their captions, and the sentences about those that are missing."""
    titles = [story.row.title for story in brief.stories for _ in story.photos]
    there = [(content, title) for content, title in zip(photos, titles, strict=True) if content is not None]
    lost = len(photos) - len(there)
    shown = [
        Picture(content, voice.plain("brief.caption", number=number, title=title))
        for number, (content, title) in enumerate(there, 1)
    ]
    if lost:
        return shown, [voice.plain("brief.lost_photos", count=lost)]
    return shown, [] if shown else [voice.plain("brief.missing_photos")]


def _pictures(voice: Voice, brief: Brief, photos: Sequence[bytes | None]) -> list[Block]:
    shown, missing = pictures_of(voice, brief, photos)
    return [*([Pictures(shown)] if shown else []), *map(Text, missing)]


def rules_of(voice: Voice, brief: Brief) -> list[str]:
    """Return the rules by which its numbers are counted: hours, and in a month's brief the pairings."""
    rules = [voice.rule(brief.rounding)]
    rules += [voice(f"pairing.rule_{brief.pairing_counts.value}")] if brief.month is not None else []
    return [rule.unescape() for rule in rules]


def _tail(voice: Voice, brief: Brief) -> list[Block]:
    day = voice.date(brief.made_on, year=True)
    return [
        *(Text(voice.plain("brief.rule", rule=rule), replace(BODY, keeps=True)) for rule in rules_of(voice, brief)),
        Rule(keeps=True),
        Text(voice.plain("brief.to", to=voice.plain("brief.to_be_filled")), TAIL),
        Text(voice.plain("brief.copy_to", to=voice.plain("brief.to_be_filled")), TAIL),
        Rule(points=0.75, keeps=True),
        Text(brief.issuer, TAIL, right=voice.plain("brief.printed", day=day)),
        Text(voice.plain("brief.copies", copies=voice.plain("brief.to_be_filled")), Style(align=RIGHT)),
    ]
