"""robustness(study): claims with their witnesses and proofs, for anybody to add up again.

Each row has what is claimed, the criterion that was fixed beforehand, a witness, which shows that
the claim is attained, and a proof, which shows that it cannot be bettered. `verify` checks them by
code of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gevinst.analyses.provenance import Provenance, provenance
from gevinst.analyses.swing import unit_said
from gevinst.analyses.turning.bounds import Count, bounds
from gevinst.analyses.turning.break_even import break_even
from gevinst.analyses.turning.fragility import Turn, fragility
from gevinst.analyses.turning.inputs import Input
from gevinst.analyses.turning.verify import digest, refused
from gevinst.model.evaluate import evaluate
from gevinst.rows.build import build
from gevinst.study.study import Study
from gevinst.text.language import NBSP, Label, Lang, Language, language, table
from gevinst.text.problems import WrongValueError
from gevinst.text.result import OF_NUMBERS, Result

if TYPE_CHECKING:
    import pandas as pd

Plain = dict[str, Any]

CRITERIA = {
    "difference": "the rates times the units add up to it, within 0.005",
    "change": "the rates times the units add up to it, within 0.005",
    "fragility": "the changes reach zero, and the largest of one fewer do not",
    "bounds": "the year costs less at the end than at the start, and both are seen",
    "break_even": "with this rate in the place of its own the sum is zero, within 0.005",
}
"""What each kind of row is held to."""


@dataclass(frozen=True, eq=False, repr=False)
class Robustness(Result):
    """What is claimed of a study, with witnesses and proofs.

    Parameters
    ----------
    content : dict
        Everything as plain values: the study's numbers, the rows, and a digest of both.
    labels : mapping of str to Label
        Of arms.
    rates : mapping of str to Input
        Those that can have what gives zero, by id.
    beyond : int
        Rates that no value which they can have brings to zero; nothing is claimed of them.
    provenance : Provenance
        What made the result.
    """

    content: Plain
    labels: dict[str, Label]
    rates: dict[str, Input]
    beyond: int
    provenance: Provenance

    disregards: ClassVar[tuple[str, ...]] = OF_NUMBERS

    def to_dict(self) -> Plain:
        """Everything as plain values: what robustness.json holds."""
        return self.content

    def to_frame(self) -> pd.DataFrame:
        """One row per claim: its kind and what is claimed."""
        import pandas as pd

        rows = [{"kind": row["kind"], **row["claim"]} for row in self.content["rows"]]
        return pd.DataFrame(rows)

    def summary(self, lang: Lang = "en") -> str:
        """Say the claims as a table, in ``en`` or ``da``."""
        text = language(lang)
        rows = [
            [str(k), text(f"robustness.{row['kind']}"), self._claim(row, text)]
            for k, row in enumerate(self.content["rows"], start=1)
        ]
        said = table([["", text("robustness.kind"), text("robustness.claim")], [], *rows], left=3)
        beyond = [text("robustness.beyond", n=self.beyond)] if self.beyond else []
        return "\n".join([*self.opening(lang), text("robustness.heading"), said, *beyond])

    def _claim(self, row: Plain, text: Language) -> str:
        claim = row["claim"]
        if row["kind"] in ("difference", "change"):
            return text.kr(claim["kr"])
        if row["kind"] == "break_even":
            return "; ".join(self._rate(name, kr, text) for name, kr in claim["rates"].items())
        if row["kind"] == "bounds":
            arm = text.label(self.labels[claim["arm"]])
            ends = {end: claim[end] for end in ("low", "high")}
            return f"{arm}: {text('bootstrap.limits', **ends)}"
        arms = ", ".join(text.label(self.labels[arm]) for arm in claim["arms"])
        moved = text(f"fragility.moved_{'too' if claim['moved'] else 'fixed'}")
        number = text("fragility.none") if claim["citizens"] is None else claim["citizens"]
        return f"{arms}, {moved}: {number}"

    def _rate(self, name: str, kr: float, text: Language) -> str:
        """Say what a rate would be: claims hold annual ones."""
        each = self.rates[name]
        unit = unit_said("kr" if each.unit == "kr" else "kr/year", text)
        place = ", ".join(map(text.label, each.place))
        return f"{place or name}: {text.number(kr)}{NBSP}{unit}"


def robustness(study: Study) -> Robustness:
    """Write down what is claimed of a study, with a witness and a proof of each claim.

    Parameters
    ----------
    study : Study
        Under the conventions it carries. Suppressed counts are those that `gevinst.gain` takes.

    Returns
    -------
    Robustness
        Rows: the difference; the fewest citizens who turn its sign, of both arms and of each, the
        lost changing or fixed; how many citizens of each arm became cheaper, where margins are the
        data; the break-even value of every rate that can have it. A study of cost lines has the
        first and the last.
        ``to_dict()`` is what ``gevinst verify`` reads.

    Raises
    ------
    StudyError
        As `gevinst.gain`.

    Examples
    --------
    >>> import gevinst as gv
    >>> found = gv.robustness(gv.load("ishoj-smc"))
    >>> gv.verify(found.to_dict())
    []
    """
    found = [each for each in break_even(study).inputs if each.kind == "rate"]
    rates = {each.input.removeprefix("rate."): each for each in found if each.possible}
    content = {**_numbers(study), "rows": _rows(study, rates)}
    content["digest"] = digest(content)
    labels = {arm.id: arm.label for arm in study.arms}
    return Robustness(content, labels, rates, len(found) - len(rates), provenance(study))


def verify(content: Plain) -> list[str]:
    """Check claims by adding their witnesses and proofs up anew.

    Parameters
    ----------
    content : dict
        What ``robustness.json`` holds.

    Returns
    -------
    list of str
        What does not hold: the number and kind of each row, and ``digest`` where anything was
        changed; none where all holds.

    Raises
    ------
    ValueError
        If the content is not that of such a file.

    Examples
    --------
    >>> import gevinst as gv
    >>> content = gv.robustness(gv.load("gladsaxe")).to_dict()
    >>> gv.verify(content)
    []
    """
    try:
        return refused(content)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise WrongValueError("content", None, "no_claims") from error


def _numbers(study: Study) -> Plain:
    """Return the study's numbers as plain values: rates, and the units that each is paid for."""
    inputs = build(study)
    counted = [t for t in range(len(study.times)) if study.statuses and study.status_horizon[t]]
    shape = study.axes.sizes(("arm", "stratum", "time", "item"))
    weight = np.broadcast_to(inputs.weight[0][:, :, np.newaxis, np.newaxis], shape)
    share = np.broadcast_to(inputs.share.sum(axis=-1), shape)
    units = weight * inputs.horizon[0] * inputs.quantity[0] * share
    lines = [i for i in range(len(study.items)) if i not in study.statuses]
    arms = {}
    for arm in study.contrast.arms:
        a = study.axes.at("arm", arm)
        paid = np.zeros(len(study.rates))
        np.add.at(paid, study.rate_of[a][..., lines], units[a][..., lines])
        arms[arm] = {
            "sign": study.contrast.sign(arm),
            "citizens": study.arms[a].analysed,
            "lines": {study.rates[r].id: float(paid[r]) for r in np.flatnonzero(paid)},
            "times": [_cells(study, a, t, share[a, 0, t]) for t in counted],
        }
    return {
        "format": 1,
        "study": study.id,
        "study_hash": study.hash,
        "conventions": vars(study.conventions),
        "rates": {rate.id: rate.kr for rate in study.rates},
        "weights": [float(study.status_horizon[t]) for t in counted],
        "arms": arms,
    }


