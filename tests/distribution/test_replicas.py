"""Two devices train like one, and stay equal to each other."""

import pathlib

import keras
import numpy as np
import pytest

import kerasgan
from tests.distribution import games
from tests.distribution import launching

pytestmark = pytest.mark.timeout(600)

STEPS = 20


def play_on_two(folder):
    """Plays all games on two devices, and saves what came of them."""
    folder = pathlib.Path(folder)
    index = launching.process_index()
    for name in games.SAME:
        with kerasgan.distribution.data_parallel(synchronized=True):
            arrays, gan = games.play(name)
        np.savez(folder / f"{name}_{index}.npz", **arrays)
        if name == "translation":
            np.savez(folder / f"pools_{index}.npz", **games.pools_of(gan))
    seen = {"errors": errors_on_two(), "fingerprints": {}}
    for name, make in games.ALIKE.items():
        with kerasgan.distribution.data_parallel():
            gan = make()
        rows = 8 * gan._minibatches_per_step
        shape = (STEPS * rows, *gan.image_shape)
        images = np.random.default_rng(0).integers(0, 256, shape)
        gan.fit(images.astype("uint8"), batch_size=8, verbose=0)
        seen["fingerprints"][name] = games.fingerprint(gan)
        np.savez(folder / f"latents_{name}_{index}", *games.latents_of(gan, 8))
        if name == "tiny":
            seen["generated"] = gan.generate(3, seed=0).tolist()
            gan.evaluate(images[:8].astype("uint8"), verbose=0)
            if index == 0:
                gan.save(folder / "two.keras")
    launching.save_seen(folder, seen)


def errors_on_two():
    """Returns the messages of what cannot be done with two devices."""
    with kerasgan.distribution.data_parallel():
        gan = games.hinge_r1()
    images = games.images(1)

    def build_outside():
        networks = games.networks()
        if keras.backend.backend() == "torch":
            return kerasgan.models.GAN(*networks)
        with kerasgan.distribution.data_parallel():
            return kerasgan.models.GAN(*networks)

    def fit_within():
        other = kerasgan.models.GAN(*games.networks())
        with kerasgan.distribution.data_parallel():
            other.fit(images, verbose=0)

    tried = {
        "indivisible": lambda: gan.fit(images, batch_size=5, verbose=0),
        "too few": lambda: gan.fit(images[:1], batch_size=2, verbose=0),
        "on one batch": lambda: gan.train_on_batch(images),
        "networks outside": build_outside,
        "model outside": fit_within,
        "optimizer outside": lambda: gan.compile(keras.optimizers.SGD(0.1)),
    }
    if keras.backend.backend() == "torch":
        del tried["model outside"], tried["optimizer outside"]
    messages = {}
    for name, fn in tried.items():
        with pytest.raises(ValueError) as error:
            fn()
        messages[name] = str(error.value)
    return messages


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("played")


@pytest.fixture(scope="module")
def seen(folder):
    """What each process saw; what they saved is in the folder then."""
    return launching.play_together(play_on_two, folder)


@pytest.mark.parametrize("name", games.SAME)
def test_two_devices_end_where_one_does(folder, seen, name):
    one, _ = games.play(name)
    two = np.load(folder / f"{name}_0.npz")
    for key, array in one.items():
        np.testing.assert_allclose(
            two[key], array, rtol=1e-4, atol=1e-5, err_msg=f"{name} {key}"
        )


def test_each_device_has_a_pool_of_its_own(folder, seen):
    files = [np.load(file) for file in sorted(folder.glob("pools_*"))]
    arrays = {
        kind: [f[key] for f in files for key in sorted(f) if kind in key]
        for kind in ("pool", "seed")
    }
    rows = games.STEPS["translation"] * games.BATCH_SIZE
    is_one_program = keras.backend.backend() == "jax"
    for pool in arrays["pool"]:
        assert len(pool) == (rows if is_one_program else rows // 2)
    assert np.array_equal(*arrays["pool"]) == is_one_program
    assert is_one_program or not np.array_equal(*arrays["seed"])


@pytest.mark.parametrize("name", games.ALIKE)
def test_devices_stay_equal(seen, name):
    # Those of one process were compared there.
    assert len({s["fingerprints"][name] for s in seen}) == 1


@pytest.mark.parametrize("name", games.ALIKE)
def test_each_device_draws_latents_of_its_own(folder, seen, name):
    drawn = [
        array
        for file in sorted(folder.glob(f"latents_{name}_*"))
        for array in np.load(file).values()
    ]
    assert len(drawn) == 2
    assert drawn[0].shape == drawn[1].shape
    assert np.abs(drawn[0] - drawn[1]).min() > 0


def test_what_was_saved_on_two_devices_goes_on_on_one(folder, seen):
    gan = keras.saving.load_model(folder / "two.keras")
    for process in seen:
        np.testing.assert_allclose(
            gan.generate(3, seed=0), process["generated"], atol=1e-6
        )
    assert int(keras.ops.convert_to_numpy(gan.steps_seen)) == STEPS
    assert int(keras.ops.convert_to_numpy(gan.images_seen)) == 8 * STEPS


def test_what_devices_cannot_do_is_said(seen):
    words = {
        "indivisible": "`batch_size` must be divisible by the number of",
        "too few": "at least 2 images",
        "on one batch": "`train_on_batch` is for a model on one device",
        "networks outside": "data_parallel",
        "model outside": "built outside",
        "optimizer outside": "`generator_optimizer` was built outside",
    }
    for process in seen:
        for name, message in process["errors"].items():
            assert words[name] in message
