"""The study as it stood at an earlier time: what a snapshot before the last one is taken of."""

from __future__ import annotations

from dataclasses import replace

from gevinst.study.study import Study


def follow_ups(study: Study) -> tuple[str, ...]:
    """Name the times after the first that a follow-up can end at: points in time, not periods."""
    if any(time.years is None for time in study.times):
        return ()
    return study.axes.times[1:]


def until(study: Study, time: str) -> Study:
    """Return the study as if its follow-up had ended at a time.

    What was counted, and what was paid, after that time is no part of it; nor is what was printed,
    which is of the whole follow-up.

    Parameters
    ----------
    study : Study
        Under the conventions it carries, which stay.
    time : str
        One of `follow_ups`; the last gives the study itself.

    Raises
    ------
    KeyError
        If there is no such time.
    """
    n = study.axes.at("time", time) + 1
    if n == len(study.times):
        return study
    kept = study.axes.times[:n]
    return replace(
        study,
        times=study.times[:n],
        rate_maps={basis: rates[:, :, :n] for basis, rates in study.rate_maps.items()},
        counts=study.counts[:, :n],
        stratum_counts=study.stratum_counts[:, :, :n],
        lines=study.lines[:, :, :n],
        group_lines=study.group_lines[:, :, :n],
        shares={reading: shares[:, :, :n] for reading, shares in study.shares.items()},
        uncounted=study.uncounted[:, :, :n],
        masked={arm: sets[:n] for arm, sets in study.masked.items()},
        paths=study.paths and {arm: paths[:, :n] for arm, paths in study.paths.items()},
        amounts=tuple(amount for amount in study.amounts if amount.time in kept),
        summaries=tuple(each for each in study.summaries if each.time in kept),
        elsewhere=study.elsewhere and study.elsewhere.until(kept),
        published=(),
    )
