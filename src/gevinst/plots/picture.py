"""Picture: a figure as a value, with its title, what it shows in words, and how it is painted.

The report, a notebook and the command line get the same one: on axes, as SVG, or as a file's bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from textwrap import fill

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import get_registered_canvas_class
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from gevinst.plots.style import SETTINGS, WIDTH

FORMATS = ("svg", "png", "pdf")
"""Endings of a figure's file."""
_DOTS = 300
"""Dots per inch of a file of dots."""


@dataclass(frozen=True)
class Picture:
    """A figure.

    Parameters
    ----------
    title : str
        What it is.
    alt : str
        What it shows, in words and numbers, for whom cannot see it.
    height : float
        Inches, at 16 cm of width.
    paint : callable
        Draws it on axes.
    caption : str
        What its marks mean.
    name : str
        What it is called, where it is of an answer.
    """

    title: str
    alt: str
    height: float
    paint: Callable[[Axes], None]
    caption: str = ""
    name: str = ""

    def on(self, ax: Axes | None = None) -> Axes:
        """Draw it on axes, on a figure of its own by default; pyplot's state is not touched."""
        with mpl.rc_context(SETTINGS):
            if ax is None:
                figure = Figure(figsize=(WIDTH, self.height), layout="constrained")
                ax = figure.add_subplot()
            self.paint(ax)
        return ax

    def svg(self) -> str:
        """Write it as an SVG element that scales with a page, with a title and a description."""
        return Drawing(self).svg()

    def file(self, kind: str, *, width: float = WIDTH, footer: str = "") -> bytes:
        """Write it as a file that stands alone: with its title, its caption and a footer.

        Parameters
        ----------
        kind : str
            One of `FORMATS`.
        width : float
            Inches; below 16 cm letters shrink with it, above they stay as large as they are.
        footer : str
            What it is of, in small below all else.

        Returns
        -------
        bytes
            The same for the same figure: no date is in it.
        """
        return Drawing(self, width).files((kind,), footer)[kind]


class Drawing:
    """A figure drawn and laid out once, whatever it is then written as.

    Parameters
    ----------
    picture : Picture
        What is drawn.
    width : float
        Inches; below 16 cm letters shrink with it, above they stay as large as they are.

    Attributes
    ----------
    picture : Picture
        The same.
    figure : Figure
        As it is laid out; `files` gives it room for the words above and below.
    """

    def __init__(self, picture: Picture, width: float = WIDTH) -> None:
        least = min(1.0, width / WIDTH)
        self.picture, self._own = picture, picture.height * least
        with mpl.rc_context(SETTINGS):
            layout = ConstrainedLayoutEngine()
            figure = Figure(figsize=(width, self._own), dpi=_DOTS, layout=layout)
            picture.paint(figure.add_subplot())
            if least < 1.0:
                _shrink(figure, least)
            layout.execute(figure)  # `draw_without_rendering` would draw it, too
            figure.set_layout_engine("none")
        self.figure = figure

    def svg(self) -> str:
        """Write it as an SVG element that scales with a page, with a title and a description."""
        drawn = self._saved("svg").decode("utf-8")
        drawn = drawn[drawn.index("<svg") :]
        # The browser scales it to the page: the width stays as the most, the height follows.
        width = re.search(r'width="([\d.]+)pt"', drawn)
        most = width.group(1) if width else f"{72 * WIDTH}"
        drawn = re.sub(r'(<svg[^>]*?) height="[\d.]+pt"', r"\1", drawn, count=1)
        shown = f' aria-label="{escape(self.picture.title)}" style="width:100%;max-width:{most}pt"'
        return re.sub(
            r'(<svg[^>]*?) width="[\d.]+pt"', lambda found: found[1] + shown, drawn, count=1
        )

    def png(self) -> bytes:
        """Write it as dots without its words, which stand around it in a document."""
        return self._saved("png")

    def files(self, kinds: Iterable[str], footer: str = "") -> dict[str, bytes]:
        """Write it as files that stand alone, as `Picture.file`; it is then no more to be used."""
        figure, own = self.figure, self._own
        width, said = figure.get_figwidth(), self.picture
        parts = ((said.title, 10.0, ""), (said.caption, 7.5, "#444444"), (footer, 6.5, "#666666"))
        (title, caption, below) = (
            _Lines(fill(words, _fitting(width, size)), size, colour or "black")
            for words, size, colour in parts
        )
        under = caption.height + below.height
        height = own + title.height + under
        with mpl.rc_context(SETTINGS):
            figure.set_size_inches(width, height)
            for ax in figure.axes:
                place = ax.get_position()
                bottom = (place.y0 * own + under) / height
                ax.set_position((place.x0, bottom, place.width, place.height * own / height))
            title.put(figure, 1.0 - _EDGE / height)
            caption.put(figure, under / height)
            below.put(figure, below.height / height)
        return {kind: self._saved(kind) for kind in kinds}

    def _saved(self, kind: str) -> bytes:
        """Write a figure without a date, and with its words where a format has a place for them."""
        said, buffer = self.picture, io.BytesIO()
        canvas = get_registered_canvas_class(kind)(self.figure)
        metadata: dict[str, dict[str, str | None]] = {
            "svg": {"Date": None, "Creator": None},
            "pdf": {"CreationDate": None, "Title": said.title, "Subject": said.alt},
            "png": {"Software": None, "Title": said.title, "Description": said.alt},
        }
        fast = {"pil_kwargs": {"compress_level": 3}} if kind == "png" else {}  # 7 % larger
        with mpl.rc_context(SETTINGS):
            self.figure.set_dpi(_DOTS if kind == "png" else 72)
            # `savefig` would lay it out anew, twice.
            getattr(canvas, f"print_{kind}")(buffer, metadata=metadata[kind], **fast)
        if kind != "svg":
            return buffer.getvalue()
        head = f"<title>{escape(said.title)}</title><desc>{escape(said.alt)}</desc>"
        drawn = re.sub(
            r"(<svg[^>]*)>",
            lambda found: f'{found[1]} role="img">{head}',
            buffer.getvalue().decode("utf-8"),
            count=1,
        )
        return drawn.encode("utf-8")


_EDGE = 0.06
"""Inches around what stands above and below the axes."""


@dataclass(frozen=True)
class _Lines:
    """Lines of text across a figure, of a size in points."""

    said: str
    size: float
    colour: str

    @property
    def height(self) -> float:
        """Inches, with some room; none where nothing is said."""
        return (self.said.count("\n") + 1) * self.size * 1.25 / 72 + 2 * _EDGE if self.said else 0.0

    def put(self, figure: Figure, top: float) -> None:
        """Write them at the left, below a height of the figure."""
        left = _EDGE / figure.get_figwidth()
        figure.text(
            *(left, top, self.said),
            va="top",
            fontsize=self.size,
            color=self.colour,
            linespacing=1.2,
        )


def _shrink(figure: Figure, share: float) -> None:
    """Make all letters of a figure smaller, those that are not yet written too."""
    for text in figure.findobj(Text):
        text.set_fontsize(share * float(text.get_fontsize()))
    for ax in figure.axes:
        ax.xaxis.set_tick_params(labelsize=share * SETTINGS["font.size"])


def _fitting(width: float, size: float) -> int:
    """How many letters of a size in points a line of so many inches holds."""
    return int((width - 2 * _EDGE) * 72 / (0.58 * size))
