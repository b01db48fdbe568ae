import array
import pathlib

import numpy as np
import pytest

from kerasgan.utils.as_array import as_array

F = np.random.default_rng(0).uniform(-1, 1, (6, 4, 4, 1)).astype("float32")


def of(framework, function):
    return function(pytest.importorskip(framework))


def pictures():
    image = pytest.importorskip("PIL.Image")
    return [image.fromarray(np.full((4, 4, 3), n, "uint8")) for n in range(6)]


TAKEN = {
    "float64": lambda: F.astype("float64"),
    "big-endian": lambda: F.astype(">f4"),
    "long double": lambda: F.astype("longdouble"),
    "list of arrays": lambda: list(F),
    "nested tuples": lambda: tuple(map(tuple, F)),
    "nested lists": lambda: F.tolist(),
    "no copy": lambda: F[::-1][::-1],
    "masked nowhere": lambda: np.ma.masked_array(F, mask=False),
    "bfloat16": lambda: of("ml_dtypes", lambda m: F.astype(m.bfloat16)),
    "torch": lambda: of("torch", lambda t: t.tensor(F)),
    "torch, gradients": lambda: of(
        "torch", lambda t: t.tensor(F, requires_grad=True)
    ),
    "torch, bfloat16": lambda: of("torch", lambda t: t.tensor(F).bfloat16()),
    "list of torch": lambda: of(
        "torch", lambda t: [*t.tensor(F, requires_grad=True)]
    ),
    "tensorflow": lambda: of("tensorflow", lambda t: t.constant(F)),
    "tensorflow, variable": lambda: of("tensorflow", lambda t: t.Variable(F)),
    "jax": lambda: of("jax.numpy", lambda j: j.asarray(F)),
    "jax, bfloat16": lambda: of("jax.numpy", lambda j: j.bfloat16(F)),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_numbers_in_any_form_are_taken(kind):
    found = as_array(TAKEN[kind](), "x")
    assert type(found) is np.ndarray and found.dtype.isnative
    assert found.dtype.name in ("float16", "float32", "float64")
    np.testing.assert_allclose(found, F, atol=0.01)
    if "16" not in kind:
        np.testing.assert_array_equal(found.astype("float32"), F)


def test_what_needs_no_change_is_not_copied(tmp_path):
    assert as_array(F, "x") is F
    held = np.memmap(tmp_path / "x", "float32", "w+", shape=F.shape)
    assert np.shares_memory(as_array(held, "x"), held)


def test_bytes_stay_bytes_and_pictures_are_stacked():
    assert as_array(pictures(), "x").shape == (6, 4, 4, 3)
    assert as_array(pictures(), "x").dtype == "uint8"
    assert as_array(array.array("b", [1, 2]), "x").tolist() == [1, 2]
    assert as_array(range(3), "x").tolist() == [0, 1, 2]


def test_a_data_frame_is_the_array_of_its_values():
    class Frame:
        shape = (1, 2)

        def __array__(self, dtype=None, copy=None):
            return np.array([[1.0, 2.0]])

    assert as_array(Frame(), "x").tolist() == [[1.0, 2.0]]


class Examples:
    """As PyTorch's map-style data sets are; NumPy would read all of it."""

    def __len__(self):
        raise AssertionError("was asked for its length")

    def __getitem__(self, index):
        raise AssertionError("was read")


def itself():
    values = []
    values.append(values)
    return values


REFUSED = {
    "None": (lambda: None, "None"),
    "a number": (lambda: np.float32(0.5), r"np.float32\(0.5\)"),
    "0-d": (lambda: np.array(0.5), r"a single value of shape \(\)"),
    "a name": (lambda: "images", "str 'images'. .*from_directory"),
    "a path": (lambda: pathlib.Path("images"), "Path 'images'"),
    "a long name": (lambda: "x" * 999, r"'x{50,60}\.\.\."),
    "a dict": (lambda: {"image": F}, "dict with the keys 'image'. Give"),
    "a set": (lambda: {1, 2}, "set"),
    "a generator": (lambda: (x for x in F), "generator"),
    "a function": (lambda: as_array, "function"),
    "a class": (lambda: np.ndarray, "type"),
    "a data set": (Examples, "Examples"),
    "two sizes": (
        lambda: [F[0], F[0, :2]],
        r"list of 2 arrays.*shape \(2, 4, 1\) after one of shape \(4, 4, 1\)",
    ),
    "ragged": (lambda: [[1.0], [1.0, 2.0]], "list of 2 whose members differ"),
    "itself": (itself, "list of 1 whose members differ"),
    "a None in it": (lambda: [F[0], None], "list of 2 that holds None"),
    "objects": (lambda: F.astype(object), "dtype object"),
    "complex": (lambda: F.astype(complex), "dtype complex128"),
    "strings": (lambda: F.astype(str), "dtype <U"),
    "list of strings": (lambda: ["a", "b"], "list of 2 that holds str 'a'"),
    "structs": (lambda: np.zeros(3, [("a", "f4")]), "dtype"),
    "dates": (lambda: np.zeros(3, "datetime64[s]"), "datetime64"),
    "masked": (
        lambda: np.ma.masked_array(F, mask=F > 0.9),
        "masked values. Fill them with",
    ),
    "sparse": (
        lambda: of("scipy.sparse", lambda s: s.csr_matrix(F[0, ..., 0])),
        "csr_matrix",
    ),
    "torch, sparse": (
        lambda: of("torch", lambda t: t.tensor(F).to_sparse()),
        "Tensor of shape",
    ),
    "torch, meta": (
        lambda: of("torch", lambda t: t.tensor(F).to("meta")),
        "Tensor of shape",
    ),
    "ragged tensor": (
        lambda: of("tensorflow", lambda t: t.ragged.constant([[1.0], []])),
        "RaggedTensor",
    ),
    "sparse tensor": (
        lambda: of("tensorflow", lambda t: t.sparse.from_dense(F)),
        "SparseTensor",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_array_of_numbers_is_named(kind):
    make, message = REFUSED[kind]
    with pytest.raises(
        ValueError, match=f"`x` must be R. Received: .*{message}"
    ):
        as_array(make(), "x", "R")
