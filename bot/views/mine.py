"""/mine: my coming activities, those I took part in this year, and my service hours."""

from markupsafe import Markup

from bot.callbacks.certificates import CertificatesTap
from bot.callbacks.common import MenuTap
from bot.callbacks.mine import MineTap, MyHoursTap, OpenMineTap
from bot.callbacks.own_hours import OwnNewTap
from bot.callbacks.publicity import PublicityTap
from bot.texts.voice import Voice
from bot.views.activities import TITLE_ON_BUTTON
from bot.views.records.service_hours import of_categories
from bot.views.screen import PRIMARY, Button, Page, Row, Screen, lines, pager
from corps.parsing.lengths import cut
from corps.records.mine import Holding, Mine, Past
from corps.records.service_hours import ServiceHours
from models.enums import SignUpState


def mine_screen(voice: Voice, mine: Mine) -> Screen:
    """Return a page of the person's coming or past activities, with the hours below."""
    if mine.past:
        body = [_past(voice, past, number) for number, past in enumerate(mine.pasts, 1)]
        empty = voice("mine.no_past")
    else:
        body = [_holding(voice, holding, number) for number, holding in enumerate(mine.holdings, 1)]
        empty = voice("mine.nothing")
    heading = voice("mine.past" if mine.past else "mine.coming", n=mine.over if mine.past else mine.coming)
    text = lines(
        voice("mine.heading", name=mine.name),
        "",
        *([heading, *body] if body else [empty]),
        None if mine.past or not body else voice("mine.give_back"),
        "",
        *_hours(voice, mine.hours),
    )
    return Screen(text, tuple(_rows(voice, mine)))


def _holding(voice: Voice, holding: Holding, number: int) -> Markup:
    state = {
        SignUpState.GOING: lambda: voice("mine.going", role=holding.role),
        SignUpState.WAITLISTED: lambda: voice("mine.waiting", role=holding.role, n=holding.queue),
        SignUpState.OFFERED: lambda: _offered(voice, holding),
    }[holding.state]()
    when = voice.span(holding.starts_at, holding.ends_at)
    return lines(Markup(" ").join((f"{number}.", when, holding.title)), state)


def _offered(voice: Voice, holding: Holding) -> Markup:
    until = voice.moment(holding.offered_until) if holding.offered_until else ""
    return voice("mine.offered", role=holding.role, until=until)


def _past(voice: Voice, past: Past, number: int) -> Markup:
    what = Markup(" ").join((f"{number}.", voice.day(voice.zone.wall(past.starts_at).date()), past.title))
    if past.minutes:
        key = "mine.served_open" if past.still_open else "mine.served"
        return lines(what, voice(key, hours=voice.hours(past.minutes)))
    key = past.attendance.value if past.verified or past.attendance.value != "present" else "present_unverified"
    return lines(what, voice(f"mine.{key}"))


def _hours(voice: Voice, hours: ServiceHours) -> list[Markup]:
    elsewhere = [voice("hours.own_elsewhere", hours=voice.hours(hours.own))] if hours.own else []
    if not hours.total:
        return [voice("mine.no_hours"), *elsewhere]
    said = [voice("mine.hours", total=voice.hours(hours.total), year=voice.hours(hours.this_year.minutes))]
    parts = of_categories(voice, hours.this_year.by_category)
    said += [voice("mine.by_category", parts=parts)] if parts else []
    waits = [voice("hours.still_open", hours=voice.hours(hours.still_open))] if hours.still_open else []
    return [*said, *elsewhere, *waits, voice.rule(hours.rounding)]


def _rows(voice: Voice, mine: Mine) -> list[Row]:
    rows: list[Row] = []
    shown = [(past.activity_id, past.starts_at, past.title) for past in mine.pasts] or [
        (holding.activity_id, holding.starts_at, holding.title) for holding in mine.holdings
    ]
    for number, (activity_id, starts_at, title) in enumerate(shown, 1):
        label = f"{number}. {voice.short_date(voice.zone.wall(starts_at).date())} {cut(title, TITLE_ON_BUTTON)}"
        rows.append((Button(label, OpenMineTap(activity_id, mine.past, mine.page)),))
    rows += pager(Page(mine.page, mine.pages), lambda number: MineTap(mine.past, number))
    if mine.past:
        rows.append((Button(voice("mine.to_coming"), MineTap(past=False, page=0)),))
    elif mine.over:
        rows.append((Button(voice("mine.to_past", n=mine.over), MineTap(past=True, page=0)),))
    rows.append((Button(voice("button.my_hours"), MyHoursTap()), Button(voice("button.own_new"), OwnNewTap())))
    if mine.open_to_team:
        rows.append((Button(voice("button.publicity", n=mine.open_to_team), PublicityTap(0)),))
    if mine.hours.total or mine.hours.own:
        rows.append((Button(voice("button.certificates"), CertificatesTap()),))
    if not mine.past and not mine.coming:
        rows.append((Button(voice("menu.activities"), MenuTap("activities"), style=PRIMARY),))
    return rows
