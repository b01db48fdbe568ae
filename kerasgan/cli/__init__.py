"""What the commands of `kerasgan` do; `kerasgan_cli` reads their arguments."""
