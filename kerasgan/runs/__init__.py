"""Trainings in a folder, which stop and go on at any step.

The one driver of `kerasgan train` and of the recipes in the repository's
`applications/`.
"""
