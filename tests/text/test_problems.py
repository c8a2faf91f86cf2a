"""Problems: every code has its texts, and every text its code."""

from __future__ import annotations

import re
from pathlib import Path

import gevinst as gv


def test_every_code_has_its_texts() -> None:
    """Every code the readers use has a Danish and an English text with the same blanks."""
    from gevinst.text.language import language

    used = set()
    for path in Path(gv.__file__).parent.rglob("*.py"):
        used |= set(re.findall(r'"([EWN]\d{3})"', path.read_text("utf-8")))
    assert len(used) > 35
    for code in used:
        blanks = [
            set(re.findall(r"{(\w+)}", language(lang)._texts["problem"][code]["wrong"]))
            for lang in ("da", "en")
        ]
        assert blanks[0] == blanks[1]
    assert used == set(language("da")._texts["problem"])
