"""The plain way to write the same bot: the library as its examples use it, and SQLModel's `AsyncSession`.

PTB's own updater and default transport, one handler, one `AsyncSession` over aiosqlite an update, the rows loaded
as objects. `concurrent` lets the library handle updates at once, which is not its default.

`python -m benchmarks.plain URL DATABASE [concurrent]`: reads taps until SIGTERM.
"""

import datetime as dt
import logging
import sys

from sqlalchemy import func
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes

from benchmarks.telegram import TOKEN
from models import Activity, Audit, Category, Member, MemberAddress, SignUp, Slot, Team
from models.enums import ActivityState, SignUpState

TAKING = (SignUpState.GOING, SignUpState.OFFERED)
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("我来不了", callback_data="wd:1")]])


class Plain:
    """One handler on one database."""

    def __init__(self, database: str) -> None:
        self._session = async_sessionmaker(
            create_async_engine(f"sqlite+aiosqlite:///{database}"), class_=AsyncSession, expire_on_commit=False
        )

    async def on_tap(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Sign up, and answer with a toast and an edited card."""
        query = update.callback_query
        assert query is not None
        async with self._session() as session:
            text = await self._sign_up(session, query.from_user.id, int((query.data or "").split(":")[1]))
            await session.commit()
        await query.answer("报上了！")
        await query.edit_message_text(text, parse_mode="HTML", reply_markup=KEYBOARD)

    async def _sign_up(self, session: AsyncSession, person: int, slot_id: int) -> str:
        now = dt.datetime.now(dt.UTC)
        whose = select(MemberAddress.member_id).where(
            MemberAddress.channel == "telegram", MemberAddress.external == str(person)
        )
        member = (await session.exec(select(Member).where(col(Member.id).in_(whose)))).one()
        slot = (await session.exec(select(Slot).where(Slot.id == slot_id).with_for_update())).one()
        activity = (await session.exec(select(Activity).where(Activity.id == slot.activity_id))).one()
        mine = await session.exec(select(SignUp).where(SignUp.slot_id == slot_id, SignUp.member_id == member.id))
        taken = await session.exec(
            select(func.count()).select_from(SignUp).where(SignUp.slot_id == slot_id, col(SignUp.state).in_(TAKING))
        )
        clash = await session.exec(_clash(member, activity))
        if mine.first() is None and clash.first() is None and taken.one() < slot.places:
            session.add(_row(member, slot, activity, now))
            session.add(Audit(at=now, actor_id=member.id, action="signup.join", subject=f"slot:{slot_id}"))
            await session.flush()
        return await _card(session, member, activity)


def _clash(member: Member, activity: Activity):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a select
    return (
        select(Activity)
        .join(SignUp, col(SignUp.activity_id) == col(Activity.id))
        .where(
            SignUp.member_id == member.id,
            col(SignUp.state).in_(TAKING),
            Activity.state == ActivityState.PUBLISHED,
            col(Activity.starts_at) < activity.ends_at,
            col(Activity.ends_at) > activity.starts_at,
        )
    )


def _row(member: Member, slot: Slot, activity: Activity, now: dt.datetime) -> SignUp:
    return SignUp(
        activity_id=activity.id or 0,
        slot_id=slot.id or 0,
        member_id=member.id or 0,
        team_id=member.team_id,
        state=SignUpState.GOING,
        queued_at=now,
        created_at=now,
        updated_at=now,
    )


async def _card(session: AsyncSession, member: Member, activity: Activity) -> str:
    """Return the card's text, with the counts and the first names."""
    slots = (
        await session.exec(
            select(Slot, Category)
            .join(Category, col(Category.code) == col(Slot.category))
            .where(Slot.activity_id == activity.id)
        )
    ).all()
    team = (await session.exec(select(Team).where(Team.id == member.team_id))).one()
    count = await session.exec(
        select(func.count()).select_from(SignUp).where(SignUp.activity_id == activity.id, SignUp.state == "going")
    )
    going = await session.exec(
        select(Member.name)
        .join(SignUp, col(SignUp.member_id) == col(Member.id))
        .where(SignUp.activity_id == activity.id, SignUp.state == "going", SignUp.team_id == member.team_id)
        .limit(20)
    )
    names = "、".join(going.all())
    return f"<b>{activity.title}</b>\n{team.name}\n{slots[0][0].role} {count.one()}\n👥 {names}\n\n您已报名"


def main() -> None:
    """Run until SIGTERM, as the library's examples do."""
    logging.basicConfig(level=logging.WARNING)
    url, database, *more = sys.argv[1:]
    application = Application.builder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(bool(more)).build()
    application.add_handler(CallbackQueryHandler(Plain(database).on_tap))
    application.run_polling()


if __name__ == "__main__":
    main()
