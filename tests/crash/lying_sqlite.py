"""For controls: the environment in which a server has a SQLite that lies (tests/crash/lying_sqlite.c says how)."""

from server import program


def lying(how):
    return {"LD_PRELOAD": program("lying_sqlite.so"), "SORTEO_LIE": how}
