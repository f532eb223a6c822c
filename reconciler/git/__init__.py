"""Where specs come from: a folder of the working tree, or the tree of one commit, read whole or not at all."""
