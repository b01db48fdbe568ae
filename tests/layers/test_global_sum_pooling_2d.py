import numpy as np
import pytest
from keras import ops

from kerasgan.layers import GlobalSumPooling2D


def test_each_channel_is_summed_over_its_map():
    maps = np.arange(24.0, dtype="float32").reshape(2, 3, 2, 2)
    pool = GlobalSumPooling2D()
    np.testing.assert_allclose(
        ops.convert_to_numpy(pool(maps)), maps.sum((1, 2))
    )
    assert pool.compute_output_shape((None, 3, 2, 2)) == (None, 2)


def test_what_is_no_map_is_refused():
    with pytest.raises(ValueError, match="ndim=4"):
        GlobalSumPooling2D()(np.ones((2, 3), "float32"))
