"""The report: whole, self-contained, in both languages, and never at another file's cost."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image

import gevinst as gv
from gevinst.reports.figures import FIGURES
from gevinst.reports.page import APPENDIX, SECTIONS, render
from gevinst.reports.results import analyse
from gevinst.reports.sections.headline import sentence
from gevinst.text.language import language
from tests.conftest import analysed, page_of

VOID = {"meta", "br", "hr", "img", "link", "input"}


class _Checker(HTMLParser):
    """Counts open tags, and keeps what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href") and value and not value.startswith("#"):
                self.fetched.append(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def results(ishoj):
    """What the report shows, from few draws."""
    return analyse(ishoj, n=3_000, rng=2018)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_page_is_whole(results, lang: str) -> None:
    """The page is well formed, fetches nothing, and holds every section and figure."""
    page = render(results, lang)
    checker = _Checker()
    checker.feed(page)
    assert checker.open == []
    assert checker.fetched == []
    lacks = {"cases", "deadweight", "outcomes", "accounts", "elsewhere"}
    for section in SECTIONS.keys() - lacks:
        assert f'<section id="{section}">' in page
    for section in APPENDIX.keys() - {"survey", "cases_all"}:
        assert f'<div id="{section}" class="fold">' in page
    figures = page.count("<figure>")
    assert figures == 18
    assert page.count("<desc>") == figures
    assert page.count('role="img"') == figures + 1  # and the fifty dots
    assert page.count("<title>") == figures + 1  # the page's own
    assert f'<html lang="{lang}">' in page
    assert not re.search(r"\bnan\b", page.lower())
    # The numbers of the memo, as the language writes them.
    for number in ("24.144", "22.513", "1.631", "2.976.037", "676.037", "−51.320"):
        shown = number if lang == "da" else number.replace(".", ",")
        assert shown in page
    assert "væsentlig lavere under projektperioden" in page


def test_a_browser_lets_the_page_fetch_and_run_nothing(results) -> None:
    """The page's own policy allows inline styles and its own script, and it needs no more."""
    page = html.unescape(render(results, "da"))
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules.pop("style-src") == "'unsafe-inline'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", rules.pop("script-src"))
    page = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert rules.keys() == {"default-src", "base-uri", "form-action"}
    assert set(rules.values()) == {"'none'"}
    assert page.index("Content-Security-Policy") < page.index("<style>")
    needing_more = r"<(script|image|img|link|iframe|object|embed|form|base)\b|@import|url\((?!#)"
    assert re.findall(needing_more, page) == []
    assert re.findall(r"<[^>]* on\w+=", page) == []


def test_page_of_a_study_of_lines(two_types) -> None:
    """Where no citizens are counted the page says so, and speaks of no couplings."""
    page = page_of(two_types, "en")
    assert "nobody to resample" in page
    assert "coupled" not in page.replace("nobody has to be coupled", "")
    assert page.count('role="img"') == 6 + 1


def test_page_escapes_what_a_study_says(results, ishoj) -> None:
    """A label with markup in it is shown, not run."""
    from dataclasses import replace

    study = replace(ishoj, title={"da": "<script>alert(1)</script>"})
    page = render(replace(results, gain=replace(results.gain, study=study)), "da")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_headline_says_what_the_intervals_say(ishoj) -> None:
    """The sentence's ending follows from where the intervals lie, in each of the four cases."""
    from dataclasses import replace

    import numpy as np

    simulation = gv.simulate(ishoj, n=500, rng=1)

    def moved(**by: float):
        couplings = {
            name: replace(draws, net_gain=draws.net_gain + np.array([by.get(name, 0.0), 0.0]))
            for name, draws in simulation.by_coupling.items()
        }
        return sentence(replace(simulation, by_coupling=couplings), language("en"))

    far = {"narrowest": 1e6, "independent": 1e6, "widest": 1e6}
    assert "cannot tell a gain from a loss" in moved()
    assert "lies above zero" in moved(**far)
    assert "lies below zero" in moved(**{name: -by for name, by in far.items()})
    assert "depends on who went where" in moved(narrowest=1e6)
    assert "1,631\u00a0kr." in moved()


def test_headline_of_cost_lines_says_what_is_taken_as_known() -> None:
    """A study of cost lines has no couplings, and says that its courses did not vary."""
    simulation = gv.simulate(gv.load("gladsaxe"), n=500, rng=1)
    said = sentence(simulation, language("en"))
    assert "coupled" not in said
    assert "taken as known" in said
    assert "Cost rates" in said
    assert "published" not in said


