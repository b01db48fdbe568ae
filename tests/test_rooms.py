"""The rules of the tree that a reader relies on, checked on its sources."""

import ast
import importlib
import pathlib

import keras
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kerasgan"
FRAMEWORKS = ("tensorflow", "jax", "torch")
SOURCES = sorted(PACKAGE.rglob("*.py"))
OUTSIDE_BACKEND = [
    path for path in SOURCES if (PACKAGE / "backend") not in path.parents
]
# Without the folders of the other two, whose names this Keras has not loaded.
BACKEND = [
    path
    for path in SOURCES
    if path not in OUTSIDE_BACKEND
    and path.parent.name not in {*FRAMEWORKS} - {keras.backend.backend()}
]
ALL_SOURCES = [
    path
    for folder in (
        *("kerasgan", "tests", "examples", "benchmarks", "docs"),
        *("applications", "scripts"),
    )
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def _name(path):
    return path.relative_to(ROOT).as_posix()


def _imports(path):
    """Yields (line, module, name) for each import in a file, nested ones too.

    `name` is None where a whole module is imported.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, None
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.lineno, node.module, alias.name
        elif isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func).rpartition(".")[2]
            argument = node.args[0]
            if (
                called in ("import_module", "__import__")
                and isinstance(argument, ast.Constant)
                and isinstance(argument.value, str)
            ):
                yield node.lineno, argument.value, None


def _is_private_to_backend(module, name):
    full = module if name is None else f"{module}.{name}"
    return (
        module.split(".")[0] in FRAMEWORKS
        or full == "keras.src"
        or full.startswith("keras.src.")
    )


def test_the_import_check_sees_every_form_of_import(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        "import jax.numpy as jnp\n"
        "from keras import src\n"
        "def f():\n"
        "    from keras.src.trainers import trainer\n"
        "    importlib.import_module('torch')\n"
        "import keras\n"
    )
    found = [
        line
        for line, module, name in _imports(path)
        if _is_private_to_backend(module, name)
    ]
    assert sorted(found) == [1, 2, 4, 5]


@pytest.mark.parametrize("path", OUTSIDE_BACKEND, ids=_name)
def test_only_the_backend_room_imports_frameworks_or_keras_src(path):
    found = [
        f"line {line}: {module}"
        for line, module, name in _imports(path)
        if _is_private_to_backend(module, name)
    ]
    assert not found, f"move to kerasgan/backend/: {found}"


@pytest.mark.parametrize("path", BACKEND, ids=_name)
def test_private_keras_names_that_the_backend_uses_exist(path):
    for line, module, name in _imports(path):
        if module.split(".")[0] == "keras":
            try:
                found = importlib.import_module(module)
                if name is not None and not hasattr(found, name):
                    importlib.import_module(f"{module}.{name}")
            except ImportError as error:
                pytest.fail(
                    f"{_name(path)}:{line}: this Keras has no "
                    f"{module} {name or ''} ({error})"
                )


@pytest.mark.parametrize("path", OUTSIDE_BACKEND, ids=_name)
def test_a_file_has_at_most_one_public_class_and_is_named_like_it(path):
    classes = [
        node.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert len(classes) <= 1, f"one public class a file: {classes}"
    room = (path.parent / "__init__.py").read_text(encoding="utf-8")
    if classes and f"import {classes[0]}\n" in room:
        assert path.stem.replace("_", "") == classes[0].lower()


@pytest.mark.parametrize("path", ALL_SOURCES, ids=_name)
def test_a_file_has_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
