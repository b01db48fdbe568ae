import pathlib

import numpy as np

from kerasgan.callbacks.sample_callback import SampleCallback
from kerasgan.utils import check_count
from kerasgan.utils.atomic_files import check_writable
from kerasgan.utils.save_gif import check_gif_arguments
from kerasgan.utils.save_gif import save_gif
from kerasgan.utils.save_image import save_image


class TrainingFilm(SampleCallback):
    """Makes an animated GIF of a run: the same latents from first to last.

    The first frame shows the model as it is when training begins. Frames are
    kept as PNG files in a folder beside the film, `film_frames/` for
    `film.gif`, so that memory does not grow with the run, and the film is
    made of them when `fit` ends. A run that goes on, after a backup or with
    `fit(initial_epoch=...)`, continues the film: the frames up to the step
    where it goes on are kept and later ones, which it draws anew, are
    removed. A model that has not been trained at all starts a new film. Of
    images with 2 channels the first is drawn, of more than 4 the first 3. In
    a run of several processes only the first one draws.

    Args:
        path: File to write; it ends in `.gif`.
        every: Number of epochs or steps between two frames. Defaults to 1.
        unit: `"epoch"` or `"step"` (one step is one update of the generator).
            Defaults to `"epoch"`.
        n: Number of images. Defaults to `None`, which is 64, or as many of
            them as make whole rows of all classes of a conditional model.
        seed: Seed of the latents, as in `generate`. Defaults to 0.
        labels: Another name of `condition`, for models of classes. Defaults to
            `None`.
        columns: Images in a row. Defaults to `None`: the number of classes
            where it is at most 16 and no condition is given, otherwise as
            square as possible.
        frame_ms: How long a frame is shown, in milliseconds. Defaults to 100.
        last_frame_ms: How long the last frame is shown, in milliseconds.
            Defaults to 2000.
        max_frames: Most frames that the film shows. Of a longer run it shows
            this many in even distances, first and last included. Defaults to
            200, which is 20 seconds.
        condition: What the images are of, as `generate` takes it: one
            condition for all, or one for each. Defaults to `None`: the
            classes in their order, again and again, and random ones of
            conditions that are no classes.

    Raises:
        ValueError: If an argument is out of its range, or, when training
            begins, if the model is none that generates images or has no
            such conditions.
        OSError: When training begins, if the folder cannot be written to.

    Example:

    ```python
    import kerasgan

    # gan.fit(images, epochs=20, callbacks=[film])
    film = kerasgan.callbacks.TrainingFilm("film.gif", every=50, unit="step")
    ```
    """

    def __init__(
        self,
        path,
        every=1,
        unit="epoch",
        n=None,
        seed=0,
        labels=None,
        columns=None,
        frame_ms=100,
        last_frame_ms=2000,
        max_frames=200,
        condition=None,
    ):
        super().__init__(every, unit, n, seed, labels, columns, condition)
        check_gif_arguments(path, frame_ms, last_frame_ms)
        check_count("max_frames", max_frames, least=2)
        self.path = pathlib.Path(path).expanduser()
        self.frames_folder = self.path.with_name(f"{self.path.stem}_frames")
        self.frame_ms = frame_ms
        self.last_frame_ms = last_frame_ms
        self.max_frames = max_frames

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        if self._is_first_process():
            check_writable(self.path.parent)
            check_writable(self.frames_folder)
            if self.path.is_dir():
                raise OSError(
                    f"`path` must be a file. Received: '{self.path}', which "
                    "is a folder."
                )

    def on_run_begin(self, epoch, step):
        for frame in self._frames():
            if step == 0 or int(frame.stem.removeprefix("step_")) > step:
                frame.unlink()
        self._act()

    def on_samples(self, grid, epoch, step):
        save_image(self.frames_folder / f"step_{step:08d}.png", grid)

    def on_train_end(self, logs=None):
        super().on_train_end(logs)
        if self._is_first_process() and self._frames():
            self.save()

    def save(self):
        """Writes the film of the frames that are there.

        `fit` does it at its end; after a run that was cut off, this makes the
        film of what it had reached.

        Raises:
            ValueError: If there are no frames yet.
            OSError: If the file cannot be written.
        """
        frames = self._frames()
        if len(frames) > self.max_frames:
            chosen = np.linspace(0, len(frames) - 1, self.max_frames)
            frames = [frames[int(i)] for i in np.rint(chosen)]
        save_gif(
            self.path,
            _read(frames),
            frame_ms=self.frame_ms,
            last_frame_ms=self.last_frame_ms,
        )

    def _frames(self):
        return sorted(self.frames_folder.glob("step_*.png"))


def _read(files):
    from PIL import Image

    sizes = []
    for file in files:
        with Image.open(file) as image:
            sizes.append(image.size)
    # A model that grows makes larger frames later.
    size = max(sizes, default=None)
    for file in files:
        with Image.open(file) as image:
            if image.size != size:
                image = image.resize(size, Image.Resampling.NEAREST)
            picture = np.asarray(image)
        yield picture[..., None] if picture.ndim == 2 else picture
