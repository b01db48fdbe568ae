"""Other implementations, to compare with."""

import importlib
import importlib.util
import sys
import types

import pytest


def torch_fidelity(module):
    """Returns a module of torch-fidelity, or skips where it is missing.

    Its metrics need no torchvision, but it imports it for its networks; an
    installation without one, or with one for another torch, has the metrics.
    """
    if importlib.util.find_spec("torch_fidelity") is None:
        pytest.skip("torch-fidelity is not installed")
    added = _stand_in_for_torchvision()
    try:
        return importlib.import_module(f"torch_fidelity.{module}")
    finally:
        for name in added:
            sys.modules.pop(name, None)


def _stand_in_for_torchvision():
    try:
        importlib.import_module("torchvision")
    except (ImportError, RuntimeError):
        for name in [n for n in sys.modules if n.startswith("torchvision")]:
            del sys.modules[name]
    else:
        return []
    names = {
        "torchvision": {},
        "torchvision.datasets": dict.fromkeys(
            ("CIFAR10", "STL10", "CIFAR100"), object
        ),
        "torchvision.transforms": {},
        "torchvision.transforms.functional": {},
    }
    for name, attributes in names.items():
        module = types.ModuleType(name)
        vars(module).update(attributes)
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    return list(names)
