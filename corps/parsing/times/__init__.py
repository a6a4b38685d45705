"""Times as Chinese coordinators type them: a strict grammar that refuses rather than guesses.

    >>> read_span("下周三下午两点半到四点", today)
    Span(starts=datetime.datetime(2026, 12, 2, 14, 30), ends=datetime.datetime(2026, 12, 2, 16, 0), …)

A wrong time sends sixty people to a village on the wrong day, and nobody notices before. So a text is taken
only as a whole (what is left over may be what changes its meaning), and only when it reads in one way.
Everything is naive local wall-clock time; who calls localises it. Nothing here reads a clock.

    span     = days hours [days] | hours days
    days     = day { day }              all must agree: 本周六（12月5日）, 明天（周六）
    day      = 2026-12-05 | 2026/12/5 | 2026.12.5 | 20261205 | 12/5 | 12.5 | 12-5
             | [2026年|今年|明年|去年] 12月5日 | [本月|下月|上月] 28号
             | 今天 明日 后天 大后天 昨天 前天 | 今|明|昨 before 早 晚 上午 中午 下午
             | 三天后 两周后 2个星期之前 一个月后 | 两周后的周六
             | [2026年|下个月|12月] 第二个周六, 最后一个周五
             | [上上|上|这|本|下|下下 [个]] 周|星期|礼拜 一…六|日|天|1…7
    hours    = [从] clock [开始|集合…] [ to end [结束] | duration ] | clock 开始 clock 结束
    end      = [次日|days] clock        to = - — ~ 到 至
    clock    = [凌晨 早上 上午 中午 下午 傍晚 晚上…] time
    time     = 14:00 | 9.30 where it can be no date | 14点 | 两点半 | 9时30分 | 三点一刻 | the 2 of 2-4点
    duration = [共|时长] 2小时 | 两个半小时 | 2.5小时 | 半小时 | 90分钟 | 1小时30分钟

Full-width and half-width, simplified and traditional, brackets, commas and spaces make no difference. What is
decided, and why:

* **Weeks start on Monday**, as on Chinese calendars: 本周六 said on a Sunday is yesterday. A bare 周六 is the
  coming one; said on a Saturday it is asked about. 周末 is two days: asked about. 每周六 is more than one
  activity: refused.
* **A month and day with no year** is the nearest one, when it is within 60 days either way (back is a
  back-entry, in this year only) or lies ahead in this year with nothing near behind it. Else the year is
  asked for: 3月2日 said in November may be an entry for last spring. `12.5`, `12/5` are month before day.
* **A day of the month alone** is this month's; when past, next month's if that is within 14 days and the past
  one is not; else the month is asked for.
* **三天后, 两周后 are counted from today**; 两周后的周六 is asked about when the week of that day and the first
  Saturday from it differ. 3日后 may be the third of the month: refused. A part of a month (10月初) is no day.
* **A dot between hour and minute** (9.30) is read behind a date or a half-day word: alone, 9.30 is a day.
* **明天 is the next calendar day**, also at one in the morning; the echo shows the date.
* **Past times are taken**, since a back-entry is one, but not over five years back or two years ahead: that
  is a typing mistake in the year.
* **Half days**: see `corps.parsing.times.halfdays`. **Half an answer** is kept: `corps.parsing.times.halves`.
* **One activity, one day**: 12月5日-6日 is refused. An evening that ends after midnight says 次日, 凌晨 or
  the date, and nothing lasts more than 24 hours.
"""

from corps.parsing.times.answers import Assumed, Refusal, RefusalCode, Span
from corps.parsing.times.english import in_english
from corps.parsing.times.halves import Half, read_day_on, read_on
from corps.parsing.times.reading import read_date, read_duration, read_span, read_time_range, write_span

__all__ = [
    "Assumed",
    "Half",
    "Refusal",
    "RefusalCode",
    "Span",
    "in_english",
    "read_date",
    "read_day_on",
    "read_duration",
    "read_on",
    "read_span",
    "read_time_range",
    "write_span",
]
