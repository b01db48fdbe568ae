import importlib.util
import pathlib
import time

import keras
import numpy as np


class TensorBoardLog(keras.callbacks.Callback):
    """Writes logs and sample grids for TensorBoard, without TensorFlow.

    Keras' own callback needs TensorFlow, with whatever framework one trains.

    Args:
        folder: Where to write to.
        samples: Folder of the sample grids, `epoch_0001.png` and so on.

    Raises:
        ImportError: If the package tensorboard is not installed.

    Example:

    ```python
    from kerasgan.runs.tensorboard_log import TensorBoardLog

    log = TensorBoardLog("run/tensorboard", "run/samples")
    ```
    """

    def __init__(self, folder, samples):
        super().__init__()
        if importlib.util.find_spec("tensorboard") is None:
            raise ImportError(
                "`--tensorboard` needs the package tensorboard, which is not "
                "installed: `python -m pip install tensorboard`, or leave it "
                "out and draw `log.csv` with what you have."
            )
        self.folder = pathlib.Path(folder)
        self.samples = pathlib.Path(samples)
        self._file = self._writer = None

    def on_epoch_end(self, epoch, logs=None):
        from tensorboard.compat.proto.summary_pb2 import Summary

        values = [
            Summary.Value(tag=_tag(key), simple_value=float(value))
            for key, value in (logs or {}).items()
            if np.ndim(value) == 0
        ]
        grid = self.samples / f"epoch_{epoch + 1:04d}.png"
        if grid.exists():
            values.append(_picture(Summary, grid))
        self._write(epoch + 1, summary=Summary(value=values))
        self._file.flush()

    def on_train_end(self, logs=None):
        if self._file is not None:
            self._file.close()
            self._file = self._writer = None

    def _write(self, step, **content):
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.event_pb2 import SessionLog
        from tensorboard.summary.writer.record_writer import RecordWriter

        if self._writer is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = f"events.out.tfevents.{time.time_ns()}.kerasgan"
            self._file = open(self.folder / name, "wb")  # noqa: SIM115
            self._writer = RecordWriter(self._file)
            self._write(0, file_version="brain.Event:2")
            # What an earlier file says of these epochs counts no more.
            begin = SessionLog(status=SessionLog.START)
            self._write(step, session_log=begin)
        event = Event(wall_time=time.time(), step=step, **content)
        self._writer.write(event.SerializeToString())


def _tag(key):
    for kind in ("val_", "d_", "g_"):
        if key.startswith(kind):
            return f"{kind.rstrip('_')}/{key}"
    return f"training/{key}"


def _picture(summary, path):
    from PIL import Image

    with Image.open(path) as picture:
        width, height = picture.size
        channels = len(picture.getbands())
    image = summary.Image(
        height=height,
        width=width,
        colorspace=channels,
        encoded_image_string=path.read_bytes(),
    )
    return summary.Value(tag="samples", image=image)
