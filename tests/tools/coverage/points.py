"""What must be covered of hand-written C, and what was, by what `llvm-cov export` says of it.

A point is a function that must be called, a side that a branch must take, or a condition that must decide its decision
by itself (MC/DC). What stands in a header is compiled into several objects, as is each use of a macro: it is covered if
it is in one of them. Knows nothing of what the code is for.
"""
import collections
import os

# Where it stands, in which function, its text, what it lacks if nothing covers it, and which number it counts into.
Point = collections.namedtuple("Point", "file line function text lack number")

EXPANSION = 1           # kinds of regions, as LLVM numbers them
MCDC_BRANCH = 6


class Sources:
    """Pieces of text by their place."""

    def __init__(self):
        self._lines = {}

    def text(self, path, span):
        if path not in self._lines:
            with open(path, encoding="utf-8") as file:
                self._lines[path] = file.read().split("\n")
        line, column, last_line, last_column = span
        lines = self._lines[path][line - 1:last_line]
        lines[-1] = lines[-1][:last_column - 1]
        lines[0] = lines[0][column - 1:]
        return " ".join(" ".join(lines).split())


class Function:
    """One function of an export, in one of the objects that have it."""

    def __init__(self, exported, root, sources):
        self.exported, self.root, self.sources = exported, root, sources
        self.name = exported["name"].rpartition(":")[2]
        # A file's number names one place where it, or a macro of it, was put to use: which?
        self.used_at = {region[6]: (region[5], tuple(region[:4])) for region in exported["regions"]
                        if region[7] == EXPANSION}

    def file(self, number=0):
        return os.path.relpath(self.exported["filenames"][number], self.root)

    def chain(self, number, span):
        """The places that lead to a span, the outermost first: the same in every object."""
        places = ((self.file(number), tuple(span)),)
        if number in self.used_at:
            places = self.chain(*self.used_at[number]) + places
        return places

    def text(self, number, span):
        return self.sources.text(self.exported["filenames"][number], span)

    def point(self, number, span, lack, kind):
        chain = self.chain(number, span)
        texts = [self.sources.text(os.path.join(self.root, file), place) for file, place in reversed(chain)]
        return Point(chain[0][0], chain[0][1][0], self.name, " in ".join(texts), lack, kind), chain

    def points(self):
        """(key, point, whether it is covered)"""
        line = self.exported["regions"][0][0]
        point = Point(self.file(), line, self.name, "", "is never called", "functions")
        yield ("function", self.file(), line), point, self.exported["count"] > 0
        for branch in self.exported["branches"]:
            number, span = branch[6], branch[:4]
            for lack, count in (("is never true", branch[4]), ("is never false", branch[5])):
                point, chain = self.point(number, span, lack, "branches")
                yield (lack, chain), point, count > 0
        for record in self.exported["mcdc_records"]:
            yield from self.conditions(record)

    def conditions(self, record):
        number, span, covered = record[4], record[:4], record[6]
        inside = sorted(branch[:4] for branch in self.exported["branches"]
                        if branch[8] == MCDC_BRANCH and branch[6] == number
                        and span[:2] <= branch[:2] and branch[2:4] <= span[2:])
        if len(inside) != len(covered):
            raise ValueError(f"{self.file()}: {self.name}: '{self.text(number, span)}' has {len(covered)} conditions, "
                             f"of which {len(inside)} were found")
        for condition, is_covered in zip(inside, covered):
            point, chain = self.point(number, condition, "never decides", "MC/DC")
            yield ("decides", chain), point, is_covered


def read_points(export, root, folder):
    """{point: is it covered?} of all functions whose text stands in the folder."""
    sources, found = Sources(), {}
    for exported in export["data"][0]["functions"]:
        function = Function(exported, root, sources)
        if not function.file().startswith(folder):
            continue
        for key, point, is_covered in function.points():
            found[key] = (point, is_covered or found.get(key, (None, False))[1])
    return dict(found.values())


def read_lines(path, root, folder):
    """(covered, all) of the lines of the files in the folder, by an export in the format of lcov."""
    counts, is_inside = [], False
    with open(path, encoding="utf-8") as file:
        for line in file:
            tag, _, rest = line.rstrip().partition(":")
            if tag == "SF":
                is_inside = os.path.relpath(rest, root).startswith(folder)
            elif tag == "DA" and is_inside:
                counts.append(int(rest.split(",")[1]))
    return sum(count > 0 for count in counts), len(counts)
