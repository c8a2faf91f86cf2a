"""From those enrolled to those seen at the end: every number of people that a mean can be over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gevinst.model.axes import Contrast
from gevinst.study.named import Arm, Time
from gevinst.study.people import starts_of
from gevinst.study.study import Study
from gevinst.text.language import Label, Language


@dataclass(frozen=True)
class Flow:
    """Who was lost on the way.

    Parameters
    ----------
    contrast : Contrast
        Which arms are compared.
    arms : tuple of Arm
        With how many were enrolled and how many analysed.
    times : tuple of Time
        The times after the first at which citizens are counted and somebody can be lost.
    lost : mapping of str to tuple of int
        Per arm those lost to follow-up at each of these times.
    until : Label
        The last time that counts; empty where times are periods, which all count.
    started : mapping of str to int
        Per arm the dropouts whose start is known.
    alone : tuple of (Label, Label, int)
        Arm, status and number of dropouts who started where nobody analysed of the arm did.
    """

    contrast: Contrast
    arms: tuple[Arm, ...]
    times: tuple[Time, ...]
    lost: Mapping[str, tuple[int, ...]]
    until: Label
    started: Mapping[str, int]
    alone: tuple[tuple[Label, Label, int], ...] = ()

    @property
    def labels(self) -> dict[str, Label]:
        """What the arms are called."""
        return {arm.id: arm.label for arm in self.arms}

    def seen(self, arm: Arm) -> int:
        """Citizens of those analysed who were seen at the last time."""
        return arm.analysed - (self.lost[arm.id][-1] if self.lost[arm.id] else 0)

    def to_dict(self) -> dict[str, Any]:
        """Per arm every number of people."""
        return {
            arm.id: {
                "enrolled": arm.enrolled,
                "dropouts": arm.dropouts,
                "dropouts_of_known_start": self.started[arm.id],
                "analysed": arm.analysed,
                "lost": {t.id: n for t, n in zip(self.times, self.lost[arm.id], strict=True)},
                "seen": self.seen(arm),
            }
            for arm in self.arms
        }

    def cells(self, text: Language) -> list[list[str]]:
        """Write a table: its heads, the arms, and a row per step."""
        steps = {text("missing.flow.enrolled"): [arm.enrolled for arm in self.arms]}
        dropouts = [arm.dropouts for arm in self.arms]
        if any(self.started.values()):
            steps[text("missing.flow.dropped")] = dropouts
            steps[text("missing.flow.started")] = [self.started[arm.id] for arm in self.arms]
        else:
            steps[text("missing.flow.dropouts")] = dropouts
        steps[text("missing.flow.analysed")] = [arm.analysed for arm in self.arms]
        for k, time in enumerate(self.times):
            label = text("missing.flow.seen_at", time=text.label(time.label))
            steps[label] = [arm.analysed - self.lost[arm.id][k] for arm in self.arms]
        rows = [[label, *map(text.number, numbers)] for label, numbers in steps.items()]
        return [["", *(text.label(arm.label) for arm in self.arms)], *rows]

    def empty_said(self, text: Language) -> list[str]:
        """Say of which dropouts nobody analysed started as they did."""
        return [
            text("missing.alone", arm=text.label(arm), status=text.label(status), n=text.number(n))
            for arm, status, n in self.alone
        ]

    def axis(self, text: Language) -> str:
        """Say what an axis of the difference counts."""
        arms = [text.label(self.labels[arm]) for arm in self.contrast.arms]
        return text("missing.axis", treated=arms[0], reference=arms[-1])


def flow(study: Study) -> Flow:
    """Follow a study's citizens from the start to the last time that counts."""
    counted = np.flatnonzero(study.horizon.any(axis=1)).tolist()
    last = counted[-1] if counted else len(study.times) - 1
    later = [t for t in range(1, last + 1) if study.statuses and study.lost]
    arms = tuple(study.arms[study.axes.at("arm", arm)] for arm in study.contrast.arms)
    lost = {
        arm.id: tuple(
            int(study.counts[study.axes.at("arm", arm.id), t, list(study.lost)].sum())
            for t in later
        )
        for arm in arms
    }
    times = tuple(study.times[t] for t in later)
    points = all(time.years is not None for time in study.times)
    known = {arm.id: starts_of(study, study.axes.at("arm", arm.id)) for arm in arms}
    alone = tuple(
        (arm.label, study.items[i].label, int(known[arm.id][i]))
        for arm in arms
        for i in np.flatnonzero(known[arm.id])
        if not study.counts[study.axes.at("arm", arm.id), 0, i]
    )
    return Flow(
        study.contrast,
        arms,
        times,
        lost,
        study.times[last].label if points else {},
        {arm: int(starts.sum()) for arm, starts in known.items()},
        alone,
    )
