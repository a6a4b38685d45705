"""The conversation of /broadcast: what to say, whom to, then the preview. Lives in the person's draft."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlmodel import Session

from corps import conversations, people
from corps.addresses import MessageAt
from corps.attachments import Attachment
from corps.broadcasts import audience as audiences
from corps.broadcasts import broadcasts, live_cards, progress
from corps.broadcasts.audience import Audience, Scope, Which
from corps.broadcasts.broadcasts import Preview
from corps.broadcasts.compose_options import Data, Option, Step, options
from corps.broadcasts.content import Content, Part, TextLimits, given, kept, read_parts
from corps.broadcasts.progress import Progress
from corps.moment import Moment
from corps.people import Actor
from corps.refusals import Reason, Refused
from models.enums import BroadcastState

KIND = "broadcast"


class InputTrouble(StrEnum):
    """Why something that was sent could not be taken."""

    KIND = "kind"
    ALBUM = "album"
    ALBUM_AGAIN = "album_again"
    LONG = "long"
    LONG_UNDER_MEDIA = "long_under_media"


@dataclass(frozen=True)
class SentPiece:
    """What the coordinator sent: text as HTML, one photo or file, the album it belongs to."""

    html: str = ""
    photo: Attachment | None = None
    document: Attachment | None = None
    album: str = ""


@dataclass(frozen=True)
class Stand:
    """Where /broadcast stands: the open question, what there is to choose, the preview once all is said."""

    step: Step
    data: Data
    options: tuple[Option, ...] = ()
    trouble: InputTrouble | None = None
    length: int = 0
    most: int = 0
    preview: Preview | None = None


def take(data: Data, sent: SentPiece, limits: TextLimits) -> tuple[Data, InputTrouble | None]:
    """Take in what was sent: text replaces text, a photo or file comes along. Returns the data and the trouble."""
    if not (sent.html or sent.photo or sent.document):
        return data, InputTrouble.KIND
    if sent.album and sent.album == data.get("album"):
        return {**data, "told": sent.album}, InputTrouble.ALBUM_AGAIN if data.get(
            "told"
        ) == sent.album else InputTrouble.ALBUM
    new = dict(data)
    if sent.html:
        new |= {"html": sent.html, "parts": []}
    if sent.photo or sent.document:
        new |= {"photo": kept(sent.photo), "document": kept(sent.document), "album": sent.album}
    trouble = too_long(content_of(new), limits)
    return (data, trouble) if trouble else (new, None)


def too_long(content: Content, limits: TextLimits) -> InputTrouble | None:
    """Tell whether the channel would refuse the text, before anything is sent."""
    length = limits.length(content.html)
    if (content.photo or content.document) and (length > limits.under_media or content.parts):
        return InputTrouble.LONG_UNDER_MEDIA
    return InputTrouble.LONG if length > limits.text else None


def content_of(data: Data) -> Content:
    """Return what has been composed."""
    return Content(
        data.get("html", ""),
        given(data.get("photo")),
        given(data.get("document")),
        read_parts(data.get("parts", ())),
    )


@dataclass(frozen=True)
class Begun:
    """The first question: what to say. `unfinished`: something begun before is kept; `former`: there were others.

    `schedules`: the corps' schedule may be sent. `team` is the one team that a leader writes to; empty: any.
    """

    unfinished: bool
    former: bool
    schedules: bool = True
    team: str = ""


def begin(session: Session, actor: Actor, at: Moment, key: str) -> Begun:
    """Ask for the text. What was begun before is kept aside, for 接着上次的."""
    people.demand_leader_or_coordinator(actor)
    conversation = conversations.find(session, actor.address, KIND)
    before = dict(conversation.data) if conversation else {}
    kept = before.get("kept", {}) if content_of(before).empty else before
    conversations.put(session, at, actor.address, KIND, Step.TEXT.value, {"kept": kept} if kept else {}, key)
    team = "" if actor.is_coordinator else actor.team_name
    return Begun(bool(kept), bool(live_cards.recent(session, actor, at, 1)), actor.is_coordinator, team)


def absorb(
    session: Session,
    actor: Actor,
    at: Moment,
    sent: SentPiece,
    key: str | None,
    limits: TextLimits,
    *,
    afresh: bool = False,
) -> Stand:
    """Take in what was sent, and ask on: for the audience, or show the preview when that is known."""
    people.demand_leader_or_coordinator(actor)
    conversation = None if afresh else conversations.find(session, actor.address, KIND)
    data = dict(conversation.data) if conversation else {}
    data, trouble = take(data, sent, limits)
    if not trouble:
        data.pop("kept", None)
    step = Step(conversation.step) if conversation and trouble else _next(data)
    stand = _stand(session, actor, at, data, step, key)
    most = limits.under_media if trouble is InputTrouble.LONG_UNDER_MEDIA else limits.text
    return replace(stand, trouble=trouble, length=limits.length(sent.html or data.get("html", "")), most=most)


def use_text(
    session: Session, actor: Actor, at: Moment, texts: list[str], photo: Attachment | None, limits: TextLimits
) -> Stand:
    """Take a text that was generated, in one message or several, with its picture, and ask for the audience.

    A text that fits goes under the picture; otherwise the picture goes before it.
    """
    *before, last = texts
    together = not before and limits.length(last) <= limits.under_media
    first = [] if together or photo is None else [Part(photo=photo)]
    parts = [part.stored() for part in [*first, *(Part(text) for text in before)]]
    data: Data = {"html": last, "photo": kept(photo) if together else None, "parts": parts}
    return _stand(session, actor, at, data, Step.AUDIENCE, None)


def _next(data: Data) -> Step:
    if content_of(data).empty:
        return Step.TEXT
    return Step.PREVIEW if "audience" in data else Step.AUDIENCE


def look(session: Session, actor: Actor, at: Moment) -> Stand:
    """Return the open question again. Raises Refused when nothing is being composed."""
    conversation = _open(session, actor)
    return _stand(session, actor, at, conversation.data, Step(conversation.step), None)


def _open(session: Session, actor: Actor) -> conversations.Conversation:
    people.demand_leader_or_coordinator(actor)
    conversation = conversations.find(session, actor.address, KIND)
    if conversation is None:
        raise Refused(Reason.PREVIEW_OLD)
    return conversation


def choose(session: Session, actor: Actor, at: Moment, step: Step, value: str) -> Stand:
    """Take an answer given by a button. One that no longer fits changes nothing: Refused."""
    conversation = _open(session, actor)
    data = dict(conversation.data)
    if step is not Step.TEXT and content_of(data).empty:
        raise Refused(Reason.PREVIEW_OLD)
    match step:
        case Step.TEXT:
            return _on_text(session, actor, at, data, value)
        case Step.AUDIENCE:
            return _on_scope(session, actor, at, data, value)
        case Step.TEAMS if value.isdecimal():
            data["ticked"] = sorted({*data.get("ticked", ())} ^ {int(value)})
            return _stand(session, actor, at, data, Step.TEAMS, None)
        case Step.ACTIVITY if value.isdecimal():
            data["activity"] = int(value)
            return _stand(session, actor, at, data, Step.WHICH, None)
        case _:
            audience = _chosen(data, step, value)
            return _stand(session, actor, at, {**data, "audience": audience.stored()}, Step.PREVIEW, None)


def _on_text(session: Session, actor: Actor, at: Moment, data: Data, value: str) -> Stand:
    """The buttons around the text: go on with it, or with what was kept aside; leave the picture out."""
    if content_of(data).empty:
        data = dict(data.get("kept", {}))
    if value == "back":
        return _stand(session, actor, at, data, Step.TEXT, None)
    if value == "bare":
        data |= {"photo": None, "document": None, "album": ""}
    return _stand(session, actor, at, data, _next(data), None)


def _on_scope(session: Session, actor: Actor, at: Moment, data: Data, value: str) -> Stand:
    if value == "back":
        data.pop("audience", None)
        return _stand(session, actor, at, data, Step.AUDIENCE, None)
    asks = {
        Scope.TEAMS.value: Step.TEAMS,
        Scope.CATEGORY.value: Step.CATEGORY,
        Scope.ACTIVITY.value: Step.ACTIVITY,
        Scope.SILENT.value: Step.SILENT,
    }
    if value in asks:
        return _stand(session, actor, at, data, asks[value], None)
    if value not in (Scope.ALL.value, Scope.LEADERS.value):
        raise Refused(Reason.PREVIEW_OLD)
    audience = Audience(Scope(value))
    return _stand(session, actor, at, {**data, "audience": audience.stored()}, Step.PREVIEW, None)


def _chosen(data: Data, step: Step, value: str) -> Audience:
    """Return the audience that the last answer completes."""
    if step is Step.TEAMS and value == "done" and data.get("ticked"):
        return Audience(Scope.TEAMS, teams=tuple(data["ticked"]))
    if step is Step.CATEGORY:
        return Audience(Scope.CATEGORY, category=value)
    if step is Step.WHICH and value in set(Which) and "activity" in data:
        return Audience(Scope.ACTIVITY, activity=data["activity"], which=Which(value))
    if step is Step.SILENT and value.isdecimal():
        return Audience(Scope.SILENT, broadcast=int(value))
    raise Refused(Reason.PREVIEW_OLD)


def _stand(session: Session, actor: Actor, at: Moment, data: Data, step: Step, key: str | None) -> Stand:
    """Store where it stands and return what the next screen needs. A leader is not asked to whom: to the own team."""
    preview = None
    if not actor.is_coordinator:
        data, step = _to_own_team(actor, data, step)
    if step is Step.PREVIEW:
        audience = Audience.read(data["audience"])
        preview = broadcasts.prepare(session, actor, at, content_of(data), audience, data.get("broadcast"))
        data = {**data, "broadcast": preview.id}
    conversations.put(session, at, actor.address, KIND, step.value, data, key)
    return Stand(step, data, options(session, actor, at, data, step), preview=preview)


def _to_own_team(actor: Actor, data: Data, step: Step) -> tuple[Data, Step]:
    own = replace(audiences.own_team(actor), in_groups=data.get("audience", {}).get("in_groups", False))
    data = {**data, "audience": own.stored()}
    return data, Step.TEXT if step is Step.TEXT or content_of(data).empty else Step.PREVIEW


def reopen(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> Stand:
    """修改: take a broadcast that is not out yet back, and ask for its text."""
    content, audience = broadcasts.reopen(session, actor, at, broadcast_id)
    data: Data = {
        "html": content.html,
        "photo": kept(content.photo),
        "document": kept(content.document),
        "parts": [part.stored() for part in content.parts],
        "audience": audience.stored(),
        "broadcast": broadcast_id,
    }
    return _stand(session, actor, at, data, Step.TEXT, None)


def use_groups(session: Session, actor: Actor, at: Moment, broadcast_id: int, revision: int, *, on: bool) -> Preview:
    """发到分团群, or to each member by themselves: changed on the preview, and remembered with the audience."""
    preview = broadcasts.use_groups(session, actor, at, broadcast_id, revision, on=on)
    conversation = _open(session, actor)
    data = {**conversation.data, "audience": preview.audience.stored()}
    conversations.put(session, at, actor.address, KIND, Step.PREVIEW.value, data)
    return preview


def send(session: Session, actor: Actor, at: Moment, broadcast_id: int, revision: int, card: MessageAt) -> Progress:
    """确认发送: it goes out. `card` is the chat and the message that show from now on how it stands."""
    demand_composed(session, actor, broadcast_id)
    broadcasts.confirm(session, actor, at, broadcast_id, revision, card)
    finish(session, actor, broadcast_id)
    session.flush()
    return progress.read(session, at, broadcasts.find(session, actor, broadcast_id))


def cancel(session: Session, actor: Actor, at: Moment, broadcast_id: int) -> None:
    """取消 before it is out."""
    broadcasts.cancel(session, actor, at, broadcast_id)
    finish(session, actor, broadcast_id)


def finish(session: Session, actor: Actor, broadcast_id: int) -> None:
    """Forget the conversation about a broadcast that is settled now."""
    conversation = conversations.find(session, actor.address, KIND)
    if conversation is not None and conversation.data.get("broadcast") == broadcast_id:
        conversations.drop(session, actor.address, KIND)


def demand_composed(session: Session, actor: Actor, broadcast_id: int) -> None:
    """Raise Refused when that draft is no longer being composed, or was cancelled: it must not go out."""
    row = broadcasts.find(session, actor, broadcast_id)
    conversation = conversations.find(session, actor.address, KIND)
    kept = conversation is not None and conversation.data.get("broadcast") == broadcast_id
    if row.state is BroadcastState.CANCELLED or (row.state is BroadcastState.DRAFT and not kept):
        raise Refused(Reason.PREVIEW_OLD, f"broadcast:{broadcast_id}")
