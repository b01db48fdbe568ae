"""`import kerasgan`: quiet, light, and content with one framework."""

import json
import pathlib
import subprocess
import sys

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
    result = _python(IMPORT)
    assert result.stderr == ""
    line, *rest = result.stdout.splitlines()
    assert rest == []
    report = json.loads(line)
    packages = {name.partition(".")[0] for name in report["added"]}
    assert packages - set(sys.stdlib_module_names) == {"kerasgan"}
    assert report["seconds"] < 0.5  # processor time; Keras itself takes seconds


def test_trains_where_only_the_active_framework_is_installed(backend):
    result = _python(_only(backend) + TRAIN)
    assert result.stdout.splitlines()[-2:] == ["(2, 4, 4, 1)", backend]
