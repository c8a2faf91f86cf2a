"""One sentence to quote, under thirty words."""

from __future__ import annotations

from gevinst.analyses.alone.deadweight import Deadweight, deadweight
from gevinst.analyses.cases import Cases, cases, has_cases
from gevinst.analyses.draws import ROUNDING
from gevinst.analyses.gain import Gain, gain
from gevinst.analyses.simulate import Simulation, simulate
from gevinst.reports.front.verdict import end
from gevinst.reports.results import Results
from gevinst.stats import streams
from gevinst.study.study import Study
from gevinst.text.language import Language, rounded


def quote(study: Study, text: Language, *, n: int = 100_000, rng: streams.Rng = None) -> str:
    """Say how sure a study's difference is, in one sentence that stands alone.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    text : Language
        In which.
    n, rng
        As in `gevinst.simulate`.
    """
    if study.elsewhere is not None:
        return _borrowed(simulate(study, n=n, rng=rng), text)
    if study.stated:
        return _stated(cases(study) if has_cases(study) else None, gain(study), text)
    if study.contrast.reference is None:
        return _alone(deadweight(study), gain(study), text)
    return _compared(simulate(study, n=n, rng=rng), study, text)


def quoted(results: Results, text: Language) -> str:
    """Say the same of results that are there."""
    if results.study.elsewhere is not None:
        return _borrowed(results.simulation, text)
    if results.study.stated:
        return _stated(results.cases, results.gain, text)
    if results.deadweight is not None:
        return _alone(results.deadweight, results.gain, text)
    return _compared(results.simulation, results.study, text)


def _alone(found: Deadweight, of: Gain, text: Language) -> str:
    kr = of.difference
    values = {"arm": text.label(found.arm), "n": text.number(found.citizens)}
    if kr < 0.0 and not of.cost.any():  # nothing is counted but what was paid
        return text("front.quote.price", kr=text.kr(-kr), **values)
    if found.reason or kr <= 0.0:
        return text("front.quote.alone", what=end(kr, text, exact=True), **values)
    return text("front.quote.anyway", kr=text.kr(kr), share=text.percent(found.share), **values)


def _stated(found: Cases | None, of: Gain, text: Language) -> str:
    if found is not None:
        return found.sentence(text.code, alone=True)
    return text("front.quote.stated", what=end(of.difference, text, exact=True))


def _borrowed(simulation: Simulation, text: Language) -> str:
    what, wide = end(simulation.point, text, exact=True), simulation.widest.found
    if _still(simulation):
        return text("front.quote.borrowed_still", what=what)
    low, high = text.number(rounded(wide.low)), text.kr(rounded(wide.high))
    return text("front.quote.borrowed", what=what, level=text.level(wide.level), low=low, high=high)


def _still(simulation: Simulation) -> bool:
    """Whether nothing varies: no source is there, or each stands as it is."""
    wide = simulation.widest.found
    return not simulation.varied or wide.high - wide.low <= ROUNDING * abs(wide.mean)


def _compared(simulation: Simulation, study: Study, text: Language) -> str:
    point = text.kr(simulation.point)
    if _still(simulation):
        return text("front.quote.still", kr=point)
    wide = simulation.widest.found
    side = "both" if simulation.side == "depends" else simulation.side
    arms = [study.arms[study.axes.at("arm", arm)] for arm in study.contrast.arms]
    return text(
        f"front.quote.{side}",
        kr=point,
        low=text.number(rounded(wide.low)),
        high=text.kr(rounded(wide.high)),
        level=text.level(wide.level),
        citizens=text("front.and").join(text.number(arm.analysed) for arm in arms),
    )
