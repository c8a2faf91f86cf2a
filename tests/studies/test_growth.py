"""What a question does grows no faster than the study: calls are counted, no time is measured."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from tests.conftest import STUDIES, script


def calls(ask) -> int:
    """How many functions a question calls."""
    count = 0

    def counted(_frame: FrameType, event: str, _of: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        ask()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    ("by", "question", "sizes"),
    [
        ("lines", "read", (200, 400, 800)),
        ("lines", "gain", (200, 400, 800)),
        ("statuses", "read", (20, 40, 80)),
        ("statuses", "gain", (20, 40, 80)),
        ("times", "read", (10, 20, 40)),
        ("times", "gain", (10, 20, 40)),
        ("published figures", "read", (400, 800, 1600)),
        ("published figures", "audit", (400, 800, 1600)),
        ("citizens", "bootstrap", (28_000, 2_800_000, 28_000_000)),
        ("citizens", "studentized and bayesian", (28_000, 2_800_000, 28_000_000)),
    ],
)
def test_calls_grow_no_faster_than_the_study(
    tmp_path: Path, by: str, question: str, sizes: tuple[int, ...]
) -> None:
    """Twice as much costs about twice as many calls more; a quadratic question has four times."""
    growth = script(STUDIES / "performance" / "growth.py")
    growth.asked(tmp_path, by, sizes[0], question)()  # what is imported and made once
    few, more, most = (calls(growth.asked(tmp_path, by, size, question)) for size in sizes)
    if by == "citizens":
        assert max(more, most) < 1.5 * few
    else:
        assert most - more <= 2.5 * (more - few)
