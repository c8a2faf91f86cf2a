"""One axis of kroner for every picture on the page, so that zero is one line through all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_TICKS = 6
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice(step: float) -> float:
    """Return the next step up that a reader counts in: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * each for each in _STEPS if power * each >= step * (1 - 1e-9))


@dataclass(frozen=True)
class Axis:
    """An axis.

    Parameters
    ----------
    low, high : float
        Its ends, kr.; zero lies between them.
    """

    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Axis:
        """Return an axis that holds some values and zero, with room at both ends."""
        known = [value for value in values if math.isfinite(value)]
        low, high = min(known, default=0.0), max(known, default=0.0)
        low, high = min(low, 0.0), max(high, 0.0)
        room = 0.05 * (high - low) or 1.0
        return cls(low - room, high + room)

    def at(self, kr: float) -> float:
        """Return where a value lies, per cent of the width from the left."""
        return round(100.0 * (kr - self.low) / (self.high - self.low), 3)

    def bar(self, low: float, high: float) -> tuple[float, float]:
        """Return where a bar begins, and how wide it is, per cent."""
        return self.at(low), round(self.at(high) - self.at(low), 3)

    @property
    def ticks(self) -> list[float]:
        """Values at which numbers stand."""
        step = nice((self.high - self.low) / _TICKS)
        first = math.ceil(self.low / step)
        return [k * step for k in range(first, math.floor(self.high / step) + 1)]
