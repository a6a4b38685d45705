"""The file with all data about a person: plain text that needs no special program."""

import datetime as dt

from bot.texts.voice import Voice
from corps.broadcasts.progress import GROUPS
from corps.membership.preferences import UNTIL_FURTHER_NOTICE
from corps.pages.devices import WEB
from corps.records.personal_data import DataEntry, PersonalData

_CHAPTERS = (
    "sign_ups",
    "attendance",
    "hours",
    "own_hours",
    "ratings",
    "made",
    "acknowledged",
    "notices",
    "drafts",
    "devices",
    "trace",
)


def export_file(voice: Voice, held: PersonalData, now: dt.datetime) -> bytes:
    """Return the file's content, in UTF-8 with a byte order mark for Windows programs."""
    text = [voice("export.title", when=voice.moment(now, year=True)), "", *_profile(voice, held)]
    for chapter in _CHAPTERS:
        entries = held.chapters.get(chapter, [])
        text += ["", voice(f"export.{chapter}", n=len(entries))]
        text += [_line(voice, entry) for entry in entries]
    return "\r\n".join(_plain(line) for line in text).encode("utf-8-sig")


def _profile(voice: Voice, held: PersonalData) -> list[str]:
    nothing = voice("export.none")
    values = {
        "name": held.name,
        "nickname": held.nickname or nothing,
        "number": held.member_id,
        "addresses": addresses_line(voice, held),
        "team": held.team or nothing,
        "status": _word(voice, held.status),
        "roles": voice("list.comma").join(voice(f"role.{role}") for role in held.roles) or nothing,
        "language": _word(voice, held.language),
        "since": voice.moment(held.since, year=True),
        "consent": held.consent_version or nothing,
        "consented": _moment(voice, held.consented_at),
        "reminders": voice("export.yes") if held.reminders else voice("export.no"),
        "leads": voice("list.comma").join(map(str, held.refused_leads)) or nothing,
        "paused": voice("pause.open")
        if held.paused_until == UNTIL_FURTHER_NOTICE
        else _moment(voice, held.paused_until),
        "unreachable": _moment(voice, held.unreachable_since),
        "hours": voice.hours(held.minutes),
        "rounding": voice.rule(held.rounding),
    }
    return [voice("export.line", label=voice(f"export.field_{field}"), value=value) for field, value in values.items()]


def addresses_line(voice: Voice, held: PersonalData) -> str:
    """Return the person's addresses on one line, the preferred one first; a page's own number tells nobody anything."""
    return voice.listed(
        channel_name(voice, one.address.channel) + (f" {one.address.id}" if one.address.channel != WEB else "")
        for one in held.addresses
    )


def channel_name(voice: Voice, channel: str) -> str:
    """Return a channel's name as people say it."""
    return str(voice(f"channel.{channel}")) if voice.knows(f"channel.{channel}") else channel


def way_name(voice: Voice, way: str) -> str:
    """Return the name of the way by which something came: a channel, the team's group ("group"), or none yet."""
    if not way:
        return str(voice("board.no_way"))
    return str(voice("board.in_group")) if way == GROUPS else channel_name(voice, way)


def _moment(voice: Voice, instant: dt.datetime | None) -> str:
    return voice("export.none") if instant is None else voice.moment(instant, year=True)


def _line(voice: Voice, entry: DataEntry) -> str:
    about = [_word(voice, item) for item in entry.about if item]
    return " | ".join([voice.moment(entry.at, year=True), _word(voice, entry.word), *about])


def _word(voice: Voice, word: str) -> str:
    """Return a word of ours (such as a state) in the person's language; typed text stays as it is."""
    return voice(f"word.{word}") if voice.knows(f"word.{word}") else word


def _plain(line: object) -> str:
    """Undo the escaping for Telegram's HTML: this is a text file."""
    return line.unescape() if hasattr(line, "unescape") else str(line)
