"""The pages behind nginx, as the manual sets it up, with TLS: what browsers are told, who is believed, what is kept."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session, col, select

from corps.moment import Moment
from corps.pages import devices
from models import Invitation, Member, PageLink
from tests.conftest import SERVER
from tests.processes.nginx import Nginx, needs_nginx
from tests.processes.town import PATIENCE, Town, free_port, town
from tests.web.browser import Browser

pytestmark = [needs_nginx, pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="the pages are the same there")]


@dataclass
class House:
    """The pages at `url`, in front of which nginx stands; `code` is a team's invitation."""

    town: Town
    url: str
    trust: ssl.SSLContext
    folder: Path
    code: str
    port: int

    def browser(self) -> Browser:
        """Return a browser that has never been here."""
        browser = Browser(self.url)
        browser.client = httpx.AsyncClient(base_url=self.url, verify=self.trust, timeout=60, trust_env=False)
        return browser

    def logs(self) -> str:
        """Return all that was written down by the program and by nginx."""
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in self.folder.glob("*.log"))

    async def half_a_request(self) -> asyncio.StreamWriter:
        """Begin a request and leave it."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self.trust)
        writer.write(b"POST /do HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-le")
        await writer.drain()
        return writer


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    """An nginx, not yet started."""
    made = Nginx(tmp_path)
    yield made
    made.close()


@pytest.fixture
async def house(tmp_path: Path, nginx: Nginx) -> AsyncIterator[House]:
    """The program with its pages, and nginx before it."""
    async with town(tmp_path, 3) as here:
        door, port = free_port(), free_port()
        url = f"https://127.0.0.1:{port}"
        here.start(WEB_URL=url, WEB_LISTEN=f"127.0.0.1:{door}", LOG_LEVEL="DEBUG")
        await nginx.open_pages(port, door)
        trust = ssl.create_default_context(cafile=nginx.certificate)
        code = here.database.run_now(_invite)
        house = House(here, url, trust, tmp_path, code, port)
        async with asyncio.timeout(90):
            while (await house.browser().client.get("/")).status_code != 200:
                await asyncio.sleep(0.2)
        yield house


def _invite(session: Session, at: Moment) -> str:
    team = session.exec(select(Member.team_id).order_by(col(Member.id))).first()
    session.add(Invitation(team_id=team or 0, code="of-one-mind-invited", created_at=at.now))
    return "of-one-mind-invited"


def _link(session: Session, at: Moment) -> str:
    own, secret = session.exec(select(Member.id).where(Member.name == "样例1")).one() or 0, devices.new_secret()
    session.add(PageLink(token=devices.hash_of(secret), member_id=own, made_by=own, made_at=at.now))
    return secret


async def test_somebody_joins_over_tls_and_browsers_are_told_to_be_strict(house: House) -> None:
    person = house.browser()
    await person.opens(f"/j/{house.code}")
    assert person.status == 200
    told = person.headers
    assert told["strict-transport-security"].startswith("max-age=31536000")
    assert (told["referrer-policy"], told["x-content-type-options"]) == ("no-referrer", "nosniff")
    assert "default-src 'none'" in told["content-security-policy"]
    assert "unsafe" not in told["content-security-policy"]
    cookie = told["set-cookie"]
    assert re.match(r"__Host-tongxin=[\w-]{22};", cookie)
    assert {"secure", "httponly", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
    consent = person.values_of("同意")
    for headers, status in (
        ({"origin": "https://evil.example"}, 403),
        ({"origin": house.url.replace("https", "http")}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "evil.example"}, 403),
    ):
        await person.send(f"/j/{house.code}", consent, None, **headers)
        assert person.status == status, headers
    await person.send(f"/j/{house.code}", {**consent, "csrf": "0" * 32})
    assert person.status == 403
    await person.opens(f"/j/{house.code}")
    await person.presses("同意")
    assert "真实姓名" in person.reads
    await person.says("孙网页")
    assert "申请已经交给" in person.reads
    too_large = await person.client.post("/do", content=b"x" * 22_000_000, headers={"origin": house.url})
    assert too_large.status_code == 413


async def test_no_secret_is_written_down_or_quoted(house: House) -> None:
    secret, person = house.town.database.run_now(_link), house.browser()
    await person.opens(f"/p/{secret}")
    cookie = person.client.cookies["__Host-tongxin"]
    await person.presses("是我，进入")
    assert person.status == 200
    secrets = {secret, cookie, person.client.cookies["__Host-tongxin"], house.code}
    for path in (f"/p/{secret}", f"/p/{secret}x", f"/j/{house.code}", f"/nowhere/{secret}", f"/cal/{secret}.ics"):
        await person.opens(path)
        assert not any(one in person.reads for one in secrets), path
        large = await person.client.post(path, content=b"x" * 22_000_000)  # nginx says no, and would say so in its log
        broken = await person.client.post(path, content=b"%%%", headers={"content-type": "multipart/form-data"})
        for no in (large, broken):
            assert no.status_code >= 400
            assert not any(one in no.text for one in secrets), "an error page repeats nothing of its address"
    assert not [one for one in secrets if one in house.logs()]
    assert "样例1" not in house.logs()


async def test_who_asks_is_believed_of_the_proxy_alone(house: House) -> None:
    guesser, statuses = house.browser(), set()
    for number in range(40):
        headers = {"x-forwarded-for": f"203.0.113.{number}", "x-real-ip": f"203.0.113.{number}"}
        statuses.add((await guesser.client.get(f"/p/{number:022d}", headers=headers)).status_code)
    assert statuses == {404, 429}, "a made-up address is not another's"


async def test_slow_ones_hold_nobody_up(house: House) -> None:
    slow = [await house.half_a_request() for _ in range(60)]
    person = house.browser()
    async with asyncio.timeout(PATIENCE):
        await person.opens(f"/j/{house.code}")
    assert person.status == 200
    for writer in slow:
        writer.close()
