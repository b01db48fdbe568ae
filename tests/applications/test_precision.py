"""A choice of `scripts/precision_matrix.py` that meets each value once."""

import keras
import pytest

from kerasgan import applications
from scripts import precision_matrix

CASES = (
    ("GAN", "float64", 3),
    ("InfoGAN", "floatx float64", 1),
    ("SNGAN", "mixed_bfloat16", 1),
    ("ProjectionGAN", "mixed_float16", 1),
    ("ProGAN", "mixed_float16", 3),
)


@pytest.fixture(autouse=True)
def precision():
    """What Keras computes in otherwise comes back."""
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("name", "precision", "channels"), CASES)
def test_it_trains_is_saved_and_goes_on(name, precision, channels, tmp_path):
    if name == "ProjectionGAN" and keras.backend.backend() != "torch":
        pytest.skip("compiles for long, and is SNGAN with labels")
    record = {"backend": keras.backend.backend(), "model": name}
    record |= {"channels": channels, "precision": precision}
    done = {}
    if name == "GAN":
        plain = {**record, "precision": "float32"}
        plain["losses"] = precision_matrix.try_case(
            name, "float32", channels, tmp_path
        )
        done[precision_matrix.record_key(plain)] = plain
    record["losses"] = precision_matrix.try_case(
        name, precision, channels, tmp_path
    )
    assert precision_matrix.distance(record, done) is None


def test_the_matrix_has_all_models():
    made = {model for model, _, _ in precision_matrix.cases().values()}
    assert sorted(made) == sorted(applications.list_models())
