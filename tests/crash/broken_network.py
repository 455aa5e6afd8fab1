"""A network between agencies and a server, in user space: it stalls, partitions, resets, forgets one side, lets a
connection overtake another, and delivers late what is no longer awaited.

Bytes of one connection stay in order and whole, as TCP keeps them; everything that TCP does not promise may happen.
Knows nothing of frames.
"""

import select
import socket
import struct
import threading
import time

UP, DOWN = 0, 1
TURN_S = 0.005
PIECE = 65536
FAULTS = ("stall", "one_way", "partition", "reset", "server_forgotten", "client_forgotten")


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class Link:
    """A connection: its two sides, what is on its way, and until when nothing passes."""

    def __init__(self, client, port, due):
        self.sides = [client, None]             # bytes from sides[UP] go up
        self.port = port
        self.due = due                          # when it reaches the server
        self.held = [0.0, 0.0]
        self.waiting = [bytearray(), bytearray()]
        self.ended = [False, False]             # that side's stream was read to its end …
        self.told = [False, False]              # … and the other side knows
        self.sent_up = bytearray()              # all of it, for one who repeats it

    def sockets(self, now):
        return [side for way, side in enumerate(self.sides) if side and not self.ended[way] and self.held[way] <= now
                and len(self.waiting[way]) < PIECE]

    def read(self, sock):
        way = self.sides.index(sock)
        try:
            piece = sock.recv(PIECE)
        except BlockingIOError:
            return
        self.ended[way] = not piece
        self.waiting[way] += piece
        if way == UP:
            self.sent_up += piece

    def deliver(self, now):
        """What may pass. False: both directions have ended."""
        for way in (UP, DOWN):
            there = self.sides[1 - way]
            if there is None or self.held[way] > now:
                continue
            if self.waiting[way]:
                try:
                    del self.waiting[way][:there.send(self.waiting[way])]
                except BlockingIOError:
                    continue
            if self.ended[way] and not self.waiting[way] and not self.told[way]:
                there.shutdown(socket.SHUT_WR)
                self.told[way] = True
        return not all(self.told)

    def forget(self, way):
        """That side is gone, with what was on its way to it. The other one hears nothing of it for now."""
        if self.sides[way]:
            reset(self.sides[way])
        self.sides[way] = None
        self.waiting[1 - way].clear()

    def drop(self):
        for side in self.sides:
            if side:
                reset(side)
        self.sides = [None, None]


class BrokenNetwork:
    """with BrokenNetwork(server_ports, random) as network: agencies connect to network.ports. `replays`: what a
    connection that was reset had sent is sent again, by the network itself, over another one."""

    def __init__(self, server_ports, random, host="127.0.0.1", replays=False):
        self.random = random
        self.host = host
        self.replays = replays
        self.listeners = {}
        self.ports = {}
        for stream, port in server_ports.items():
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            listener.setblocking(False)
            self.listeners[listener] = port
            self.ports[stream] = listener.getsockname()[1]
        self.links = []
        self.partition_until = 0.0
        self.counts = dict.fromkeys((*FAULTS, "overtaken", "replayed"), 0)
        self.wanted = []                # faults to come, from another thread
        self.is_fair = False
        self.stopping = threading.Event()
        self.raised = None
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        for listener in self.listeners:
            listener.close()
        for link in self.links:
            link.drop()
        if self.raised:
            raise self.raised

    def stir(self):
        often = ("reset",) * len(FAULTS) if self.replays else ()
        self.wanted.append(self.random.choice(FAULTS + often))

    def clear_up(self):
        """From now on the network works; what was forgotten is reset."""
        self.is_fair = True

    # ---- The loop --------------------------------------------------------------------------------------------

    def run(self):
        try:
            while not self.stopping.is_set():
                self.turn()
        except BaseException as error:
            self.raised = error

    def turn(self):
        now = time.monotonic()
        if self.is_fair:
            self.calm_down()
        elif self.wanted:
            self.break_something(self.wanted.pop(0), now)
        owner = {sock: link for link in self.links for sock in link.sockets(now)}
        readable, _, _ = select.select([*self.listeners, *owner], [], [], TURN_S)
        for sock in readable:
            if sock in self.listeners:
                self.accept(sock, now)
            elif sock in owner[sock].sides:
                self.attempt(owner[sock], lambda link, sock=sock: link.read(sock) or True)
        for link in list(self.links):
            self.attempt(link, self.go_on)

    def attempt(self, link, step):
        """Either side may have broken it meanwhile."""
        try:
            good = step(link)
        except OSError:
            good = False
        if not good and link in self.links:
            link.drop()
            self.links.remove(link)

    def accept(self, listener, now):
        client, _ = listener.accept()
        client.setblocking(False)
        due = now
        if not self.is_fair and self.random.random() < 0.3:     # later ones may reach the server first
            due += self.random.random() * 0.1
            self.counts["overtaken"] += 1
        link = Link(client, self.listeners[listener], due)
        link.held = [self.partition_until, self.partition_until]
        self.links.append(link)

    def go_on(self, link):
        now = time.monotonic()
        if link.sides[DOWN] is None and link.due is not None and max(link.due, link.held[UP]) <= now:
            link.due = None
            link.sides[DOWN] = socket.create_connection((self.host, link.port), 2)
            link.sides[DOWN].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link.sides[DOWN].setblocking(False)
        return link.deliver(now)

    # ---- Faults ------------------------------------------------------------------------------------------------

    def break_something(self, fault, now):
        whole = [link for link in self.links if all(link.sides)]
        if not whole:
            return
        self.counts[fault] += 1
        getattr(self, fault)(self.random.choice(whole), now)

    def stall(self, link, now):
        link.held = [now + self.random.random() * 0.5] * 2

    def one_way(self, link, now):
        link.held[self.random.choice((UP, DOWN))] = now + self.random.random()

    def partition(self, _, now):
        self.partition_until = now + self.random.random() * 1.5
        for link in self.links:
            link.held = [self.partition_until] * 2

    def reset(self, link, _):
        self.links.remove(link)
        if self.replays:
            self.replay(link)
        link.drop()

    def server_forgotten(self, link, now):
        """The agency sees a reset; what it had sent reaches the server later, when it is no longer awaited."""
        link.held[UP] = now + self.random.random() * 0.5
        link.forget(UP)
        link.ended[UP] = True

    def client_forgotten(self, link, now):
        """The server sees a reset, and the agency nothing at all, for a while."""
        link.forget(DOWN)
        link.held = [now + 1e9] * 2

    def replay(self, link):
        with socket.create_connection((self.host, link.port), 2) as again:
            again.sendall(link.sent_up)
            again.shutdown(socket.SHUT_WR)
            again.settimeout(0.2)
            try:
                while again.recv(PIECE):
                    pass
            except OSError:
                pass
        self.counts["replayed"] += 1

    def calm_down(self):
        self.partition_until = 0.0
        for link in list(self.links):
            link.held = [0.0, 0.0]
            if None in link.sides and link.due is None:
                link.drop()
                self.links.remove(link)
