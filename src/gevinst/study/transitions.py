"""Impossible transitions: switches between statuses that no citizen makes, tested on the margins.

None is impossible unless the user names it. A named switch says that nobody goes from one status
to another between two consecutive times; staying is always possible. Margins can refute it, and a
switch that they refute is an error, not a constraint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.margins.paths import Support, side_by_side, support
from gevinst.stats.margins.tables import possible_cells
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.problems import Problem, Problems, StudyError, WrongValueError, suggest

ANY = "*"
"""Every status, in a switch: ``("early_retirement", "*")`` is never left."""

Switch = tuple[str, str]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Possible:
    """What is left open in a study under impossible transitions.

    Attributes
    ----------
    switches : tuple of (str, str)
        The named switches, from and to.
    arms : tuple of Support
        Per arm the paths that citizens can have taken, and what each gains. Where counts are kept
        per stratum its statuses follow those of the strata before it.
    """

    switches: tuple[Switch, ...]
    arms: tuple[Support, ...]


def possible(study: Study, impossible: Sequence[Switch]) -> Possible:
    """List the paths that impossible transitions leave open, after testing each on the margins.

    Parameters
    ----------
    study : Study
        Margins: paired data leave nothing open.
    impossible : sequence of (str, str)
        Each from and to: ids of statuses or of groups of statuses, or ``"*"`` for all. Every
        consecutive pair of times is meant.

    Raises
    ------
    ValueError
        An unknown status, or data in which nothing is left open.
    StudyError
        E111 for each switch that the margins refute by itself, naming arm, times and switch; E112
        where they refute the switches together.
    """
    switches, together = _tested(study, impossible)
    contribution = study.status_horizon[:, np.newaxis] * study.status_costs
    steps = [together] * (len(study.times) - 1)
    return Possible(
        switches,
        tuple(
            support(*side_by_side(blocks, steps), list(np.tile(contribution[a], len(blocks))))
            for a, blocks in enumerate(study.blocks)
        ),
    )


def _tested(study: Study, impossible: Sequence[Switch]) -> tuple[tuple[Switch, ...], Mask]:
    """Test switches on the margins; return them, and all that they forbid together."""
    if not study.statuses or study.paths is not None:
        raise WrongValueError("impossible", None, "no_margins", study=study.id)
    switches = tuple((str(start), str(end)) for start, end in impossible)
    masks = [_mask(study, switch) for switch in switches]
    problems = Problems()
    for switch, mask in zip(switches, masks, strict=True):
        for arm, times in _refuted(study, mask):
            problems.add("E111", study.id, None, " -> ".join(switch), arm=arm, times=times)
    together = np.logical_or.reduce(masks) if masks else _mask(study, None)
    if not problems:
        for arm, times in _refuted(study, together):
            read = ", ".join(" -> ".join(switch) for switch in switches)
            problems.add("E112", study.id, None, read, arm=arm, times=times)
    if problems:
        raise StudyError(problems)
    return switches, together


def need_whole(study: Study) -> None:
    """Refuse counts kept per stratum to what goes by those of the whole group: E337."""
    if study.stratum_counts.size:
        raise StudyError([Problem("E337", study.id)])


def barred_steps(study: Study, impossible: Sequence[Switch]) -> tuple[Mask, ...]:
    """Return the steps that impossible transitions bar, after testing each on the margins.

    Returns
    -------
    tuple of ndarray of bool, shape (item, item)
        One per consecutive pair of times: from, to.

    Raises
    ------
    ValueError, StudyError
        As `possible`.
    """
    _, together = _tested(study, impossible)
    return (together,) * (len(study.times) - 1)


def _mask(study: Study, switch: Switch | None) -> Mask:
    """Return True where a switch forbids going from one item to another."""
    mask = np.zeros((len(study.items), len(study.items)), np.bool_)
    if switch is not None:
        start, end = (members(study, name) for name in switch)
        mask[np.ix_(start, end)] = True
        np.fill_diagonal(mask, False)
    return mask


def members(study: Study, name: str, asked: str = "impossible") -> list[int]:
    """Return positions of the statuses that an id, a group or ``"*"`` names.

    Raises
    ------
    ValueError
        If it names none; the message says what was asked, and what there is.
    """
    name, ids = one_form(name), [study.items[i].id for i in study.statuses]
    if name == ANY:
        return list(study.statuses)
    found = study.groups[name][1] if name in study.groups else (name,)
    for member in found:
        if member not in ids:
            known = suggest(member, [*ids, *study.groups])
            raise WrongValueError(asked, member, "status_group_any", known=known)
    return [study.axes.at("item", member) for member in found]


def _refuted(study: Study, mask: Mask) -> list[tuple[str, str]]:
    """Name each arm and pair of consecutive times whose margins leave no table."""
    found = []
    for a, arm in enumerate(study.arms):
        for t in range(len(study.times) - 1):
            try:
                for counts in study.blocks[a]:
                    possible_cells(counts[t], counts[t + 1], mask)
            except ValueError:
                found.append((arm.id, f"{study.times[t].id} -> {study.times[t + 1].id}"))
    return found
