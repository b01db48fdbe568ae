import keras
import numpy as np
import pytest
from keras import ops

import kerasgan


def test_it_clips_to_both_sides():
    clip = kerasgan.regularizers.WeightClip(0.5)
    values = ops.convert_to_tensor([[-3.0, 0.25], [-0.5, 0.75]])
    np.testing.assert_array_equal(
        ops.convert_to_numpy(clip(values)), [[-0.5, 0.25], [-0.5, 0.5]]
    )


def test_a_layer_takes_it_as_a_constraint_and_keeps_its_limit():
    layer = keras.layers.Dense(
        1, kernel_constraint=kerasgan.regularizers.WeightClip(0.2)
    )
    copy = keras.layers.Dense.from_config(layer.get_config())
    assert copy.kernel_constraint.limit == 0.2


@pytest.mark.parametrize("limit", [0, -1.0])
def test_a_limit_must_be_positive(limit):
    with pytest.raises(
        ValueError, match="`limit` must be a finite number above"
    ):
        kerasgan.regularizers.WeightClip(limit)
