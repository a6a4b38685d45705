"""Robots, and what a platform keeps of each: its key, its safety rules, what it has said."""

from collections import deque
from dataclasses import dataclass, field

from sandbox.world.messages import Chat

WECOM, DINGTALK, FEISHU = "wecom", "dingtalk", "feishu"


@dataclass(slots=True, eq=False)
class GroupRobot:
    """A robot in a group chat.

    Attributes:
        platform: Which messenger's.
        key: What stands in its address.
        title: What its group is called.
        secret: What messages are to be signed with; empty: they are not.
        keyword: A word that each message must have; empty: none.
        here: Whether messages from this address are taken.
        stopped: It was switched off.
        gone: It was deleted: nobody knows its key.
        said: What it has said, oldest first.
        sent: When, in seconds of the server's clock.
        quiet_until: Until when the platform takes nothing from it.
        chat: Where the sandbox's page shows its group, if it does.
    """

    platform: str
    key: str
    title: str = ""
    secret: str = ""
    keyword: str = ""
    here: bool = True
    stopped: bool = False
    gone: bool = False
    said: list[str] = field(default_factory=list)
    sent: deque[float] = field(default_factory=deque)
    quiet_until: float = 0.0
    chat: Chat | None = None

    @property
    def address(self) -> str:
        """The address as the platform shows it to be copied."""
        return _ADDRESSES[self.platform] + self.key


_ADDRESSES = {
    WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
    DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=",
    FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/",
}


def samples() -> tuple[GroupRobot, ...]:
    """Return a robot of each platform, those that can with a signing secret."""
    return (
        GroupRobot(WECOM, "5a3b0c7d-0000-4000-8000-5a6d706c6501", "分团工作群（企业微信）"),
        GroupRobot(DINGTALK, "d1" * 32, "分团工作群（钉钉）", secret="SEC" + "0d" * 32),
        GroupRobot(FEISHU, "fe15c0de-0000-4000-8000-5a6d706c6503", "分团工作群（飞书）", secret="f5" * 11),
    )
