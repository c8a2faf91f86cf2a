"""Look at the reports as axe-core does, and for anything wider than the window.

Needs Chromium and the file ``axe.min.js`` of the npm package axe-core::

    npm pack axe-core && tar xzf axe-core-*.tgz
    python studies/accessibility/run.py package/axe.min.js

Writes ``results.csv`` beside itself: a row per study, language and width. Everything that is folded
is opened before it is looked at.
"""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import gevinst as gv

HERE = Path(__file__).parent
WIDTHS = (1366, 390)
LANGUAGES = ("da", "en")
COLUMNS = ("study", "lang", "width", "passes", "findings", "what", "page_width")

LOOK = """
<script>AXE</script>
<script>
addEventListener("load", () => {
  document.querySelectorAll("details").forEach(each => each.open = true);
  axe.run(document).then(found => parent.postMessage(JSON.stringify({
    passes: found.passes.length,
    findings: found.violations.map(each => [each.id, each.nodes.length]),
    page_width: document.documentElement.scrollWidth,
  }), "*"));
});
</script>
"""

FRAME = """<!doctype html><title>frame</title>
<iframe src="page.html" style="border:0;width:{width}px;height:900px"></iframe>
<pre id="said"></pre>
<script>
addEventListener("message", e => document.getElementById("said").textContent = e.data)
</script>
"""


def look(page: str, axe: str, width: int) -> dict:
    """Return what axe-core says of a page in a window of a width, and how wide the page is."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("chromium: not found")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.html").write_text(
            page.replace("</body>", LOOK.replace("AXE", axe) + "</body>"), "utf-8"
        )
        frame = Path(folder) / "frame.html"
        frame.write_text(FRAME.format(width=width), "utf-8")
        dumped = subprocess.run(  # noqa: S603 - the browser, on a page of our own
            [
                *(
                    browser,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--dump-dom",
                    "--hide-scrollbars",
                ),
                *(f"--user-data-dir={folder}/profile", "--window-size=1500,1000"),
                *("--virtual-time-budget=30000", frame.as_uri()),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
    said = re.search(r'<pre id="said">(.+?)</pre>', dumped, re.DOTALL)
    if said is None:
        raise SystemExit("the page said nothing in thirty seconds")
    return json.loads(html.unescape(said[1]))


def main(path: str) -> None:
    """Look at both bundled studies in both languages and at both widths."""
    axe = Path(path).read_text("utf-8")
    with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, delimiter=";", lineterminator="\n")
        rows.writeheader()
        for name in gv.bundled():
            for lang in LANGUAGES:
                with tempfile.TemporaryDirectory() as folder:
                    written = gv.report(gv.load(name), f"{folder}/out", lang=lang, n=2_000, rng=1)
                    page = written.page.read_text("utf-8")
                for width in WIDTHS:
                    found = look(page, axe, width)
                    what = ", ".join(f"{rule} x {n}" for rule, n in found["findings"])
                    row = {
                        "study": name,
                        "lang": lang,
                        "width": width,
                        "what": what,
                        "passes": found["passes"],
                        "findings": len(found["findings"]),
                        "page_width": found["page_width"],
                    }
                    rows.writerow(row)
                    print(row)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
