"""Words that nobody asked for: what they name, typed exactly or nearly, and what is only talk."""

import pytest

from corps.parsing import words
from corps.parsing.words import commands_named, is_question


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("报名", "activities"),
        ("我要报名！", "activities"),
        ("报 名", "activities"),
        ("名报", "activities"),
        ("报名活动", "activities"),
        ("五个10", "quota"),
        ("五个１０。", "quota"),
        ("五个10进度", "quota"),
        ("📍 签到", "checkin"),
        ("签道", "checkin"),
        ("Check-in", "checkin"),
        ("【我的】", "mine"),
        ("看看我的时长", "mine"),
        ("服务时常", "mine"),
        ("来不了", "mine"),
        ("Ｈｅｌｐ", "help"),
        ("helpp", "help"),
        ("帮助？", "help"),
        ("群发通知一下", "broadcast"),
        ("导出台帐", "export"),
    ],
)
def test_a_word_opens_what_it_names(typed: str, command: str) -> None:
    assert commands_named(typed) == (command,)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("我明天来不了", "mine"),
        ("明天我不能来了，不好意思", "mine"),
        ("周六有事去不了", "mine"),
        ("老师，12月5日的活动我参加不了", "mine"),
        ("明天不来了", "mine"),
        ("我要请假", "mine"),
        ("I can't come tomorrow", "mine"),
        ("我报了什么", "mine"),
        ("我报名了什么活动？", "mine"),
        ("请问我都报了哪些", "mine"),
        ("我报名了哪些活动", "mine"),
        ("我有多少小时", "mine"),
        ("有什么活动", "activities"),
        ("最近有什么活动？", "activities"),
        ("这周有活动吗", "activities"),
        ("What's on?", "activities"),
        ("今天要办什么", "today"),
    ],
)
def test_a_sentence_opens_what_it_asks_for(typed: str, command: str) -> None:
    assert commands_named(typed) == (command,)


@pytest.mark.parametrize(
    "typed",
    [
        "明天下雨还来吗",
        "张老师明天来不了",
        "我明天能来",
        "不来不行",
        "来不了的人怎么办",
        "活动几点开始",
        "明天下午的活动改到周六了",
    ],
)
def test_other_sentences_about_it_open_nothing(typed: str) -> None:
    assert commands_named(typed) == ()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "好的",
        "谢谢",
        "收到",
        "不报名了",
        "没签到",
        "活动很成功",
        "12月5日活动照片",
        "怎么签到",
        "活动几点开始？",
    ],
)
def test_talk_opens_nothing(typed: str) -> None:
    assert commands_named(typed) == ()


def test_a_word_that_two_use_names_both() -> None:
    assert set(commands_named("分团")) == {"team", "teams"}


@pytest.mark.parametrize("typed", ["活动几点开始", "能带家属吗", "在哪里集合？", "Where do we meet", "怎么去"])
def test_a_question_is_one(typed: str) -> None:
    assert is_question(typed)


@pytest.mark.parametrize("typed", ["今天下雨路滑", "我晚到十分钟", "好的"])
def test_a_statement_is_none(typed: str) -> None:
    assert not is_question(typed)


@pytest.mark.parametrize(
    "piece", ["好", "嗯", "谢", "查一下周一", "这个周", "我都知道", "一个活动吧了", "老师我们这个月"]
)
def test_a_long_line_of_the_same_words_keeps_nobody_waiting(piece: str) -> None:
    for understood in (words.commands_named, words.is_courtesy, words.is_thanks, words.says_go_on, words.says_afresh):
        assert not understood(piece * 300 + "x")
