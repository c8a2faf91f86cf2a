"""Sliders: the page's script calculates what the package calculates, and says it in its words."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.analyses.swing import value_said
from gevinst.reports.sliders.numbers import numbers
from gevinst.reports.sliders.script import script as page_script
from gevinst.reports.sliders.section import context
from gevinst.stats.margins.band import pair, standard_error
from gevinst.stats.margins.matching import Tally
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, language
from gevinst.text.voice import spoken
from tests.conftest import STUDIES, page_of, script

BROWSER = pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not there")


@pytest.fixture(scope="module")
def study():
    """The study's script, which needs V8."""
    pytest.importorskip("py_mini_racer", reason="mini-racer is not there")
    return script(STUDIES / "sliders" / "run.py")


@pytest.fixture(scope="module")
def v8(study):
    """V8 with the page's script."""
    return study.engine()


def _results(study: Study) -> SimpleNamespace:
    """What the section reads of a report's results."""
    found = SimpleNamespace(break_even=gv.break_even(study))
    return SimpleNamespace(study=study, bootstrap=gv.bootstrap(study), sensitivity=found)


@pytest.fixture(scope="module", params=["ishoj", "paired", "alone"])
def results(request, ishoj, paired) -> SimpleNamespace:
    """Two groups of counts, two of paths, and one held against nobody."""
    studies = {"ishoj": ishoj, "paired": paired, "alone": ishoj.compare("intervention")}
    return _results(studies[request.param])


@pytest.fixture(scope="module")
def plain(ishoj) -> dict:
    """What the script takes of the bundled study, in English."""
    return _plain(_results(ishoj), "en")["plain"]


@pytest.fixture(scope="module")
def page(ishoj) -> str:
    """A page with the section, in English."""
    return page_of(ishoj, "en")


def _ask(v8, name: str, *values: object) -> object:
    said = v8.eval(f"JSON.stringify(gevinst.{name}({', '.join(map(json.dumps, values))}))")
    return None if said is None else json.loads(said)


def _own(plain: dict) -> dict:
    return deepcopy({name: plain[name] for name in ("kr", "chosen", "counts")})


def _plain(results: SimpleNamespace, lang: str) -> dict:
    with spoken(results.study.voice):
        found = context(results, language(lang))
    assert found is not None
    return {**found, "plain": json.loads(found["numbers"])}


# --- the calculation --------------------------------------------------------------


def test_the_script_equals_the_package(study) -> None:
    """Twenty random states of each study, here to a thousandth of a krone."""
    found = study.run(20, seed=7)
    assert set(found["study"]) == set(study.INVENTED)
    assert (found["largest_error"].astype(float) < 1e-3).all()
    assert {"difference", "turn", "widest high", "observed error"} <= set(found["quantity"])


def test_a_wrong_script_is_seen(study, monkeypatch) -> None:
    """A variance with n in the place of n - 1 is no standard error."""
    right = page_script()
    wrong = right.replace("** 2)) / (n - 1)", "** 2)) / n")
    assert wrong != right
    monkeypatch.setattr(study, "script", lambda: wrong)
    errors = study.run(2, seed=7).set_index(["study", "quantity"])["largest_error"].astype(float)
    assert errors["ishoj", "widest error"] > 1.0
    assert errors["ishoj", "difference"] < 1e-6


def test_committed_results_are_of_two_hundred_states(study) -> None:
    """Of each study, and no error there is as large as a thousandth of a krone."""
    table = pd.read_csv(STUDIES / "sliders" / "results.csv", sep=";")
    assert set(table["study"]) == set(study.INVENTED)
    assert (table["states"] == 200).all()
    assert (table["largest_error"] < 1e-3).all()


@pytest.mark.parametrize("counted", [(-1, -1, -1), (-1, 0, -1), (0.5, 1, 2), (1, 0, -1)])
@pytest.mark.parametrize("kind", ["narrowest", "independent", "widest"])
def test_times_are_paired_as_the_package_pairs_them(v8, ishoj, plain, counted, kind: str) -> None:
    """Of sums of periods, where every time counts the same way, as of a change."""
    own = {**deepcopy(plain), "horizon": [list(counted)] * len(plain["horizon"])}
    found = _ask(v8, "calculate", own, _own(own))["intervals"][kind]
    squares = 0.0
    for costs, counts in zip(ishoj.status_costs, ishoj.counts, strict=True):
        tallies = [Tally(*each) for each in zip(costs, counts, strict=True)]
        squares += standard_error(pair(tallies, counted, kind)) ** 2
    assert found["error"] ** 2 == pytest.approx(squares, rel=1e-9)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("df", [1.0, 1.37, 2.0, 4.5, 26.0, 51.73, 900.5, 1e6])
