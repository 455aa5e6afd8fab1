#!/usr/bin/env python3
"""Does the profile of the demo give each sample to the part whose work it is? Prints TAP."""

import sys

sys.dont_write_bytecode = True
from demo_parts import CODEC, NETWORK, PROGRAMS, REST, STORE, functions_of, part_of, samples  # noqa: E402

FUNCTIONS = functions_of([(STORE, "store_append"), (CODEC, "sorteo_decoder_next"), (PROGRAMS, "end_group"),
                          (STORE, "start"), (PROGRAMS, "start")])
SERVER = "    62d7 end_group (/usr/bin/sorteo-server)"
STACKS = (
    ("copying_for_the_store", STORE, ["    1a memcpy (/lib/libc.so.6)", "    2b store_append (/usr/bin/sorteo-server)",
                                      SERVER]),
    ("sqlite", STORE, ["    1a [unknown] (/lib/libsqlite3.so.0.8.6)", SERVER]),
    ("sync", STORE, ["    ffff io_schedule ([kernel.kallsyms])", "    ffff __x64_sys_fdatasync ([kernel.kallsyms])"]),
    ("decoder", CODEC, ["    1a sorteo_decoder_next (/usr/bin/sorteo-server)", SERVER]),
    ("inlined_decoder", CODEC, ["    1a sorteo_decoder_next (inlined)", SERVER]),
    ("send", NETWORK,
     ["    ffff tcp_sendmsg ([kernel.kallsyms])", "    ffff __x64_sys_sendto ([kernel.kallsyms])", SERVER]),
    ("packet_on_top_of_a_sync", NETWORK, ["    ffff net_rx_action ([kernel.kallsyms])",
                                          "    ffff __x64_sys_fdatasync ([kernel.kallsyms])"]),
    ("loop", NETWORK, ["    1a uv_run (/lib/libuv.so.1.0.0)"]),
    ("server", PROGRAMS, [SERVER, "    1a uv_run (/lib/libuv.so.1.0.0)"]),
    ("log_line", PROGRAMS, ["    ffff __x64_sys_write ([kernel.kallsyms])", SERVER]),
    ("name_that_two_parts_have", PROGRAMS, ["    1a start (/usr/bin/sorteo-server)", SERVER]),
    ("nobody_known", REST, ["    1a memcpy (/lib/libc.so.6)"]),
    ("no_frame", REST, []),
)


def found_in(lines, functions):
    """The parts of a stack of the server, beside one of a program that does not count."""
    text = "\n\n".join("\n".join([head, *lines]) for head in ("sorteo-server ", "awk ")) + "\n"
    return [part_of(frames, functions) for frames in samples(text, ("sorteo-server",))]


def tests():
    for name, part, lines in STACKS:
        found = found_in(lines, FUNCTIONS)
        yield name, found == [part], found
    for name, part, lines in STACKS:
        if part == CODEC:       # only the names of its functions tell
            found = found_in(lines, {})
            yield f"control_{name}_is_not_known_without_its_name", found == [REST], found


def main():
    failed = 0
    for number, (name, passed, found) in enumerate(tests(), 1):
        failed += not passed
        print(f"{'ok' if passed else 'not ok'} {number} - {name}" + ("" if passed else f": {found}"))
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
