"""A preview as a process of its own, and the ways in which editors' programs save: for the tests of the preview."""

from __future__ import annotations

import http.client
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.newsroom import AS_OF, Newsroom
from tests.sites import REPOSITORY, SMALL_SITE, UNPUBLISHED

PATIENCE_SECONDS = 60.0
# 500 saves and 2,000 edits take minutes: BROADSHEET_LONG=1 asks for them, as docs/architecture.md says.
IS_LONG = bool(os.environ.get("BROADSHEET_LONG"))
DESK = "/__preview/"
EVENTS = f"{DESK}events"
SECRET = "the publisher's secret"
SERVED_SITE = (
    SMALL_SITE.replace("title: First", "title: First\naliases: [/old/first/, /older.html]")
    + UNPUBLISHED
    + f"""\
-- content/static/notes.txt --
{"0123456789" * 100}
-- content/static/.hidden --
{SECRET}
-- secret.txt --
{SECRET}
-- site.secret --
{SECRET}
-- .env --
{SECRET}
"""
)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the preview said; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(slots=True)
class Preview:
    """Owns a preview's process and what it has said on standard error so far."""

    news: Newsroom
    process: subprocess.Popen[bytes]
    said: list[str] = field(default_factory=list)
    _more: threading.Condition = field(default_factory=threading.Condition)
    _listener: threading.Thread | None = None
    _is_over: bool = False
    port: int = 0

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Collects what is said, from a thread, until the process ends; waits for the address."""
        self._listener = threading.Thread(target=self._collect)
        self._listener.start()
        self.port = int(self.awaits(_ADDRESS)[1])

    def awaits(self, said: str | re.Pattern[str]) -> re.Match[str]:
        """The first place in what was said that matches."""
        end = time.monotonic() + PATIENCE_SECONDS
        with self._more:
            while not (found := re.search(said, "".join(self.said))):
                left = end - time.monotonic()
                assert left > 0 and not self._is_over, "".join(self.said)
                self._more.wait(left)
            return found

    def forgets(self) -> None:
        """Drops what was said so far, in which there must be no fault of its own."""
        assert "Traceback" not in self.words, self.words
        with self._more:
            self.said.clear()

    @property
    def words(self) -> str:
        """All that was said so far."""
        with self._more:
            return "".join(self.said)

    def _collect(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._more:
                self.said.append(line.decode(errors="replace"))
                self._more.notify_all()
        with self._more:
            self._is_over = True
            self._more.notify_all()

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """The answer to one request, sent just as it is written; header names with _ for -."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            got = connection.getresponse()
            return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        finally:
            connection.close()

    def raw(self, data: bytes, *, seconds: float = 5.0, ends_after: float | None = None) -> bytes:
        """All that comes back for some bytes until the connection is closed.

        ends_after: seconds of silence after which our side of it is ended, for requests that may not be whole.
        """
        parts = []
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=seconds)
        with wire, suppress(OSError):  # broken off by the other side, which is its good right
            wire.sendall(data)
            while True:
                if ends_after is not None and not select.select([wire], [], [], ends_after)[0]:
                    wire.shutdown(socket.SHUT_WR)
                    ends_after = None
                if not (part := wire.recv(65536)):
                    break
                parts.append(part)
        return b"".join(parts)

    def status_of(self, data: bytes) -> int:
        """The status with which some bytes are answered; 0 when the connection is closed without a word."""
        answer = self.raw(data)
        return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0

    def content(self, path: str, text: str) -> Answer:
        """The first answer for a path that holds the text."""
        answers: list[Answer] = []

        def is_there() -> bool:
            answers[:] = [self.ask(path)]
            return text in answers[0].text

        eventually(is_there, lambda: f"{path} does not show {text!r} but: {answers[0].text[:3000]}\n{self.words}")
        return answers[0]

    def memory(self) -> int:
        """Bytes that the process holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def is_alive(self) -> bool:
        """Whether the process runs, answers, and has told of no fault of its own."""
        return self.process.poll() is None and self.ask("/").status < 500 and "Traceback" not in self.words

    def end(self, by: signal.Signals = signal.SIGINT) -> tuple[int, float]:
        """Interrupts; the exit code, and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(by)
        code = self.process.wait(PATIENCE_SECONDS)
        return code, time.monotonic() - began

    def close(self) -> None:
        """Ends what still runs; the process must have told of no fault of its own."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._listener:
            self._listener.join()
        if self.process.stderr:
            self.process.stderr.close()
        assert "Traceback" not in self.words, self.words


@contextmanager
def previewing(news: Newsroom, *arguments: str, as_of: str = AS_OF, engine: Path = REPOSITORY) -> Iterator[Preview]:
    """A preview of a newsletter, started as an editor starts it, on a port of its own."""
    command = [sys.executable, str(engine / "build.py"), "serve", "--root", str(news.root), "--as-of", as_of]
    port = [] if "--port" in arguments else ["--port", "0"]
    process = subprocess.Popen(
        [*command, *port, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    preview = Preview(news, process)
    try:
        preview.listen()
        yield preview
    finally:
        preview.close()


@contextmanager
def as_before(preview: Preview) -> Iterator[None]:
    """Puts the newsletter back in the end, so that one preview serves many tests, and waits until it is shown so."""
    news = preview.news
    before = news.sources()
    yield
    for path in news.sources().keys() - before.keys():
        news.write(path, None)
    for path, data in before.items():
        if not (news.root / path).exists() or (news.root / path).read_bytes() != data:
            news.write(path, data)
    news.write("content/static/turn.txt", turn := f"{time.monotonic_ns()}")
    preview.content("/turn.txt", turn)
    preview.forgets()


def eventually(is_so: Callable[[], bool], what: Callable[[], str] = lambda: "in vain") -> None:
    """Waits for something in another process that announces it in no way."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, what()
        time.sleep(0.005)


