"""What made a result: study, versions, seed and conventions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np

from gevinst.analyses.elsewhere.borrowed import Borrowed, borrowed
from gevinst.analyses.headline import Headline, not_rebuilt
from gevinst.model.discounting import Discounting
from gevinst.model.horizons import CONVENTIONS
from gevinst.sources.registry import usual
from gevinst.sources.source import MEAN, Varied
from gevinst.stats.streams import BLOCK
from gevinst.study.conventions import Conventions, schedule_said
from gevinst.study.study import Study
from gevinst.text.language import Label, Lang, Language, language
from gevinst.text.voice import PLAIN, Voice


@dataclass(frozen=True)
class Provenance:
    """Enough to make a result again.

    Parameters
    ----------
    study : str
        The study's id.
    study_hash : str
        `Study.hash`: of content, not of formatting.
    seed : int or None
        What all random streams grew from; None where nothing was drawn.
    conventions : Conventions
        The choices behind the calculation.
    assumed : mapping of str to mapping
        Settings of sources other than the study declares.
    usual : mapping of str to mapping
        Settings of sources that hang on what the study knows, as nothing else is stated.
    versions : dict
        gevinst and numpy; the latter fixes the bits of each stream.
    block : int
        Rows per block of the random streams.
    headline : Headline or None
        The study's printed headline where its own inputs do not give it: what comes first.
    stated : bool
        Whether the arms are courses that somebody wrote down: nobody was compared with anybody.
    contrast : tuple of str
        The arms compared, the treated first; one where the result is a change.
    voice : Voice
        How texts speak of the study: its currency, its people, and whether of a change.
    design : mapping of str to Label
        What the study says of its citizens that no calculation honours.
    borrowed : Borrowed or None
        Whose effects the result rests on, where they were measured elsewhere.
    discounting : Discounting or None
        How later amounts are discounted; None where they are not.
    undiscounted : bool
        Whether the study spans years and says nothing of discounting.
    """

    study: str
    study_hash: str
    seed: int | None
    conventions: Conventions
    assumed: Mapping[str, Mapping[str, object]]
    versions: dict[str, str]
    block: int = BLOCK
    headline: Headline | None = None
    stated: bool = False
    contrast: tuple[str, ...] = ()
    voice: Voice = PLAIN
    design: Mapping[str, Label] = field(default_factory=dict)
    usual: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    borrowed: Borrowed | None = None
    discounting: Discounting | None = None
    undiscounted: bool = False

    def settings(self) -> list[str]:
        """Say the assumed settings in one text; none where nothing is assumed."""
        said = (
            f"{source}.{setting} = {value}"
            for source, settings in self.assumed.items()
            for setting, value in settings.items()
        )
        return [", ".join(said)] if self.assumed else []

    def by_default(self, sources: Sequence[Varied], text: Language) -> list[str]:
        """Say, a sentence each, the settings of sources that hang on what the study knows."""
        return [
            text(f"source.usual.{source.id}_{setting}")
            for source in sources
            for setting in self.usual.get(source.id, {})
        ]

    def discounted(self, lang: Lang) -> list[str]:
        """Say how later amounts are discounted; nothing where they are not."""
        if self.discounting is None:
            return []
        annual = CONVENTIONS[self.conventions.horizon].annual
        return [schedule_said(self.discounting, language(lang), annual=annual)]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        found = dataclasses.asdict(self)
        if self.discounting is not None:
            found["discounting"] = self.discounting.to_dict()
        del found["voice"]
        if self.borrowed is None:
            del found["borrowed"]
        citizen = {lang: dict(forms) for lang, forms in self.voice.citizen}
        return {**found, "currency": self.voice.currency, "citizen": citizen}


def provenance(study: Study, seed: int | None = None, target: str = MEAN) -> Provenance:
    """Describe what a result of this study is made from."""
    return Provenance(
        study.id,
        study.hash,
        seed,
        study.conventions,
        study.assumed,
        {"gevinst": version("gevinst"), "numpy": np.__version__},
        headline=not_rebuilt(study),
        stated=study.stated,
        contrast=study.contrast.arms,
        voice=study.voice,
        design={kind: each.label for kind, each in study.design.items()},
        usual=usual(study, target),
        borrowed=borrowed(study),
        discounting=study.discounting if study.discounting.rates else None,
        undiscounted=study.undiscounted,
    )
