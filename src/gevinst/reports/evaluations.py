"""The gallery: published evaluations written down in the format, with what can be said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gevinst.analyses.accounts.outcomes import Outcomes, outcomes
from gevinst.analyses.audit.registry import audit
from gevinst.files.studies import evaluations, load
from gevinst.reports.front.quote import quote
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, Label, Lang, Language, language
from gevinst.text.result import Result
from gevinst.text.voice import spoken

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 20_000
"""Enough for the digits of a sentence."""


@dataclass(frozen=True)
class Evaluation:
    """One published evaluation.

    Parameters
    ----------
    id : str
        What `gevinst.load` and every command take.
    title : Label
        What it is of.
    said : mapping of str to tuple of str
        Per language the headline with its interval, and on what basis it varies; of outcomes each.
    findings : int
        Of the audit.
    """

    id: str
    title: Label
    said: Mapping[str, tuple[str, ...]]
    findings: int


@dataclass(frozen=True, eq=False, repr=False)
class Gallery(Result):
    """Published evaluations, each with its headline and interval.

    Parameters
    ----------
    evaluations : tuple of Evaluation
        In alphabetical order.
    """

    evaluations: tuple[Evaluation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "evaluations": [
                {
                    "id": each.id,
                    "title": dict(each.title),
                    "said": {lang: list(said) for lang, said in each.said.items()},
                    "findings": each.findings,
                }
                for each in self.evaluations
            ]
        }

    def to_frame(self) -> pd.DataFrame:
        """One row per evaluation, in English."""
        import pandas as pd

        rows = [
            {"title": language("en").label(e.title), "said": " ".join(e.said["en"])}
            | {"findings": e.findings}
            for e in self.evaluations
        ]
        return pd.DataFrame(rows, index=pd.Index([e.id for e in self.evaluations], name="id"))

    def summary(self, lang: Lang = "en") -> str:
        """Say each: its title, its headline with the interval, and how much the audit finds."""
        text = language(lang)
        parts = [text("evaluations.heading")]
        for each in self.evaluations:
            found = text("evaluations.findings", n=each.findings, id=each.id)
            lines = [f"{each.id}: {text.label(each.title)}", *each.said[lang], found]
            parts.append("\n  ".join(lines))
        return "\n\n".join(parts)


def gallery() -> Gallery:
    """Say of every published evaluation of the gallery what its numbers let anyone say.

    Returns
    -------
    Gallery

    Examples
    --------
    >>> import gevinst as gv
    >>> gv.gallery().evaluations[0].id
    'gallery/adhd-training'
    """
    found = []
    for name in evaluations():
        study = load(name)
        measured = outcomes(study) if study.outcomes else None
        said: dict[str, tuple[str, ...]] = {}
        for lang in LANGUAGES:
            with spoken(study.voice):
                said[lang] = tuple(_said(study, measured, language(lang)))
        found.append(Evaluation(name, study.title, said, len(audit(study).findings)))
    return Gallery(tuple(found))


def _said(study: Study, measured: Outcomes | None, text: Language) -> list[str]:
    """Say a study's headline with its interval; of outcomes each of them."""
    if measured is None:
        return [quote(study, text, n=DRAWS, rng=1), *(text.label(s.basis) for s in study.sources)]
    said = []
    for each in measured.found:
        lines = measured.sentences(each, text)
        if each.pair is None:  # nothing to hold it against: what it is
            lines = [
                text("evaluations.value", who=who, n=n, of=of, share=share)
                if value.citizens is not None
                else text("evaluations.open", who=who, share=share)
                for value, (who, n, of, share) in zip(
                    each.values, measured.rows(each, text), strict=True
                )
            ]
        said.append(f"{measured.name(each, text)}: {' '.join(lines)}")
    return said
