"""A nickname that a leader gives: it stands behind the name of people who share theirs, and nowhere else."""

import re

from sqlmodel import Session

from corps import audit, conversations
from corps.conversations import Conversation
from corps.membership import team_cards
from corps.membership.roles import lock_admitted
from corps.membership.team_cards import MemberCard
from corps.moment import Moment
from corps.parsing.lengths import demand_short
from corps.parsing.normalise import plain
from corps.people import Actor

KIND = "nickname"
NICKNAME_MAX = 20
"""How long one may be, in units (`lengths.units`)."""
NONE = ("-", "无", "没有", "不要", "去掉", "none", "no")


def ask(session: Session, actor: Actor, at: Moment, member_id: int) -> MemberCard:
    """设昵称: ask for it. Refused for a member of another leader's team."""
    card = team_cards.see_member(session, actor, at, member_id)
    conversations.put(session, at, actor.address, KIND, KIND, {"member": member_id})
    return card


def ask_again(session: Session, actor: Actor, at: Moment, conversation: Conversation) -> MemberCard:
    """Ask again."""
    return ask(session, actor, at, conversation.data["member"])


def take(session: Session, actor: Actor, at: Moment, conversation: Conversation, text: str) -> MemberCard | None:
    """Give the nickname that was typed, or take it away. Returns the card; None for no word at all."""
    word = plain(text)
    taken_away = word.casefold() in NONE
    if not taken_away and not re.search(r"\w", word):
        return None
    give(session, actor, at, conversation.data["member"], "" if taken_away else demand_short(word, NICKNAME_MAX))
    conversations.drop(session, actor.address, KIND)
    return team_cards.see_member(session, actor, at, conversation.data["member"])


def give(session: Session, actor: Actor, at: Moment, member_id: int, nickname: str) -> None:
    """Give a member a nickname; empty takes it away. The trace does not say which: it outlives erasing."""
    team_cards.see_member(session, actor, at, member_id)
    member = lock_admitted(session, member_id)
    before, member.nickname = member.nickname, nickname
    session.add(member)
    if before != nickname:
        given = ({"given": bool(word)} for word in (before, nickname))
        audit.record(session, at, actor.id, "member.nickname", f"member:{member_id}", *given)
