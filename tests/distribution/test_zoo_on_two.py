"""Every model of the zoo stays the same on two devices."""

import keras
import numpy as np
import pytest

import kerasgan
from tests.conformance import compile_with_momentum
from tests.distribution import games
from tests.distribution import launching
from tests.models.test_conformance import CASES

pytestmark = pytest.mark.timeout(600)

STEPS, BATCH_SIZE = 20, 4
# Names of tests: the model, and the precision that it computes in.
GAMES = {name: (name, "float32") for name in CASES}
# Each device scales its losses, and all must skip the same steps.
GAMES["GAN in float16"] = ("GAN", "mixed_float16")


def play_zoo_on_two(folder):
    """Plays each game, and saves what its devices have in the end."""
    seen = {}
    for name, (model, precision) in GAMES.items():
        kwargs, data = CASES[model]
        keras.config.set_dtype_policy(precision)
        with kerasgan.distribution.data_parallel():
            gan = kerasgan.applications.get(model)(**kwargs, seed=0)
            compile_with_momentum(gan)
        rows = STEPS * BATCH_SIZE * gan._minibatches_per_step
        data = [np.resize(part, (rows, *part.shape[1:])) for part in data]
        gan.fit(*data, batch_size=BATCH_SIZE, verbose=0)
        steps = int(keras.ops.convert_to_numpy(gan.steps_seen))
        seen[name] = [steps, games.fingerprint(gan)]
    launching.save_seen(folder, seen)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("played")
    return launching.play_together(play_zoo_on_two, folder)


@pytest.mark.parametrize("name", GAMES)
def test_devices_are_the_same_bit_for_bit_after_many_steps(seen, name):
    # Those of one process were compared there.
    steps, fingerprint = seen[0][name]
    assert steps == STEPS
    assert [states[name] for states in seen] == [[steps, fingerprint]] * len(
        seen
    )
