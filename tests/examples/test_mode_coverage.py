import json
import pathlib
import runpy

import pytest

import kerasgan

PATH = pathlib.Path(__file__).resolve().parents[2] / "examples"
EXPERIMENT = runpy.run_path(str(PATH / "mode_coverage.py"))
METHODS = EXPERIMENT["METHODS"]


def run(out, *arguments):
    EXPERIMENT["main"](
        ["--steps", "2", "--points", "2000", "--seeds", "1", *arguments]
        + ["--out", str(out)]
    )
    text = (out / "runs.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def settings(method):
    return EXPERIMENT["DEFAULTS"] | EXPERIMENT["DATA"]["ring"] | METHODS[method]


def test_a_run_is_recorded_with_its_settings_and_not_run_again(tmp_path):
    runs = run(tmp_path, "--data", "ring", "--methods", "r1")
    # Whole passes over the points: seven minibatches of 256.
    assert [run["steps"] for run in runs] == [7]
    assert runs[0]["settings"]["weight"] == METHODS["r1"]["weight"]
    assert 0 <= runs[0]["high_quality"] <= 1
    assert run(tmp_path, "--data", "ring", "--methods", "r1") == runs
    runs = run(tmp_path, "--data", "grid", "--methods", "r1")
    assert [run["data"] for run in runs] == ["ring", "grid"]
    # The table has both, though the last command asked for one.
    text = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert "| r1 | 1 + 1 |" in text
    assert "| *PacGAN2* |" in text


@pytest.mark.parametrize("method", METHODS)
def test_the_settings_of_a_method_make_its_game(method):
    gan = EXPERIMENT["build"](settings(method), seed=0)
    game, _, number = method.partition("-")
    if game == "unrolled":
        assert gan.unrolling_steps == int(number)
        assert gan.generator.count_params() == 49_666
    else:
        assert type(gan) is kerasgan.models.GAN
        assert gan.ema_generator is not None
    packs = 2 if method == "packing-2" else 1
    assert gan.discriminator.input_shape == (None, 2 * packs)
    kinds = {"r1": "r1", "wgan-gp": "gradient_penalty"}
    assert [r.name for r in gan.regularizers] == [
        kinds[method] for _ in range(method in kinds)
    ]


def test_no_setting_is_misspelt():
    for method in METHODS.values():
        assert method.keys() <= settings("r1").keys()


def test_the_table_has_means_and_standard_errors_of_the_runs():
    runs = [
        {
            "data": "ring",
            "method": "r1",
            "modes": modes,
            "high_quality": share,
            "reverse_kl": divergence,
        }
        for modes, share, divergence in [(8, 0.96, 0.1), (6, 0.98, None)]
    ]
    text = EXPERIMENT["table"](runs)
    row = "| r1 | 2 + 0 | 7.0 +- 1.0 | 97.0 +- 1.0 | 0.100 | - | - | - |"
    assert row in text
    # Every row has as many cells as the header.
    assert len({line.count("|") for line in text.splitlines()}) == 1
