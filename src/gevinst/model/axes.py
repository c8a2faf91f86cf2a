"""Names and order of arms, strata, times, items and payers: the only place order lives."""

from __future__ import annotations

from dataclasses import dataclass

AXES = ("arm", "stratum", "time", "item", "payer")
"""The axes of the model in their order; the row (of a batch) stands before them all."""


@dataclass(frozen=True)
class Contrast:
    """What is compared with what: the one place that knows the sign of an arm.

    Parameters
    ----------
    treated : str
        Id of the arm whose gain counts.
    reference : str or None
        Id of the arm it is held against; None where nobody is: the difference is then the treated
        arm's own change.
    """

    treated: str
    reference: str | None = None

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms of the contrast, the treated first; none where there is none."""
        return tuple(arm for arm in (self.treated, self.reference) if arm)

    def sign(self, arm: str) -> float:
        """What an arm's gain counts for: 1 treated, -1 reference, 0 for any other."""
        return {self.treated: 1.0, self.reference: -1.0}.get(arm, 0.0)


@dataclass(frozen=True)
class Axes:
    """The ids along each axis, in order.

    Parameters
    ----------
    arms, strata, times, items, payers : tuple of str
        Unique ids.
    contrast : Contrast, optional
        Which arms are compared; the first with the second by default.

    Raises
    ------
    ValueError
        If an axis repeats an id, or is empty where there is something to calculate along it (where
        nothing is priced there may be no arm, item or payer), or the contrast names an arm that is
        not there.
    """

    arms: tuple[str, ...]
    strata: tuple[str, ...]
    times: tuple[str, ...]
    items: tuple[str, ...]
    payers: tuple[str, ...]
    contrast: Contrast = Contrast("")

    def __post_init__(self) -> None:
        for name in AXES:
            ids = self.ids(name)
            if not ids and name not in ("arm", "item", "payer"):
                raise ValueError(f"the axis '{name}' has no ids")
            if len(set(ids)) != len(ids):
                raise ValueError(f"the axis '{name}' repeats an id: {', '.join(ids)}")
        if self.arms and not self.contrast.treated:
            object.__setattr__(self, "contrast", Contrast(*self.arms[:2]))
        for arm in self.contrast.arms:
            self.at("arm", arm)

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