# How editors save. Each function makes the system calls that its program makes, in their order.


def save_in_place(file: Path, text: str) -> None:
    """VS Code, nano: the file is cut to nothing and written again, then flushed."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        os.write(descriptor, text.encode())
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def save_like_vim(file: Path, text: str) -> None:
    """vim with a backup made by renaming: a try whether the folder can be written, then the old file steps aside."""
    swap = file.with_name(f".{file.name}.swp")
    swap.write_bytes(b"b0VIM 9.0")
    attempt = file.with_name("4913")
    os.close(os.open(attempt, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o100644))
    attempt.unlink()
    backup = file.with_name(f"{file.name}~")
    file.rename(backup)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    file.chmod(0o644)
    backup.unlink()
    swap.unlink()


def save_by_rename(file: Path, text: str) -> None:
    """gedit, Kate, rsync: a hidden file beside it is written and takes its place."""
    beside = file.with_name(".goutputstream-X1Y2Z3")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def save_like_an_ide(file: Path, text: str) -> None:
    """The programs of JetBrains: a file beside it that is not hidden is written, and two renames exchange them."""
    new, old = file.with_name(f"{file.name}___jb_tmp___"), file.with_name(f"{file.name}___jb_old___")
    new.write_text(text, encoding="utf-8")
    file.rename(old)
    new.rename(file)
    old.unlink()


def save_by_sed(file: Path, text: str) -> None:
    """sed -i, which writes a file named at random and renames it."""
    sed = shutil.which("sed")
    assert sed, "no sed here"
    last = text.rstrip("\n").rpartition("\n")[2].replace("/", "\\/")
    subprocess.run([sed, "-i", f"$s/.*/{last}/", str(file)], check=True)


SAVES = {
    "in place": save_in_place,
    "vim": save_like_vim,
    "by rename": save_by_rename,
    "an IDE": save_like_an_ide,
    "sed": save_by_sed,
}
