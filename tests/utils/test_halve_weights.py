import h5py
import numpy as np

from kerasgan.utils import halve_weights


def write(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file["layer/" + name] = array


def read(path):
    with h5py.File(path) as file:
        return {name: data[()] for name, data in file["layer"].items()}


def test_floats_become_half_and_the_rest_stays(tmp_path):
    path = tmp_path / "a.weights.h5"
    write(
        path,
        fits=np.float32([0.5, -1.25]),
        too_large=np.float32([1e6]),
        counts=np.int32([70_000]),
    )
    halve_weights(path)
    arrays = read(path)
    assert {k: v.dtype for k, v in arrays.items()} == {
        "fits": "float16",
        "too_large": "float32",
        "counts": "int32",
    }
    assert arrays["fits"].tolist() == [0.5, -1.25]
    assert arrays["too_large"].tolist() == [1e6]
    assert arrays["counts"].tolist() == [70_000]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_large_arrays_are_compressed_and_read_as_they_were(tmp_path):
    path = tmp_path / "a.weights.h5"
    large = np.tile(np.arange(64, dtype="float32"), 1024)
    write(path, large=large)
    halve_weights(path)
    np.testing.assert_array_equal(read(path)["large"], large)
    assert path.stat().st_size < large.nbytes / 4
