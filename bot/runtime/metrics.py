"""What is counted and timed, and the text that Prometheus reads. Nothing personal: no ids, no names, no words.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

import time
from collections import Counter
from collections.abc import Iterable

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histograms, in seconds."""


class Histogram:
    """How long something took, by bucket."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BUCKETS) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        """Count something that took so many seconds."""
        place = next((place for place, bound in enumerate(BUCKETS) if seconds <= bound), len(BUCKETS))
        self._counts[place] += 1
        self._sum += seconds

    def lines(self, name: str, labels: str = "") -> Iterable[str]:
        """Return the histogram as text; `labels` such as `method="sendMessage"`."""
        comma, total = "," if labels else "", 0
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), self._counts, strict=True):
            total += count
            yield f'{name}_bucket{{{labels}{comma}le="{bound}"}} {total}'
        around = f"{{{labels}}}" if labels else ""
        yield f"{name}_sum{around} {self._sum:.6f}"
        yield f"{name}_count{around} {total}"


class Metrics:
    """The counters of one process. Times are seconds."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, str]] = Counter()
        self._latency: dict[str, Histogram] = {}
        self._updates: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()
        self._handling = Histogram()

    @staticmethod
    def now() -> float:
        """Return monotonic seconds, to measure with."""
        return time.perf_counter()

    def call(self, method: str, outcome: str, seconds: float) -> None:
        """Count a call to Telegram; `outcome` is ok or the error's class."""
        self._calls[method, outcome] += 1
        self._latency.setdefault(method, Histogram()).add(seconds)

    def update(self, kind: str, seconds: float) -> None:
        """Count a handled update."""
        self._updates[kind] += 1
        self._handling.add(seconds)

    def error(self, where: str) -> None:
        """Count something that nobody caught."""
        self._errors[where] += 1

    def text(self) -> str:
        """Return the counters in Prometheus' text format."""
        said = ["# TYPE tongxin_calls_total counter"]
        said += [
            f'tongxin_calls_total{{method="{method}",outcome="{outcome}"}} {count}'
            for (method, outcome), count in sorted(self._calls.items())
        ]
        said.append("# TYPE tongxin_call_seconds histogram")
        for method, histogram in sorted(self._latency.items()):
            said += histogram.lines("tongxin_call_seconds", f'method="{method}"')
        said.append("# TYPE tongxin_updates_total counter")
        said += [f'tongxin_updates_total{{kind="{kind}"}} {count}' for kind, count in sorted(self._updates.items())]
        said.append("# TYPE tongxin_handler_seconds histogram")
        said += self._handling.lines("tongxin_handler_seconds")
        said.append("# TYPE tongxin_errors_total counter")
        said += [f'tongxin_errors_total{{where="{where}"}} {count}' for where, count in sorted(self._errors.items())]
        return "\n".join(said) + "\n"
