"""A browser window on the sandbox's page, with the real bot behind it: open chats, press, type, read."""

from playwright.sync_api import (
    Locator,
    Page,
    TimeoutError,  # noqa: A004 - Playwright's own name
    expect,
)

PATIENCE = 100_000
"""Milliseconds until something that should show counts as missing."""


A_MOMENT = 700
"""Milliseconds in which a chat that the guide opens comes in sight."""


class Window:
    """The page as a person sees it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        expect(self.columns.first).to_be_visible()

    @property
    def columns(self) -> Locator:
        """The chats in sight."""
        return self.page.locator('[data-testid="column"]:visible')

    def on(self, testid: str) -> Locator:
        """Return what is in sight under a test id."""
        return self.page.locator(f'[data-testid="{testid}"]:visible')

    def chat(self, person: int, column: int = 0) -> "Chat":
        """Return a person's chat; if it does not come in sight by itself, open it in the given column."""
        found = self.page.locator(f'[data-testid="column"][data-chat="{person}"]:visible')
        try:
            found.wait_for(timeout=A_MOMENT)
        except TimeoutError:
            self.picks(f'[data-person="{person}"]', column)
        expect(found).to_be_visible()
        return Chat(found)

    def picks(self, whom: str, column: int = 0) -> None:
        """Choose who is shown in a column, from its list: what the list's entry is found by."""
        self.columns.nth(column).get_by_test_id("picker").click()
        self.page.locator(f'[data-testid="person"]{whom}:visible').click()

    def moves(self, name: str) -> None:
        """Press one of the clock's buttons, and wait until the bot has looked at what is due."""
        button = self.on(f"clock-{name}")
        button.click()
        expect(button).to_be_enabled()

    def follows(self, step: int) -> None:
        """Press a step of the guide, and wait until the clock has moved if it moves it."""
        self.on(f"step-{step}").click()
        expect(self.on("clock-now")).to_be_enabled()


class Chat:
    """One chat on the page."""

    def __init__(self, column: Locator) -> None:
        self.column = column

    def types(self, text: str) -> None:
        """Type a text and send it."""
        self.column.get_by_test_id("composer").fill(text)
        self.sends()

    def sends(self) -> None:
        """Send what stands in the box."""
        self.column.get_by_test_id("send").click()

    def reads(self, text: str) -> Locator:
        """Wait for a message with that text, and return the newest such bubble."""
        bubble = self.column.locator(".message", has_text=text).last
        expect(bubble).to_be_visible()
        return bubble

    def reads_just(self, text: str) -> Locator:
        """Wait for a message with that text, and return this bubble, whatever else comes that reads like it."""
        bubble = self.reads(text)
        return self.column.locator(f'[data-message-id="{bubble.get_attribute("data-message-id")}"]')

    def presses(self, label: str, on: str = "") -> None:
        """Press the newest button with that label, on a message with the text `on` if given."""
        bubbles = self.column.locator(".message", has_text=on) if on else self.column.locator(".message")
        key = bubbles.locator(".key", has_text=label).last
        key.scroll_into_view_if_needed()
        key.click()

    def hears(self, text: str) -> None:
        """Wait for a short answer that fades again."""
        expect(self.column.locator(".toast", has_text=text).first).to_be_visible()
