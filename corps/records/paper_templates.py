"""The office's own templates of papers: which one is in use, put in its place by a coordinator, taken away again."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session

from corps import audit, conversations
from corps.moment import Moment
from corps.people import Actor, Named, demand_coordinator, name_for
from models import PaperTemplate

KIND = "template"
FILE = "file"
BRIEF = "brief"
"""The one paper so far that the office may lay out."""


@dataclass(frozen=True)
class InUse:
    """The office's template that is in use: its file, the file's name, who put it there and when."""

    content: bytes
    name: str
    by: Named
    at: dt.datetime


def content(session: Session, _actor: Actor, _at: Moment, paper: str) -> bytes | None:
    """Return the template that a paper is made by, None for ours."""
    row = session.get(PaperTemplate, paper)
    return row.content if row is not None else None


def see(session: Session, actor: Actor, _at: Moment, paper: str) -> InUse | None:
    """Return the office's template of a paper; None: ours is in use."""
    demand_coordinator(actor)
    row = session.get(PaperTemplate, paper)
    return None if row is None else InUse(row.content, row.name, name_for(session, actor, row.put_by), row.at)


def begin(session: Session, actor: Actor, at: Moment, paper: str) -> InUse | None:
    """换模板: wait for a file."""
    found = see(session, actor, at, paper)
    conversations.put(session, at, actor.address, KIND, FILE, {"paper": paper})
    return found


def put(session: Session, actor: Actor, at: Moment, paper: str, checked: bytes, name: str) -> InUse | None:
    """Put a template, which was checked, in the place of the present one."""
    demand_coordinator(actor)
    row = session.get(PaperTemplate, paper, with_for_update=True)
    row = row or PaperTemplate(paper=paper, name="", content=b"", put_by=actor.id, at=at.now)
    before = {"name": row.name} if row.name else None
    row.name, row.content, row.put_by, row.at = name[:100] or "docx", checked, actor.id, at.now
    session.add(row)
    session.flush()
    audit.record(session, at, actor.id, "template.put", f"template:{paper}", before, {"name": row.name})
    conversations.drop(session, actor.address, KIND)
    return see(session, actor, at, paper)


def reset(session: Session, actor: Actor, at: Moment, paper: str) -> None:
    """用回自带的模板. Twice is once."""
    demand_coordinator(actor)
    row = session.get(PaperTemplate, paper, with_for_update=True)
    if row is not None:
        audit.record(session, at, actor.id, "template.reset", f"template:{paper}", {"name": row.name}, None)
        session.delete(row)
        session.flush()
