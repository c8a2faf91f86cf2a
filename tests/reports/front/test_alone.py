"""Page one of one group: it cannot be decided, the change, and what may have come anyway."""

from __future__ import annotations

from dataclasses import replace

import pytest

import gevinst as gv
from gevinst.reports.front.page_one import page_one
from gevinst.reports.front.quote import quote, quoted
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, NBSP, language
from gevinst.text.voice import Voice, spoken
from tests.conftest import DATA, analysed

ANYWAY = {"en": "Without the intervention.", "da": "Uden indsatsen."}


def one() -> Study:
    """The study of one arm."""
    return gv.read(DATA / "one_arm")


def ended(study: Study, *citizens: int) -> Study:
    """The study with so many citizens in each status at the end."""
    counts = study.counts.copy()
    counts[0, 1, :3] = citizens
    return replace(study, counts=counts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_one_of_one_group(lang) -> None:
    """The verdict first; no dots, as nothing says how often an intervention saves; three turns."""
    results = analysed(one())
    with spoken(Voice(change=True)):
        text = language(lang)
        page = page_one(results, text)
    assert page["verdict"] == text("headline.alone")
    assert page["dots"] is None
    assert text.percent(1 - 480 / 1415) in page["others"][-1]
    starts = [start for start, _ in page["turns"]]
    assert starts[1] == ANYWAY[lang]
    assert len(starts) == 3
    said = page["turns"][1][1].replace(NBSP, " ")
    assert ("15 of 24" if lang == "en" else "15 af 24") in said
    assert "40 " in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s, "the saving is gone if 66 % of the fall had come anyway"),
        (lambda s: ended(s, 24, 0, 0), "an extra cost"),
        (lambda s: replace(s, group_lines=5 * s.group_lines), "an extra cost"),
        (lambda s: ended(s, 0, 0, 24), "86 %"),
        (lambda s: replace(s, sources=()), "66 %"),
    ],
)
def test_the_sentence_to_quote(change, says: str) -> None:
    """Under thirty words, true of a rise as of a fall, and the same on the page."""
    study = change(one())
    with spoken(Voice(change=True)):
        said = {lang: quote(study, language(lang)) for lang in LANGUAGES}
        assert quoted(analysed(study), language("en")) == said["en"]
    assert says in said["en"].replace(NBSP, " ")
    assert all(len(each.replace(NBSP, "").split()) < 30 for each in said.values())