def test_student(v8, level: float, df: float) -> None:
    """The quantile is that of scipy for whole and broken degrees of freedom."""
    from scipy.special import stdtrit

    assert _ask(v8, "student", level, df) == pytest.approx(stdtrit(df, (1 + level) / 2), rel=5e-8)


# --- what it says -----------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_says_what_the_page_says(v8, results, lang: str) -> None:
    """With nothing changed the script's sentences and numbers are those the page came with."""
    page = _plain(results, lang)
    plain = page["plain"]
    found = _ask(v8, "calculate", plain, _own(plain))
    told = _ask(v8, "sentences", plain, _own(plain), found)
    assert told == {name: page[name] for name in ("said", "turn", "notes")}
    assert page["turn"]
    assert found["difference"] == pytest.approx(gv.gain(results.study).difference, abs=1e-6)
    assert _ask(v8, "changes", plain, _own(plain)) == []


def test_more_times_say_that_the_narrowest_is_at_most(v8, ishoj) -> None:
    """Where three times count the note stands, on the page and in the script."""
    page = _plain(_results(ishoj.choose(horizon="cumulative_trapezoid")), "en")
    found = _ask(v8, "calculate", page["plain"], _own(page["plain"]))
    told = _ask(v8, "sentences", page["plain"], _own(page["plain"]), found)
    assert told["notes"] == page["notes"] == language("en")("bootstrap.at_most")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_are_written_alike(v8, results, lang: str) -> None:
    """Amounts, rounded limits and prices, small, large and below zero."""
    plain, text = _plain(results, lang)["plain"], language(lang)
    rng = np.random.default_rng(5)
    values = [0.0, -0.3, 0.004, 7.0, 12.4, 99.96, -1_234_567.8]
    values += [15_250.5, 15_251.5, -15_250.55, 15.25, 12.345, 2.675, 0.5, 1.5, 2.5, 0.125, 99.996]
    values += [20_850.0, 20_950.0, -250.0, -350.0, 1e-7, 183_006.0 / 12, 8_333.0 + 1 / 3]
    values += (rng.normal(size=40) * 10.0 ** rng.integers(-2, 8, 40)).tolist()
    for value in values:
        write = f"gevinst.written({json.dumps(plain)})"
        assert v8.eval(f"{write}.number({value})") == text.number(value)
        assert v8.eval(f"{write}.earned({value}, 416.9)") == text.earned(value, 416.9)
        assert v8.eval(f"{write}.earned({value}, 0.013)") == text.earned(value, 0.013)
        for digits in (1, 2):
            assert v8.eval(f"{write}.number({value}, {digits})") == text.number(value, digits)
        said = value_said(value, "kr", text)
        assert v8.eval(f"{write}.rate({value}, {json.dumps(text('unit.kr'))})") == said


def test_one_citizen_less_in_work(v8, ishoj, plain) -> None:
    """The page's own example: one more on cash benefit makes 1,631 kr. an extra cost of 3,525."""
    state = _own(plain)
    ids = [ishoj.items[i].id for i in ishoj.statuses]
    state["counts"][0][-1][ids.index("ordinary_employment")] -= 1
    state["counts"][0][-1][ids.index("cash_benefit")] += 1
    found = _ask(v8, "calculate", plain, state)
    assert round(found["difference"]) == -3_525
    assert _ask(v8, "changes", plain, state) == [
        "Intervention group, after 1.5 years: Cash benefit: 6 (was 5)",
        "Intervention group, after 1.5 years: Ordinary employment: 3 (was 4)",
    ]


# --- where there is no number --------------------------------------------------------


