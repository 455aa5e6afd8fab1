#!/usr/bin/env python3
"""A server that keeps all in memory. The rules are in lottery.py; numbers in brackets are sections of PROTOCOL.md."""
import argparse
import asyncio
import contextlib
import functools

import sorteo
from lottery import Closed, Connection, Lottery

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
parser.add_argument("dialect", choices=sorteo.DIALECTS)
parser.add_argument("--agencies", type=int, default=5)
parser.add_argument("--ports", type=int, nargs=2, default=[12345, 12346], help="of agency stream and bet stream")
parser.add_argument("--winning-number", type=int, default=7574)
parser.add_argument("--deadline", type=float, default=10, help="seconds to a first byte, and for a frame")
options = parser.parse_args()
lottery = Lottery(options.agencies, options.winning_number, sorteo.dialect_parameters(options.dialect)["key_size"] > 0)


async def serve(stream, reader, writer):
    connection = Connection(stream, close=lambda: reader.set_exception(Closed()))
    decoder = sorteo.Decoder(options.dialect, stream, frame_limit=1 << 20)
    try:
        await take_frames(connection, decoder, reader, writer)
    except sorteo.Malformed as error:
        lottery.malformed(decoder.unfinished_agency())
        if error.field != "RECEIPT":
            writer.write(sorteo.encode_answer(False))
    except (OSError, sorteo.Error):
        pass
    with contextlib.suppress(OSError, EOFError):    # what still comes is dropped, so that the last answer arrives (6)
        writer.write_eof()
        await asyncio.wait_for(reader.readexactly(1 << 16), 2)
    writer.close()


async def take_frames(connection, decoder, reader, writer):
    now = asyncio.get_running_loop().time
    due = now() + options.deadline
    while data := await asyncio.wait_for(reader.read(1 << 16), due - now()):
        began = not decoder.unfinished
        for frame in decoder.frames(data):
            began = True
            if frame.kind == "FINISH":
                await undisturbed(lottery.finish(connection, frame, decoder.unfinished), reader)
                writer.write(sorteo.encode_winners(options.dialect, lottery.winners(connection)))
            elif frame.kind == "RECEIPT":
                lottery.receipt(connection)
            else:
                writer.write(sorteo.encode_answer(lottery.store(connection, frame)))
        await writer.drain()
        if began:
            due = now() + (options.deadline if decoder.unfinished or not connection.agency else 300)


async def undisturbed(draw, reader):
    """Waits for a draw. A byte that comes before it closes the connection; the end of the stream does not (4, 6)."""
    byte, drawn = asyncio.create_task(reader.read(1)), asyncio.create_task(draw.wait())
    await asyncio.wait({byte, drawn}, return_when=asyncio.FIRST_COMPLETED)
    if byte.done() and byte.result():
        raise Closed
    byte.cancel()
    await asyncio.wait({byte, drawn})


async def main():
    for stream, port in zip(["agency", "bet"], options.ports):
        server = await asyncio.start_server(functools.partial(serve, stream), "127.0.0.1", port)
        print(f"listening for the {stream} stream on port {server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
