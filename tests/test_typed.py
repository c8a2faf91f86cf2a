"""A user's script in an editor: right words pass the strict type checker, wrong ones do not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RIGHT = """
import numpy as np
import gevinst as gv

study = gv.load("ishoj-smc").choose(basis="printed", heads="enrolled")
found = gv.simulate(study, n=1000, vary="rates", target="new_group", rng=np.random.default_rng(1))
low, high = gv.bootstrap(study, methods=["welch", "bca"]).intervals("widest")[0]
print(gv.standardise(study, weights="overlap", moved="left_out").summary("da"))
print(gv.standardise(study, weights={"a": 1.0, "b": 2.0}))
print(gv.stats.permutation_test(np.array([1.0, 2.0]), [3, 4], alternative="less").pvalue)
gv.write_draws(found, "draws.npz")
print(gv.report(study, "out", lang="en").page, gv.__version__)
"""

WRONG = {
    'gv.standardise(study, weights="pool")': "arg-type",
    'gv.standardise(study, moved="gone")': "arg-type",
    'gv.simulate(study, target="group")': "arg-type",
    'gv.variance_shares(study, method="swap")': "arg-type",
    'gv.bootstrap(study, methods=["bootstrap"])': "list-item",
    'gv.stats.permutation_test([1], [2], alternative="up")': "arg-type",
    'gv.outcome_test(study, "job", alternative="up")': "arg-type",
    'gv.report(study, lang="sv")': "arg-type",
    'study.choose(heads="all")': "arg-type",
    "gv.simulate(study, sources=3)": "arg-type",
    "gv.simulat(study)": "attr-defined",
}


def test_a_users_script_is_checked(tmp_path: Path) -> None:
    """`mypy --strict` takes the right script, and finds every wrong word by its line."""
    lines = ["import gevinst as gv", 'study = gv.load("ishoj-smc")', *WRONG]
    (tmp_path / "right.py").write_text(RIGHT, "utf-8")
    (tmp_path / "wrong.py").write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", ""]
    command += ["--cache-dir", str(tmp_path / "cache"), "right.py", "wrong.py"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    said = done.stdout.splitlines()
    assert not [line for line in said if line.startswith("right.py")]
    for number, (line, code) in enumerate(WRONG.items(), 3):
        here = [out for out in said if out.startswith(f"wrong.py:{number}:")]
        assert any(f"[{code}]" in out for out in here), (line, here)