def test_guards(v8, plain) -> None:
    """Unequal totals, one citizen, a status without a price, no spread: a sentence, no limits."""
    text = language("en")

    def said(of: dict, change) -> tuple[dict, str]:
        state = _own(of)
        change(state["counts"])
        found = _ask(v8, "calculate", of, state)
        return found, _ask(v8, "sentences", of, state, found)["said"]

    def more(counts) -> None:
        counts[1][2][0] += 1

    found, told = said(plain, more)
    assert found["reason"] == "unequal"
    assert told == text("sliders.unequal", arm="Control group", totals="26 / 26 / 27")

    def one(counts) -> None:
        for at_time in counts[0]:
            at_time[:] = [1, *[0] * (len(at_time) - 1)]

    found, told = said(plain, one)
    assert found["reason"] == "few"
    assert told == text("sliders.few", arm="Intervention group")

    without = deepcopy(plain)
    without["rateOf"][0][0][0][5] = -1

    def into(counts) -> None:
        counts[0][0][5] += counts[0][0][0]
        counts[0][0][0] = 0

    found, told = said(without, into)
    assert found["reason"] == "unpriced"
    assert told.startswith("No number: in Intervention group no price is stated of")

    def alike(counts) -> None:
        for arm in counts:
            for at_time in arm:
                at_time[:] = [sum(at_time), *[0] * (len(at_time) - 1)]

    found, told = said(plain, alike)
    assert {each["reason"] for each in found["intervals"].values()} == {"no-spread"}
    assert "interval" not in told

    def treated_alike(counts) -> None:
        alike(counts[:1])

    found, _ = said(plain, treated_alike)
    assert {each["reason"] for each in found["intervals"].values()} == {"no-spread-in-x"}
    assert found["intervals"]["widest"]["low"] < found["difference"]


def test_left_out_where_the_script_does_not_know_the_calculation(ishoj, masked, two_types) -> None:
    """Courses somebody wrote, open counts, strata of lines: no section."""
    for study in (gv.load("gladsaxe"), masked, two_types):
        assert numbers(study, 0.95) is None


# --- the address ------------------------------------------------------------------


def test_a_state_goes_through_the_address(v8, study, ishoj, plain) -> None:
    """What stands in the fragment is the state, and nothing is there where nothing is changed."""
    found = numbers(ishoj, 0.95)
    for state in study.states(ishoj, found, 20, seed=3):
        fragment = _ask(v8, "toFragment", plain, state)
        assert re.fullmatch(r"#sliders=[0-9a-f]{8}(;[koc][\d.]+=\d+(\.\d+)?)+", fragment)
        assert _ask(v8, "fromFragment", plain, fragment) == state
    assert _ask(v8, "toFragment", plain, _own(plain)) == ""


@pytest.mark.parametrize(
    "fragment",
    [
        *("", "#turning", "#sliders=", "#sliders=HASH", "#sliders=00000000;k0=1", "#sliders=HASH;"),
        *("#sliders=HASH;k99=1", "#sliders=HASH;k0=-1", "#sliders=HASH;k0=1e3", "k0=1"),
        *("#sliders=HASH;o0=9", "#sliders=HASH;o0=0.5", "#sliders=HASH;c0.0=1"),
        *("#sliders=HASH;c0.0.0=1.5", "#sliders=HASH;c9.0.0=1", "#sliders=HASH;c0.0.0=9999999"),
        *("#sliders=HASH;k0=1;x0=1", "#sliders=HASH;klength=1", "#sliders=HASH;k0.1.2=3"),
        *("#sliders=HASH;k0=<b>", "#sliders=HASH;k0=NaN", "#sliders=HASH;k0=9" + "9" * 20),
    ],
)
def test_a_bad_fragment_is_none(v8, ishoj, plain, fragment: str) -> None:
    """One part that is no number of the study, and nothing of it is taken."""
    read = fragment.replace("HASH", ishoj.hash[:8])
    assert _ask(v8, "fromFragment", plain, read) is None


# --- the page ---------------------------------------------------------------------


def test_the_policy_lets_the_one_script_run(page) -> None:
    """Its hash stands in the policy, and no script, handler or address of another is there."""
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in html.unescape(policy[1])
    assert "default-src 'none'" in html.unescape(policy[1])
    assert not re.search(r"<[^>]+\son\w+=", page)


