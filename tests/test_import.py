"""`import kerasgan`: quiet, light, and content with one framework."""

import ast
import configparser
import json
import pathlib
import subprocess
import sys

import keras
import pytest

import kerasgan

ROOT = pathlib.Path(__file__).resolve().parent.parent
FRAMEWORKS = ("tensorflow", "jax", "torch")

# A machine that has one framework, seen from inside: importing another fails
# the way a missing package does.
ONLY_ONE_FRAMEWORK = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, *args):
        if name.partition(".")[0] in {missing}:
            return None
        return self.finder.find_spec(name, *args)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
"""

IMPORT = """
import json, sys, time
import keras
before, start = set(sys.modules), time.process_time()
import kerasgan
seconds = time.process_time() - start
added = sorted(set(sys.modules) - before)
print(json.dumps({"added": added, "seconds": seconds}))
"""

TRAIN = """
import keras
import numpy as np
import kerasgan

generator = keras.Sequential(
    [keras.Input((2,)), keras.layers.Dense(16), keras.layers.Reshape((4, 4, 1))]
)
discriminator = keras.Sequential(
    [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
)
gan = kerasgan.models.GAN(generator=generator, discriminator=discriminator)
gan.fit(np.zeros((8, 4, 4, 1), "float32"), batch_size=4, epochs=1, verbose=0)
print(gan.generate(2, seed=0).shape)
print(*{"tensorflow", "jax", "torch"} & set(sys.modules))
"""


def _python(code):
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert result.returncode == 0, result.stderr
    return result


def _only(backend):
    missing = tuple(name for name in FRAMEWORKS if name != backend)
    return ONLY_ONE_FRAMEWORK.format(missing=missing)


def test_import_adds_no_package_no_time_and_no_word():
    seconds = []
    # The fastest of three: a busy machine, and the first import of all, which
    # compiles, take longer.
    while min(seconds, default=1.0) >= 0.5 and len(seconds) < 3:
        result = _python(IMPORT)
        assert result.stderr == ""
        line, *rest = result.stdout.splitlines()
        assert rest == []
        report = json.loads(line)
        packages = {name.partition(".")[0] for name in report["added"]}
        assert packages - set(sys.stdlib_module_names) == {"kerasgan"}
        seconds.append(report["seconds"])
    assert min(seconds) < 0.5  # of the processor; Keras itself takes seconds


def test_trains_where_only_the_active_framework_is_installed(backend):
    result = _python(_only(backend) + TRAIN)
    assert result.stdout.splitlines()[-2:] == ["(2, 4, 4, 1)", backend]


# Each in a new process, in which nothing else imports kerasgan.
@pytest.mark.once
@pytest.mark.parametrize(
    "imports",
    [
        "import keras, kerasgan",
        "import kerasgan\nimport keras.saving",
        "from kerasgan.layers import PixelNormalization\nimport keras",
    ],
)
def test_keras_loads_files_of_classes_of_all_rooms(imports, tmp_path):
    gan = kerasgan.applications.GAN((4, 4, 1), units=(2,))
    gan.save(tmp_path / "gan.keras")
    _python(
        f"{imports}\n"
        f"gan = keras.saving.load_model({str(tmp_path / 'gan.keras')!r})\n"
        "assert type(gan).__module__ == 'kerasgan.applications.gan'"
    )


def test_nothing_is_imported_before_it_is_used():
    result = _python(
        "import sys, kerasgan\n"
        "assert 'DCGAN' not in dir(kerasgan) and 'models' in dir(kerasgan)\n"
        "print('keras' in sys.modules, 'kerasgan.models' in sys.modules)\n"
        "kerasgan.models.GAN\n"
        "print('keras' in sys.modules, 'kerasgan.callbacks' in sys.modules)"
    )
    assert result.stdout.splitlines()[-2:] == ["False False", "True True"]


def test_type_checkers_see_every_name():
    source = pathlib.Path(kerasgan.__file__).read_text(encoding="utf-8")
    seen = [
        node.names[0].name
        for branch in ast.parse(source).body
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch)
        for node in branch.body
    ]
    assert sorted(seen) == sorted(kerasgan.__all__)


def test_type_checkers_are_told_that_there_are_types():
    assert pathlib.Path(kerasgan.__file__).with_name("py.typed").exists()
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    data = settings["options.package_data"]["kerasgan"].split()
    assert "py.typed" in data


def test_every_name_is_there():
    for name in kerasgan.__all__:
        assert getattr(kerasgan, name).__name__.endswith(name)
    assert keras.saving.get_registered_object("kerasgan.applications>DCGAN")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kerasgan.nothing
    with pytest.raises(ImportError):
        from kerasgan import nothing  # noqa: F401
