"""Covariates: columns that came with the citizens, as numbers that a fit can hold equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.language import Label
from gevinst.text.numerals import Numeral
from gevinst.text.problems import Problems, StudyError, suggest

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Covariate:
    """One number of every citizen: of a column of numbers, or whether a text is there.

    Parameters
    ----------
    column : str
        The column.
    value, base : str
        Of a column of text the value that is counted, 1 of those who have it, and the value none
        of whose numbers is 1; empty for a column of numbers.
    of : mapping of str to ndarray, shape (n,)
        Per arm of the contrast the analysed citizens' numbers.
    """

    column: str
    value: str
    base: str
    of: Mapping[str, Floats]

    @property
    def label(self) -> Label:
        """What it is called."""
        name = f"{self.column}: {self.value}" if self.value else self.column
        return {"da": name, "en": name}


def covariates_of(study: Study, wanted: Sequence[str]) -> tuple[Covariate, ...]:
    """Return the columns asked for as numbers.

    A column of numbers stays what it is; of a column of text every value but the first of the
    alphabet becomes a number, 1 or 0.

    Parameters
    ----------
    study : Study
        Paired data.
    wanted : sequence of str
        Names of columns.

    Raises
    ------
    StudyError
        E125 an unknown column, E180 a citizen without anything in one, E181 a column that is the
        same for everybody; all at once.
    """
    arms, problems = study.contrast.arms, Problems()
    known = [column for column in study.citizens[arms[0]] if column != "id"]
    found: list[Covariate] = []
    for column in dict.fromkeys(one_form(str(name)) for name in wanted):
        if column not in known:
            problems.add("E125", study.id, None, column, known=suggest(column, known) or ["-"])
            continue
        cells = {arm: study.citizens[arm][column] for arm in arms}
        empty = [
            str(name)
            for arm in arms
            for name, cell in zip(study.citizens[arm]["id"], cells[arm], strict=True)
            if not cell
        ]
        for name in empty:
            problems.add("E180", study.id, None, "", id=name, column=column)
        if not empty:
            if len({cell for of_arm in cells.values() for cell in of_arm}) == 1:
                problems.add("E181", study.id, None, column)
            found += _numbers(column, cells)
    if problems:
        raise StudyError(problems)
    return tuple(found)


def _numbers(column: str, cells: Mapping[str, Sequence[str]]) -> Iterator[Covariate]:
    """Give the numbers of a column whose every cell holds something."""
    values = sorted({cell for of_arm in cells.values() for cell in of_arm})
    if all(isinstance(value, Numeral) for value in values):
        of = {arm: np.array([float(cell) for cell in of_arm]) for arm, of_arm in cells.items()}
        yield Covariate(column, "", "", of)
        return
    for value in values[1:]:
        has = {arm: np.array([cell == value for cell in of_arm]) for arm, of_arm in cells.items()}
        of = {arm: each.astype(np.float64) for arm, each in has.items()}
        yield Covariate(column, value, values[0], of)
