"""简报: a verified activity, or a month, as a Word file for the office."""

import asyncio
import contextlib

from bot.access import Access
from bot.callbacks.briefs import BriefTap, MonthBriefTap, TemplateFileTap, TemplateResetTap, TemplateTap
from bot.documents.office_parts import OfficeError, OfficeTrouble
from bot.documents.paper_template import MOST_BYTES, TemplateError, checked_template, fill_template
from bot.routing.pictures import pictures_for_paper
from bot.routing.received import NotReceivedError, received
from bot.routing.routes import Routes
from bot.routing.turn import Turn
from bot.views.records import brief_template as template_views
from bot.views.records import briefs as views
from corps.attachments import AttachmentKind
from corps.conversations import Conversation
from corps.records import briefs, paper_templates
from corps.records.briefs import Brief

routes = Routes()


@routes.tap(BriefTap, Access.LEADER)
async def on_activity(turn: Turn, tap: BriefTap) -> None:
    """Send the brief of an activity."""
    await _send(turn, await turn.run(briefs.of_activity, tap.activity))


@routes.tap(MonthBriefTap, Access.COORDINATOR)
async def on_month(turn: Turn, tap: MonthBriefTap) -> None:
    """Send the brief of a month."""
    await _send(turn, await turn.run(briefs.of_month, tap.year, tap.month))


async def _send(turn: Turn, brief: Brief) -> None:
    await turn.toast(turn.voice("brief.making"))
    template = await turn.run(paper_templates.content, paper_templates.BRIEF)
    photos = await pictures_for_paper(turn.channel, brief.photos)
    made = None
    if template is not None:
        with contextlib.suppress(TemplateError):  # ours is better than none
            made = await asyncio.to_thread(fill_template, template, template_views.values_of(turn.voice, brief, photos))
    await turn.send(await asyncio.to_thread(views.brief_screen, turn.voice, brief, photos, made))


@routes.tap(TemplateTap, Access.COORDINATOR)
async def on_template(turn: Turn, _tap: TemplateTap) -> None:
    """换模板: show which one is in use, which fields there are, and wait for a file."""
    found = await turn.run(paper_templates.begin, paper_templates.BRIEF)
    await turn.toast()
    await turn.send(template_views.template_screen(turn.voice, found))


@routes.tap(TemplateFileTap, Access.COORDINATOR)
async def on_template_file(turn: Turn, _tap: TemplateFileTap) -> None:
    """Send the template that is in use."""
    found = await turn.run(paper_templates.see, paper_templates.BRIEF)
    await turn.toast()
    await turn.send(await asyncio.to_thread(template_views.file_screen, turn.voice, found))


@routes.tap(TemplateResetTap, Access.COORDINATOR)
async def on_template_reset(turn: Turn, _tap: TemplateResetTap) -> None:
    """用回自带的模板: go back to the built-in template, and say that it is in use."""
    await turn.run(paper_templates.reset, paper_templates.BRIEF)
    await turn.show(template_views.template_screen(turn.voice, None), turn.voice("toast.done"))


async def show_template_question(turn: Turn, _conversation: Conversation) -> None:
    """Say again that a file is waited for."""
    await turn.pass_gate()
    await turn.send(template_views.trouble_screen(turn.voice, None))


@routes.conversation(paper_templates.KIND, Access.COORDINATOR, show_template_question)
async def take_template(turn: Turn, conversation: Conversation) -> None:
    """Take the office's template: it is checked, and tried once."""
    file = turn.incoming.file(AttachmentKind.DOCUMENT)
    if file is None:
        await show_template_question(turn, conversation)
        return
    await turn.pass_gate()
    try:
        content = await received(turn, file, MOST_BYTES)
        checked = await asyncio.to_thread(checked_template, content, template_views.sample_values())
    except NotReceivedError as error:
        trouble = OfficeTrouble.TOO_LARGE if error.too_large else OfficeTrouble.NOT_FETCHED
        await turn.send(template_views.trouble_screen(turn.voice, trouble))
        return
    except (OfficeError, TemplateError) as error:
        why = error.trouble if isinstance(error, OfficeError) else error
        await turn.send(template_views.trouble_screen(turn.voice, why))
        return
    found = await turn.run(paper_templates.put, paper_templates.BRIEF, checked, file.name)
    await turn.send(template_views.template_screen(turn.voice, found, turn.voice("brief.template_taken")))
