"""/broadcast while it is written: the text, the audience, the preview with 确认发送, and the time to send it."""

from markupsafe import Markup

from bot.callbacks.broadcast import (
    ComposeTap,
    DropTap,
    FormersTap,
    HourTap,
    InGroupsTap,
    LaterTap,
    OpenTap,
    RefreshTap,
    RewriteTap,
    ScheduleTap,
    SendTap,
)
from bot.callbacks.common import CancelTap, NothingTap
from bot.texts.voice import Voice
from bot.views.new_activity import known_half, unclear_hour
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Button, Row, Screen, lines, named, rows_of
from corps.activities.schedules import ScheduleSpan
from corps.broadcasts import timing_form
from corps.broadcasts.audience import Described, Scope, Which
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.compose_form import Begun, Stand
from corps.broadcasts.compose_options import Option, Step
from corps.broadcasts.content import Content
from corps.broadcasts.live_cards import Former
from corps.parsing.lengths import cut

EXCERPT = 40


def excerpt(html: str, size: int = EXCERPT) -> str:
    """Return the beginning of a broadcast's text, on one line, without its formatting."""
    text = " ".join(Markup(html).striptags().split())  # noqa: S704 - our own HTML, made from entities
    return cut(text, size)


def ask_text(voice: Voice, begun: Begun) -> Screen:
    """Ask what to broadcast."""
    spans = [Button(voice(f"broadcast.{span.value}"), ScheduleTap(span)) for span in ScheduleSpan]
    rows: list[Row] = list(rows_of(spans, 2)) if begun.schedules else []
    if begun.unfinished:
        rows.insert(0, (Button(voice("broadcast.go_on"), ComposeTap(Step.TEXT, "go_on"), style=PRIMARY),))
    if begun.former:
        rows.append((Button(voice("broadcast.former"), FormersTap()),))
    rows.append((Button(voice("button.cancel"), CancelTap()),))
    asked = voice("broadcast.ask_text_team", team=begun.team) if begun.team else voice("broadcast.ask_text")
    return Screen(asked, tuple(rows))


def stand_screen(voice: Voice, stand: Stand) -> Screen:
    """Return the question that waits for an answer, with its choices."""
    said = trouble_line(voice, stand) if stand.trouble else None
    screen = _question(voice, stand)
    return Screen(lines(said, *([""] if said else []), screen.text), screen.rows)


def trouble_line(voice: Voice, stand: Stand) -> Markup:
    """Return the sentence for what could not be taken."""
    key = stand.trouble.value if stand.trouble else ""
    return voice(f"broadcast.trouble_{key}", length=stand.length, most=stand.most)


def _question(voice: Voice, stand: Stand) -> Screen:
    match stand.step:
        case Step.TEXT:
            return _ask_again(voice, stand)
        case Step.AUDIENCE:
            hint = voice("broadcast.may_add") if not stand.data.get("html") else None
            before = Button(voice("posting.back"), ComposeTap(Step.TEXT, "back"))
            rows = (*_scopes(voice, stand), (before, *_cancel(voice)))
            return Screen(lines(voice("broadcast.ask_audience"), hint), rows)
        case Step.TEAMS:
            return Screen(voice("broadcast.ask_teams"), (*_teams(voice, stand), _back(voice)))
        case Step.WHICH:
            buttons = [
                Button(voice(f"broadcast.which_{o.value}", n=o.people), ComposeTap(stand.step, o.value))
                for o in stand.options
                if o.people
            ]
            return Screen(
                voice("broadcast.ask_which" if buttons else "broadcast.no_which"),
                (*rows_of(buttons, 1), _back(voice, Scope.ACTIVITY.value)),
            )
        case _:
            return _choice(voice, stand)


