"""反馈 → 提交 → 核实 / 退回. One card asks one thing at a time; answers are welcome in any order."""

from bot.access import Access
from bot.callbacks import Payload
from bot.callbacks.common import MenuTap
from bot.callbacks.reports import (
    AddPersonTap,
    AddTap,
    AllPresentTap,
    CategoryTap,
    CountedTap,
    DropPhotoTap,
    FixTap,
    GuestDropTap,
    GuestEraseTap,
    GuestNamesTap,
    GuestTap,
    LeftAtTap,
    LeftTap,
    ListedReviewTap,
    MarkTap,
    PhotosTap,
    ReopenDecideTap,
    ReopenTap,
    ReportTap,
    ReturnTap,
    ReviewTap,
    RollDoneTap,
    RollPageTap,
    SheetPhotoTap,
    StayedTap,
    SubmitTap,
    VerifyTap,
)
from bot.callbacks.signup import CardTap
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views import onsite
from bot.views import reports as views
from corps.attendance import reopening, report_form, reports, roll_call, roll_form
from corps.attendance.report_form import KIND, RETURN
from corps.conversations import Conversation

routes = Routes()


@routes.tap(ReportTap, Access.LEADER)
async def on_report(turn: Turn, tap: ReportTap) -> None:
    """反馈: begin, or go on."""
    seen = await turn.run(report_form.begin, tap.activity)
    await turn.toast()
    await turn.send(onsite.roll_screen(turn.voice, seen))


@routes.tap(MarkTap, Access.LEADER)
async def on_mark(turn: Turn, tap: MarkTap) -> None:
    """Mark one person."""
    seen = await turn.run(roll_call.mark_as, tap.activity, tap.member, tap.state)
    await turn.show(onsite.roll_screen(turn.voice, seen, tap.page))


@routes.tap(AllPresentTap, Access.LEADER)
async def on_all_present(turn: Turn, tap: AllPresentTap) -> None:
    """全部到场: mark all who are on the roll as present."""
    seen = await turn.run(roll_call.mark_all_present, tap.activity)
    await turn.show(onsite.roll_screen(turn.voice, seen))


@routes.tap(RollPageTap, Access.LEADER)
async def on_roll_page(turn: Turn, tap: RollPageTap) -> None:
    """Turn to a page of the list."""
    seen = await turn.run(roll_form.back, tap.activity)
    await turn.show(onsite.roll_screen(turn.voice, seen, tap.page))


@routes.tap(RollDoneTap, Access.LEADER)
async def on_roll_done(turn: Turn, tap: RollDoneTap) -> None:
    """下一步: on to the questions."""
    stand = await turn.run(report_form.ask, tap.activity, turn.key)
    await turn.show(views.question_screen(turn.voice, stand))


@routes.tap(CountedTap, Access.LEADER)
async def on_counted(turn: Turn, tap: CountedTap) -> None:
    """How 受益人次 was counted."""
    stand = await turn.run(report_form.choose_way, tap.activity, tap.how, turn.key)
    await turn.show(views.question_screen(turn.voice, stand))


@routes.tap(FixTap, Access.LEADER)
async def on_fix(turn: Turn, tap: FixTap) -> None:
    """改人次, 改统计方式, 重写情况, 去掉照片: ask that again."""
    stand = await turn.run(report_form.correct, tap.activity, tap.what, turn.key)
    await turn.show(views.question_screen(turn.voice, stand))


@routes.tap(DropPhotoTap, Access.LEADER)
async def on_drop_photo(turn: Turn, tap: DropPhotoTap) -> None:
    """Take out a photo, or all."""
    stand = await turn.run(report_form.drop_photo, tap.activity, tap.photo, turn.key)
    await turn.show(views.question_screen(turn.voice, stand))


@routes.tap(SheetPhotoTap, Access.LEADER)
async def on_sheet_photo(turn: Turn, tap: SheetPhotoTap) -> None:
    """Say which photo shows the signed sheet."""
    stand = await turn.run(report_form.mark_sheet, tap.activity, tap.photo, sheet=tap.sheet, key=turn.key)
    await turn.show(views.question_screen(turn.voice, stand))


@routes.tap(CategoryTap, Access.LEADER)
async def on_category(turn: Turn, tap: CategoryTap) -> None:
    """计入, 不计入: say whether a category was served."""
    stand = await turn.run(report_form.count_category, tap.activity, tap.category, tap.counts, turn.key)
    await turn.show(views.question_screen(turn.voice, stand))


async def show_report(turn: Turn, conversation: Conversation) -> None:
    """Ask the open question again."""
    stand = await turn.run(report_form.ask_again, conversation, turn.key)
    await turn.send(views.question_screen(turn.voice, stand))


