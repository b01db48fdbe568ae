"""The loops written by hand are of the same networks, and train."""

import importlib
import json
import pathlib
import runpy

import keras
import numpy as np
import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def benchmark():
    return runpy.run_path(str(FOLDER / "training_speed.py"))


# Smaller, but of every kind of layer that a game of the table has.
SMALL = {
    "points": {},
    "dcgan_28": {"filters": 2},
    "wgan_gp_28": {"filters": 2},
    "progan_32": {"image_shape": (8, 8, 3), "max_channels": 8},
}


TRANSLATIONS = {
    "pix2pix_64": {
        "input_shape": (16, 16, 3),
        "filters": 2,
        "generator_options": {"depth": 3},
    },
    "cyclegan_64": {"image_shape": (16, 16, 3), "filters": 2, "blocks": 2},
}


def small(benchmark, name):
    settings = benchmark["GAMES"][name]
    arguments = {**settings["arguments"], **{**SMALL, **TRANSLATIONS}[name]}
    if name == "progan_32":
        settings = {**settings, "latent_dim": 8}
    return {
        **settings,
        "arguments": arguments,
        "batch_size": 4,
        "discriminator_steps": min(settings["discriminator_steps"], 2),
        "steps": 2,
    }


@pytest.mark.parametrize("name", SMALL)
def test_a_game_by_hand_is_of_the_same_networks_and_trains(benchmark, name):
    settings = small(benchmark, name)
    gan, game = benchmark["model_of"](settings), benchmark["by_hand"](settings)
    rng = np.random.default_rng(0)
    latents = rng.normal(size=(4, settings["latent_dim"])).astype("float32")
    images = benchmark["noise"](settings, 2)
    real = images[:4]
    before = game.generate(latents), game.judge(real)
    if images.dtype == "uint8":
        real = real / np.float32(127.5) - 1
    expected = (
        gan.generator.predict_on_batch(latents),
        gan.discriminator.predict_on_batch(real),
    )
    for ours, theirs in zip(expected, before):
        if name == "wgan_gp_28" and keras.backend.backend() == "torch":
            # PyTorch pads odd kernels alike on both sides, Keras does not.
            assert ours.shape == theirs.shape
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    game.train(images, settings["batch_size"])
    for old, new in zip(
        before, (game.generate(latents), game.judge(images[:4]))
    ):
        assert np.isfinite(new).all()
        assert np.abs(new - old).max() > 0


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_a_translation_by_hand_is_of_the_same_networks(benchmark, name):
    settings = small(benchmark, name)
    if name == "cyclegan_64":
        # Full after the first of two steps.
        settings["pool_size"] = 4
    player, game = (
        benchmark["Kerasgan"](settings),
        benchmark["by_hand"](settings),
    )
    gan, names = player.gan, settings["networks"]
    pairs = benchmark["noise"](settings, 2)
    images, judged = pairs[:4, 0], [pairs[:4, 1]]
    if name == "pix2pix_64":
        # What an image is made of is judged with it, and comes first.
        judged = [images, *judged]
    before = game.generate(images), game.judge(*judged)
    scaled = [x / np.float32(127.5) - 1 for x in judged[::-1]]
    judge = getattr(gan, names[len(names) // 2])
    logits = judge.predict_on_batch(scaled if len(scaled) > 1 else scaled[0])
    for ours, theirs in zip((gan.translate(images), logits), before):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    game.train(pairs, settings["batch_size"])
    for old, new in zip(before, (game.generate(images), game.judge(*judged))):
        assert np.isfinite(new).all()
        assert np.abs(new - old).max() > 0
    assert player.train(pairs, settings["batch_size"]) > 0


def test_the_table_has_a_row_a_game_and_backend(
    benchmark, tmp_path, backend, capsys
):
    def run(_, file, *words):
        # In this process: five that load Keras would take a minute.
        words = [*map(str, words)]
        if file == benchmark["alone"].__file__:
            benchmark["alone"].main(*words)
        else:
            benchmark["main"](words)
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    benchmark["main"].__globals__["run"] = run
    out = tmp_path / "speed.jsonl"
    words = ["--games", "points", "--backends", backend, "--steps", "2"]
    benchmark["main"]([*words, "--rounds", "2", "--out", str(out)])
    record = json.loads(out.read_text(encoding="utf-8"))
    for variant in ("kerasgan", "by hand"):
        assert len(record["speed"][variant]["train"]) == 2
        assert record["alone"][variant]["start"] > 0
        assert record["alone"][variant]["peak"] > 10
    text = out.with_suffix(".md").read_text(encoding="utf-8")
    header, _, row = text.splitlines()
    assert row.startswith(f"| points | {backend} | ")
    assert row.count("|") == header.count("|")


def test_what_is_not_a_chain_is_refused(benchmark):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5)])
    chains = importlib.import_module("speed.chains")
    with pytest.raises(ValueError, match="no entry for this layer.*Dropout"):
        chains.describe(network)