def _choice(voice: Voice, stand: Stand) -> Screen:
    """A category, an activity, or a former broadcast."""
    if not stand.options:
        return Screen(voice(f"broadcast.no_{stand.step.value}"), (_back(voice),))
    buttons = [
        Button(_named(voice, stand.step, option), ComposeTap(stand.step, option.value)) for option in stand.options
    ]
    return Screen(voice(f"broadcast.ask_{stand.step.value}"), (*rows_of(buttons, 1), _back(voice)))


def _named(voice: Voice, step: Step, option: Option) -> str:
    if step is Step.ACTIVITY:
        return option.name
    return voice(
        "broadcast.option", name=excerpt(option.name, 24) if step is Step.SILENT else option.name, n=option.people
    ).unescape()


def _ask_again(voice: Voice, stand: Stand) -> Screen:
    """Ask for another text; its picture is kept unless the person removes it."""
    has_media = bool(stand.data.get("photo") or stand.data.get("document"))
    rows: list[Row] = []
    if has_media and stand.data.get("html"):
        rows.append((Button(voice("broadcast.without_media"), ComposeTap(Step.TEXT, "bare")),))
    if stand.data.get("html") or has_media:
        rows.append((Button(voice("broadcast.keep_text"), ComposeTap(Step.TEXT, "go_on")),))
    rows.append(_cancel(voice))
    return Screen(voice("broadcast.ask_rewrite" if len(rows) > 1 else "broadcast.ask_text"), tuple(rows))


def _scopes(voice: Voice, stand: Stand) -> tuple[Row, ...]:
    buttons = [
        Button(
            voice(f"broadcast.scope_{option.value}", n=option.people),
            ComposeTap(stand.step, option.value),
            style=PRIMARY if option.value == Scope.ALL.value else "",
        )
        for option in stand.options
    ]
    return rows_of(buttons, 2)


def _teams(voice: Voice, stand: Stand) -> tuple[Row, ...]:
    buttons = [
        Button(("✅ " if o.chosen else "") + f"{o.name} {o.people}", ComposeTap(stand.step, o.value))
        for o in stand.options
    ]
    rows = list(rows_of(buttons, 3))
    if chosen := sum(option.chosen for option in stand.options):
        rows.append((Button(voice("broadcast.teams_done", n=chosen), ComposeTap(stand.step, "done"), style=PRIMARY),))
    return tuple(rows)


def _cancel(voice: Voice) -> Row:
    return (Button(voice("button.cancel"), CancelTap()),)


def _back(voice: Voice, to: str = "back") -> Row:
    return (Button(voice("posting.back"), ComposeTap(Step.AUDIENCE, to)),)


def audience_words(voice: Voice, described: Described) -> Markup:
    """Return an audience in words."""
    names = voice.listed(described.names)
    match described.scope:
        case Scope.TEAMS:
            return voice("broadcast.to_teams", names=names)
        case Scope.CATEGORY:
            category = described.category
            return voice("broadcast.to_category", category=category.spoken(voice.language) if category else "")
        case Scope.ACTIVITY:
            which = Which(described.which).value
            return voice(f"broadcast.to_activity_{which}", title=names)
        case Scope.SILENT:
            return voice("broadcast.to_silent", title=excerpt(names, 20))
        case _:
            return voice(f"broadcast.to_{described.scope.value}")


def as_it_will_look(voice: Voice, content: Content) -> list[Screen]:
    """Return the messages as each person will get them; the button only shows."""
    button = Button(voice("button.acknowledge"), NothingTap())
    return [message(Content(part.html, part.photo)) for part in content.parts] + [message(content, (button,))]


def message(content: Content, *rows: Row) -> Screen:
    """Return the message of a broadcast with its photo or file."""
    return Screen(Markup(content.html), rows, content.photo, content.document)  # noqa: S704 - our own HTML, made from entities


