"""/settings: language, reminders, pause, name, the person's data, leaving and erasing."""

import datetime as dt

from markupsafe import Markup

from bot.callbacks.pages import MailboxTap, PageLinkTap, WaysTap
from bot.callbacks.settings import (
    EraseTap,
    ExportTap,
    KeyboardTap,
    LanguageTap,
    LeadTap,
    LeaveTap,
    Pane,
    PaneTap,
    PauseTap,
    RemindersTap,
    RenameTap,
)
from bot.texts.voice import Voice
from bot.views.menu import no_keyboard
from bot.views.personal_data import addresses_line, export_file
from bot.views.screen import DANGER, PRIMARY, Button, Row, Screen, lines, rows_of
from bot.views.teams import back
from corps.membership.preferences import Language, Pause, Preferences
from corps.membership.settings_form import Named
from corps.pages.devices import WEB
from corps.people import Actor
from corps.records.personal_data import PersonalData

_DAY, _HOUR = 1440, 60


def settings_screen(voice: Voice, actor: Actor, chosen: Preferences, said: Markup | None = None) -> Screen:
    """Return the first screen; somebody who is not a member gets language and data only."""
    text = lines(
        said,
        voice("settings.title"),
        voice("settings.name", name=actor.name),
        voice("settings.team", team=actor.team_name) if actor.team_name else None,
        voice("settings.language"),
        *(_choices(voice, chosen) if actor.is_member else ()),
    )
    other = Language.EN if voice.language == Language.ZH else Language.ZH
    rows: list[Row] = [(Button(voice("settings.other_language"), LanguageTap(other)),)]
    if actor.is_member:
        rows += _member_rows(voice, chosen, actor)
    if actor.is_member:
        rows += _ways_rows(voice, chosen, actor)
    rows.append((Button(voice("settings.data"), PaneTap(Pane.DATA)),))
    if actor.is_member:
        rows.append((Button(voice("settings.leave"), PaneTap(Pane.LEAVE)),))
    return Screen(text, tuple(rows))


def _choices(voice: Voice, chosen: Preferences) -> list[Markup]:
    leads = [lead_text(voice, lead.minutes) for lead in chosen.leads if lead.on]
    on = chosen.reminders and leads
    said = [
        voice("settings.reminders_on", leads=voice("list.comma").join(leads)) if on else voice("settings.reminders_off")
    ]
    if chosen.paused_until is not None:
        said.append(_paused(voice, chosen))
    return said


def _paused(voice: Voice, chosen: Preferences) -> Markup:
    if chosen.paused_open or chosen.paused_until is None:
        return voice("settings.paused_open")
    return voice("settings.paused_until", until=voice.moment(chosen.paused_until))


def _member_rows(voice: Voice, chosen: Preferences, actor: Actor) -> list[Row]:
    pause = "settings.pause" if chosen.paused_until is None else "settings.resume"
    tap = PaneTap(Pane.PAUSE) if chosen.paused_until is None else PauseTap(Pause.OVER)
    word = "settings.keyboard_off" if actor.keyboard else "settings.keyboard_on"
    keyboard = () if actor.address.channel == WEB else (Button(voice(word), KeyboardTap(on=not actor.keyboard)),)
    return [
        (Button(voice("settings.reminders"), PaneTap(Pane.REMINDERS)), Button(voice(pause), tap)),
        (Button(voice("settings.rename"), RenameTap()), *keyboard),
    ]


def _ways_rows(voice: Voice, chosen: Preferences, actor: Actor) -> list[Row]:
    """Return the buttons about other channels, where the installation has any."""
    opens = "pages.open_elsewhere" if actor.address.channel == WEB else "pages.open"
    ways = [Button(voice(opens), PageLinkTap(0))] if chosen.pages else []
    ways += [Button(voice("mail.box"), MailboxTap())] if chosen.mail else []
    return list(rows_of([*ways, Button(voice("settings.ways"), WaysTap())], 2)) if ways else []


