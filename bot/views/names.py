"""How people are called in a list."""

import datetime as dt
from typing import Protocol

from bot.texts.voice import Voice


class Listed(Protocol):
    """Somebody in a list; with `joined` where another one there bears the same name."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def team(self) -> str:
        """The team's short name, if it tells them apart."""

    @property
    def joined(self) -> dt.datetime | None:
        """Since when in the corps."""


def name_of(voice: Voice, person: Listed) -> str:
    """Return a name; with the team and when they joined where another on the list bears it too."""
    if person.joined is None:
        return person.name
    month = f"{voice.zone.wall(person.joined):%Y-%m}"
    apart = voice("roll.member_of", team=person.team, month=month) if person.team else month
    return f"{person.name}（{apart}）"
