"""A browser without JavaScript: it reads pages, keeps cookies, and sends the forms that stand there."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx


@dataclass
class Button:
    """A button, and the form that it is in."""

    label: str
    name: str
    value: str
    form: "Form"


@dataclass
class Form:
    """A form as it stands on a page."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """What a page says: all its text, its forms and buttons, its links, and how its parts are called."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.words: list[str] = []
        self.buttons: list[Button] = []
        self.forms: list[Form] = []
        self.choosers: list[Form] = []
        self._chooses = False
        self.links: dict[str, str] = {}
        self.hrefs: list[str] = []
        self.pictures: list[str] = []
        self.properties: dict[str, str] = {}
        self._inside: list[str] = []
        self._link = ""
        self._pressed: Button | None = None
        self.feed(html)

    @property
    def text(self) -> str:
        """All that can be read."""
        return re.sub(r"\n\s*\n+", "\n", "".join(self.words))

    @property
    def labels(self) -> list[str]:
        """What the buttons say."""
        return [button.label for button in self.buttons]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, fields, buttons, links, pictures."""
        given = {name: value or "" for name, value in attrs}
        if tag not in ("meta", "input", "img", "br", "link"):
            self._inside.append(tag)
        if tag == "form":
            self._chooses = given["method"] == "get"
            assert not self._chooses or given["action"].startswith("/board/"), "only lists are chosen from by GET"
            (self.choosers if self._chooses else self.forms).append(Form(given["action"]))
        elif tag in ("input", "textarea") and self._chooses:
            self.choosers[-1].hidden[given["name"]] = given["value"]
        elif tag in ("input", "textarea") and self.forms:
            if given.get("type") == "hidden":
                self.forms[-1].hidden[given["name"]] = given["value"]
            else:
                self.forms[-1].fields.add(given["name"])
        elif tag == "button" and not self._chooses:
            self._pressed = Button("", given.get("name", ""), given.get("value", ""), self.forms[-1])
            self.buttons.append(self._pressed)
        elif tag == "a":
            self._link = given["href"]
            self.hrefs.append(given["href"])
        elif tag == "img":
            self.pictures.append(given["src"])
        elif tag == "meta" and "property" in given:
            self.properties[given["property"]] = given["content"]
        assert tag != "script" or given["src"].startswith("/static/"), "no script in a page"

    def handle_endtag(self, tag: str) -> None:
        """Leave it again."""
        assert self._inside.pop() == tag, f"{tag} is not closed in its place"
        if tag == "form":
            self._chooses = False
        elif tag == "button":
            self._pressed = None
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        """Note what is read."""
        assert "script" not in self._inside, "no script stands in a page"
        if "style" in self._inside:
            return
        self.words.append(data)
        if self._pressed is not None:
            self._pressed.label += data
        if self._link:
            self.links[data.strip()] = self._link


class Browser:
    """One person's browser. `page` is what it shows, `status` how the last answer ended."""

    def __init__(self, url: str, name: str = "", agent: str = "iPhone") -> None:
        self.url = url
        self.name = name
        self.client = httpx.AsyncClient(base_url=url, headers={"user-agent": agent}, timeout=60, trust_env=False)
        self.page = Page("")
        self.status = 0
        self.headers = httpx.Headers()
        self.path = "/"

    @property
    def reads(self) -> str:
        """What stands on the page."""
        return self.page.text

    async def opens(self, path: str) -> None:
        """Open a page, by its path or its whole address."""
        self._take(await self.client.get(path.removeprefix(self.url) or "/", follow_redirects=True))

    def _take(self, answer: httpx.Response) -> None:
        self.status, self.headers, self.path = answer.status_code, answer.headers, answer.url.path
        self.page = Page(answer.text if "html" in answer.headers.get("content-type", "") else "")

    async def send(self, action: str, values: dict[str, str], files: list[Any] | None = None, **headers: str) -> None:
        """Send a form, as it is or forged."""
        said = {"origin": self.url, **headers}
        self._take(await self.client.post(action, data=values, files=files, headers=said, follow_redirects=True))

    def button(self, label: str) -> Button:
        """Return the first button that says this."""
        found = next((button for button in self.page.buttons if label in button.label), None)
        assert found is not None, f"no button “{label}” among {self.page.labels}: {self.reads}"
        return found

    def values_of(self, label: str) -> dict[str, str]:
        """Return what pressing a button would send."""
        button = self.button(label)
        return {**button.form.hidden, button.name: button.value} if button.name else dict(button.form.hidden)

    async def presses(self, label: str) -> None:
        """Press a button. It leads to another page, which can be loaded again without doing anything."""
        await self.send(self.button(label).form.action, self.values_of(label))

    async def says(self, text: str, *files: tuple[str, bytes]) -> None:
        """Type an answer, choose files, and send them."""
        form = next(form for form in self.page.forms if "text" in form.fields)
        brought = [("file", (name, content, "application/octet-stream")) for name, content in files]
        await self.send(form.action, {**form.hidden, "text": text}, brought or None)

    async def close(self) -> None:
        """Close it."""
        await self.client.aclose()
