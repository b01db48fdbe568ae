"""Import of all rooms at the first use of Keras or of one of them.

Keras loads only those classes from files that are registered, which happens
when their modules are imported. So that `import kerasgan` is enough for it,
and takes no time where Keras is not needed, the rooms are imported as soon as
Keras is, in whichever order a program imports the two.
"""

import importlib
import importlib.abc
import sys


def import_all(rooms):
    """Imports the packages of that name in `kerasgan`."""
    for room in rooms:
        importlib.import_module(f"kerasgan.{room}")


def import_all_after_keras(rooms):
    """Imports all rooms as soon as Keras or one of them was imported."""
    sys.meta_path.insert(0, _Watch(rooms))


class _Watch(importlib.abc.MetaPathFinder):
    """Finds modules as the other finders do; once, more follows on one."""

    def __init__(self, rooms):
        self.rooms = rooms
        self.names = {"keras", *(f"kerasgan.{room}" for room in rooms)}

    def find_spec(self, name, path=None, target=None):
        if name not in self.names:
            return None
        finders = [finder for finder in sys.meta_path if finder is not self]
        found = (finder.find_spec(name, path, target) for finder in finders)
        spec = next(filter(None, found), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self)
        return spec


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, and all rooms after the first.

    Keras that a room imports is not the first: that room is not complete yet.
    """

    def __init__(self, loader, watch):
        self.loader = loader
        self.watch = watch

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        is_first = self.watch in sys.meta_path
        if is_first:
            sys.meta_path.remove(self.watch)
        try:
            self.loader.exec_module(module)
        except BaseException:
            if is_first:
                sys.meta_path.insert(0, self.watch)
            raise
        if is_first:
            import_all(self.watch.rooms)
