import threading

import keras
import numpy as np
import pytest

from kerasgan import backend


def values(variable):
    return keras.ops.convert_to_numpy(variable)


def test_random_values_are_not_drawn_for_what_is_given_values():
    with backend.skip_initializers() as draw_all_but:
        given = keras.layers.Dense(3)
        given.build((None, 2))
        assert not values(given.kernel).any()
        draw_all_but(given.variables)
    assert not values(given.kernel).any()


def test_random_values_of_all_others_are_drawn_in_the_end():
    def layer():
        initializer = keras.initializers.GlorotUniform(seed=0)
        layer = keras.layers.Dense(3, kernel_initializer=initializer)
        layer.build((None, 2))
        return layer

    usual = layer()
    with backend.skip_initializers() as draw_all_but:
        later = layer()
        draw_all_but(())
    np.testing.assert_array_equal(values(later.kernel), values(usual.kernel))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32"])
def test_values_that_are_not_random_stay(dtype):
    def variables():
        return [
            keras.Variable(
                initializer, shape=(2, 3), dtype=dtype, trainable=False
            )
            for initializer in ["zeros", "ones", keras.initializers.Constant(2)]
        ]

    usual = variables()
    with backend.skip_initializers():
        same = variables()
    for one, other in zip(same, usual):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(
            *[values(keras.ops.cast(v, "float32")) for v in (one, other)]
        )


def test_seeds_are_drawn_as_usual():
    with backend.skip_initializers():
        seeds = keras.random.SeedGenerator(7)
    state = values(seeds.state)
    np.testing.assert_array_equal(
        state, values(keras.random.SeedGenerator(7).state)
    )
    assert state.any()


def test_other_threads_and_what_comes_after_get_values():
    made = []

    def make():
        made.append(keras.Variable("glorot_uniform", shape=(2, 2)))

    with backend.skip_initializers():
        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
    make()
    for variable in made:
        assert values(variable).all()


def test_an_error_ends_it():
    with pytest.raises(KeyError), backend.skip_initializers():
        raise KeyError
    assert values(keras.Variable("glorot_uniform", shape=(2, 2))).all()