def test_nothing_recalculated_is_called_published() -> None:
    """A difference that no one printed is called recalculated on the whole page."""
    page = page_of(gv.load("gladsaxe"), "en")
    assert "published difference" not in page.lower()
    assert "Recalculated: 35,608" in page


def test_report_writes_one_folder(two_types, tmp_path: Path) -> None:
    """A report is a page and its numbers; the same seed writes the same bytes."""
    written = gv.report(two_types, tmp_path / "out", n=500, rng=1)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        ".gevinst.json",
        "figures",
        "numbers.json",
        "report.html",
        "robustness.json",
    ]
    claims = json.loads((tmp_path / "out" / "robustness.json").read_text("utf-8"))
    assert gv.verify(claims) == []
    numbers = json.loads(written.numbers.read_text("utf-8"))
    assert numbers["gain"]["difference"]["net_gain_per_citizen"] == gv.gain(two_types).difference
    first = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert len(first) > 15
    gv.report(two_types, tmp_path / "out", n=500, rng=1)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == first
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("study", ["ishoj-smc", "gladsaxe"])
def test_the_figures_of_the_page_lie_beside_it(tmp_path: Path, study: str) -> None:
    """Each is there by its name, as SVG and as PNG of 16 cm at 300 dots per inch, in words too.

    The dots are on the first page in a form of their own, where there are any.
    """
    written = gv.report(gv.load(study), tmp_path / "out", n=200, rng=1)
    words = json.loads(written.numbers.read_text("utf-8"))["figures"]
    page = written.page.read_text("utf-8")
    names = {figure.picture: figure.name for figure in FIGURES}
    assert {path.name for path in written.figures.iterdir()} == {
        f"{names[name]}.{kind}" for name in words for kind in ("svg", "png")
    }
    drawn = page.count("<figure>") + ("dots" in words)
    assert len(words) == drawn == {"ishoj-smc": 19, "gladsaxe": 7}[study]
    for name, said in words.items():
        svg = (written.figures / f"{names[name]}.svg").read_text("utf-8")
        head = f"<title>{escape(said['title'])}</title><desc>{escape(said['alt'])}</desc>"
        assert head in svg
        assert f"gevinst\u00a0{version('gevinst')}" in svg
        assert name == "dots" or head in page
        with Image.open(written.figures / f"{names[name]}.png") as png:
            assert png.width == pytest.approx(16 / 2.54 * 300, abs=2)
            assert png.info["dpi"] == pytest.approx((300, 300), abs=0.1)
            assert png.info["Description"] == said["alt"]


def test_a_report_can_do_without_its_figures(two_types, tmp_path: Path) -> None:
    """The page is the same; a former report's figures go, and what another put there stays."""
    gv.report(two_types, tmp_path / "out", n=50, rng=1)
    page = (tmp_path / "out" / "report.html").read_bytes()
    (tmp_path / "out" / "figures" / "mine.png").write_text("keep", "utf-8")
    written = gv.report(two_types, tmp_path / "out", n=50, rng=1, figures=False)
    assert written.figures is None
    assert written.page.read_bytes() == page
    assert [p.name for p in (tmp_path / "out" / "figures").iterdir()] == ["mine.png"]


def test_a_figure_changed_by_hand_stops_the_report(two_types, tmp_path: Path) -> None:
    """A figure somebody drew on is not written over; one that was taken away comes back."""
    written = gv.report(two_types, tmp_path / "out", n=50, rng=1)
    figure = written.figures / "tornado.svg"
    figure.write_text("drawn on", "utf-8")
    with pytest.raises(gv.StudyError, match=r"E071 .*figures.tornado\.svg"):
        gv.report(two_types, tmp_path / "out", n=50, rng=1)
    assert figure.read_text("utf-8") == "drawn on"
    figure.unlink()
    gv.report(two_types, tmp_path / "out", n=50, rng=1)
    assert figure.read_text("utf-8").startswith("<?xml")


