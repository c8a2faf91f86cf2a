"""What was assumed: sources, rates and their spread, and what a reader must know."""

from __future__ import annotations

from typing import Any

from gevinst.analyses.provenance import provenance
from gevinst.reports.results import Results
from gevinst.reports.sections.cited import cited
from gevinst.sources.rates import Rates
from gevinst.sources.registry import chosen
from gevinst.sources.source import varied
from gevinst.stats.distributions import FITTED, points
from gevinst.stats.laws import Pert
from gevinst.study.prices import Rate, Summary, rate_name
from gevinst.study.restated import made_with
from gevinst.study.study import Study
from gevinst.text.language import Language


def context(results: Results, text: Language) -> dict[str, Any]:
    """Sources in words, the notes with their quotes, the references."""
    study = results.study
    made = provenance(study)
    return {
        "sources": [
            (
                text.label(each.label),
                " ".join([text.label(spec.basis), *made.by_default([each], text)]),
            )
            for spec, each in zip(study.sources, map(varied, chosen(study)), strict=True)
        ],
        "notes": [
            {
                "text": text.label(note.label),
                "quote": note.quote,
                "source": cited(note.source, study),
            }
            for note in study.notes
        ],
        "references": [text.label(label) for label in study.references.values()],
    }


def rates(results: Results, text: Language) -> dict[str, Any]:
    """Every rate: what it is of, what it is, how it varies and why, and where it stands.

    Of those in other money than the study's, what was stated, and what made them the study's.
    """
    study = results.study
    means = {each.rate: each for each in study.summaries}
    heads = ("rate", "used", "as_printed", "spread", "why", "source")
    return {
        "table": [
            [text(f"report.assumptions.{head}") for head in heads],
            *(_rate(study, k, text, means.get(each.id)) for k, each in enumerate(study.rates)),
        ],
        "made_with": list(made_with(study, text)),
    }


def _rate(study: Study, k: int, text: Language, mean: Summary | None) -> list[str]:
    rate = study.rates[k]
    spread, why = (_of_mean(mean, text), "") if mean else _stated(rate, study, text)
    unit = text("unit.kr" if rate.unit == "kr" else "unit.kr_per_year")
    printed = ""
    if rate.printed is not None:
        printed = text("report.assumptions.printed", kr=text.number(rate.printed))
    if rate.restated is not None:
        printed = rate.restated.say(text, rate.unit)
    return [
        rate_name(study, k, text),
        f"{text.number(rate.kr, 0 if rate.kr == round(rate.kr) else 2)} {unit}",
        printed,
        spread,
        why,
        cited(rate.source, study),
    ]


def _of_mean(mean: Summary, text: Language) -> str:
    """Say of whom a mean is, and what is printed of its spread."""
    ends = dict(zip(("low", "high"), (_kr(each, text) for each in mean.printed * 2), strict=False))
    level, law = text.level(mean.level), text(f"report.assumptions.mean.{mean.law}")
    parts = [text("report.assumptions.mean.of", n=mean.n)]
    parts.append(text(f"report.assumptions.mean.{mean.spread or 'bare'}", **ends, level=level))
    if mean.spread:
        error = _kr(mean.standard_error, text)
        parts.append(text("report.assumptions.mean.error", kr=error, law=law))
    return "; ".join(parts)


def _stated(rate: Rate, study: Study, text: Language) -> tuple[str, str]:
    return _spread(rate, study, text), text.label(study.assumptions[rate.distribution.assumption])


def _spread(rate: Rate, study: Study, text: Language) -> str:
    """Say in words how a rate varies, by itself and with others."""
    stated, law = rate.distribution, rate.distribution.law(rate.kr)
    low, high = stated.low, stated.high
    said = text(
        f"distribution.{stated.kind}",
        cv=_percent(law.sd / law.mean if law.sd else 0.0, text),
        low=_kr(low, text),
        high=_kr(high, text),
        mode=_kr(law.mode if isinstance(law, Pert) else rate.kr, text),
    )
    if stated.kind in FITTED and high:
        ends = dict(zip(("fitted_low", "fitted_high"), points(law), strict=True))
        kr = {name: _kr(end, text) for name, end in {**ends, "low": low, "high": high}.items()}
        said = text("distribution.fitted", law=said, **kr)
    parts = [said]
    for source in chosen(study):
        if isinstance(source, Rates) and source.name == rate.drawn_by and source.common_cv:
            parts.append(text("distribution.level", cv=_percent(source.common_cv, text)))
    for pair in study.correlations:
        if rate.id in (pair.rate, pair.other):
            other = pair.other if rate.id == pair.rate else pair.rate
            at = next(k for k, each in enumerate(study.rates) if each.id == other)
            parts.append(
                text(
                    "distribution.moves",
                    rate=rate_name(study, at, text),
                    rank=text.number(pair.rank, 2),
                )
            )
    return "; ".join(parts)


def _percent(share: float, text: Language) -> str:
    """Write a coefficient of variation, with a decimal where it has one."""
    return text.percent(share, 0 if abs(100 * share - round(100 * share)) < 1e-9 else 1)


def _kr(kr: float, text: Language) -> str:
    """Write an amount, a small one with its ører."""
    return text.number(kr, 0 if kr >= 100 or kr == round(kr) else 2)
