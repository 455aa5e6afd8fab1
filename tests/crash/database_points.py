"""Servers on a database whose processes are killed at a point of their program: at every one that they come to while
they start and work, each in turn.

Knows nothing of what must be true then.
"""

import collections
import signal
import time

import operator_scene
from fault_orders import AT_A_DEATH, AT_A_RELOAD, AT_A_STOP, AT_START, OF_A_FILE, points
from database_line import AFTER

ORDER_S = 10.0                          # for a process to come to a point: at a start, once others let go of a lock
OF_NEW_TABLES = "tables-made"           # once for each database
OF_A_LOST_ANSWER = "answer-lost"
COMMIT = "up Q COMMIT"
OF_A_CONNECTION = ("connection-numbered", "connection-passed", "connection-taken", "connection-accepted",
                   "connection-released")
OVER_TLS = ("connection-certified", *AT_A_RELOAD)


def points_of_a_database():
    """But those of an operator, of a stop and of what is done to a server by its own deaths."""
    left_out = {*operator_scene.POINTS, *AT_A_STOP, *AT_A_DEATH, *OVER_TLS}
    return sorted(point for point, role in points(OF_A_FILE).items() if role != "client" and point not in left_out)


class PointKills:
    """Over several lotteries: how often each point was ordered, and how often somebody was killed there."""

    def __init__(self):
        self.ordered = collections.Counter()
        self.made = collections.Counter()

    def next_point(self, chance):
        """One of those that had the fewest orders."""
        rest = [point for point in points_of_a_database() if point != OF_NEW_TABLES]
        least = min(self.ordered[point] for point in rest)
        point = chance.choice([point for point in rest if self.ordered[point] == least])
        self.ordered[point] += 1
        return point

    def kill(self, server, orders, line, crowd, tend, chance):
        """Kills a process of the server at the next point, if one comes there in time. `tend` starts servers again,
        and the crowd is who connects. Returns the point."""
        point = self.next_point(chance)
        orders.give(point, 1 if point in AT_START else chance.choice((1, 1, 2, 5)))
        if point == OF_A_LOST_ANSWER:
            line.order_cut(COMMIT, AFTER)
        elif point in AT_START:
            server.kill()
        elif point in OF_A_CONNECTION:
            for agency in crowd.agencies:
                agency.break_connections()
        self.wait(point, orders, tend)
        line.withdraw()
        return point

    def wait(self, point, orders, tend):
        deadline = time.monotonic() + ORDER_S
        while not orders.obeyed_by() and time.monotonic() < deadline:
            tend()
            time.sleep(0.005)
        self.made[point] += bool(orders.obeyed_by())
        orders.withdraw()

    def kill_at_new_tables(self, orders):
        """To be called before the first server of a database starts."""
        orders.give(OF_NEW_TABLES, 1, signal.SIGKILL)

    def missed(self):
        return [point for point in points_of_a_database() if not self.made[point]]
