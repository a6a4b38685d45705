"""Who may do what: the one gate every handler passes (docs/rules.md, rule 4).

A handler says what it `needs`; the gate looks the person up in the same transaction in which the operation
runs, so that nothing can change between the check and the act. What depends on the row (whose team, whose
report) is checked by the operation itself.
"""

from enum import IntEnum

from sqlmodel import Session

from corps.addresses import Address
from corps.moment import Moment
from corps.people import Actor, recognise, whom_to_ask


class Access(IntEnum):
    """What a handler needs its person to be."""

    ANYONE = 0
    MEMBER = 1
    LEADER = 2
    COORDINATOR = 3


class Denied(Exception):  # noqa: N818 - it is an answer, not an error
    """The person may not do this. `actor` is the person, `needs` the role it takes.

    `ask` are the names of those whom a member can ask for it, `leaders` whether these are leaders, not coordinators.
    """

    def __init__(self, actor: Actor, needs: Access, ask: tuple[str, ...] = (), *, leaders: bool = False) -> None:
        super().__init__(needs.name)
        self.actor = actor
        self.needs = needs
        self.ask = ask
        self.leaders = leaders


def level(actor: Actor) -> Access:
    """Return the highest role that a person has."""
    if not actor.is_member:
        return Access.ANYONE
    if actor.is_coordinator:
        return Access.COORDINATOR
    return Access.LEADER if actor.is_leader else Access.MEMBER


def admit(session: Session, at: Moment, address: Address, needs: Access) -> Actor:
    """Return the person at an address if they may do what `needs` says. Raises Denied."""
    actor = recognise(session, at, address)
    if level(actor) < needs:
        ask, leaders = whom_to_ask(session, actor) if actor.is_member else ((), False)
        raise Denied(actor, needs, ask, leaders=leaders)
    return actor
