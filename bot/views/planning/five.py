"""The 五个10 of a year as a picture, and the same in words below it."""

from markupsafe import Markup

from bot.documents.five import Bar, Five, Grid
from bot.texts.voice import Voice
from bot.views.quota import cells, quota_text
from bot.views.screen import Screen, lines
from corps.quotas.tally import QuotaLine
from corps.quotas.year_picture import MONTHS, PictureLine, TeamRow, YearPicture


def caption(voice: Voice, picture: YearPicture) -> Markup:
    """Return the picture's caption."""
    return voice("five.caption", year=picture.quota.year)


def twin(voice: Voice, picture: YearPicture) -> Screen:
    """Return the picture's numbers as text, for people who can't see it or want to forward it."""
    months = [said for line in picture.lines if (said := _months(voice, line)) is not None]
    teams = [said for team in picture.teams if (said := _team(voice, picture, team)) is not None]
    return Screen(
        lines(
            quota_text(voice, picture.quota),
            *(["", voice("five.months"), *months] if months else []),
            *(["", voice("five.teams"), *teams] if teams else []),
            "",
            _rule(voice, picture),
        )
    )


def _months(voice: Voice, line: PictureLine) -> Markup | None:
    said = [
        voice("five.month", month=_month(voice, month), n=done, more=f"+{coming}" if coming else "")
        for month, done, coming in zip(MONTHS, line.done, line.coming, strict=True)
        if done or coming
    ]
    name = line.line.category.spoken(voice.language)
    return voice("five.of", name=name, said=voice("list.comma").join(said)) if said else None


def _month(voice: Voice, month: int) -> str:
    return voice.plain("five.month_name", month=voice.month(month))


def _team(voice: Voice, picture: YearPicture, team: TeamRow) -> Markup | None:
    names = [line.line.category.spoken(voice.language) for line in picture.lines]
    said = [voice("five.part", name=name, n=n) for name, n in zip(names, team.parts, strict=True) if n]
    return voice("five.of", name=team.team, said=voice("list.comma").join(said)) if said else None


def drawing(voice: Voice, picture: YearPicture) -> Five:
    """Return the numbers in the form that the drawing takes."""
    quota = picture.quota
    names = [line.line.category.spoken(voice.language) for line in picture.lines]
    return Five(
        title=voice.plain("five.title", year=quota.year),
        subtitle=voice.plain("five.subtitle"),
        bars=[_bar(voice, line.line) for line in picture.lines],
        legend=(voice.plain("five.full"), voice.plain("five.half"), voice.plain("five.ring")),
        months=Grid(
            voice.plain("five.months_head"),
            [str(month) for month in MONTHS],
            [(name, line.done, line.coming) for name, line in zip(names, picture.lines, strict=True)],
        ),
        teams=Grid(
            voice.plain("five.teams_head"),
            names,
            [(team.team, team.parts, (0,) * len(names)) for team in picture.teams],
        ),
        feet=(voice.plain("five.footer"), _rule(voice, picture).unescape()),
    )


def _rule(voice: Voice, picture: YearPicture) -> Markup:
    """Return the rule by which a pairing counts, in words."""
    return voice(f"pairing.rule_{picture.pairing_counts.value}")


def _bar(voice: Voice, line: QuotaLine) -> Bar:
    ends = line.outlook
    note = "" if ends is None else voice.plain("five.forecast", total=ends.total, target=line.target)
    return Bar(line.category.spoken(voice.language), f"{line.verified}/{line.target}", note, cells(line))
