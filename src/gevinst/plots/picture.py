"""Picture: a figure as a value, with its title, what it shows in words, and how it is painted.

The report, a notebook and the command line get the same one: on axes, as SVG, or as a file's bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from textwrap import fill

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
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
    """

    title: str
    alt: str
    height: float
    paint: Callable[[Axes], None]
    caption: str = ""

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
        drawn = self._saved(self.on().figure, "svg").decode("utf-8")  # type: ignore[arg-type]
        drawn = drawn[drawn.index("<svg") :]
        # The browser scales it to the page: the width stays as the most, the height follows.
        width = re.search(r'width="([\d.]+)pt"', drawn)
        most = width.group(1) if width else f"{72 * WIDTH}"
        drawn = re.sub(r'(<svg[^>]*?) height="[\d.]+pt"', r"\1", drawn, count=1)
        shown = (
            f' role="img" aria-label="{escape(self.title)}" style="width:100%;max-width:{most}pt"'
        )
        drawn = re.sub(
            r'(<svg[^>]*?) width="[\d.]+pt"', lambda found: found[1] + shown, drawn, count=1
        )
        head = f"<title>{escape(self.title)}</title><desc>{escape(self.alt)}</desc>"
        return re.sub(r"(<svg[^>]*>)", lambda m: m.group(1) + head, drawn, count=1)

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
        parts = ((self.title, 10.0, ""), (self.caption, 7.5, "#444444"), (footer, 6.5, "#666666"))
        (title, caption, below) = (
            _Lines(fill(said, _fitting(width, size)), size, colour or "black")
            for said, size, colour in parts
        )
        under, least = caption.height + below.height, min(1.0, width / WIDTH)
        own = self.height * least
        height = own + title.height + under
        with mpl.rc_context(SETTINGS):
            rect = (0.0, under / height, 1.0, own / height)
            layout = ConstrainedLayoutEngine(rect=rect)
            figure = Figure(figsize=(width, height), layout=layout)
            self.paint(figure.add_subplot())
            _shrink(figure, least)
            title.put(figure, 1.0 - _EDGE / height)
            caption.put(figure, under / height)
            below.put(figure, below.height / height)
        return self._saved(figure, kind)

    def _saved(self, figure: Figure, kind: str) -> bytes:
        """Write a figure without a date, and with its words where a format has a place for them."""
        metadata: dict[str, dict[str, str | None]] = {
            "svg": {"Date": None, "Creator": None},
            "pdf": {"CreationDate": None, "Title": self.title, "Subject": self.alt},
            "png": {"Software": None, "Title": self.title, "Description": self.alt},
        }
        buffer = io.BytesIO()
        with mpl.rc_context(SETTINGS):
            if kind == "svg":  # `savefig` draws twice, to lay out what one drawing lays out
                canvas = FigureCanvasSVG(figure)
                canvas.print_svg(buffer, metadata=metadata[kind])  # type: ignore[no-untyped-call]
            else:
                figure.savefig(buffer, format=kind, dpi=_DOTS, metadata=metadata[kind])
        return buffer.getvalue()


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