def _cells(study: Study, a: int, t: int, share: NDArray[np.float64]) -> Plain:
    """Return the statuses of an arm that have a rate at a time."""
    return {
        study.items[i].id: {
            "rate": study.rates[study.rate_of[a, 0, t, i]].id,
            "share": float(share[i]),
            "citizens": int(study.counts[a, t, i]),
            "lost": study.items[i].lost,
        }
        for i in study.statuses
        if study.rate_of[a, 0, t, i] >= 0
    }


def _rows(study: Study, rates: dict[str, Input]) -> list[Plain]:
    """Make the claims."""
    now = float(evaluate(build(study)).difference()[0])
    kind = "change" if study.contrast.reference is None else "difference"
    rows = [_row(kind, {"rates": {}, "kr": now}, now, now)]
    if study.statuses:
        found = fragility(study)
        for arms, turns in (
            (list(study.contrast.arms), found.both),
            *(([arm], turns) for arm, turns in found.arms.items()),
        ):
            for moved, turn in zip((True, False), turns, strict=True):
                rows.append(_turn(arms, moved, turn))
        open_ = study.paths is None and not study.masked and not study.stratum_counts.size
        if open_ and study.status_horizon[-1]:  # margins of one table, which potentials are of
            cheaper = bounds(study, "cheaper")
            rows += [_count(study, arm, cheaper.arms[arm]) for arm in study.contrast.arms]
    for name, each in rates.items():
        kr = each.value * (12.0 if each.unit == "kr/month" else 1.0)
        rows.append(_row("break_even", {"rates": {name: kr}, "kr": 0.0}, 0.0, now))
    return rows


