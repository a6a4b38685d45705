"""The sandbox's mailbox in Chromium: a code comes there, and messages after it, beside the chats."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_flows import ZHANG
from tests.browser.window import Window

pytestmark = pytest.mark.browser


def test_an_address_is_confirmed_with_the_mailbox_beside_the_chats(window: Window) -> None:
    zhang = window.chat(ZHANG)
    zhang.types("/settings")
    zhang.presses("邮箱")
    zhang.reads("请输入您的邮箱地址")
    zhang.types("zhang@example.com")
    zhang.reads("确认码已发到")
    window.on("mailbox-open").click()
    mail = window.on("mail").first
    expect(mail).to_contain_text("确认码")
    code = re.search(r"\d{6}", mail.inner_text())
    assert code is not None
    zhang.types(code[0])
    zhang.reads("已确认")
    zhang.presses("送达方式")
    zhang.presses("改发到：邮箱")
    zhang.reads("邮箱 ← 现在发到这里")
