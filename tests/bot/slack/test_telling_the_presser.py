"""An answer to a presser is tried once: whatever comes back, the press itself has been recorded."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.slack.presses import tell_presser

ANSWERS = {
    "no HTTP at all": b"what?\r\n\r\n",
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nok",
    "nothing": b"",
}


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join()


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_a_broken_answer_does_not_undo_the_press(answer: bytes) -> None:
    with answering(answer) as url:
        tell_presser({"response_url": url}, "Carla Costa claimed it.")
