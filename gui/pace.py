"""How fast a long step goes and how long it will take, in words. Plain numbers in, words out; no Qt."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

#: The rate is that of the last seconds: a file that gets slower says so.
LOOKED_BACK_S = 12.0
SURE_AFTER_S = 1.5
SAID_AFTER_S = 5.0
MB = 1_000_000


@dataclass(frozen=True)
class Measure:
    """What a step counts: 'rows' where `done` is rows, 'bytes' where a share of `size` bytes is done."""

    unit: str = ""
    size: int = 0


UNKNOWN = Measure()


class Pace:
    """Told how far a step is each time it moves; a new phase, by its words or its total, begins anew."""

    def __init__(self) -> None:
        self._phase: tuple[str, int] = ("", 0)
        self._points: deque[tuple[float, int]] = deque()

    def moved(self, done: int, total: int, what: str, now: float) -> None:
        """`now` in seconds, from any beginning."""
        if (what, total) != self._phase or (self._points and done < self._points[-1][1]):
            self._phase = (what, total)
            self._points.clear()
        self._points.append((now, done))
        while len(self._points) > 2 and now - self._points[0][0] > LOOKED_BACK_S:
            self._points.popleft()

    def each_second(self) -> float | None:
        """Of what is counted, a second; None until that can be said."""
        if len(self._points) < 2:
            return None
        (begun, first), (last, done) = self._points[0], self._points[-1]
        if last - begun < SURE_AFTER_S or done <= first:
            return None
        return (done - first) / (last - begun)

    def left_s(self, now: float) -> float | None:
        """Seconds until this phase is done; None where it cannot be said."""
        rate, total = self.each_second(), self._phase[1]
        if rate is None or total <= 0:
            return None
        last, done = self._points[-1]
        return max(0.0, (total - done) / rate - (now - last))


def words(pace: Pace, measure: Measure, total: int, ran_s: float, now: float) -> str:
    """'12 MB a second, about 20 seconds left'; '' while neither can be said."""
    said = []
    rate = pace.each_second()
    if rate is not None and measure.unit == "rows":
        said.append(f"{_two_figures(rate):,} rows a second")
    elif rate is not None and measure.unit == "bytes" and total > 0 and measure.size:
        speed = rate / total * measure.size / MB
        said.append(f"{speed:,.0f} MB a second" if speed >= 10 else f"{speed:.1f} MB a second")
    left = pace.left_s(now)
    if left is not None:
        said.append(left_words(left))
    elif ran_s >= SAID_AFTER_S:
        said.append(f"{span(ran_s)} so far")
    return ", ".join(said)


def left_words(seconds: float) -> str:
    """'about 20 seconds left', 'a few seconds left'."""
    return "a few seconds left" if seconds < 5 else f"about {span(seconds)} left"


def span(seconds: float) -> str:
    """A length of time to be read at a glance: 5-second steps, then minutes, then hours."""
    if seconds < 55:
        return f"{max(5, round(seconds / 5) * 5)} seconds"
    minutes = round(seconds / 60)
    if minutes < 60:
        return "a minute" if minutes <= 1 else f"{minutes} minutes"
    hours, rest = divmod(minutes, 60)
    told = "an hour" if hours == 1 else f"{hours} hours"
    return f"{told} and {rest} minutes" if rest else told


def _two_figures(number: float) -> int:
    """1,234,567 -> 1,200,000: nobody reads more of a rate that changes all the time."""
    whole = int(number)
    digits = len(str(whole))
    return whole if digits <= 2 else round(whole, 2 - digits)
