"""distribution_fits(study): what each rate's stated distribution comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gevinst.study.prices import Rate
from gevinst.study.study import Study

if TYPE_CHECKING:
    import pandas as pd


def distribution_fits(study: Study) -> pd.DataFrame:
    """Show the law of each rate beside what is stated of it.

    Parameters
    ----------
    study : Study
        Whose rates.

    Returns
    -------
    DataFrame
        Indexed by ``rate``. ``kr``, ``kind``; ``mean``, ``sd``, ``p5``, ``p50``, ``p95`` and
        ``stated_low``, ``stated_high`` (nan where nothing is) in kr. per unit, a status's per
        year; ``cv`` sd over mean; ``drawn_by``, ``assumption``. It is of each rate's own draw: a
        price level (`gevinst.sources.rates.Rates`) comes on top.

    Raises
    ------
    ValueError
        If a distribution cannot be; a study that was read has none such.
    StudyError
        E256 of a study that prices nothing.

    Examples
    --------
    >>> import gevinst as gv
    >>> fits = gv.distribution_fits(gv.load("ishoj-smc"))
    >>> fits.loc["cash_benefit", ["p5", "p95"]].round().tolist()
    [121474.0, 168912.0]
    """
    import pandas as pd

    study.need_prices()
    frame = pd.DataFrame([_row(rate) for rate in study.rates])
    return frame.set_index("rate")


def _row(rate: Rate) -> dict[str, object]:
    stated = rate.distribution
    law = stated.law(rate.kr)
    p5, p50, p95 = law.quantile([0.05, 0.5, 0.95])
    ranged = stated.kind != "fixed" and stated.high > 0.0
    return {
        "rate": rate.id,
        "kr": rate.kr,
        "kind": stated.kind,
        "mean": law.mean,
        "sd": law.sd,
        "cv": law.sd / law.mean if law.sd else 0.0,
        "p5": p5,
        "p50": p50,
        "p95": p95,
        "stated_low": stated.low if ranged else np.nan,
        "stated_high": stated.high if ranged else np.nan,
        "drawn_by": rate.drawn_by,
        "assumption": stated.assumption,
    }