def test_report_keeps_what_others_wrote(two_types, tmp_path: Path) -> None:
    """A foreign file in our folder stays; a changed page or a foreign folder stops the report."""
    out = tmp_path / "out"
    gv.report(two_types, out, n=50, rng=1, figures=False)
    (out / "my-notes.txt").write_text("keep", "utf-8")
    gv.report(two_types, out, lang="en", n=50, rng=1, figures=False)
    assert (out / "my-notes.txt").read_text("utf-8") == "keep"
    assert "how sure is the difference?" in (out / "report.html").read_text("utf-8")
    (out / "report.html").write_text("edited by hand", "utf-8")
    with pytest.raises(gv.StudyError, match="E071"):
        gv.report(two_types, out, n=50, rng=1, figures=False)
    assert (out / "report.html").read_text("utf-8") == "edited by hand"
    for name, make in (
        ("folder", lambda p: (p.mkdir(), (p / "thesis.txt").write_text("x", "utf-8"))),
        ("file", lambda p: p.write_text("x", "utf-8")),
    ):
        make(tmp_path / name)
        with pytest.raises(gv.StudyError, match="E070"):
            gv.report(two_types, tmp_path / name, n=50, rng=1, figures=False)
    assert (tmp_path / "folder" / "thesis.txt").read_text("utf-8") == "x"


def test_a_write_that_fails_changes_nothing(two_types, tmp_path: Path, monkeypatch) -> None:
    """A disk that refuses halfway leaves the former report whole and no debris."""
    out = tmp_path / "out"
    gv.report(two_types, out, n=50, rng=1, figures=False)
    before = {p: p.read_bytes() for p in out.rglob("*.*")}

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(gv.StudyError, match="the disk is full"):
        gv.report(two_types, out, lang="en", n=50, rng=1, figures=False)
    assert {p: p.read_bytes() for p in out.rglob("*.*")} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_figures_show_the_numbers(results) -> None:
    """Bars reach from low to high of each coupling, and their ends are written."""
    ax = results.simulation.plot(lang="da")
    bars = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches]
    for bar, draws in zip(bars, results.simulation.by_coupling.values(), strict=True):
        interval = draws.to_dict()["interval"]
        assert bar == pytest.approx((interval["low"], interval["high"]))
    texts = {text.get_text() for text in ax.texts}
    assert any(re.fullmatch(r"−\d+\.\d00", text) for text in texts)
    ax = results.tornado.plot(lang="en")
    assert next(iter(ax.get_yticklabels())).get_text().startswith("Which statuses")
    # Four sources with a bar per coupling, four numbers with one on either side of the median.
    assert len([bar for bar in ax.patches if bar.get_height()]) == 4 * 3 + 4 * 2


def test_plot_takes_axes(results) -> None:
    """A figure draws into the axes it is given and returns them."""
    from matplotlib.figure import Figure

    given = Figure().add_subplot()
    assert results.tornado.plot(ax=given) is given


def test_what_would_turn_it_has_its_figures(results, tmp_path) -> None:
    """Stairs, distances, and what one number would be worth, under words without an id."""
    from gevinst.reports.sections import turning

    for lang in ("da", "en"):
        found = turning.context(results, language(lang))
        assert [part["figure"] is not None for part in found["parts"]] == [True, False, True]
        assert [bool(part["table"]) for part in found["parts"]] == [False, True, False]  # of stress
        worth = turning.every(results, language(lang))["worth"]
        said, figure = worth["said"], worth["figure"]
        assert "_" not in said + figure.title
        assert results.study.labels["cash_benefit_all"][lang] in said
    numbers = results.to_dict()["switch_worth"]
    assert {arm: len(rows) for arm, rows in numbers["arms"].items()} == {
        "intervention": 9,
        "control": 5,
    }


def test_a_study_of_lines_shows_what_it_has() -> None:
    """No citizens: the distances alone, and no switch."""
    from gevinst.reports.sections import turning

    results = analysed(gv.load("gladsaxe"))
    found = turning.context(results, language("da"))
    assert [part["figure"] is not None for part in found["parts"]] == [True]
    assert turning.every(results, language("da"))["worth"] is None


def test_no_switch_is_gone_through_that_has_too_many_numbers(ishoj) -> None:
    """Twenty times as many citizens: the report leaves it to who asks; so do paired data."""
    from gevinst.analyses.turning.switch_worth import first_switch
    from tests.conftest import persons

    arms = (replace(a, analysed=20 * a.analysed, enrolled=20 * a.enrolled) for a in ishoj.arms)
    assert first_switch(replace(ishoj, counts=20 * ishoj.counts, arms=tuple(arms))) is None
    assert first_switch(persons(ishoj)) is None
    assert first_switch(replace(ishoj, stratification=None)) is None
