"""Every page as screen readers, old eyes and thick fingers have it: looked through by axe-core, in Chromium."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page
from sqlmodel import Session, col, select

from corps import member_addresses, sample
from corps.moment import Moment
from corps.pages import devices
from models import Activity, Broadcast, Invitation, Member
from tests.base import ROSTER
from tests.corps.broadcasts.steps import sent
from tests.web.conftest import Town

pytestmark = pytest.mark.browser

FOUND = find_spec("axe_playwright_python")
assert FOUND is not None
AXE = Path(FOUND.origin or "").parent / "axe.min.js"
LOOKS = [(width, scheme) for width in (390, 1440) for scheme in ("light", "dark")]
TEXT, TARGET = 17, 48
"""What eyes and fingers need on a personal page, in CSS pixels."""

PERSONAL = (
    "/",
    "/activities",
    "/mine",
    "/messages",
    "/settings",
    "/a/{activity}",
    "/in/nothing",
    "/p/nothing",
    "/u/nothing",
    "/r/nothing",
    "/c/nothing",
    "/j/{invitation}",
    "/tg",
    "/lost",
)
BOARD = (
    "/board",
    "/board/activities?sort=-when",
    "/board/month",
    "/board/people",
    "/board/robots",
    "/board/broadcasts",
    "/board/broadcasts/{broadcast}",
    "/board/wait?matter=verify",
    "/board/documents",
    "/board/audit",
    "/board/wall",
)
STRANGERS = ("/", "/j/{invitation}", "/a/{activity}", "/c/nothing", "/in/nothing", "/tg", "/board")

SMALL = """([text, target]) => {
  const small = [];
  const said = (one) => one.outerHTML.slice(0, 120);
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (own && one.getClientRects().length && parseFloat(getComputedStyle(one).fontSize) < text) small.push(said(one));
  }
  for (const one of document.querySelectorAll("a, button, input:not([type=hidden]), textarea, summary, select")) {
    const box = one.getBoundingClientRect();
    const inText = one.tagName === "A" && one.closest(".t");
    const thin = box.height < target || box.width < target;
    if (box.width && !inText && !one.matches(".skip") && thin) small.push(said(one));
  }
  return small;
}"""


def _let_in(session: Session, at: Moment, who: str) -> str:
    asked = {"coordinator": Member.is_coordinator, "leader": Member.is_leader}.get(who)
    chosen = col(asked) if asked is not None else ~col(Member.is_leader) & ~col(Member.is_coordinator)
    member = session.exec(select(Member).where(chosen).order_by(col(Member.id))).first()
    assert member is not None
    address = devices.new_address()
    member_addresses.add(session, at, member.id or 0, address)
    member_addresses.prefer(session, member.id or 0, address)
    return devices.let_in(session, at, address, "computer")


@pytest.fixture
async def year(town: Town) -> Town:
    """The sample corps."""
    town.corps.clock.set_wall("2026-11-23 10:00")
    town.corps.run(sample.begin_anew, ROSTER)
    return town


async def findings(page: Page, where: str) -> list[str]:
    """Return what axe-core finds on a page, at each width; in the dark only colours are another thing."""
    found = []
    await page.add_script_tag(path=AXE)
    for width, scheme in LOOKS:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        only = "runOnly: ['color-contrast']" if scheme == "dark" else "resultTypes: ['violations']"
        said = await page.evaluate(f"axe.run(document, {{{only}}})")
        for one in said["violations"]:
            nodes = "; ".join(f"{node['html'][:160]} {node['failureSummary'][:200]}" for node in one["nodes"][:3])
            found.append(f"{where} {width} {scheme}: {one['id']} ({len(one['nodes'])}): {nodes}")
    return found


async def too_small(page: Page, where: str) -> list[str]:
    """Return what is too small for eyes or fingers on a telephone, and whether the page is wider than one."""
    await page.set_viewport_size({"width": 390, "height": 844})
    found = [f"{where}: too small: {one}" for one in await page.evaluate(SMALL, [TEXT, TARGET])]
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, f"{where}: wider than the telephone"] if wide else found


@pytest.mark.parametrize(
    "who", ["member", "", *(pytest.param(one, marks=pytest.mark.long) for one in ("leader", "coordinator"))]
)
async def test_no_page_keeps_anybody_out(year: Town, chromium: Chromium, who: str) -> None:
    secret = year.corps.run(_let_in, who) if who else ""
    sent(year.corps, year.corps.coordinator())
    await year.tick()
    facts = {
        "activity": year.corps.run(
            lambda s, _at: s.exec(select(Activity.id).order_by(col(Activity.id).desc())).first()
        ),
        "invitation": year.corps.run(lambda s, _at: s.exec(select(Invitation.code)).first()),
        "broadcast": year.corps.run(lambda s, _at: s.exec(select(Broadcast.id)).first()),
    }
    context = await chromium.new_context(bypass_csp=True, locale="zh-CN")
    if who:
        await context.add_cookies([{"name": "tongxin", "value": secret, "url": year.url}])
    page = await context.new_page()
    found = []
    paths = {"": STRANGERS, "coordinator": ("/", *BOARD), "leader": ("/", "/board"), "member": PERSONAL}[who]
    if who:
        await page.goto(f"{year.url}/messages")
        assert await page.get_by_role("article").count(), "there is something to look at"
    for path in paths:
        where = path.format(**facts)
        await page.goto(f"{year.url}{where}")
        found += await findings(page, where)
        found += await too_small(page, where) if not path.startswith("/board") else []
    for where in ("发送", "分团：", "设置", "送达方式") if who == "member" else ():  # nothing said; then answers
        await page.goto(f"{year.url}/settings" if where == "送达方式" else f"{year.url}/")
        async with page.expect_navigation():
            await page.get_by_role("button", name=where).first.click()
        found += [*await findings(page, where), *await too_small(page, where)]
    assert not found, "\n".join(found)
