import keras
import numpy as np
import pytest

from kerasgan import backend


def test_initial_values_are_the_usual_ones():
    def draw():
        initializer = keras.initializers.TruncatedNormal(seed=0)
        return keras.ops.convert_to_numpy(initializer((5, 7)))

    usual = draw()
    with backend.low_optimization_compile():
        np.testing.assert_allclose(draw(), usual, rtol=1e-6)


@pytest.mark.skipif(
    keras.backend.backend() != "jax", reason="the others do not compile"
)
@pytest.mark.parametrize("before", [False, True])
def test_the_user_s_setting_comes_back(before):
    import jax

    name = "jax_disable_most_optimizations"
    usual = jax.config.read(name)
    try:
        jax.config.update(name, before)
        with (
            pytest.raises(KeyError),
            backend.low_optimization_compile(),
        ):
            assert jax.config.read(name)
            raise KeyError
        assert jax.config.read(name) == before
    finally:
        jax.config.update(name, usual)
