"""What would make the answer surer: what difference could be told, and what more citizens do."""

from __future__ import annotations

from typing import Any

from gevinst.reports.results import Results
from gevinst.text.language import Language

_MORE = 10


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """Say it in sentences; None where nobody was compared, or citizens have no interval."""
    found = results.bootstrap
    if results.study.stated or found.reason or found.widest.reason:
        return None
    least, more = ([each.reach(n) for each in found.difference.values()] for n in (0, _MORE))
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