@routes.conversation(KIND, Access.LEADER, show_report)
async def take_report(turn: Turn, conversation: Conversation) -> None:
    """Take a number, a way of counting, words or a photo, in whatever order they come."""
    file = turn.incoming.files[0] if turn.incoming.files else None
    stand = await turn.run(report_form.take, conversation, turn.text, file, turn.key)
    await turn.send(views.taken(turn.voice, stand))


@routes.tap(SubmitTap, Access.LEADER)
async def on_submit(turn: Turn, tap: SubmitTap) -> None:
    """提交: hand it in; another coordinator is asked to verify."""
    done = await turn.run(report_form.submit, tap.activity, tap.shown)
    await turn.show(views.submitted_screen(turn.voice, done), turn.voice("toast.done"))


@routes.command("verify", Access.COORDINATOR)
async def verify_list(turn: Turn) -> None:
    """List the reports that wait for 核实."""
    waiting = await turn.run(reports.waiting)
    await turn.show(views.waiting_screen(turn.voice, waiting))


@routes.tap(ReviewTap, Access.LEADER)
async def on_review(turn: Turn, tap: ReviewTap) -> None:
    """Read a report."""
    card, report = await turn.run(report_form.review, tap.activity)
    await turn.show(views.report_card(turn.voice, card, report, back=_back(turn, tap.activity)))


def _back(turn: Turn, activity: int) -> Payload:
    """Return where 返回 leads from a report: a coordinator's list, a leader's card."""
    return MenuTap("verify") if turn.actor.is_coordinator else CardTap(activity)


@routes.redraw(ReviewTap, VerifyTap, ReturnTap, ReopenTap, ReopenDecideTap)
async def redraw_report(turn: Turn, tap: VerifyTap) -> None:
    """Show the report as it is now."""
    card, report = await turn.run(report_form.look, tap.activity)
    await turn.show(views.report_card(turn.voice, card, report, back=_back(turn, tap.activity)))


@routes.redraw(SubmitTap)
async def redraw_question(turn: Turn, tap: SubmitTap) -> None:
    """Show what is handed in as it is now; the activity's card when there is nothing to hand in any more."""
    stand = await turn.run(report_form.ask, tap.activity, turn.key)
    await turn.show(views.question_screen(turn.voice, stand))


@routes.tap(ListedReviewTap, Access.LEADER)
async def on_listed_review(turn: Turn, tap: ListedReviewTap) -> None:
    """Read one of several reports; the list stays for the others."""
    card, report = await turn.run(report_form.review, tap.activity)
    await turn.toast()
    await turn.send(views.report_card(turn.voice, card, report))


@routes.tap(PhotosTap, Access.LEADER)
async def on_photos(turn: Turn, tap: PhotosTap) -> None:
    """看照片: send them, and name those that can't be shown; the card stays."""
    _, report = await turn.run(report_form.look, tap.activity)
    shown, screens = views.photo_screens(turn.voice, report, tap.page)
    await turn.toast()
    lost = await turn.send_each(screens)
    await turn.send(views.photos_end(turn.voice, report, tap.page, [shown[place].number for place in lost]))


@routes.tap(VerifyTap, Access.COORDINATOR)
async def on_verify(turn: Turn, tap: VerifyTap) -> None:
    """核实: it counts."""
    card, report = await turn.run(report_form.verify, tap.activity, tap.shown)
    screen = views.report_card(turn.voice, card, report, turn.voice("review.verified"), _back(turn, tap.activity))
    await turn.show(screen, turn.voice("toast.verified"))


@routes.tap(ReturnTap, Access.COORDINATOR)
async def on_return(turn: Turn, tap: ReturnTap) -> None:
    """退回: ask for the reason."""
    asked = await turn.run(report_form.ask_reason, tap.activity, tap.shown)
    await turn.toast()
    await turn.send(views.return_screen(turn.voice, asked))


routes.question(RETURN, Access.COORDINATOR, report_form.ask_reason_again, report_form.take_reason, views.return_screen)


@routes.tap(ReopenTap, Access.COORDINATOR)
async def on_reopen(turn: Turn, tap: ReopenTap) -> None:
    """撤回核实: ask for the reason."""
    asked = await turn.run(reopening.ask_reason, tap.activity)
    await turn.toast()
    await turn.send(views.reopen_screen(turn.voice, asked))


routes.question(
    reopening.KIND, Access.COORDINATOR, reopening.ask_reason_again, reopening.take_reason, views.reopen_screen
)


