"""Frames of integers and fixed bytes that one event tells of, on their last byte: FINISH, RECEIPT. By a convention the
action of that event has the frame's name, in small letters. gen/frames.h lists them for C, so that a frame of this
kind needs no line there but what it means.
"""
from bet_fields import c_type, fields_of
from description import INTEGER, Unclear

KNOWN = ("agency", "key")       # integers that the codec has itself

HEAD = """/*
 * Frames that one event tells of, which has their name. {note}
 *
 * PLAIN_REQUESTS(X), PLAIN_REPLIES(X)      X(FINISH, finish): agencies send it; servers do
 * PLAIN_VALUES(X)                          X(FINISH, agency): an integer of the frame, and so of its event
 * PLAIN_KEYS(X)                            X(FINISH, finish): it has a KEY, in dialects with keys
 * PLAIN_INTEGERS(X)                        X(name, FIELD, size, type, max): those that are in no BET, as in bet.h
 * REPLIES(X)                               X(ANSWER, answer): what a stream of replies may be told to expect
 */
#ifndef GEN_FRAMES_H
#define GEN_FRAMES_H
"""


def replies_of(dialect):
    """A stream that is one frame, and has its name."""
    return [stream.name.upper() for stream in dialect.streams
            if any(list(follows) == [stream.name.upper()] for _, follows in stream.states[:1])]


def values_of(dialect, frame):
    """What its event has, besides a KEY."""
    found = []
    for name in dialect.frames[frame].head:
        field = dialect.fields[name]
        if field.kind != INTEGER:
            raise Unclear(f"{frame} has the field {name}, which is no integer; one event can tell of integers only",
                          at=frame)
        if field.value and field.value != "key":
            found.append(field.value)
    return found


def integers_of(dialect):
    """The fields whose value the codec must be told to keep: {value: field}."""
    in_bets, found = {field.name for field, *_ in fields_of(dialect)}, {}
    for frame in dialect.plain:
        for name in dialect.frames[frame].head:
            field = dialect.fields[name]
            if field.value and field.value not in KNOWN and name not in in_bets:
                if field.value != name.lower():
                    raise Unclear(f"the action of {name} is {name.lower()}_byte, not {field.value}_byte", at=name)
                found[field.value] = field
    return found


def shape(dialect):
    return (dialect.plain, [values_of(dialect, frame) for frame in dialect.plain], replies_of(dialect),
            {value: field.size for value, field in integers_of(dialect).items()})


def listed(name, lines):
    yield ""
    yield " \\\n".join([f"#define {name}(X)", *(f"    X({line})" for line in lines)])


def both_names(frames):
    return [f"{frame}, {frame.lower()}" for frame in frames]


def integer_line(value, field):
    bits = c_type(field.size)
    return f"{value}, {field.name}, {field.size}, uint{bits}_t, UINT{bits}_C({256**field.size - 1})"


def frames_h(dialects, note):
    first = dialects[0]
    for dialect in dialects[1:]:
        if shape(dialect) != shape(first):
            raise Unclear(f"the frames of {dialect.name} have other integers than those of {first.name}")
    replies = replies_of(first)
    yield HEAD.format(note=note).rstrip()
    yield from listed("PLAIN_REQUESTS", both_names(frame for frame in first.plain if frame not in replies))
    yield from listed("PLAIN_REPLIES", both_names(frame for frame in first.plain if frame in replies))
    yield from listed("PLAIN_VALUES", [f"{frame}, {value}" for frame in first.plain
                                       for value in values_of(first, frame)])
    yield from listed("PLAIN_KEYS", both_names(frame for frame in first.plain
                                               if any("KEY" in each.frames[frame].head for each in dialects)))
    yield from listed("PLAIN_INTEGERS", [integer_line(*pair) for pair in integers_of(first).items()])
    yield from listed("REPLIES", both_names(replies))
    yield ""
    yield "#endif"
