"""What no option takes: status 2, one line, and nothing is created.

Keras is not needed to say so, so each of these takes no time.
"""

import os
import pathlib

import click
import pytest

from kerasgan.cli.arguments import IMAGES
from kerasgan.cli.arguments import output
from kerasgan.cli.commands import cli
from tests.small_runs import command
from tests.small_runs import one_line

pytestmark = pytest.mark.once

NOT_NAMES = ["", " ", "\t", "\n", " \n ", "\0", "a\0", "\0/a", "a/\0/b"]

NOT_NUMBERS = [
    *NOT_NAMES,
    *("a", "one", "1a", "0x10", "1e3", "1.5", "1,5", "1/2", "1+1", "3 4"),
    *("inf", "-inf", "nan", "None", "True", "null", "[]", "{}", "()", "$x"),
    *("-1", "-999999999999", "2147483648", "99999999999999999999", "9" * 99),
    *("9" * 5000, "--", "-", "+", "*", "½", "²", "一", "💥", "\udcff"),
]

NOT_FLOATS = [
    *(x for x in NOT_NUMBERS if x not in ("1e3", "1.5")),
    *("1e300", "1e999", "-1e-300", "-0.5", "Infinity", "-Infinity", "NAN"),
    *("2147484", "1e7", "1.5.5", "1e", "e1", "1_", "0"),
]

NOT_SIZES = [
    *(x for x in NOT_NUMBERS if x != "2147483648"),
    *("0", "0x0", "8x", "x8", "x", "8x8x8", "8x-1", "8xa", "8193", "8x9999"),
]

NOT_RANGES = [
    *(x for x in NOT_NUMBERS if x != "1,5"),
    *("1", ",", "1,", ",1", "1,2,3", "2,1", "1,1", "nan,1", "0,inf", "-inf,0"),
]

# Paths of any kind.
NOT_PATHS = [
    *NOT_NAMES,
    *("~nobody.at.all", "~nobody.at.all/x", "~~/x", "~ /x", "~\udcff/x"),
    *("a" * 256, "a" * 5000, "a/" * 3000, "a" * 256 + "/b", "b/" + "a" * 300),
    *("loop", "loop/", "loop/x", "file/x", "file/x/y", "file/", "file/.."),
    *("file/./x", "file/../x", "loop/../x", "folder/../file/x", "~\t/x"),
    *("/dev/null/x", "/dev/zero/x", "💥" * 64, "\udcff" * 300, "./file/x"),
]

NOT_FOLDERS = [
    *NOT_PATHS,
    *("file", "./file", "link", "/dev/null", "/dev/full", "/dev/zero", "pipe"),
]

NOT_FILES = [
    *NOT_PATHS,
    *(
        "folder",
        "folder/",
        "./folder",
        "/dev/null",
        "/dev/full",
        "pipe",
        "new/",
    ),
    *("/", ".", ".."),
]

NOT_DATA = [
    # A data set might be called like a file.
    *(x for x in NOT_FOLDERS if x not in ("file", "link", "pipe")),
    *("none/at/all", "./none", "../none", "~/none/at/all", "/none/at/all"),
]

# No folder that is there.
NOT_INPUT_FOLDERS = [*NOT_FOLDERS, "none", "none/at/all", "./none", "new/"]

# Neither a file nor a folder that is there.
NOT_INPUTS = [
    *NOT_PATHS,
    *("none", "none/at/all", "./none", "new/", "/dev/null", "pipe"),
]

# Neither a file nor a folder.
NOT_EITHER = [*NOT_PATHS, "/dev/null", "/dev/full", "/dev/zero", "pipe"]

NOT_CHOICES = [*NOT_NUMBERS, "Jax", "JAX", "tf", "keras", "Test", "validation"]

NOT_FILES_THAT_ARE_THERE = [*NOT_FILES, "none", "./none", "none/at/all"]

NOT_RATES = [
    *(x for x in NOT_FLOATS if x not in ("2147484", "1e7")),
    *("generator=", "generator=x", "=x", "a b=1e-4", "generator=0", "a=-1"),
]

NOT_SETTINGS = [
    *(x for x in NOT_NUMBERS if x != "9" * 5000),
    *("a", "=", "=1", "filters=", "filters= ", "a b=1", "1a=2", "a.b=1"),
]


def params_of(name):
    return cli.commands[name].params