def preview_screen(voice: Voice, preview: Preview) -> Screen:
    """Return the message under the preview: who gets it, how many, and 确认发送."""
    held = preview.held_until
    groups = voice.listed(group.title or group.team for group in preview.groups)
    text = lines(
        voice("broadcast.preview", n=preview.people, to=audience_words(voice, preview.described)),
        voice("broadcast.in_groups", groups=groups) if preview.audience.in_groups else None,
        voice("robot.also_to", robots=_robots(voice, preview)) if preview.robots else None,
        voice("broadcast.alone", n=preview.alone) if preview.alone else None,
        voice("broadcast.lost", names=named(voice, preview.lost)) if preview.lost else None,
        voice("broadcast.held", when=voice.moment(held)) if held else None,
    )
    rows: list[Row] = [
        (Button(voice("button.send", n=preview.people), SendTap(preview.id, preview.revision), style=SUCCESS),)
    ]
    if preview.groups:
        on = not preview.audience.in_groups
        label = voice("broadcast.use_groups" if on else "broadcast.use_private", n=len(preview.groups))
        rows.append((Button(label, InGroupsTap(preview.id, preview.revision, on)),))
    rows += [
        (
            Button(voice("button.later"), LaterTap(preview.id, preview.revision)),
            Button(voice("button.rewrite"), RewriteTap(preview.id)),
        ),
    ]
    other = [Button(voice("broadcast.other_audience"), ComposeTap(Step.AUDIENCE, "back"))] if preview.may_choose else []
    rows.append((*other, Button(voice("button.cancel"), DropTap(preview.id))))
    return Screen(text, tuple(rows))


def _robots(voice: Voice, preview: Preview) -> Markup:
    said = (
        voice("robot.of_team", team=robot.team, kind=voice(f"robot.kind_{robot.address.channel}"))
        for robot in preview.robots
    )
    return voice("list.comma").join(said)


def formers_screen(voice: Voice, formers: list[Former]) -> Screen:
    """Return the newest broadcasts as buttons that open their cards."""
    buttons = [
        Button(f"{voice.moment(former.when)} {excerpt(former.html, 16) or '📎'}", OpenTap(former.id))
        for former in formers
    ]
    return Screen(voice("broadcast.formers" if buttons else "broadcast.no_former"), rows_of(buttons, 1))


def hour_screen(voice: Voice, stand: timing_form.Stand) -> Screen:
    """Ask when to send, with the usual times as buttons; or return the card of one that is already scheduled."""
    if stand.done:
        return scheduled_screen(voice, stand.preview)
    preview = stand.preview
    buttons = [
        Button(voice.moment(hour), HourTap(preview.id, preview.revision, int(hour.timestamp()))) for hour in stand.hours
    ]
    back = RefreshTap(preview.id) if preview.scheduled_for else ComposeTap(Step.TEXT, "go_on")
    said = [] if stand.unclear is None else [known_half(voice, stand.unclear), unclear_hour(voice, stand.unclear), ""]
    rows = (*rows_of(buttons, 2), (Button(voice("button.back"), back),))
    return Screen(lines(*said, voice("broadcast.ask_hour")), rows)


def scheduled_screen(voice: Voice, preview: Preview) -> Screen:
    """Return the card of a scheduled broadcast that is not sent yet."""
    assert preview.scheduled_for is not None  # noqa: S101 - only a scheduled one has this card
    text = lines(
        voice("broadcast.scheduled", when=voice.moment(preview.scheduled_for, year=True)),
        voice("broadcast.excerpt", text=excerpt(preview.content.html)),
        voice("broadcast.to_whom", to=audience_words(voice, preview.described), n=preview.people),
        voice("broadcast.held", when=voice.moment(preview.held_until)) if preview.held_until else None,
    )
    rows = (
        (
            Button(voice("broadcast.other_hour"), LaterTap(preview.id, preview.revision)),
            Button(voice("button.rewrite"), RewriteTap(preview.id)),
        ),
        (Button(voice("button.cancel"), DropTap(preview.id), style=DANGER),),
    )
    return Screen(text, rows)
