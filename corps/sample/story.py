"""Stories told in step: each goes on at the moments it names, all of them in the order of time.

So the sample's past is made by the corps' own operations, one after another, as it would have happened; what
a story would do after the present is not told.
"""

import datetime as dt
import heapq
from collections.abc import Generator, Iterable

from corps.moment import Moment, Policy

Story = Generator[dt.datetime, Moment, None]
"""Yields the instant of its next step, and is handed that moment when it comes."""


def live(stories: Iterable[Story], policy: Policy, until: dt.datetime) -> None:
    """Tell the stories in the order of time, up to `until`."""
    waiting = [(next(story), turn, story) for turn, story in enumerate(stories)]
    heapq.heapify(waiting)
    while waiting:
        when, turn, story = heapq.heappop(waiting)
        if when > until:
            story.close()
            continue
        try:
            following = story.send(Moment(when, policy))
        except StopIteration:
            continue
        heapq.heappush(waiting, (max(when, following), turn, story))
