"""For controls: the environment in which a server has a SQLite that lies (tests/crash/liar.c says how)."""

from server import program


def lying(how):
    return {"LD_PRELOAD": program("liar.so"), "SORTEO_LIE": how}
