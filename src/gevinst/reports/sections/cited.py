"""Where a number stands: the study's references by their number in its list."""

from __future__ import annotations

import re

from gevinst.study.study import Study

_TOKEN = re.compile(r"[\w-]+(?:\.[\w-]+)*")
"""What can be the id of a reference or of a published figure."""


def cited(source: str, study: Study) -> str:
    """Write a source with references as numbers; nothing where it is the study itself.

    A source ``memo, table 1 + lp`` of a study whose references are ``memo`` and ``lp`` is
    ``[1], table 1 + [2]``.
    """
    if source == study.id:
        return ""
    numbers = {name: f"[{n}]" for n, name in enumerate(study.references, 1)}
    return _TOKEN.sub(lambda token: numbers.get(token[0], token[0]), source)


def placed(said: str, study: Study) -> str:
    """Say where a published figure stands in the place of its id, and of the first of a group.

    A group of figures is what their ids, parts with points between, begin with. An id that can be
    a word of the sentence is left as it is.
    """
    places: dict[str, str] = {}
    for figure in study.published:
        parts = figure.id.split(".")
        for n in range(2, len(parts)):
            places.setdefault(".".join(parts[:n]), figure.source)
        if not figure.id.isalpha():
            places[figure.id] = figure.source
    return _TOKEN.sub(
        lambda token: cited(places[token[0]], study) if token[0] in places else token[0], said
    )
