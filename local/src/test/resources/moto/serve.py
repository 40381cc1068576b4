"""Runs moto on a free loopback port, prints the port, and ends when standard input does.

The test that starts it holds the other end, so moto is gone when the test is, however that ended.
"""

import sys

from moto.server import ThreadedMotoServer

server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
# moto prints warnings too; what follows the port nobody reads.
sys.stdout = sys.stderr
sys.stdin.read()
