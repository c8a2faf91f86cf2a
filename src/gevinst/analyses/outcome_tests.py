"""Exact tests of a yes/no outcome: a status at one time, such as ordinary job 4/28 against 1/26.

These give p-values, labelled. A study's net gain gets none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.stats.mean.estimate import or_none
from gevinst.stats.pvalue import never_zero
from gevinst.study.study import Study
from gevinst.text.form import one_form
from gevinst.text.language import Label, Lang, language
from gevinst.text.problems import Problem, StudyError, WrongValueError, one_of, suggest
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd

Alternative = Literal["two-sided", "less", "greater"]
ALTERNATIVES: tuple[Alternative, ...] = get_args(Alternative)

_MOST_TABLES = 100_000


@dataclass(frozen=True, repr=False)
class OutcomeTest(Result):
    """Two shares and how unlike they are.

    Parameters
    ----------
    status, time : str
        What was counted, and when; ids.
    yes, citizens : dict of str to int
        Per arm the citizens in the status, and all analysed (those who moved count as not in it).
    alternative : str
        ``greater`` is more of them in the intervention group.
    fisher, boschloo : float
        p-values: Fisher's conditional test, and Boschloo's, which is never larger in a one-sided
        test; NaN in groups so large that it takes minutes. Descriptive: allocation was not by lot.
    labels : mapping of str to Label
        What the arms, the status and the time are called.
    provenance : Provenance
        What made the result.
    """

    status: str
    time: str
    yes: dict[str, int]
    citizens: dict[str, int]
    alternative: str
    fisher: float
    boschloo: float
    labels: dict[str, Label]
    provenance: Provenance

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON, labelled as what it is."""
        return {
            "study": self.provenance.study,
            "status": self.status,
            "time": self.time,
            "arms": {
                arm: {"yes": self.yes[arm], "citizens": self.citizens[arm]} for arm in self.yes
            },
            "alternative": self.alternative,
            "pvalue": {"fisher": self.fisher, "boschloo": or_none(self.boschloo)},
            "descriptive": True,
            "label": {lang: language(lang)("outcome.label") for lang in ("da", "en")},
            "provenance": self.provenance.to_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per arm: citizens in the status, all, share; the p-values beside them."""
        import pandas as pd

        frame = pd.DataFrame({"yes": self.yes, "citizens": self.citizens}).rename_axis("arm")
        frame["share"] = frame["yes"] / frame["citizens"]
        return frame.assign(fisher=self.fisher, boschloo=self.boschloo)

    def summary(self, lang: Lang = "en") -> str:
        """Say the shares, the p-values and what they are, in ``en`` or ``da``."""
        text = language(lang)
        label = {name: text.label(value) for name, value in self.labels.items()}
        lines = [text("outcome.heading", status=label["status"], time=label["time"])]
        lines += [
            text(
                "outcome.arm",
                arm=label[arm],
                yes=yes,
                n=self.citizens[arm],
                share=text.percent(yes / self.citizens[arm]),
            )
            for arm, yes in self.yes.items()
        ]
        lines.append(text("outcome.fisher", p=text.p(self.fisher)))
        boschloo = "boschloo_many" if math.isnan(self.boschloo) else "boschloo"
        lines.append(text(f"outcome.{boschloo}", p=text.p(self.boschloo)))
        return "\n".join([*lines, text("outcome.label")])


def outcome_test(
    study: Study, status: str, *, time: str | None = None, alternative: Alternative = "two-sided"
) -> OutcomeTest:
    """Test whether a status is as common in both arms: Fisher's and Boschloo's exact tests.

    Parameters
    ----------
    study : Study
        With counted statuses.
    status : str
        Id of a status, or of a group of statuses.
    time : str, optional
        Id of a time; the last by default.
    alternative : {"two-sided", "less", "greater"}
        "greater": more common in the intervention arm.

    Returns
    -------
    OutcomeTest
        By `scipy.stats.fisher_exact` (Fisher 1935) and `scipy.stats.boschloo_exact` (Boschloo
        1970). Descriptive: the arms of a
        municipal pilot were rarely formed by lot.

    Raises
    ------
    ValueError
        An unknown status, time or alternative; the message lists the known ones.
    StudyError
        E151 where nobody is counted, E196 where one arm is looked at alone.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.outcome_test(gv.load("ishoj-smc"), "ordinary_employment")
    >>> round(found.fisher, 3)
    0.353
    """
    from scipy import stats

    statuses = [study.items[i].id for i in study.statuses]
    if not statuses or study.contrast.reference is None:
        raise StudyError([Problem("E196" if statuses else "E151", study.id)])
    status = one_form(status)
    time = study.axes.times[-1] if time is None else one_form(str(time))
    for name, read, known in (
        ("status", status, (*statuses, *study.groups)),
        ("time", time, study.axes.times),
    ):
        if read not in known:
            raise WrongValueError(name, read, "one_of", known=suggest(read, known))
    alternative = one_of("alternative", alternative, ALTERNATIVES)
    label, members = study.groups.get(status, ({}, (status,)))
    items = [study.axes.at("item", member) for member in members]
    t = study.axes.at("time", time)
    counted = study.counts[:, t]
    yes, citizens = {}, {}
    for arm in study.contrast.arms:
        a = study.axes.at("arm", arm)
        yes[arm], citizens[arm] = int(counted[a, items].sum()), int(counted[a].sum())
    side: Any = alternative
    cells = np.array([[yes[arm], citizens[arm] - yes[arm]] for arm in yes])
    return OutcomeTest(
        status=status,
        time=time,
        yes=yes,
        citizens=citizens,
        alternative=alternative,
        fisher=never_zero(float(stats.fisher_exact(cells, alternative=side).pvalue)),
        boschloo=_boschloo(cells, alternative),
        labels={
            **{arm.id: arm.label for arm in study.arms},
            "status": label or study.items[items[0]].label,
            "time": study.times[t].label,
        },
        provenance=provenance(study),
    )


def _boschloo(cells: np.ndarray[Any, Any], alternative: Any) -> float:
    """Boschloo's p; scipy takes the groups as columns. One where a margin is empty.

    Its time grows with the number of tables that could have been: two seconds at `_MOST_TABLES`.
    """
    from scipy import stats

    if (cells.sum(axis=0) == 0).any():
        return 1.0  # nobody, or everybody, in both groups: the same share
    if math.prod(cells.sum(axis=1).tolist()) > _MOST_TABLES:
        return math.nan
    return never_zero(float(stats.boschloo_exact(cells.T, alternative=alternative).pvalue))
