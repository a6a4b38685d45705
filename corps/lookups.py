"""What many notices of one batch ask for, looked up once: a card for a thousand people is one card, not a thousand."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from sqlmodel import Session, select

from corps import cards
from corps.moment import Moment
from corps.people import Actor, recognise
from models import Attendance, SignUp

T = TypeVar("T")


class Lookups:
    """Remembers answers for as long as one transaction lasts."""

    def __init__(self, session: Session, at: Moment) -> None:
        self._session = session
        self._at = at
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, look: Callable[[], T]) -> T:
        """Return what `look` returns, looked up the first time only."""
        if key not in self._known:
            self._known[key] = look()
        return cast("T", self._known[key])

    def actor(self, telegram_id: int) -> Actor:
        """Return the person behind a Telegram id."""
        return self.once(("actor", telegram_id), lambda: recognise(self._session, self._at, telegram_id))

    def card(self, actor: Actor, activity_id: int) -> cards.Card:
        """Return an activity's card as `actor` sees it.

        What a card shows depends on the person's team and roles, and on what they hold in the activity:
        those of one team and role who hold nothing there see the same card.
        """
        involved = self.once(("involved", activity_id), lambda: self._involved(activity_id))
        who: Hashable = (actor.team_id, actor.is_leader, actor.is_coordinator, actor.status)
        if actor.member_id in involved:
            who = actor.telegram_id
        return self.once(("card", activity_id, who), lambda: cards.see(self._session, actor, self._at, activity_id))

    def _involved(self, activity_id: int) -> frozenset[int]:
        """Return the members with a sign-up or an attendance in the activity."""
        held = select(SignUp.member_id).where(SignUp.activity_id == activity_id)
        came = select(Attendance.member_id).where(Attendance.activity_id == activity_id)
        return frozenset(self._session.exec(held).all()) | frozenset(self._session.exec(came).all())
