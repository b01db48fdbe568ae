"""The `kerasgan` command.

What a command takes is read before Keras is imported (`commands`, `group`,
`arguments`, `backends`, `processes`, `signals`, `streams`): so `kerasgan
--help` and errors of usage are instant, `--backend` is heard while there is
still a choice, and signals are taken before anything else can take them. What
a command does is in the modules of its name, which import Keras.
"""
