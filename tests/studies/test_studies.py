"""Study scripts give what they say they give."""

from __future__ import annotations

import tomllib

from tests.conftest import STUDIES, script


def test_ishoj(capsys) -> None:
    """The Ishøj study's figures are within their tolerances, with fewer draws than committed."""
    run = script(STUDIES / "ishoj_smc" / "run.py")
    # The limits' Monte Carlo errors grow by 1.6 at 40,000 draws; the tolerances are six of them
    # at 100,000, so this fails by chance less than once in 5,000 seeds, and the seed is fixed.
    assert run.misses(run.main(40_000)) == []
    assert "True" in capsys.readouterr().out


def test_gladsaxe(capsys) -> None:
    """The Gladsaxe study's figures are within their tolerances, with fewer draws than committed."""
    run = script(STUDIES / "gladsaxe" / "run.py")
    # As above; what hangs on no draws is to the hundredth of a krone.
    assert run.misses(run.main(40_000)) == []
    assert "14.4 % cheaper" in capsys.readouterr().out.replace("\u00a0", " ")


def test_gladsaxes_readme_says_what_was_found() -> None:
    """The amounts of its text are those of expected.toml, rounded."""
    folder = STUDIES / "gladsaxe"
    expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    text = (folder / "README.md").read_text("utf-8")
    for group, name in (
        ("weights", "own_number"),
        ("weights", "by_label"),
        ("case_work", "wage_per_case"),
        ("case_work", "wage_of_period"),
        ("without", "case_3"),
        ("if_citizens_differ", "alike_0.5"),
        ("if_citizens_differ", "apart_0.5"),
        ("if_a_sample", "low"),
        ("if_a_sample", "high"),
    ):
        assert f"{abs(expected[group][name][0]):,.0f}" in text, (group, name)
