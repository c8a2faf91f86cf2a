"""Bars, stairs and ranges: what is drawn is where it should be, and nothing is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gevinst.plots import style
from gevinst.plots.bars import Bar, Row, bars
from gevinst.plots.picture import FORMATS, Drawing, Picture
from gevinst.plots.ranges import Ranges, ranges
from gevinst.plots.stairs import MOST_STEPS, Step, stairs
from gevinst.text.language import LANGUAGES, language

EN = language("en")


def _bars(rows, **more) -> Picture:
    return bars(rows, EN, title="t", alt="a", axis="kr.", **more)


def _boxes(picture: Picture):
    """Draw a picture at 16 cm; the renderer, its axes and every text's box in dots."""
    ax = picture.on()
    figure = ax.figure
    figure.draw_without_rendering()
    low, high = ax.get_xlim()
    ticks = [t for t in ax.get_xticklabels() if low <= t.get_position()[0] <= high]
    texts = [*ax.texts, *ax.get_yticklabels(), *ticks, ax.xaxis.label]
    return figure, ax, [(t.get_text(), t.get_window_extent()) for t in texts if t.get_text()]


@pytest.mark.parametrize("far", [1.0, 1e3, -1e6, 12_345_678.0])
def test_no_label_leaves_the_figure(far: float) -> None:
    """Long labels at both ends, and on both sides of zero, are within the figure."""
    long = "2.347.500 kr. pr. måned"
    rows = [
        Row("one", (Bar(min(-far, far), max(-far, far), labels=(long, long)),)),
        Row(
            "a name that takes more than three lines " * 3, (Bar(0.0, abs(far), labels=("", long)),)
        ),
    ]
    figure, ax, boxes = _boxes(_bars(rows, point=(far, f"point: {far:,.0f} kr.")))
    for said, box in boxes:
        assert box.x0 >= -1, said
        assert box.x1 <= figure.bbox.width + 1, said
    inside = ax.get_window_extent()
    for label in (text for text in ax.texts if text.get_text() == long):
        assert label.get_window_extent().x0 >= inside.x0 - 2


def test_rows_are_as_tall_as_their_labels() -> None:
    """No label of a row reaches into that of another, however long they are."""
    rows = [Row("word " * n, (Bar(-1.0, 2.0),)) for n in (1, 30, 2, 50, 1, 8)]
    _, ax, _ = _boxes(_bars(rows, row_height=0.3))
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    for upper, lower in pairwise(boxes):
        assert upper.y0 >= lower.y1 - 1
    assert boxes[-1].y0 >= ax.get_window_extent().y0 - 12


def test_zero_is_a_line_and_the_point_a_mark() -> None:
    """However near each other they lie, one is a line and one a mark with its label."""
    ax = _bars([Row("a", (Bar(-4.0, 9.0),))], point=(0.1, "published: 0 kr.")).on()
    lines = [line for line in ax.lines if list(line.get_xdata()) == [0.0, 0.0]]
    marks = [line for line in ax.lines if line.get_marker() == "v"]
    assert len(lines) == len(marks) == 1
    assert marks[0].get_xdata()[0] == 0.1
    assert lines[0].get_color() == style.ZERO
    assert "published: 0 kr." in {text.get_text() for text in ax.texts}


def test_colours_of_an_input_are_apart_in_grey() -> None:
    """Low and high of an input, and the three couplings, are told apart without colour."""
    from matplotlib.colors import to_rgb

    def grey(colour: str) -> float:
        r, g, b = to_rgb(colour)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    for group in ((style.LOW_INPUT, style.HIGH_INPUT), (style.LIGHT, style.MIDDLE, style.DARK)):
        shades = sorted(map(grey, group))
        assert all(b - a > 0.15 for a, b in pairwise(shades))


@pytest.mark.parametrize("start", [50.0, -50.0])
@pytest.mark.parametrize("n", [3, MOST_STEPS, 40])
def test_stairs_add_up(start: float, n: int) -> None:
    """Each bar begins where the last one ended, and the last end is the start less all steps."""
    steps = [Step(f"step {k}", "ab"[k % 2], 2.0 + k, 1) for k in range(n)]
    picture = stairs(start, steps, EN, title="t", axis="kr.", caption="c", digits=1)
    ax = picture.on()
    ends = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches]
    assert len(ends) == 1 + min(n, MOST_STEPS)
    at = 0.0
    sign = -1.0 if start > 0 else 1.0
    for low, high in ends:
        assert at == pytest.approx(low) or at == pytest.approx(high)
        at = high if at == pytest.approx(low) else low
    assert at == pytest.approx(start + sign * sum(step.kr for step in steps))
    assert EN.number(at, 1) in {text.get_text() for text in ax.texts}
    assert (f"{n - MOST_STEPS + 1} others" in picture.alt) == (n > MOST_STEPS)


def test_ranges_are_where_they_are() -> None:
    """A line per number and group from its lowest to its highest; the grey holds them all."""
    groups = [Ranges("a", [(0, 1.0, 3.0), (1, 2.0, 4.0)]), Ranges("b", [(0, 0.5, 5.0)])]
    how = {"title": "t", "alt": "a", "axes": ("x", "y"), "caption": "c", "zero": True}
    ax = ranges(groups, EN, behind=(0.5, 5.0, "all"), **how).on()
    drawn = sorted(tuple(map(float, line.get_ydata())) for line in ax.lines)
    assert drawn == [(0.5, 5.0), (0.5, 5.0), (1.0, 3.0), (2.0, 4.0)]  # those of b with their ticks
    assert ax.get_ylim()[0] == 0.0
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["all", "a", "b"]
    many = [Ranges("a", [(n, 1.0, 2.0) for n in range(3_000)])]
    assert ranges(many, EN, behind=(1.0, 2.0, "all"), **how).on().lines[0].get_linewidth() == 1.0


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("width", [3.2, 6.3, 15.0])
def test_a_file_holds_its_words(kind: str, width: float) -> None:
    """Title, caption and footer are on it, below each other, whatever its width."""
    caption = "What the marks mean, said at length. " * 6
    rows = [Row("a", (Bar(-4.0, 9.0),))]
    picture = bars(rows, EN, title="Title & more", alt="a to b", axis="kr.", caption=caption)
    content = picture.file(kind, width=width, footer="the footer")
    assert content == picture.file(kind, width=width, footer="the footer")
    if kind == "svg":
        drawn = content.decode()
        for said in ("Title &amp; more", "the footer", "What the marks mean"):
            assert said in drawn
        assert f'width="{72 * width:g}pt"' in drawn


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_words_of_a_file_are_within_it(lang: str) -> None:
    """No line of title, caption or footer is wider than the figure, and none lies on another."""
    text = language(lang)
    caption = text("figure.break_even_caption", kr="1.631 kr.", target="0 kr.", n=58)
    title = text("figure.break_even_title", target="0 kr.")
    picture = bars(
        [Row("a", (Bar(-4, 9),))], text, title=title, alt="a", axis="kr.", caption=caption
    )
    drawing = Drawing(picture, width=3.5)
    drawing.files(("png",), footer="A Municipality: Memo " * 9)
    figure = drawing.figure
    boxes = [said.get_window_extent() for said in figure.texts]
    assert len(boxes) == 3
    for box in boxes:
        assert 0 <= box.x0 <= box.x1 <= figure.bbox.width
    boxes.append(figure.axes[0].get_tightbbox())
    boxes.sort(key=lambda box: -box.y0)
    for upper, lower in pairwise(boxes):
        assert upper.y0 >= lower.y1 - 2
