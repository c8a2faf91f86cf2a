"""How far can the audit be trusted? Consistent studies and planted errors, into results.csv.

    python studies/audit/run.py               200 studies of each family and 100 errors of each kind
    python studies/audit/run.py --studies 20 --errors 10      a quick look, nothing written

Everything follows from seeds: the same table on every run.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scipy.stats import beta

from gevinst.analyses.audit.finding import ROUNDING
from gevinst.analyses.audit.registry import audit

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import consistent  # noqa: E402
import planted  # noqa: E402

STUDIES, ERRORS = 200, 100
COLUMNS = ("kind", "studies", "planted", "found", "any_finding", "rate", "low", "high", "codes")


def main(studies: int = STUDIES, errors: int = ERRORS) -> Iterator[dict[str, object]]:
    """Yield one row per family of consistent studies and per kind of planted error."""
    for family in consistent.FAMILIES:
        said = [codes(consistent.study(family, seed)) for seed in range(studies)]
        yield _row(f"consistent_{family}", 0, studies, sum(map(bool, said)), said)
    for kind in planted.KINDS:
        said, any_finding, seed = [], 0, 100_000
        while len(said) < errors:
            made = planted.plant(kind, seed)
            seed += 1
            if made is None:
                continue  # this study has no place for it
            found = audit(made[0])
            any_finding += any(f.severity != ROUNDING for f in found.findings)
            said.append(planted.named(found, kind, made[1]))
        yield _row(kind, errors, errors, any_finding, said)


def codes(study: consistent.Study) -> list[str]:
    """Codes of what the audit says of a study, roundings apart."""
    return [f.code for f in audit(study).findings if f.severity != ROUNDING]


def _row(
    kind: str, errors: int, of: int, any_finding: int, said: list[list[str]]
) -> dict[str, object]:
    """Rate with its exact 95 % interval (Clopper-Pearson): the Monte Carlo error."""
    found = sum(map(bool, said))
    low = float(beta.ppf(0.025, found, of - found + 1)) if found else 0.0
    high = float(beta.ppf(0.975, found + 1, of - found)) if found < of else 1.0
    counted = Counter(code for codes in said for code in set(codes))
    listed = " ".join(f"{code}={n}" for code, n in sorted(counted.items()))
    numbers = (of, errors, found, any_finding, *(f"{x:.3f}" for x in (found / of, low, high)))
    return dict(zip(COLUMNS, (kind, *numbers, listed), strict=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=STUDIES)
    parser.add_argument("--errors", type=int, default=ERRORS)
    wanted = parser.parse_args()
    rows = []
    for row in main(wanted.studies, wanted.errors):
        rows.append(row)
        print(*(f"{value}" for value in row.values()), sep="\t", flush=True)
    if (wanted.studies, wanted.errors) == (STUDIES, ERRORS):
        with (HERE / "results.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
