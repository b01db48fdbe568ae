"""The seam's folders, compared as sources: not every framework is here."""

import ast
import pathlib

import pytest

import kerasgan
from kerasgan import backend
from kerasgan.backend.common import contract

BACKEND = pathlib.Path(kerasgan.__file__).parent / "backend"
FRAMEWORKS = ("jax", "tensorflow", "torch")


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path):
    return {
        node.name: node
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef)
    }


def offered(framework):
    """Returns {name: module} of what a folder's `__init__` imports."""
    return {
        alias.name: node.module
        for node in parsed(BACKEND / framework / "__init__.py").body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


CONTRACT = functions(pathlib.Path(contract.__file__))


def test_the_folders_have_equal_file_names():
    jax, *others = (
        {path.name for path in (BACKEND / framework).glob("*.py")}
        for framework in FRAMEWORKS
    )
    assert "cpu_kernels.py" in jax
    assert all(other == jax for other in others)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_folder_offers_the_contract_from_equal_files(framework):
    names = offered(framework)
    assert set(names) == {"Trainer", *CONTRACT}
    folder = f"kerasgan.backend.{framework}"
    assert all(module.startswith(folder) for module in names.values())
    assert {name: m.rpartition(".")[2] for name, m in names.items()} == {
        name: m.rpartition(".")[2] for name, m in offered("jax").items()
    }


def test_the_seam_offers_the_contract_and_what_is_common():
    shared = set(backend.__all__) - {"Trainer", *CONTRACT}
    assert {"Trainer", *CONTRACT} < set(backend.__all__)
    for name in backend.__all__:
        module = getattr(backend, name).__module__
        assert module.startswith("kerasgan.backend.common") == (
            name in shared
            or (name == "average_pool" and module.endswith("common.nn"))
        )


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_primitive_has_the_arguments_of_its_contract(framework):
    found = {}
    for path in (BACKEND / framework).glob("*.py"):
        if path.stem not in ("convolutions", "cpu_kernels"):
            found |= functions(path)
    for name, wanted in CONTRACT.items():
        if name in found:
            got = ast.unparse(found[name].args)
            assert got == ast.unparse(wanted.args), name
    assert CONTRACT.keys() - found.keys() <= {"average_pool"}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_folder_refers_to_no_other_framework(framework):
    others = [f"backend.{f}" for f in FRAMEWORKS if f != framework]
    for path in (BACKEND / framework).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in others if name in text], path.name
