"""Small jobs, each one step of time: lapse, remind, ask, deliver."""

from dataclasses import dataclass, field

from telegram import Bot

from bot.desk import Desk
from bot.line import Line
from bot.outgoing import Outgoing
from bot.pace import Pace
from corps import reminders, waitlist


@dataclass
class Bench:
    """What jobs work with."""

    bot: Bot
    desk: Desk
    digest_cron: str = "0 9 * * mon"
    pace: Pace = field(default_factory=Pace)
    line: Line = field(default_factory=Line)
    outgoing: Outgoing = field(init=False)

    def __post_init__(self) -> None:
        """Set up the line of owed messages."""
        self.outgoing = Outgoing(self.bot, self.desk, self.pace, self.line)


async def lapse_offers(bench: Bench) -> None:
    """End the offers whose deadline has passed."""
    await bench.desk.run(waitlist.lapse)


async def owe_reminders(bench: Bench) -> None:
    """Owe the reminder rounds that have come due."""
    await bench.desk.run(reminders.owe_reminders)


async def owe_report_requests(bench: Bench) -> None:
    """Ask for the reports of what has ended."""
    await bench.desk.run(reminders.owe_report_requests)


async def deliver_due(bench: Bench) -> None:
    """Deliver what is due until nothing more is; one chat's messages in order, different chats' at once."""
    await bench.outgoing.run()
