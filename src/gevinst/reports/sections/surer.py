"""What would make the answer surer: what difference could be told, and what more citizens do."""

from __future__ import annotations

import math
from typing import Any

from scipy.special import stdtrit

from gevinst.analyses.bootstrap import Bootstrap
from gevinst.reports.results import Results
from gevinst.stats.mean.widening import Sampled, effective_degrees_of_freedom
from gevinst.text.language import Language

_MORE = 10


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """Say it in sentences; None where nobody was compared, or citizens have no interval."""
    found = results.bootstrap
    if results.study.stated or found.reason or found.widest.reason:
        return None
    least = [_half(found, coupling, 0) for coupling in found.difference]
    more = [_half(found, coupling, _MORE) for coupling in found.difference]
    sizes = text("front.and").join(text.number(n) for n in found.widest.sizes)
    said = [
        text(
            _key("report.surer.least", least),
            citizens=sizes,
            low=text.kr(round(min(least), -2)),
            high=text.kr(round(max(least), -2)),
            level=text.level(found.level),
        ),
        text(
            _key("report.surer.more", more),
            n=text.number(_MORE),
            low=text.kr(round(min(more), -2)),
            high=text.kr(round(max(more), -2)),
        ),
    ]
    if len(found.difference) > 1:
        said.append(text("report.surer.paths"))
    said.append(results.variance.sentence(text.code))
    if results.missing.manski is not None:
        said.append(text("report.surer.lost"))
    return {"said": said}


def _key(name: str, values: list[float]) -> str:
    return name if round(min(values), -2) != round(max(values), -2) else f"{name}_one"


def _half(found: Bootstrap, coupling: str, more: int) -> float:
    """Half of Welch's interval if each group had so many more citizens who differ as much."""
    estimate, parts = found.difference[coupling], []
    for (arm, by_coupling), n in zip(found.arms.items(), estimate.sizes, strict=True):
        error = found.arms[arm][coupling].standard_error if by_coupling else 0.0
        parts.append(Sampled(error**2 * n / (n + more), n + more - 1, n + more))
    variance = math.fsum(part.variance for part in parts)
    freedom = effective_degrees_of_freedom(variance, parts)
    return float(stdtrit(freedom, (1.0 + found.level) / 2.0)) * math.sqrt(variance)