def lead_text(voice: Voice, minutes: int) -> Markup:
    """Return a time before an activity in words: `3天前`, `2小时前`, `30分钟前`."""
    for word, size in (("days", _DAY), ("hours", _HOUR)):
        if minutes % size == 0:
            return voice(f"lead.{word}", n=minutes // size)
    return voice("lead.minutes", n=minutes)


def reminders_screen(voice: Voice, chosen: Preferences) -> Screen:
    """Return the corps' reminders, each with a switch, and one switch for all."""
    if not chosen.leads:
        return Screen(voice("settings.reminders_none"), (back(voice, PaneTap(Pane.MAIN)),))
    rows: list[Row] = []
    if chosen.reminders:
        leads = [
            Button(
                f"{'✅' if lead.on else '⬜'} {lead_text(voice, lead.minutes)}", LeadTap(lead.minutes, on=not lead.on)
            )
            for lead in chosen.leads
        ]
        rows += rows_of(leads, 3)
    switch = "settings.switch_off" if chosen.reminders else "settings.switch_on"
    rows.append((Button(voice(switch), RemindersTap(on=not chosen.reminders)),))
    rows.append(back(voice, PaneTap(Pane.MAIN)))
    return Screen(voice("settings.reminders_ask" if chosen.reminders else "settings.reminders_are_off"), tuple(rows))


def pause_screen(voice: Voice) -> Screen:
    """Return the spans for which messages can be paused."""
    spans = tuple(Button(voice(f"pause.{span.value}"), PauseTap(span)) for span in (Pause.WEEK, Pause.MONTH))
    rows = (spans, (Button(voice("pause.open"), PauseTap(Pause.OPEN)),), back(voice, PaneTap(Pane.MAIN)))
    return Screen(voice("pause.ask"), rows)


def named_screen(voice: Voice, named: Named) -> Screen:
    """Return the question for the correct name, or the settings after it was changed."""
    if named.chosen is not None:
        return settings_screen(voice, named.actor, named.chosen, voice("settings.renamed", name=named.actor.name))
    asked = voice("settings.ask_name", name=named.actor.name)
    return Screen(
        lines(voice("refused.not_a_name"), "", asked) if named.unclear else asked, (back(voice, PaneTap(Pane.MAIN)),)
    )


def data_screen(voice: Voice, held: PersonalData) -> Screen:
    """Return in words which data are kept about the person, with buttons to export and to erase them."""
    count = {chapter: len(entries) for chapter, entries in held.chapters.items()}
    consent = held.consented_at
    text = lines(
        voice("data.title"),
        voice("data.person", name=held.name, addresses=addresses_line(voice, held)),
        voice("data.team", team=held.team) if held.team else None,
        voice("data.consent", version=held.consent_version, day=voice.moment(consent, year=True)) if consent else None,
        voice("data.nickname", nickname=held.nickname) if held.nickname else None,
        *(voice(f"data.{what}", n=count[what]) for what in ("sign_ups", "attendance") if count[what]),
        voice("data.hours", hours=voice.hours(held.minutes)) if held.minutes else None,
        voice.rule(held.rounding) if held.minutes else None,
        *(voice(f"data.{what}", n=count[what]) for what in ("acknowledged", "notices", "trace") if count[what]),
        "",
        voice("data.why"),
    )
    rows = (
        (Button(voice("data.export"), ExportTap(), style=PRIMARY),),
        (Button(voice("data.erase"), PaneTap(Pane.ERASE)),),
        back(voice, PaneTap(Pane.MAIN)),
    )
    return Screen(text, rows)


def export_screen(voice: Voice, held: PersonalData, now: dt.datetime) -> Screen:
    """Return the file with everything held."""
    day = voice.zone.wall(now).date()
    name = f"tongxin-{held.member_id}-{day:%Y%m%d}.txt"
    return Screen(voice("data.exported"), document=export_file(voice, held, now), filename=name)


def leave_screen(voice: Voice, actor: Actor) -> Screen:
    """Ask for confirmation before leaving the corps, and say what it means."""
    sure = Button(voice("leave.sure"), LeaveTap(), style=DANGER)
    page = ("", voice("leave.asks_page")) if actor.address.channel == WEB else ()
    return Screen(lines(voice("leave.asks"), *page), ((sure,), back(voice, PaneTap(Pane.MAIN))))


def left_screen(voice: Voice, released: int, left: Actor) -> Screen:
    """Return the message that the person has left. `left` is the person as they were before."""
    done = "leave.done_page" if left.address.channel == WEB else "leave.done"
    text = lines(voice(done), voice("notice.places_ended", n=released) if released else None)
    return Screen(text, keyboard=no_keyboard(voice, left))


def erase_screen(voice: Voice, *, sure: bool) -> Screen:
    """Ask for confirmation before erasing, and say what it means; then ask a last time."""
    if sure:
        last = Button(voice("erase.last"), EraseTap(), style=DANGER)
        return Screen(voice("erase.asks_again"), (back(voice, PaneTap(Pane.DATA)), (last,)))
    go_on = Button(voice("erase.go_on"), PaneTap(Pane.ERASE_SURE), style=DANGER)
    return Screen(voice("erase.asks"), ((go_on,), back(voice, PaneTap(Pane.DATA))))


def erased_screen(voice: Voice, copies_until: dt.date | None, erased: Actor) -> Screen:
    """Return the message that the person's data are erased, and the day by which backups have lost them, too.

    `dt.date.max`: only the technicians know that day; None: there are no backups. `erased` is the person before.
    """
    keyboard = no_keyboard(voice, erased)
    if copies_until is None:
        return Screen(voice("erase.done"), keyboard=keyboard)
    known = copies_until != dt.date.max
    copies = (
        voice("erase.copies", day=voice.date(copies_until, year=True)) if known else voice("erase.copies_elsewhere")
    )
    return Screen(lines(voice("erase.done"), copies), keyboard=keyboard)