NONSENSE = {
    ("train", "model"): NOT_NAMES,
    ("train", "--config"): NOT_FILES_THAT_ARE_THERE,
    ("train", "--held-out"): [x for x in NOT_NUMBERS if x != "0"],
    ("train", "--set"): NOT_SETTINGS,
    ("train", "--learning-rate"): NOT_RATES,
    ("train", "--precision"): NOT_CHOICES,
    ("train", "--monitor"): [*NOT_CHOICES, "FID", "fid,kid"],
    ("generate", "--each"): NOT_FOLDERS,
    ("generate", "--walk"): [*NOT_NUMBERS, "0", "1", "1001"],
    ("generate", "--seconds"): [
        *(x for x in NOT_FLOATS if x not in ("1e300",)),
        *("0.0", "3601", "-6"),
    ],
    ("train", "--data"): NOT_DATA,
    ("train", "--targets"): NOT_INPUT_FOLDERS,
    ("train", "--pairs"): NOT_INPUT_FOLDERS,
    ("train", "--crop"): NOT_SIZES,
    ("train", "--epochs"): [*NOT_NUMBERS, "0"],
    ("train", "--out"): NOT_FOLDERS,
    ("train", "--batch-size"): [*NOT_NUMBERS, "0"],
    ("train", "--image-size"): NOT_SIZES,
    ("train", "--seed"): NOT_NUMBERS,
    ("train", "--steps-per-epoch"): [*NOT_NUMBERS, "0"],
    ("train", "--kimg"): NOT_FLOATS,
    ("train", "--value-range"): NOT_RANGES,
    ("train", "--target-range"): NOT_RANGES,
    ("train", "--decay-epochs"): NOT_NUMBERS,
    ("train", "--pretraining-epochs"): NOT_NUMBERS,
    ("train", "--sample-every"): [*NOT_NUMBERS, "0"],
    ("train", "--devices"): [*NOT_NUMBERS, "0", "65"],
    ("train", "--backend"): NOT_CHOICES,
    ("generate", "source"): NOT_NAMES,
    ("generate", "-n"): [*NOT_NUMBERS, "0", "100000001"],
    ("generate", "--seed"): NOT_NUMBERS,
    ("generate", "--label"): NOT_NUMBERS,
    ("generate", "--caption"): NOT_NAMES,
    ("generate", "--columns"): [*NOT_NUMBERS, "0"],
    ("generate", "--out"): NOT_EITHER,
    ("generate", "--backend"): NOT_CHOICES,
    ("translate", "source"): NOT_NAMES,
    ("translate", "pictures"): NOT_INPUTS,
    ("translate", "--out"): NOT_FOLDERS,
    ("translate", "--to"): [x for x in NOT_CHOICES if x != "a"],
    ("translate", "--tile"): [*NOT_NUMBERS, "0", "15", "8193"],
    ("translate", "--seed"): NOT_NUMBERS,
    ("translate", "--backend"): NOT_CHOICES,
    ("evaluate", "source"): NOT_NAMES,
    ("evaluate", "real"): NOT_DATA,
    ("evaluate", "--data"): NOT_DATA,
    ("evaluate", "--targets"): NOT_INPUT_FOLDERS,
    ("evaluate", "--pairs"): NOT_INPUT_FOLDERS,
    ("evaluate", "--metrics"): NOT_NAMES,
    ("evaluate", "--features"): NOT_NAMES,
    ("evaluate", "--samples"): [*NOT_NUMBERS, "0", "1"],
    ("evaluate", "--seed"): NOT_NUMBERS,
    ("evaluate", "--split"): NOT_CHOICES,
    ("evaluate", "--image-size"): NOT_SIZES,
    ("evaluate", "--json"): NOT_FILES,
    ("evaluate", "--cache"): NOT_FOLDERS,
    ("evaluate", "--backend"): NOT_CHOICES,
    ("project", "pictures"): NOT_INPUTS,
    ("project", "--loss"): NOT_CHOICES,
    ("inpaint", "pictures"): NOT_INPUTS,
    ("inpaint", "--mask"): NOT_NAMES,
    ("inpaint", "--several"): [*NOT_NUMBERS, "0", "1001"],
    ("walk", "--points"): [*NOT_NUMBERS, "0", "1", "10001"],
    ("walk", "--latents"): NOT_INPUTS,
    ("walk", "--frame-ms"): [*NOT_NUMBERS, "0", "19"],
    ("directions", "--method"): NOT_CHOICES,
    ("directions", "-n"): [*NOT_NUMBERS, "0", "10001"],
    ("directions", "--rows"): [*NOT_NUMBERS, "0", "1001"],
    ("anomalies", "pictures"): NOT_INPUTS,
    ("anomalies", "--normal"): NOT_DATA,
    ("anomalies", "--false-alarms"): [
        *(x for x in NOT_FLOATS if x != "1e-300"),
        *("0.0", "1"),
    ],
    ("anomalies", "--most"): [*NOT_NUMBERS, "0"],
    ("anomalies", "--worst"): [*NOT_NUMBERS, "0", "1001"],
    **{
        (name, option): values
        for name in ("project", "inpaint", "walk", "directions", "anomalies")
        for option, values in {
            "source": NOT_NAMES,
            "--out": NOT_EITHER if name == "walk" else NOT_FOLDERS,
            "--steps": [*NOT_NUMBERS, "0"],
            "--restarts": [*NOT_NUMBERS, "0", "10001"],
            "--label": NOT_NUMBERS,
            "--seed": NOT_NUMBERS,
            "--backend": NOT_CHOICES,
        }.items()
        if any(option in parameter.opts for parameter in params_of(name))
    },
}

