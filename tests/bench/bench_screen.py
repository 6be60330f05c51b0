#!/usr/bin/env python3
"""The program in a terminal of its own: how long until its first frame, and what a paused replay
costs when nobody touches it. Prints rows as bench.h says.

usage: bench_screen.py BUILD_DIR [EVENTS] [SECONDS]    of the session, and of looking at the idle
"""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROUNDS = 3
SCREENFUL = 2000  # bytes of a first frame; setting the terminal up takes far fewer


def row(figure, value, unit, target):
    print("%s\t%.6g\t%s\t0\t%s" % (figure, value, unit, target), flush=True)


def start(arguments):
    """Starts the program; returns its pid and the other end of its terminal."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(arguments[0], arguments)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 55, 200, 0, 0))
    return pid, fd


def read_some(fd, seconds):
    if not select.select([fd], [], [], seconds)[0]:
        return b""
    try:
        return os.read(fd, 1 << 16)
    except OSError:
        return b""


def leave(pid, fd):
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + 10
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        read_some(fd, 0.05)
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
    os.close(fd)


def first_frame(arguments):
    begin = time.monotonic()
    pid, fd = start(arguments)
    got = 0
    while got < SCREENFUL and time.monotonic() - begin < 20:
        got += len(read_some(fd, 1))
    took = time.monotonic() - begin
    leave(pid, fd)
    if got < SCREENFUL:
        sys.exit("no frame came from %s" % " ".join(arguments))
    return took * 1000


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bytes_written(pid):
    with open("/proc/%d/io" % pid) as f:
        return dict(line.split(": ") for line in f.read().splitlines())["wchar"]


def idle(arguments, seconds):
    """Percent of a core, and bytes written, while the replay stands."""
    pid, fd = start(arguments)
    settled = time.monotonic() + 3
    while time.monotonic() < settled:
        read_some(fd, 0.1)
    cpu, written, begin = cpu_seconds(pid), int(bytes_written(pid)), time.monotonic()
    while time.monotonic() - begin < seconds:
        read_some(fd, 0.5)
    cpu, took = cpu_seconds(pid) - cpu, time.monotonic() - begin
    written = int(bytes_written(pid)) - written
    leave(pid, fd)
    return 100 * cpu / took, written


def median(values):
    return sorted(values)[len(values) // 2]


def main():
    program = os.path.join(sys.argv[1], "src", "command", "tapedeck")
    events = int(sys.argv[2]) if len(sys.argv) > 2 else 500000
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory(dir="/var/tmp") as work:
        session = os.path.join(work, "day.db")
        subprocess.run([program, "record", "--session", session, "--feed",
                        "synthetic:?rate=100000&speed=max&events=%d" % events], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        replay = [program, "replay", session]
        live = [[program, "live", "--session", os.path.join(work, "new%d.db" % k), "--feed",
                 "synthetic:"] for k in range(ROUNDS)]
        row("screen: first frame, replay of %.3g M events" % (events / 1e6),
            median([first_frame(replay) for _ in range(ROUNDS)]), "ms", "<=300")
        row("screen: first frame, nothing recorded yet", median([first_frame(x) for x in live]),
            "ms", "<=150")
        percent, written = idle(replay, seconds)
        row("screen: idle, paused replay", percent, "% of a core", "<=0.5")
        row("screen: idle, bytes written", written, "B", "<=0")


if __name__ == "__main__":
    main()