def test_without_the_script_the_published_stands(page) -> None:
    """The fields are hidden, the sentence that says so is not, and the numbers are there."""
    section = page[page.index('<section id="sliders">') :].partition("</section>")[0]
    assert re.search(r'<div class="controls"[^>]* hidden>', section)
    assert re.search(r'<p class="off" data-off>Here stand the study(.|&#39;)s numbers', section)
    assert "the difference is 1,631\u00a0kr. per citizen" in section
    assert section.count('role="status"') == 1
    assert "<output" not in section


def test_every_field_has_a_name_and_every_slider_a_text(page) -> None:
    """Named for a screen reader, each slider can stand at its number, and none speaks itself."""
    section = page[page.index('<section id="sliders">') :].partition("</section>")[0]
    fields = re.findall(r"<(?:input|select)[^>]*>", section)
    assert len(fields) > 90
    labelled = set(re.findall(r'<label for="([^"]+)"', section))
    for field in fields:
        named = re.search(r' id="([^"]+)"', field)
        inside = any(f"data-{name}" in field for name in ("where", "from", "to"))
        assert "aria-label=" in field or inside or (named and named[1] in labelled), field
        if 'type="range"' in field:
            at = {k: float(v) for k, v in re.findall(r" (min|max|step|value)=\"([^\"]+)\"", field)}
            steps = (at["value"] - at["min"]) / at["step"]
            assert steps == pytest.approx(round(steps), abs=1e-6)
            assert at["min"] <= at["value"] < at["max"]
            assert "aria-valuetext=" in field


def test_hostile_names_stay_names(ishoj) -> None:
    """Marks, quotes and tags in a label stand in the attribute as text, and end nothing."""
    bad = "'\"></script><img src=x onerror=alert(1)>{kr}&amp;"
    items = tuple(replace(i, label={"da": bad, "en": bad}) for i in ishoj.items)
    page = page_of(replace(ishoj, items=items), "en")
    assert "<img" not in page
    assert page.count("</script>") == 1
    (said,) = re.findall(r'data-numbers="([^"]*)"', page)
    labels = json.loads(html.unescape(said))["labels"]
    assert set(labels["statuses"]) == {bad}


def _dumped(page: str, fragment: str, folder) -> str:
    """The page as a browser has made it, its policy in force."""
    (folder / "page.html").write_text(page, "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile")
    told = ("--virtual-time-budget=5000", "--dump-dom")
    address = (folder / "page.html").as_uri() + fragment
    found = subprocess.run(
        ["chromium", *options, *told, address],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    section = found.stdout[found.stdout.index('<section id="sliders">') :]
    return html.unescape(section.partition("</section>")[0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_calculated_is_called_what_was_published(lang: str) -> None:
    """A headline that cannot be built again is not what stands here: the numbers are a study's."""
    own, foreign = {
        "da": ("undersøgelsens", ("notat", "offentliggjort", "publice")),
        "en": ("study's", ("publish", "publication", "document")),
    }[lang]
    said = language(lang).table("sliders")
    assert all(own in said[key] for key in ("off", "unchanged", "changed", "reset"))
    assert not [each for each in said.values() for word in foreign if word in each]


@BROWSER
def test_a_browser_runs_it(page, ishoj, tmp_path) -> None:
    """The state is restored from the address, is said and announced; a bad one changes nothing."""
    ids = [ishoj.items[i].id for i in ishoj.statuses]
    cash, work = ids.index("cash_benefit"), ids.index("ordinary_employment")
    start = f"#sliders={ishoj.hash[:8]};"
    moved = _dumped(page, f"{start}c0.2.{cash}=6;c0.2.{work}=3", tmp_path)
    assert "Your numbers, not the study's: Intervention group" in moved
    assert moved.count("the difference is −3,525\u00a0kr. per citizen") == 2  # shown, and announced
    assert re.search(r'data-controls=""(?! hidden)', moved)
    bad = _dumped(page, f"{start}c0.2.{cash}=6;k99=3", tmp_path)
    assert "Nothing is changed" in bad
    assert bad.count("the difference is 1,631\u00a0kr. per citizen") == 1


def test_paired_data_has_prices_alone(paired) -> None:
    """Where each citizen's path is known no count can be changed."""
    found = _plain(_results(paired), "da")
    assert found["counts"] is None
    assert found["plain"]["paths"]
    assert found["first"][0]["label"] == "Udgift til SMC-projektet"
