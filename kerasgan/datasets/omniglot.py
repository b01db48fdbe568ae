import io
import os
import zipfile
from collections.abc import Sequence

import numpy as np
from PIL import Image

from kerasgan.utils import check_count


def omniglot(
    paths: str | os.PathLike | Sequence[str | os.PathLike], size: int = 28
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Loads handwritten characters of many alphabets, 20 of each.

    A drawing that several files have is taken once: both small ones of the
    authors have the Greek and the Latin alphabet.

    Args:
        paths: Zip file of the authors, such as
            `images_background_small1.zip`, or a list of several.
        size: Integer, height and width in pixels. Defaults to 28.

    Returns:
        Tuple of three arrays: uint8 images, white on black,
        `(n, size, size, 1)`; labels, int32, `(n,)`, one class a character;
        and the alphabets' numbers, int32, `(n,)`, in alphabetical order.

    Raises:
        ValueError: If a file has no such pictures.
        OSError: If a file is missing or broken.

    Example:

    ```python
    import io
    import zipfile

    import numpy as np
    from PIL import Image

    import kerasgan

    drawing = io.BytesIO()
    Image.fromarray(np.zeros((105, 105), "uint8")).save(drawing, "png")
    with zipfile.ZipFile("small.zip", "w") as file:
        for number in (1, 2):
            name = f"small/Greek/character01/0394_{number:02}.png"
            file.writestr(name, drawing.getvalue())
    images, labels, alphabets = kerasgan.datasets.omniglot("small.zip")
    assert images.shape == (2, 28, 28, 1) and labels.tolist() == [0, 0]
    ```

    Reference:
        Lake, Salakhutdinov and Tenenbaum, 2015, Human-level concept learning
        through probabilistic program induction.
    """
    check_count("size", size)
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    images, characters, known = [], [], set()
    for path in paths:
        with zipfile.ZipFile(path) as file:
            names = [n for n in sorted(file.namelist()) if _is_drawing(n)]
            if not names:
                raise ValueError(
                    "`paths` must be zip files of pictures in folders of "
                    "characters in folders of alphabets. Received: "
                    f"'{os.fspath(path)}' without any"
                )
            for name in names:
                drawing = tuple(name.split("/")[-3:])
                if drawing in known:
                    continue
                known.add(drawing)
                images.append(_read(file.read(name), size))
                characters.append(drawing[:2])
    alphabets = [alphabet for alphabet, _ in characters]
    joined = ["/".join(character) for character in characters]
    return (
        np.stack(images),
        np.unique(joined, return_inverse=True)[1].astype("int32"),
        np.unique(alphabets, return_inverse=True)[1].astype("int32"),
    )


def _is_drawing(name):
    parts = name.split("/")
    return name.endswith(".png") and len(parts) > 2 and parts[0] != "__MACOSX"


def _read(content, size):
    picture = Image.open(io.BytesIO(content)).convert("L")
    # The whole of black ink in a pixel of the small picture.
    picture = picture.resize((size, size), Image.Resampling.BOX)
    return 255 - np.asarray(picture)[..., None]
