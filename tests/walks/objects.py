"""Objects of C files, each compiled once however many trees have it: what the preprocessor makes of a file decides
whether it is the same one. Knows nothing of what is compiled.
"""
import hashlib
import os

from tree import must

FLAGS = ("-std=c11", "-D_GNU_SOURCE", "-w", "-Isrc")


class Objects:
    """They are in `folder`, which is the caller's to remove."""

    def __init__(self, folder, level):
        self.folder, self.level = folder, level
        self.compiler = os.environ.get("CC", "cc").split()

    def link(self, tree, sources, program):
        """Sources are paths from the tree's folder, or absolute."""
        must([*self.compiler, "-o", program, *(self._object(tree, source) for source in sources)], tree)

    def _object(self, tree, source):
        preprocessed = f"{self.folder}/now.i"
        must([*self.compiler, *FLAGS, "-E", source, "-o", preprocessed], tree)
        with open(preprocessed, "rb") as text:
            path = f"{self.folder}/{hashlib.sha256(text.read()).hexdigest()}.o"
        if not os.path.exists(path):
            must([*self.compiler, *FLAGS, self.level, "-c", preprocessed, "-o", path], tree)
        return path
