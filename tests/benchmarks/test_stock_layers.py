import pathlib
import runpy

import keras
import pytest

if keras.backend.backend() != "jax":
    pytest.skip("the script is of JAX", allow_module_level=True)

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_each_pass_is_timed_but_what_has_no_gradient(capsys):
    script = runpy.run_path(str(ROOT / "benchmarks" / "stock_layers.py"))
    script["main"](["--layers", "Embedding", "--seconds", "0"])
    lines = capsys.readouterr().out.splitlines()[2:]
    assert [line.split(" | ")[1] for line in lines] == ["forwards", "backwards"]
    assert all(float(line.split(" | ")[4]) > 0 for line in lines)
