"""Names and order of arms, strata, times, items and payers: the only place order lives."""

from __future__ import annotations

from dataclasses import dataclass

AXES = ("arm", "stratum", "time", "item", "payer")
"""The axes of the model in their order; the row (of a batch) stands before them all."""

INTERVENTION, CONTROL = "intervention", "control"
"""The two arms every study has; what a reader calls them is a label of the study."""


@dataclass(frozen=True)
class Axes:
    """The ids along each axis, in order.

    Parameters
    ----------
    arms, strata, times, items, payers : tuple of str
        Unique ids. ``arms`` holds ``intervention`` and ``control``.

    Raises
    ------
    ValueError
        If an axis is empty or repeats an id.
    """

    arms: tuple[str, ...]
    strata: tuple[str, ...]
    times: tuple[str, ...]
    items: tuple[str, ...]
    payers: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in AXES:
            ids = self.ids(name)
            if not ids:
                raise ValueError(f"the axis '{name}' has no ids")
            if len(set(ids)) != len(ids):
                raise ValueError(f"the axis '{name}' repeats an id: {', '.join(ids)}")

    def ids(self, axis: str) -> tuple[str, ...]:
        """Ids along one axis of `AXES`."""
        return {
            "arm": self.arms,
            "stratum": self.strata,
            "time": self.times,
            "item": self.items,
            "payer": self.payers,
        }[axis]

    def sizes(self, axes: tuple[str, ...] = AXES) -> tuple[int, ...]:
        """Lengths of the named axes."""
        return tuple(len(self.ids(axis)) for axis in axes)

    def at(self, axis: str, name: str) -> int:
        """Position of one id.

        Raises
        ------
        KeyError
            If the axis has no such id; the message lists those it has.
        """
        ids = self.ids(axis)
        if name not in ids:
            raise KeyError(f"no {axis} '{name}'; there are: {', '.join(ids)}")
        return ids.index(name)