COMMANDS = {
    "train": {"model": "gan", "--data": "mnist", "--out": "run"},
    "generate": {"source": "run"},
    "evaluate": {"source": "run"},
    "translate": {"source": "run", "pictures": "folder", "--out": "new"},
    "project": {"source": "run", "pictures": "folder", "--out": "new"},
    "inpaint": {"source": "run", "pictures": "folder", "--out": "new"},
    "walk": {"source": "run"},
    "directions": {"source": "run", "--out": "new"},
    "anomalies": {
        **{"source": "run", "pictures": "folder"},
        **{"--normal": "folder", "--out": "new"},
    },
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def words(name, option, value):
    """Returns a command line in which one value is nonsense."""
    given = {**COMMANDS[name], option: value}
    arguments = [v for key, v in given.items() if key[0] != "-"]
    options = [w for key, v in given.items() if key[0] == "-" for w in (key, v)]
    # What begins with a dash is no option.
    return [name, *options, "--", *arguments]


@pytest.mark.parametrize(("name", "option"), NONSENSE)
def test_nonsense_is_refused_in_one_line(name, option, here, monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("Keras would be loaded now.")

    monkeypatch.setattr("kerasgan.cli.commands.use_backend", fail)
    before = sorted(here.rglob("*"))
    parameters = cli.commands[name].params
    (shown,) = [
        option if option[0] == "-" else p.metavar or option.upper()
        for p in parameters
        if option in p.opts
    ]
    for value in NONSENSE[name, option]:
        result = command(*words(name, option, value))
        assert result.exit_code == 2, (value, result.output)
        line = one_line(result)
        assert result.stderr == line + "\n", result.stderr
        assert f"'{shown}'" in line, line
        assert len(line) < 1200
    assert sorted(here.rglob("*")) == before


def test_the_table_has_every_option_and_forty_values():
    options = {
        (name, parameter.opts[0])
        for name, sub in cli.commands.items()
        for parameter in sub.params
        if not getattr(parameter, "is_flag", False)
    }
    assert options == set(NONSENSE)
    kinds = (NOT_NUMBERS, NOT_FLOATS, NOT_SIZES, NOT_FOLDERS, NOT_FILES)
    for values in (*kinds, NOT_DATA, NOT_CHOICES):
        assert len(set(values)) >= 40


def test_an_unknown_option_command_or_argument_is_one_line_too(here):
    for arguments in (
        ("train", "gan", "--nonsense"),
        ("train",),
        ("train", "gan", "more", "--data", "mnist", "--out", "run"),
        ("train", "gan", "--data"),
        ("nonsense",),
        ("--nonsense",),
        ("list", "more"),
        ("evaluate", "run", "mnist", "mnist"),
        ("evaluate", "run", "mnist", "--data", "mnist"),
    ):
        result = command(*arguments)
        assert result.exit_code == 2, arguments
        assert result.stderr == one_line(result) + "\n"
    assert not (here / "run").exists()


@pytest.mark.parametrize("name", ["a b", "a\nb", "\udcff", "💥", "-", "a'b\"c"])
def test_odd_names_are_names(name):
    path = output("folder")
    assert path.convert(name, None, None) == pathlib.Path(name)
    assert IMAGES.convert(name, None, None) == name


def test_a_home_folder_is_found(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here))
    path = output("folder")
    assert path.convert("~/folder", None, None) == here / "folder"
    with pytest.raises(click.BadParameter, match="no folder"):
        IMAGES.convert("~/file", None, None)


# What it takes Keras to know.
UNKNOWN = [
    *("a", "none", "None", "0", "1", "-", "--", "...", "x y", "a,b", "a;b"),
    *("dcgann", "fidd", "fashion_mnits", "emnist ", "MNIST ", "💥", "\udcff"),
    *("*", "?", "%s", "{}", "$HOME", "`ls`", "|", "a\nb", "fid kid", "fid;kid"),
    *("None,None", ",", ",,", "True", "[]", "\\", "'", '"', "a" * 200, "fid,"),
]


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("train", "model"),
        ("train", "--data"),
        ("evaluate", "--metrics"),
        ("evaluate", "--features"),
    ],
)
def test_unknown_names_are_refused_in_one_line(name, option, here):
    before = sorted(here.rglob("*"))
    for value in UNKNOWN:
        result = command(*words(name, option, value))
        assert result.exit_code == 2, (value, result.output)
        assert result.stderr == one_line(result) + "\n"
    assert sorted(here.rglob("*")) == before