@routes.tap(ReopenDecideTap, Access.COORDINATOR)
async def on_reopen_decided(turn: Turn, tap: ReopenDecideTap) -> None:
    """确认, 不同意: agree to taking a verification back, or not."""
    correctors = await turn.run(reopening.decide, tap.activity, tap.shown, agrees=tap.agrees)
    card, report = await turn.run(report_form.look, tap.activity)
    await turn.show(views.reopened_screen(turn.voice, card, report, correctors), turn.voice("toast.done"))


@routes.tap(AddPersonTap, Access.LEADER)
async def on_add_person(turn: Turn, tap: AddPersonTap) -> None:
    """补一个人: who can be added."""
    adding = await turn.run(roll_form.ask, tap.activity)
    await turn.show(onsite.adding_screen(turn.voice, adding))


async def show_adding(turn: Turn, conversation: Conversation) -> None:
    """Ask again who is to be added, or who left early."""
    if conversation.step == roll_form.LEAVING:
        said = conversation.data
        leaving = await turn.run(roll_form.who_left, said["activity"], said["member"], late=said["late"])
        await turn.send(onsite.leaving_screen(turn.voice, leaving))
        return
    adding = await turn.run(roll_form.ask_again, conversation)
    await turn.send(onsite.adding_screen(turn.voice, adding))


@routes.conversation(roll_form.KIND, Access.LEADER, show_adding)
async def take_added_name(turn: Turn, conversation: Conversation) -> None:
    """Look for a typed name; take when somebody left."""
    if conversation.step == roll_form.LEAVING:
        taken = await turn.run(roll_form.take_leaving, conversation, turn.text)
        await turn.send(onsite.part_screen(turn.voice, taken))
        return
    adding = await turn.run(roll_form.take_name, conversation, turn.text, turn.key)
    await turn.send(onsite.adding_screen(turn.voice, adding))


@routes.tap(AddTap, Access.LEADER)
async def on_add(turn: Turn, tap: AddTap) -> None:
    """Mark a member as present who was not on the list."""
    seen = await turn.run(roll_form.add, tap.activity, tap.member)
    await turn.show(onsite.roll_screen(turn.voice, seen), turn.voice("toast.done"))


@routes.tap(GuestTap, Access.LEADER)
async def on_guest(turn: Turn, tap: GuestTap) -> None:
    """Note a guest by name."""
    seen = await turn.run(roll_form.add_guest, tap.activity)
    await turn.show(onsite.roll_screen(turn.voice, seen), turn.voice("toast.done"))


@routes.tap(GuestDropTap, Access.LEADER)
async def on_guest_dropped(turn: Turn, tap: GuestDropTap) -> None:
    """Take a guest off the list."""
    seen = await turn.run(roll_form.drop_guest, tap.activity, tap.mark)
    await turn.show(onsite.roll_screen(turn.voice, seen))


@routes.tap(LeftTap, Access.LEADER)
async def on_left(turn: Turn, tap: LeftTap) -> None:
    """有人早走: who, and when."""
    leaving = await turn.run(roll_form.who_left, tap.activity, tap.member, late=tap.late)
    await turn.show(onsite.leaving_screen(turn.voice, leaving))


@routes.tap(LeftAtTap, Access.LEADER)
async def on_left_at(turn: Turn, tap: LeftAtTap) -> None:
    """Say when somebody left."""
    seen = await turn.run(roll_form.left_at, tap.activity, tap.member, tap.minutes, late=tap.late)
    await turn.show(onsite.roll_screen(turn.voice, seen), turn.voice("toast.done"))


@routes.tap(StayedTap, Access.LEADER)
async def on_stayed(turn: Turn, tap: StayedTap) -> None:
    """没签退的算到结束: credit whoever has not checked out until the end."""
    seen = await turn.run(roll_form.stayed, tap.activity)
    await turn.show(onsite.roll_screen(turn.voice, seen), turn.voice("toast.done"))


@routes.tap(GuestNamesTap, Access.LEADER)
async def on_guest_names(turn: Turn, tap: GuestNamesTap) -> None:
    """来宾姓名: show whose names are kept."""
    found = await turn.run(roll_form.guests_named, tap.activity)
    await turn.show(onsite.guest_names_screen(turn.voice, tap.activity, *found))


@routes.tap(GuestEraseTap, Access.LEADER)
async def on_guest_erased(turn: Turn, tap: GuestEraseTap) -> None:
    """Erase a guest's name."""
    found = await turn.run(roll_form.erase_guest, tap.activity, tap.mark)
    await turn.show(onsite.guest_names_screen(turn.voice, tap.activity, *found), turn.voice("toast.done"))
