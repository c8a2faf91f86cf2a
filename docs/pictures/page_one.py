"""Take the picture of the first page that the README shows.

Run ``python docs/pictures/page_one.py`` after a change of the first page; it needs Chromium. The
picture carries the sentences it shows, which a test holds against the page.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

import gevinst as gv
from gevinst.cli.options import SEED
from gevinst.reports.front.page_one import to_dict
from gevinst.reports.page import render
from gevinst.reports.results import Results, analyse

PICTURE = Path(__file__).with_name("page-one.png")
SIZE = 1366, 900
LANG = "en"


def results() -> Results:
    """What the page is made from."""
    return analyse(gv.load("ishoj-smc"), rng=SEED)


def sentences(found: Results) -> dict[str, Any]:
    """What the page says."""
    said: dict[str, Any] = to_dict(found)["sentences"][LANG]
    return said


def main() -> None:
    """Show the page in Chromium, and keep what is on its first screen."""
    found = results()
    chromium = shutil.which("chromium") or shutil.which("chrome") or "chromium"
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder) / "page.html", Path(folder) / "page.png"
        page.write_text(render(found, LANG), "utf-8")
        width, height = SIZE
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        options += [f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"]
        subprocess.run(  # noqa: S603
            [chromium, *options, f"--screenshot={shot}", page.as_uri()],
            check=True,
            capture_output=True,
        )
        shown = Image.open(io.BytesIO(shot.read_bytes())).convert("RGB")
    words = PngInfo()
    words.add_itxt("Description", json.dumps(sentences(found), ensure_ascii=False))
    small = shown.quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(PICTURE, optimize=True, pnginfo=words)


if __name__ == "__main__":
    main()
