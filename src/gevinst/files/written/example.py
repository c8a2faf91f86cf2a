"""The example that a new study starts from: two small groups, a year, and what helped one."""

from __future__ import annotations

from typing import Any

from gevinst.files.written.rows import Row, filled
from gevinst.text.language import Language

_CITIZENS = {
    "intervention": {"benefit": (9, 4), "training": (3, 3), "job": (0, 4), "moved": (0, 1)},
    "control": {"benefit": (10, 8), "training": (2, 2), "job": (0, 2)},
}
_KR = {"benefit": 12_500, "training": 15_000, "none": 0}
_RATE = {"benefit": "benefit", "training": "training", "job": "none", "moved": "none"}


def example(text: Language) -> tuple[dict[str, Any], dict[str, list[Row]]]:
    """Return the example's settings, as study.toml holds them, and its tables, in a language."""
    say = text.table("new.example")

    def labelled(*ids: str, **more: Any) -> list[dict[str, Any]]:
        return [{"id": each, **more, text.code: say[each]} for each in ids]

    source = {"source": say["source"]}
    sources = ("rates", "outcomes", "missing", "investment")
    settings = {
        "id": "my-study",
        "language": text.code,
        "price_year": 2024,
        "title": {text.code: say["title"]},
        "references": {"report": {text.code: say["report"]}},
        "arms": [
            {**arm, "enrolled": enrolled, "analysed": 12, **source}
            for arm, enrolled in zip(labelled(*_CITIZENS), (13, 12), strict=True)
        ],
        "payers": labelled("municipality"),
        "times": [*labelled("start", years=0), *labelled("end", years=1)],
        "statuses": [*labelled("benefit", "training", "job"), *labelled("moved", lost=True)],
        "items": labelled("help", kind="one_off", investment=True),
        "sources": [{"name": name, text.code: say[name]} for name in sources],
        "assumptions": {
            name: {text.code: say[name]} for name in ("average", "no_cost", "rounding")
        },
    }
    uncertain = {"distribution": "gamma", "cv": 0.1, "drawn_by": "rates", "assumption": "average"}
    known = {"distribution": "fixed", "assumption": "no_cost"}
    tables: dict[str, list[Row]] = {
        "counts": [
            {"arm": arm, "status": status, "start": start, "end": end, **source}
            for arm, statuses in _CITIZENS.items()
            for status, (start, end) in statuses.items()
        ],
        "rates": [
            {"rate": rate, "kr": kr, "unit": "kr/month", **(uncertain if kr else known), **source}
            for rate, kr in _KR.items()
        ],
        "prices": [{"status": status, "rate": rate, **source} for status, rate in _RATE.items()],
        "lines": [
            {
                "arm": "intervention",
                "item": "help",
                "time": "start",
                "amount": 300_000,
                "unit": "kr",
                "per": "group",
                "distribution": "uniform",
                "low": 250_000,
                "high": 350_000,
                "drawn_by": "investment",
                "assumption": "rounding",
                **source,
            }
        ],
        "published": [
            {
                "figure": "difference",
                "measure": "difference",
                "value": 12_500,
                "unit": "kr",
                "rounding": 100,
                **source,
            }
        ],
    }
    return settings, {name: filled(rows) for name, rows in tables.items()}
