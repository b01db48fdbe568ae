import json
import pathlib

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.metrics import FID
from kerasgan.metrics import KID
from kerasgan.metrics import ClassifierAgreement
from kerasgan.metrics import features
from tests.tiny import tiny_discriminator
from tests.tiny import tiny_generator

SHAPE = (4, 4, 1)


def flat(images):
    return images.reshape(len(images), -1)


def brightness(images):
    return images.mean(axis=(1, 2))


def sure(images):
    """Reads the class, 0 or 1, from the sign of the first pixel."""
    found = (flat(images)[:, 0] > 0).astype(int)
    return flat(images), 50.0 * np.eye(2)[found]


def pixels(n, seed=0, low=0, high=256):
    rng = np.random.default_rng(seed)
    return rng.integers(low, high, (n, *SHAPE), np.uint8)


def gan():
    return kerasgan.models.GAN(tiny_generator(), tiny_discriminator(), seed=0)


def test_a_game_is_scored_with_its_protocol_beside_the_scores():
    game = gan()
    real = pixels(60)
    found = kerasgan.evaluate(
        game, real, features=flat, samples=30, seed=3, split="test"
    )
    assert set(found) == {
        "fid", "kid", "kid_std", "precision", "recall", "density", "coverage",
    }  # fmt: skip
    assert set(found.floor) == set(found.values)
    assert found["fid"] > 2 * found.floor["fid"]
    metric = FID(flat)
    chosen = np.random.default_rng(3).permutation(60)[:30]
    metric.update_real(real[chosen])
    assert metric(game.generate(30, seed=3)) == pytest.approx(found["fid"])
    protocol = found.protocol
    assert protocol["network"] == "flat"
    assert protocol["images"] == [4, 4, 1]
    assert protocol["generated"]["samples"] == 30
    assert protocol["generated"]["seed"] == 3
    assert protocol["generated"]["ema"] is False
    assert protocol["real"]["split"] == "test"
    assert protocol["floor"] == {
        "samples": 30,
        "against": 30,
        "source": "other real images",
    }
    assert protocol["metrics"]["kid"]["subset_size"] == 15
    assert protocol["kerasgan"] == kerasgan.__version__


def test_scores_print_as_a_table_and_are_written_as_json(tmp_path):
    found = kerasgan.evaluate(
        pixels(40, 1), pixels(40), metrics="fid", features=flat
    )
    lines = str(found).splitlines()
    assert lines[1].split() == [
        "fid", f"{found['fid']:.4g}", f"{found.floor['fid']:.4g}",
    ]  # fmt: skip
    assert "network: flat" in lines
    found.to_json(tmp_path / "a" / "scores.json")
    text = pathlib.Path(tmp_path / "a" / "scores.json").read_text()
    assert json.loads(text) == found.to_dict()
    assert json.loads(text)["scores"]["fid"]["value"] == found["fid"]


def test_the_floor_is_one_half_against_the_other_where_there_are_few():
    real = pixels(40)
    found = kerasgan.evaluate(
        pixels(40, 1), real, metrics=["fid"], features=flat, samples=40
    )
    assert found.protocol["floor"]["samples"] == 20
    assert found.protocol["floor"]["against"] == 20
    order = np.random.default_rng(0).permutation(40)
    metric = FID(flat)
    metric.update_real(real[order[:20]])
    assert found.floor["fid"] == pytest.approx(metric(real[order[20:]]))


def test_the_floor_may_be_other_images_or_none():
    real, others = pixels(30), pixels(50, 1)
    found = kerasgan.evaluate(
        real, real, ["fid"], features=flat, samples=30, floor_real=others
    )
    assert found["fid"] < 1e-6 < found.floor["fid"]
    assert found.protocol["floor"]["samples"] == 30
    found = kerasgan.evaluate(
        real, real, ["fid"], features=flat, floor_real=False
    )
    assert found.floor == {} and found.protocol["floor"] is None


def test_labels_reach_the_metrics_that_need_them():
    real = pixels(20)
    labels = (real[:, 0, 0, 0] > 127).astype(int)
    found = kerasgan.evaluate(
        (real, 1 - labels),
        (real, labels),
        ["classifier_agreement", "inception_score"],
        features=sure,
    )
    assert found["agreement"] == 0.0
    assert found.floor["agreement"] == 1.0
    assert 1.0 < found["inception_score"] <= 2.0
    found = kerasgan.evaluate(
        real, real, ["classifier_agreement"], features=sure, labels=labels
    )
    assert found["agreement"] == 1.0
    assert found.floor == {}
    with pytest.raises(ValueError, match="`labels` must be given"):
        kerasgan.evaluate(
            real, (real, labels), ["classifier_agreement"], features=sure
        )


