"""The beginning of a stream in words: which fields its bytes are, by a description (gen/protocol.json) of their
dialect. For messages.
"""

COUNTS = ("n_bets", "n_winners")


def on_the_wire(field):
    """The protocol has one AGENCY, of which the grammar makes several fields: BET_AGENCY …"""
    return "AGENCY" if field.endswith("_AGENCY") else field


def as_fields(description, stream, data):
    """`N_BETS 1, AGENCY 0, ...`; the last field may have begun only."""
    found = _Parser(description).stream(stream, data)
    return ", ".join(found) if found is not None else "(in no field that is described)"


class _Parser:
    def __init__(self, description):
        self.fields = {field["name"]: field for field in description["fields"]}
        self.frames = {frame["name"]: frame for frame in description["frames"]}
        self.streams = {stream["name"]: stream["states"] for stream in description["streams"]}

    def stream(self, name, data):
        return self._from(self.streams[name], 0, data) if name in self.streams else None

    def _from(self, states, at, data):
        """The first reading that fits; None if there is none."""
        if not data:
            return []
        for name, following in states[at]["frames"].items():
            frame = self._frame(self.frames[name], data)
            if frame is not None:
                said, rest = frame
                more = self._from(states, following, rest)
                if more is not None:
                    return said + more
        return None

    def _frame(self, frame, data):
        """(what it says, the bytes after it), or None if it does not fit."""
        if "one_of" in frame:
            for each in frame["one_of"]:
                if each == data[0] or isinstance(each, str) and self._may_be(each, data[0]):
                    return [each if isinstance(each, str) else f"{frame['name']} {each}"], data[1:]
            return None
        said, counts = [], {}
        names, items = list(frame["head"]["fields"]), None
        while names and data:
            name = names.pop(0)
            taken = self._field(self.fields[name], counts, data, said)
            if taken is None:
                return None
            data = data[taken:]
            if not names and "items" in frame:
                items = counts.get("items", 0) if items is None else items
                items -= 1
                names = list(frame["items"]["fields"]) if items >= 0 else []
        return said, data

    def _may_be(self, name, byte):
        """Of bytes that are no integer it is not known here which they may be."""
        intervals = self.fields[name].get("intervals", [[0, 255]])
        return any(low <= byte <= high for low, high in intervals)

    def _field(self, field, counts, data, said):
        """How many bytes it takes; None if it does not fit."""
        name = on_the_wire(field["name"])
        if field["kind"] == "text":
            size = counts.get(field["name"], 0)
        else:
            size = field["size"]
        part = data[:size]
        if not part:
            return 0
        is_whole = len(part) == size
        if field["kind"] == "integer":
            number = int.from_bytes(part, "big")
            missing = 256 ** (size - len(part))
            if not any(low <= number * missing + missing - 1 and number * missing <= high
                       for low, high in field["intervals"]):
                return None
            if "length_of" in field:
                counts[field["length_of"]] = number
            if field.get("value") in COUNTS:
                counts["items"] = number
            said.append(f"{name} {number}" if is_whole else f"{name} beginning {part.hex(' ')}")
        else:
            text = part.decode("utf-8", "replace")
            said.append(f'{name} "{text}"' if is_whole and text.isprintable() else f"{name} beginning {part.hex(' ')}")
        return len(part)
