"""Files of PyTorch: read alike with and without it, hostile ones refused."""

import collections
import io
import pickle
import zipfile

import numpy as np
import pytest

from kerasgan.backend.common import torch_files
from kerasgan.checkpoints import read_state
from kerasgan.checkpoints.torch_file import read_torch_file

torch = pytest.importorskip("torch")


def save(path, tensors, is_zip=True):
    torch.save(tensors, path, _use_new_zipfile_serialization=is_zip)
    return path


def state():
    whole = torch.arange(24.0).reshape(2, 3, 4)
    found = collections.OrderedDict(
        {
            "contiguous": whole,
            "transposed": whole.permute(2, 0, 1),
            "channels last": torch.rand(2, 3, 4, 4).to(
                memory_format=torch.channels_last
            ),
            "part": whole[1, :, ::2],
            "half": torch.tensor([0.5, -2.0], dtype=torch.float16),
            "brain": torch.tensor([[0.5, -2.0]], dtype=torch.bfloat16),
            "whole numbers": torch.tensor(7),
            "bytes": torch.tensor([True, False]),
            "empty": torch.zeros(0, 3),
        }
    )
    found._metadata = {"": {"version": 1}}
    return found


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "old"])
def test_both_readers_read_what_torch_wrote(is_zip, tmp_path):
    tensors = state()
    path = save(tmp_path / "weights.pth", tensors, is_zip)
    for read in (read_torch_file, torch_files.load_tensors):
        found = read(str(path))
        assert list(found) == list(tensors)
        for name, tensor in tensors.items():
            if tensor.dtype == torch.bfloat16:
                tensor = tensor.float()
            assert found[name].dtype == tensor.numpy().dtype
            np.testing.assert_array_equal(found[name], tensor.numpy())


def test_the_reader_without_pytorch_is_taken_where_there_is_none(
    tmp_path, monkeypatch
):
    path = save(tmp_path / "weights.pth", {"module.a": torch.ones(2)})

    def fail(path):
        raise AssertionError("PyTorch was asked")

    monkeypatch.setattr(torch_files, "has_torch", lambda: False)
    monkeypatch.setattr(torch_files, "load_tensors", fail)
    np.testing.assert_array_equal(read_state(path)["a"], np.ones(2))


class _Trap:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return exec, (f"open({str(self.path)!r}, 'w')",)


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "old"])
def test_nothing_in_a_file_is_run(is_zip, tmp_path, monkeypatch):
    trap = {"a": _Trap(tmp_path / "ran")}
    path = save(tmp_path / "trap.pth", trap, is_zip)
    for has_torch in (True, False):
        monkeypatch.setattr(torch_files, "has_torch", lambda: has_torch)
        with pytest.raises(ValueError, match="must be a PyTorch file"):
            read_state(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("has_torch", [True, False])
@pytest.mark.parametrize(
    "content",
    [torch.ones(2), [torch.ones(2)], {"a": 1}, {3: torch.ones(2)}],
    ids=["tensor", "list", "number", "key"],
)
def test_what_is_no_dict_of_tensors_is_refused(
    content, has_torch, tmp_path, monkeypatch
):
    monkeypatch.setattr(torch_files, "has_torch", lambda: has_torch)
    with pytest.raises(ValueError, match="must be a PyTorch file"):
        read_state(save(tmp_path / "other.pth", content))


@pytest.mark.parametrize("has_torch", [True, False])
def test_a_missing_file_is_an_error_of_files(has_torch, monkeypatch):
    monkeypatch.setattr(torch_files, "has_torch", lambda: has_torch)
    with pytest.raises(FileNotFoundError):
        read_state("nowhere.pth")


def test_a_small_file_cannot_fill_the_memory(tmp_path):
    big = torch.zeros(1).expand(10**9)
    with pytest.raises(ValueError, match="reaches beyond|more numbers"):
        read_torch_file(_expanded(tmp_path / "expanded.pth", big))
    path = save(tmp_path / "plain.pth", {"a": torch.zeros(10**6)})
    with (
        zipfile.ZipFile(path) as plain,
        zipfile.ZipFile(tmp_path / "bomb.pth", "w", 8) as bomb,
    ):
        for name in plain.namelist():
            bomb.writestr(name, plain.read(name))
    with pytest.raises(ValueError, match="compressed"):
        read_torch_file(tmp_path / "bomb.pth")


def _expanded(path, tensor):
    # `torch.save` keeps the strides of 0.
    return save(path, {"a": tensor})


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "old"])
def test_changed_files_are_read_or_refused(is_zip, tmp_path):
    path = save(tmp_path / "weights.pth", state(), is_zip)
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(300):
        changed = bytearray(content)
        for at in rng.integers(0, len(content), 3):
            changed[at] = rng.integers(256)
        if rng.random() < 0.2:
            changed = changed[: rng.integers(len(changed))]
        path.write_bytes(bytes(changed))
        try:
            read_torch_file(path)
        except ValueError:
            refused += 1
    assert refused > 0


def test_pickles_that_forge_tensors_are_refused(tmp_path):
    class Tensor:
        def __init__(self, *arguments):
            self.arguments = arguments

    class Pickler(pickle.Pickler):
        def persistent_id(self, thing):
            return (
                thing[1]
                if isinstance(thing, tuple) and thing[:1] == ("storage",)
                else None
            )

    def write(arguments, identifier):
        file = io.BytesIO()
        pickler = Pickler(file, protocol=2)
        rebuild = torch._utils._rebuild_tensor_v2
        pickler.dispatch_table = {
            Tensor: lambda t: (rebuild, (("storage", identifier), *t.arguments))
        }
        pickler.dump({"a": Tensor(*arguments)})
        with zipfile.ZipFile(tmp_path / "forged.pth", "w") as archive:
            archive.writestr("x/data.pkl", file.getvalue())
            archive.writestr("x/data/0", b"\0" * 16)
        return tmp_path / "forged.pth"

    right = ("storage", torch.FloatStorage, "0", "cpu", 4)
    good = write((0, (4,), (1,)), right)
    np.testing.assert_array_equal(read_torch_file(good)["a"], np.zeros(4))
    for arguments in (
        (0, (5,), (1,)),
        (1, (4,), (1,)),
        (-1, (4,), (1,)),
        (0, (4,), (-1,)),
        (0, (2, 2), (1,)),
        (0, (-1,), (1,)),
        (0, ("a",), (1,)),
        (0, (10**12,), (0,)),
    ):
        with pytest.raises(ValueError, match="must be a PyTorch file"):
            read_torch_file(write(arguments, right))
    for identifier in (
        ("storage", "|O", "0", "cpu", 4),
        ("storage", torch.FloatStorage, "../1", "cpu", 4),
        ("storage",),
    ):
        with pytest.raises(ValueError, match="must be a PyTorch file"):
            read_torch_file(write((0, (4,), (1,)), identifier))
