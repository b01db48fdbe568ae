import pathlib

from kerasgan.callbacks.sample_callback import SampleCallback
from kerasgan.utils.atomic_files import check_writable
from kerasgan.utils.save_image import save_image


class SampleGrid(SampleCallback):
    """Draws the same latents, and labels, at intervals during training.

    Each drawing is one PNG file: `epoch_0001.png` after the first epoch, or
    `step_00001000.png` after the first thousand steps, so that sorting by
    name is sorting by time. Epochs and steps count on after
    `fit(initial_epoch=...)` and after a restored backup. What the model is at
    the end of `fit` is always drawn. A picture with NaN is left out with a
    warning. Of images with 2 channels the first is drawn, of more than 4 the
    first 3. In a run of several processes only the first one draws.

    Args:
        folder: Where the files go. Made when training begins.
        every: Number of epochs or steps between two drawings. Defaults to 1.
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

    # gan.fit(images, epochs=10, callbacks=[grid])
    grid = kerasgan.callbacks.SampleGrid("samples", every=500, unit="step")
    ```
    """

    def __init__(
        self,
        folder,
        every=1,
        unit="epoch",
        n=None,
        seed=0,
        labels=None,
        columns=None,
        condition=None,
    ):
        super().__init__(every, unit, n, seed, labels, columns, condition)
        self.folder = pathlib.Path(folder).expanduser()

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        if self._is_first_process():
            check_writable(self.folder, "folder")

    def on_samples(self, grid, epoch, step):
        if self.unit == "epoch":
            name = f"epoch_{epoch:04d}.png"
        else:
            name = f"step_{step:08d}.png"
        save_image(self.folder / name, grid)