def test_a_conditional_game_is_asked_for_each_class_in_turn():
    game = kerasgan.applications.CGAN((8, 8, 1), num_classes=2, filters=4)
    real = np.zeros((8, 8, 8, 1), "uint8")
    found = kerasgan.evaluate(
        game, real, ["classifier_agreement"], features=sure, samples=6
    )
    images = game.generate(6, labels=[0, 1] * 3, seed=0)
    metric = ClassifierAgreement(sure)
    expected = metric(images, labels=[0, 1] * 3)["agreement"]
    assert found["agreement"] == expected
    assert found.protocol["generated"]["labels"] == "each class in turn"


def test_the_network_looks_once_at_each_image_for_all_metrics():
    seen = []

    def counting(images):
        seen.append(len(images))
        return flat(images)

    kerasgan.evaluate(pixels(30, 1), pixels(70), features=counting, samples=30)
    assert sum(seen) == 30 + 60


def test_metrics_as_objects_keep_their_settings_and_network():
    def mean(images):
        return images.mean(axis=(1, 2))

    kid = KID(mean, subsets=2, subset_size=5)
    found = kerasgan.evaluate(
        pixels(40, 1), pixels(40), ["fid", kid], features=flat
    )
    assert "kid_mean" in found and "fid" in found
    assert found.protocol["metrics"]["kid_mean"]["subset_size"] == 5
    assert found.protocol["metrics"]["kid_mean"]["network"] == "mean"
    assert not len(kid.real)


def test_features_of_real_images_are_kept_in_the_cache(tmp_path):
    model = keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    network = features.FeatureNetwork(model, name="dense")
    options = {"metrics": ["fid"], "features": network, "cache": tmp_path}
    first = kerasgan.evaluate(pixels(20, 1), pixels(20), **options)
    (kept,) = tmp_path.glob("*.npz")
    reading = network.read
    seen = []
    network.read = lambda images: seen.append(len(images)) or reading(images)
    again = kerasgan.evaluate(pixels(20, 1), pixels(20), **options)
    assert again.values == first.values and seen == [20]
    kept.write_bytes(kept.read_bytes()[:100])
    again = kerasgan.evaluate(pixels(20, 1), pixels(20), **options)
    assert again.values == first.values and seen == [20, 20, 20]
    model.set_weights([w + 1 for w in model.get_weights()])
    other = features.FeatureNetwork(model, name="dense")
    kerasgan.evaluate(
        pixels(20, 1), pixels(20), **{**options, "features": other}
    )
    assert len(list(tmp_path.glob("*.npz"))) == 2


def nan_images(n):
    return np.full((n, *SHAPE), np.nan, "float32")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metrics": ["fdi"]}, "Unknown `metrics`.*'fid'"),
        ({"metrics": []}, "`metrics` must name a metric"),
        ({"metrics": ["fid", "fid"]}, "`metrics` must differ.*'fid_flat'"),
        ({"features": "minst"}, "Unknown `features`.*'mnist'"),
        ({"features": None}, "`features` must be a network"),
        ({"gan": nan_images(9)}, "`gan` must be finite"),
        ({"real": nan_images(9)}, "`real` must be finite"),
        ({"gan": np.zeros((9, 5, 5, 1))}, "`gan` and `real`.*one size"),
        ({"real": [*pixels(3), np.zeros((5, 5, 1))]}, r"\(5, 5, 1\) after"),
        ({"gan": np.zeros((0, *SHAPE))}, "`gan` must hold images"),
        ({"floor_real": np.zeros((9, 5, 5, 1))}, "`floor_real`.*one size"),
        ({"gan": pixels(1)}, "at least 2 generated.*Received: 1"),
        ({"samples": 0}, "`samples`"),
        ({"metrics": [FID(None)]}, "`metrics` must have a network"),
    ],
    ids=[
        "metric", "none", "twice", "network", "no network", "nan", "real nan",
        "size", "sizes", "empty", "floor", "few", "samples", "features",
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_refused(arguments, message):
    arguments = {
        "gan": pixels(20, 1),
        "real": pixels(20),
        "metrics": ["fid"],
        "features": flat,
        **arguments,
    }
    with pytest.raises(ValueError, match=message):
        kerasgan.evaluate(**arguments)


def test_a_game_of_other_conditions_is_asked_for_given_ones():
    condition = kerasgan.conditions.Vector(2)
    game = kerasgan.applications.CGAN(
        (8, 8, 1), condition=condition, filters=2, units=2
    )
    rows = [[0, 1], [1, 0], [1, 1]]
    real = pixels(12).reshape(3, 8, 8, 1)
    options = {"metrics": ["fid"], "features": brightness}
    found = kerasgan.evaluate(game, real, **options, samples=3, labels=rows)
    images = game.generate(3, condition=rows, seed=0)
    expected = kerasgan.evaluate(images, real, **options)
    assert found["fid"] == pytest.approx(expected["fid"], rel=1e-5)
    assert found.protocol["generated"]["labels"] == "given"


def test_labels_for_a_game_without_classes_are_refused():
    with pytest.raises(ValueError, match="`labels` must be None"):
        kerasgan.evaluate(
            gan(), pixels(9), ["fid"], features=flat, samples=9, labels=[0] * 9
        )
