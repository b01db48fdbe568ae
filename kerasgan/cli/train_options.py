"""The options of `kerasgan train`."""

import click

from kerasgan.cli.arguments import FILE
from kerasgan.cli.arguments import FOLDER
from kerasgan.cli.arguments import IMAGE_SIZE
from kerasgan.cli.arguments import IMAGES
from kerasgan.cli.arguments import LEARNING_RATE
from kerasgan.cli.arguments import NAME
from kerasgan.cli.arguments import SETTING
from kerasgan.cli.arguments import THOUSANDS
from kerasgan.cli.arguments import backend_option
from kerasgan.cli.arguments import output
from kerasgan.cli.arguments import seed_option
from kerasgan.cli.arguments import whole_number
from kerasgan.cli.config_file import read_config
from kerasgan.cli.translation_options import TRAINING as OF_TRANSLATORS

# More than any machine has; on PyTorch each has a process.
_MOST_DEVICES = 64

# In the order in which `--help` shows them.
_OPTIONS = (
    click.argument("model", type=NAME, required=False, metavar="[MODEL]"),
    click.option(
        "--config",
        type=FILE,
        metavar="FILE",
        is_eager=True,
        expose_value=False,
        callback=read_config,
        help="YAML or JSON with any of these options, and `model`; the "
        "settings.json of a run is one. What the command line says "
        "counts more.",
    ),
    click.option(
        "--data",
        type=IMAGES,
        metavar="NAME|FOLDER",
        help="A data set by name, such as fashion_mnist, or a folder of "
        "images (write ./mnist for a folder that is called like a data "
        "set).",
    ),
    click.option(
        "--targets",
        type=FOLDER,
        metavar="FOLDER",
        help="For a model that translates: what the images in --data become. "
        "For pix2pix, files of the same names.",
    ),
    click.option(
        "--pairs",
        type=FOLDER,
        metavar="FOLDER",
        help="For pix2pix, in place of both: pictures whose left half "
        "becomes the right one.",
    ),
    click.option(
        "--epochs",
        type=whole_number(),
        help="Default: 20, or for few images as many as make 3,000 steps.",
    ),
    click.option(
        "--out",
        required=True,
        type=output("folder"),
        help="Folder of the run: model.keras, log.csv, samples, settings.json.",
    ),
    click.option(
        "--batch-size",
        type=whole_number(),
        default=64,
        show_default="64; 1 for two kinds of images, 16 for srgan",
        help="Images in a minibatch.",
    ),
    click.option(
        "--image-size",
        type=IMAGE_SIZE,
        help="For a folder: height and width to crop and resize to. "
        "[default: 64; for a model that translates: the pictures' own]",
    ),
    click.option(
        "--crop",
        type=IMAGE_SIZE,
        help="For a model that translates: height and width of what is cut "
        "out of pictures of any size, at random places.",
    ),
    click.option("--grayscale", is_flag=True, help="For a folder: no colours."),
    seed_option,
    click.option(
        "--steps-per-epoch",
        type=whole_number(),
        help="Training steps in an epoch. Default: one pass over the data; "
        "for few images, and without --epochs, as many as make 50 "
        "steps.",
    ),
    click.option(
        "--kimg",
        type=THOUSANDS,
        help="For a model that grows: thousands of images in each of its "
        "phases.",
    ),
    *OF_TRANSLATORS,
    click.option(
        "--augment",
        is_flag=True,
        default=None,
        help="For few images: change all that the discriminator sees at "
        "random.",
    ),
    click.option(
        "--held-out",
        type=whole_number(least=0),
        help="For a folder: how many pictures are not trained on, but scored "
        "by. Default: of 20 and more a tenth up to 50, or a twentieth "
        "if that is more; of pairs and two kinds a tenth up to 100.",
    ),
    click.option(
        "--skip-broken",
        is_flag=True,
        default=None,
        help="For a folder: go on without the files that cannot be read, and "
        "list them in OUT/left_out.txt.",
    ),
    click.option(
        "--set",
        type=SETTING,
        multiple=True,
        help="Any argument of the model, such as --set filters=32. May be "
        "given more than once.",
    ),
    click.option(
        "--learning-rate",
        type=LEARNING_RATE,
        multiple=True,
        help="Of all players, or of one, as generator=1e-4. May be given "
        "more than once. Default: the paper's.",
    ),
    click.option(
        "--precision",
        type=click.Choice(("float32", "mixed_bfloat16", "mixed_float16")),
        help="What the networks compute in. Default: Keras' setting, float32.",
    ),
    click.option(
        "--monitor",
        type=click.Choice(("fid", "kid")),
        help="Score the model some 20 times, and keep the best one, beside "
        "the last, in OUT/scores/best.",
    ),
    click.option(
        "--tensorboard",
        is_flag=True,
        default=None,
        help="Write losses, scores and sample grids for TensorBoard, to "
        "OUT/tensorboard. Needs the package tensorboard.",
    ),
    click.option(
        "--sample-every",
        type=whole_number(),
        default=1,
        show_default=True,
        help="Epochs between two sample grids.",
    ),
    click.option(
        "--devices",
        type=whole_number(most=_MOST_DEVICES),
        default=1,
        show_default=True,
        help="How many GPUs, or CPUs, train together on each batch.",
    ),
    click.option(
        "--deterministic",
        is_flag=True,
        help="Ask the framework for the same bits in each run, at some speed.",
    ),
    backend_option,
    click.option(
        "--resume",
        is_flag=True,
        help="Go on with the run in --out, exactly as if it had not stopped. "
        "Nothing else need be given.",
    ),
)


def training_options(command):
    """Gives a function the options of a training.

    Args:
        command: The function.

    Returns:
        The function.
    """
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
