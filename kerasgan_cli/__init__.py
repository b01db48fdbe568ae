"""The `kerasgan` command: what it takes, read before Keras is loaded.

It stands beside the package, not in it, because importing anything of the
package imports Keras: here `kerasgan --help` and errors of usage are instant,
`--backend` is heard while there is still a choice, and signals are taken
before anything else can. The work is done in `kerasgan.cli`.
"""

from kerasgan_cli.commands import cli
from kerasgan_cli.commands import main

__all__ = ["cli", "main"]
