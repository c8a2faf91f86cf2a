"""What can be held of a page for everybody: heads that say something, and nothing that is cut.

The long run, with axe-core, is ``studies/accessibility``.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import gevinst as gv
from tests.conftest import page_of, script

BROWSER = pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not there")

FOLDER = Path(__file__).parents[2] / "studies" / "accessibility"


@pytest.fixture(scope="module")
def page() -> str:
    """The report of a study with every section, in Danish."""
    return page_of(gv.load("ishoj-smc"), "da")


def test_every_head_of_a_table_says_something(page) -> None:
    """A corner is a cell, not a head without words; what scrolls can be reached by the keyboard."""
    assert re.findall(r"<th[^>]*>\s*</th>", page) == []
    assert '<div class="scroll">' not in page
    assert page.count('<div class="scroll" tabindex="0">') > 10


def test_every_part_of_the_page_stands_in_a_landmark(page) -> None:
    """The first page is a region with a name; the rest stands in header and main."""
    body = page[page.index("<body>") :]
    assert re.match(r'<body>\s*<section id="front" aria-label="[^"]+">', body)
    assert body.count("<main>") == 1
    assert 'lang="da"' in page


def test_the_long_run_found_nothing() -> None:
    """axe-core found nothing in either study, and no page is wider than its window."""
    with (FOLDER / "results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert {row["study"] for row in rows} == set(gv.bundled())
    for row in rows:
        assert row["findings"] == "0", row
        assert int(row["page_width"]) <= int(row["width"]), row


@BROWSER
def test_the_report_prints_on_less_than_ten_pages(page, tmp_path) -> None:
    """With its folds closed, as it comes, the report of Ishøj is a document one reads on paper."""
    (tmp_path / "page.html").write_text(page, "utf-8")
    printed = tmp_path / "page.pdf"
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile")
    to = (f"--print-to-pdf={printed}", (tmp_path / "page.html").as_uri())
    subprocess.run(["chromium", *options, *to], check=True, capture_output=True, timeout=120)  # noqa: S607
    pages = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 5 <= pages < 10


@BROWSER
def test_nothing_is_wider_than_a_telephone(page) -> None:
    """At 390 pixels, with every fold open, the page does not scroll sideways."""
    look = script(FOLDER / "run.py").look
    nothing = "window.axe = {run: () => Promise.resolve({passes: [], violations: []})};"
    assert look(page, nothing, 390)["page_width"] <= 390