def _row(kind: str, claim: Plain, witness: Any, proof: Any) -> Plain:
    criterion = CRITERIA[kind]
    return {
        "kind": kind,
        "claim": claim,
        "criterion": criterion,
        "witness": witness,
        "proof": proof,
    }


def _turn(arms: list[str], moved: bool, turn: Turn) -> Plain:
    """Write who turns the sign; where nobody does, the proof is the sum of all."""
    claim = {"arms": arms, "moved": moved, "citizens": turn.citizens}
    if turn.citizens is None:
        return _row("fragility", claim, [], [turn.needed, turn.enough, 0.0])
    witness = [[each.arm, each.before, each.after, each.citizens] for each in turn.path]
    proof = [turn.needed, turn.short, turn.enough, *(each.kr for each in turn.path)]
    return _row("fragility", claim, witness, proof)


def _count(study: Study, arm: str, count: Count) -> Plain:
    """Write how many became cheaper, with a table and potentials for each end.

    Potentials are a number per status at either time whose sum is nowhere above what a citizen of
    that pair counts; so what they give for the margins is below what any table counts, and for the
    highest end, counted negatively, above.
    """
    a = study.axes.at("arm", arm)
    costs, lost = study.status_costs[a], np.isin(np.arange(len(study.items)), study.lost)
    first, last = (np.flatnonzero(study.counts[a, t]) for t in (0, -1))
    cheaper = costs[0, first][:, np.newaxis] > costs[-1, last] + 0.005
    seen = ~lost[first][:, np.newaxis] & ~lost[last]
    ids, proof, witness = study.axes.items, {}, {}
    for end, sign in (("low", 1.0), ("high", -1.0)):
        margins = study.counts[a, 0, first], study.counts[a, -1, last]
        found = _potentials(sign * (cheaper & seen), *margins)
        proof[end] = [
            {ids[i]: int(x) for i, x in zip(side, each, strict=True)}
            for side, each in zip((first, last), found, strict=True)
        ]
        witness[end] = {ids[i]: {ids[j]: 0 for j in last.tolist()} for i in first.tolist()}
        for path, n in count.witness[end]:
            witness[end][path[0]][path[-1]] += n
    claim = {"arm": arm, "low": count.low, "high": count.high}
    return _row("bounds", claim, witness, proof)


def _potentials(
    worth: NDArray[np.float64], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Solve the dual of the transport programme; its vertices are whole where the worths are."""
    from scipy.optimize import linprog

    r, c = worth.shape
    limits = np.hstack([np.repeat(np.eye(r), c, axis=0), np.tile(np.eye(c), (r, 1))])
    solution = linprog(
        -np.concatenate([rows, columns]).astype(np.float64),
        A_ub=limits,
        b_ub=worth.ravel(),
        bounds=[(0, 0), *[(None, None)] * (r + c - 1)],
        method="highs-ds",
    )
    found: NDArray[np.int64] = np.rint(np.asarray(solution.x)).astype(np.int64)
    return found[:r], found[r:]
