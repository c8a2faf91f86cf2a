"""Where a number stands: the study's references by their number in its list."""

from __future__ import annotations

import re

from gevinst.study.study import Study


def cited(source: str, study: Study) -> str:
    """Write a source with references as numbers; nothing where it is the study itself.

    A source ``memo, table 1 + lp`` of a study whose references are ``memo`` and ``lp`` is
    ``[1], table 1 + [2]``.
    """
    if source == study.id:
        return ""
    for n, name in enumerate(study.references, 1):
        source = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", f"[{n}]", source)
    return source
