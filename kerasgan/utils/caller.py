"""Whose line of code it was that called this package."""

import sys


def frames_of_ours():
    """Returns the `stacklevel` of the line that called kerasgan."""
    ours = ("kerasgan.", "keras.")
    frame, level = sys._getframe(2), 2
    while frame and frame.f_globals.get("__name__", "").startswith(ours):
        frame, level = frame.f_back, level + 1
    return level
