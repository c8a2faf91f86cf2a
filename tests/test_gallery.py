"""The gallery shows every figure of both bundled studies, and is what its script writes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

import gevinst as gv
from gevinst.reports.figures import FIGURES
from tests.cli.test_figure import NONE_OF
from tests.conftest import script

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "reference" / "gallery.md").read_text("utf-8")
IMAGE = re.compile(r"!\[(\S+): (.+)\]\((\S+?)/([\w-]+)\.png\)")


def test_every_figure_has_an_entry() -> None:
    """Each, in the order of the list, with what it shows, and each study that has it."""
    heads = re.findall(r"^## (\S+)$", PAGE, flags=re.MULTILINE)
    assert heads == [figure.name for figure in FIGURES]
    for name, entry in zip(heads, PAGE.split("\n## ")[1:], strict=True):
        shown = {study for study, *_ in IMAGE.findall(entry)}
        assert shown == {study for study in gv.bundled() if name not in NONE_OF[study]}, name
        for study in shown:
            assert f"gevinst figure {name} {study} " in entry


def test_every_picture_is_there_once_and_small() -> None:
    """What the page names is what lies in its folder; a picture is below 60 kB."""
    named = [f"{file}.png" for *_, file in IMAGE.findall(PAGE)]
    files = sorted((DOCS / "pictures" / "figures").iterdir())
    assert sorted(named) == [file.name for file in files]
    assert max(file.stat().st_size for file in files) < 60_000


def test_the_page_is_what_its_script_writes() -> None:
    """The texts of the list and the commands have not moved since."""
    gallery = script(DOCS / "reference" / "gallery.py")
    titles = {(file[len(study) + 1 :], study): said for study, said, _, file in IMAGE.findall(PAGE)}
    assert gallery.page(titles) == PAGE


@pytest.mark.parametrize("name", ["break-even", "cases", "lost", "standardised", "activity"])
def test_a_picture_shows_the_title_that_the_page_gives(name: str) -> None:
    """Of figures that cost no draws: drawn anew they have the page's title and the file's size."""
    gallery = script(DOCS / "reference" / "gallery.py")
    figure = next(figure for figure in FIGURES if figure.name == name)
    for study, said, folder, file in IMAGE.findall(PAGE):
        if file == f"{study}-{name}":
            picture, content = gallery.drawn(figure, study)
            assert picture.title == said
            kept = (DOCS / "reference" / folder / f"{file}.png").read_bytes()
            assert content[16:20] == kept[16:20]  # as wide
            assert len(content) == pytest.approx(len(kept), rel=0.25)


def test_evaluations_are_shown_with_their_figures() -> None:
    """Each picture beside an evaluation is what its command draws today, and none lies unused."""
    gallery = script(DOCS / "reference" / "gallery.py")
    page = (DOCS / "reference" / "evaluations.md").read_text("utf-8")
    shown = gallery.evaluations()
    for name, (picture, content) in shown.items():
        command = f"gevinst figure {gallery.SHOWN[name]} gallery/{name} --lang en"
        image = f"![{picture.title}](../pictures/evaluations/{name}.png)"
        assert f"```sh\n{command}\n```\n\n{image}\n" in page
        kept = (gallery.EVALUATIONS / f"{name}.png").read_bytes()
        assert len(content) == pytest.approx(len(kept), rel=0.25)
    assert {each.stem for each in gallery.EVALUATIONS.iterdir()} == shown.keys()


def test_the_first_page_in_the_readme_is_the_page() -> None:
    """The picture carries what the page said when it was taken, and the page says it now."""
    page_one = script(DOCS / "pictures" / "page_one.py")
    with Image.open(page_one.PICTURE) as picture:
        assert picture.size == page_one.SIZE
        assert json.loads(picture.text["Description"]) == page_one.sentences(page_one.results())
