"""Strata: which citizens are compared with which, by their status at start or by a column.

Every analysed citizen is in exactly one stratum. Margins know statuses only, or the strata that
they are counted in; person rows can be divided by any column that came with the citizens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.stats.standardisation import StandardPopulation, Weighting, standard_population
from gevinst.study.conventions import STATED
from gevinst.study.named import STRATUM, Named
from gevinst.study.study import Study
from gevinst.text.form import one_form, parted, unquoted
from gevinst.text.language import Label, Language
from gevinst.text.problems import Problem, Problems, StudyError, WrongValueError, suggest

Integers = NDArray[np.int64]
Wanted = Mapping[str, str | Sequence[str]] | Sequence[str] | str | None
"""How strata are asked for: a mapping of name to ids of statuses or groups, a sequence of ids (a
stratum each), the name of a column of person rows, or None for those the study declares."""

_NONE = -1


@dataclass(frozen=True, eq=False)
class Strata:
    """The strata of a study.

    Parameters
    ----------
    ids : tuple of str
        In their order.
    labels : tuple of Label
        What they are called.
    by : Label
        What they are strata of.
    of_item : ndarray of int, shape (item,)
        Stratum of each status at the first time; -1 for none, and everywhere for a column.
    of_citizen : mapping of str to ndarray of int, shape (n,), or None
        Per arm the stratum of each citizen; None for margins.
    counted : bool
        Whether counts are kept in them, `gevinst.study.content.Content.stratum_counts`.
    """

    ids: tuple[str, ...]
    labels: tuple[Label, ...]
    by: Label
    of_item: Integers
    of_citizen: Mapping[str, Integers] | None
    counted: bool = False

    def counts(self, study: Study) -> Integers:
        """Analysed citizens per arm of the contrast and stratum, shape (2, strata)."""
        found = np.zeros((len(study.contrast.arms), len(self.ids)), dtype=np.int64)
        for a, arm in enumerate(study.contrast.arms):
            if self.of_citizen is not None:
                found[a] = np.bincount(self.of_citizen[arm], minlength=len(self.ids))
                continue
            if self.counted:
                found[a] = study.stratum_counts[study.axes.at("arm", arm), :, 0].sum(axis=1)
                continue
            inside = self.of_item >= 0
            start = study.counts[study.axes.at("arm", arm), 0, inside]
            np.add.at(found[a], self.of_item[inside], start)
        return found


def all_in_one(study: Study) -> Strata:
    """Return the one stratum that holds everybody: no adjustment."""
    of_item = np.full(len(study.items), _NONE)
    of_item[list(study.statuses)] = 0
    label = {"da": "alle", "en": "all"}
    return Strata(("all",), (label,), label, of_item, _from_start(study, of_item))


def comparable(study: Study) -> None:
    """Refuse a study in which no two groups of citizens are compared.

    Raises
    ------
    StudyError
        E121 no citizens are counted, E132 one group is looked at alone.
    """
    code = "E121" if not study.statuses else "E132"
    if code == "E121" or study.contrast.reference is None:
        raise StudyError([Problem(code, study.id)])


def strata_of(study: Study, wanted: Wanted = None) -> Strata:
    """Return a study's strata, or those asked for.

    Parameters
    ----------
    study : Study
        With counted statuses.
    wanted : mapping, sequence, str or None
        As `Wanted`.

    Raises
    ------
    ValueError
        A status or group that the study does not have.
    StudyError
        E121 no citizens are counted, E122 no strata are declared, E123 a start status with citizens
        in no stratum, E124 a status in two, E125 an unknown column, E126 a column asked of margins,
        E127 a citizen without a value in it; E334 other strata than those counts are kept in.
    """
    comparable(study)
    problems = Problems()
    by: Label = {"da": "gruppe ved start", "en": "group at start"}
    if wanted is None:
        stated = study.stratification
        if stated is None:
            problems.add("E122", study.id)
            raise StudyError(problems)
        by, wanted = stated.label, stated.column or stated.groups
    if study.stratum_counts.size:
        found = _by_counts(study, wanted, problems)
    elif isinstance(wanted, str):
        found = _by_column(study, one_form(wanted), by, problems)
    else:
        found = _by_status(study, wanted, by, problems)
    if problems:
        raise StudyError(problems)
    return found


def population_of(study: Study, weights: Weighting, strata: Strata) -> StandardPopulation:
    """Return the standard population that weights ask for, ``stated`` where the study has one.

    Raises
    ------
    ValueError
        As `gevinst.stats.standardisation.standard_population`.
    """
    stated = study.stratification.citizens if study.stratification and strata.counted else ()
    counts = strata.counts(study)
    if stated and isinstance(weights, str) and one_form(weights).casefold() == STATED:
        return replace(standard_population(stated, counts, strata.ids), name=STATED)
    return standard_population(weights, counts, strata.ids)


def divided(study: Study, weights: Weighting, wanted: Wanted = None) -> Study:
    """Return the study with its strata along their axis, weighted to one mix in both arms.

    Every row that is built from it is then a row of the standardised difference. Without a
    coupling's paths a stratum's later statuses are those of its whole arm: the independent
    coupling; where counts are kept per stratum, its own.

    Parameters
    ----------
    study : Study
        With counted statuses.
    weights : str, mapping or sequence
        As `gevinst.stats.standardisation.standard_population`; taken as known.
    wanted : mapping, sequence, str or None
        As `strata_of`.

    Raises
    ------
    ValueError
        An unknown weighting, status or group.
    StudyError
        As `strata_of`; E130 for a stratum that weighs and that nobody of an arm is in.
    """
    strata = strata_of(study, wanted)
    counts = strata.counts(study)
    shares = population_of(study, weights, strata).shares
    problems = Problems()
    for a, k in np.argwhere((counts == 0) & (shares > 0)).tolist():
        problems.add("E130", study.id, None, strata.ids[k], arm=study.contrast.arms[a])
    if problems:
        raise StudyError(problems)
    order = [study.contrast.arms.index(arm.id) for arm in study.arms]

    def along(array: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(array, len(strata.ids), axis=1) if array.size else array

    return replace(
        study,
        amounts=tuple(replace(amount, stratum="") for amount in study.amounts),
        strata=tuple(Named(*both) for both in zip(strata.ids, strata.labels, strict=True)),
        rate_maps={basis: along(rate_map) for basis, rate_map in study.rate_maps.items()},
        lines=along(study.lines),
        group_lines=along(study.group_lines),
        uncounted=along(study.uncounted),
        shares={reading: along(share) for reading, share in study.shares.items()},
        weights=dict.fromkeys(study.weights, shares[order]),
        start_strata=strata.of_item,
        citizen_strata=strata.of_citizen or {},
    )


def standardised_rows(
    study: Study, weights: Weighting | None, strata: Wanted
) -> tuple[Study, dict[str, Any] | None]:
    """Return the study whose rows are of the standardised difference, and what it is weighted to.

    As it is, and None, where neither weights nor strata are given.
    """
    if strata is None and weights is None:
        return study, None
    weights = "pooled" if weights is None else weights
    if not isinstance(weights, (str, Mapping)):
        weights = [float(each) for each in weights]
    by = strata_of(study, strata)
    standard = {"weights": weights, "strata": list(by.ids), "by": dict(by.by)}
    return divided(study, weights, strata), standard


def standardised_as(made: Mapping[str, Any], text: Language) -> str:
    """Say what rows of a standardised difference are weighted to: `standardised_rows`."""
    named = made["weights"] if isinstance(made["weights"], str) else "given"
    weights = text(f"stratify.weights.{named}")
    return text("simulate.standardised", weights=weights, strata=text.label(made["by"]))


def named_strata(study: Study, names: str | None) -> Wanted:
    """Read strata written as text: ids of groups or statuses with commas between, or a column.

    A name that holds a comma stands in quotation marks; one name that is no group or status is a
    column.
    """
    if not names:
        return None
    read = [unquoted(name) for name in parted(names, ",")]
    known = (*study.groups, *(study.items[i].id for i in study.statuses))
    return read[0] if len(read) == 1 and read[0] not in known else read


def _by_counts(study: Study, wanted: Wanted, problems: Problems) -> Strata:
    """Return the strata that counts are kept in: they are not combined with others."""
    stated = study.stratification
    if stated is None or not isinstance(wanted, str) or one_form(wanted) != stated.column:
        read = wanted if isinstance(wanted, str) else ", ".join(map(str, wanted or ()))
        problems.add("E334", study.id, None, read, column=STRATUM)
        return all_in_one(study)
    ids, labels = (tuple(getattr(each, of) for each in stated.strata) for of in ("id", "label"))
    nowhere = np.full(len(study.items), _NONE)
    return Strata(ids, labels, stated.label, nowhere, None, counted=True)


def _by_column(study: Study, column: str, by: Label, problems: Problems) -> Strata:
    """Return a stratum per value of a column, in alphabetical order."""
    nothing = Strata((), (), by, np.full(len(study.items), _NONE), None)
    if study.paths is None:
        problems.add("E126", study.id, None, column)
        return nothing
    known = [c for c in study.citizens.get(study.contrast.treated, {}) if c != "id"]
    if column not in known:
        problems.add("E125", study.id, None, column, known=suggest(column, known) or ["-"])
        return nothing
    values = {arm: study.citizens[arm][column] for arm in study.contrast.arms}
    for arm in values:
        for name, value in zip(study.citizens[arm]["id"], values[arm], strict=True):
            if not value:
                problems.add("E127", study.id, None, "", id=str(name), column=column)
    ids = tuple(sorted({value for of_arm in values.values() for value in of_arm}))
    place = {name: k for k, name in enumerate(ids)}
    return Strata(
        ids,
        tuple({"da": name, "en": name} for name in ids),
        by if study.stratification and column == study.stratification.column else _both(column),
        np.full(len(study.items), _NONE),
        {arm: np.array([place[v] for v in values[arm]], dtype=np.int64) for arm in values},
    )


def _by_status(
    study: Study,
    wanted: Mapping[str, str | Sequence[str]] | Sequence[str],
    by: Label,
    problems: Problems,
) -> Strata:
    """Return a stratum per group of start statuses."""
    if isinstance(wanted, Mapping):
        members = {
            name: _members(study, [ids] if isinstance(ids, str) else ids)
            for name, ids in wanted.items()
        }
        labels = [_both(name) for name in members]
    else:
        members = {name: _members(study, [name]) for name in map(one_form, wanted)}
        labels = [
            study.groups[name][0] if name in study.groups else study.items[items[0]].label
            for name, items in members.items()
        ]
    if not members:
        raise WrongValueError("strata", None, "no_strata")
    of_item = np.full(len(study.items), _NONE)
    ids = tuple(members)
    for s, (name, items) in enumerate(members.items()):
        for i in items:
            if of_item[i] not in (_NONE, s):
                both = f"{ids[of_item[i]]}, {name}"
                problems.add("E124", study.id, None, study.items[i].id, strata=both)
            of_item[i] = s
    for arm in study.contrast.arms:
        start = study.counts[study.axes.at("arm", arm), 0]
        for i in study.statuses:
            if start[i] and of_item[i] == _NONE:
                problems.add(
                    *("E123", study.id, None, study.items[i].id),
                    arm=arm,
                    n=int(start[i]),
                    strata=", ".join(ids),
                )
    if problems:
        return Strata((), (), by, of_item, None)
    return Strata(ids, tuple(labels), by, of_item, _from_start(study, of_item))


def _members(study: Study, names: Sequence[str]) -> list[int]:
    """Positions of the statuses that ids of statuses and groups name."""
    known = [study.items[i].id for i in study.statuses]
    found = []
    for name in map(one_form, names):
        for member in study.groups[name][1] if name in study.groups else (name,):
            if member not in known:
                near = suggest(member, [*known, *study.groups])
                raise WrongValueError("strata", member, "status_group", known=near)
            found.append(study.axes.at("item", member))
    if not found:
        raise WrongValueError("strata", None, "empty_stratum")
    return found


def _from_start(study: Study, of_item: Integers) -> Mapping[str, Integers] | None:
    """Return each citizen's stratum by the status at start, where citizens are known."""
    if study.paths is None:
        return None
    return {arm: of_item[study.paths[arm][:, 0]] for arm in study.contrast.arms}


def _both(name: str) -> Label:
    return {"da": name, "en": name}
