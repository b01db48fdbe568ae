import pickle

import numpy as np
import pytest

from kerasgan.metrics.features.torch_file import read_torch_file

pytestmark = pytest.mark.once

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "old"])
def test_tensors_are_those_that_torch_wrote(is_zip, tmp_path):
    whole = torch.arange(24.0).reshape(2, 3, 4)
    tensors = {
        "contiguous": whole,
        "transposed": whole.permute(2, 0, 1),
        "part of the same numbers": whole[1, :, ::2],
        "half": torch.tensor([0.5, -2.0], dtype=torch.float16),
        "scalar": torch.tensor(7),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.ones(2)),
    }
    path = tmp_path / "weights.pth"
    torch.save(tensors, path, _use_new_zipfile_serialization=is_zip)
    found = read_torch_file(path)
    assert set(found) == set(tensors)
    for name, tensor in tensors.items():
        expected = tensor.detach().numpy()
        assert found[name].dtype == expected.dtype
        np.testing.assert_array_equal(found[name], expected)


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "old"])
def test_a_file_that_is_cut_off_is_refused(is_zip, tmp_path):
    path = tmp_path / "weights.pth"
    torch.save(
        {"a": torch.ones(1000)}, path, _use_new_zipfile_serialization=is_zip
    )
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(OSError, match="must be a PyTorch file"):
        read_torch_file(path)


def test_a_pickle_that_would_run_something_is_refused(tmp_path):
    class Trap:
        def __reduce__(self):
            return exec, (f"open({str(tmp_path / 'ran')!r}, 'w')",)

    for is_zip in (True, False):
        path = tmp_path / "trap.pth"
        torch.save({"a": Trap()}, path, _use_new_zipfile_serialization=is_zip)
        with pytest.raises(OSError, match="asks for .*exec"):
            read_torch_file(path)
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(OSError, match="must be a PyTorch file"):
        read_torch_file(tmp_path / "plain.pth")
    assert not (tmp_path / "ran").exists()
