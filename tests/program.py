"""The real program for tests from outside: running it and reading its answers."""
import json
import os
import subprocess


def environment(home, **extra):
    """A user of its own: nothing of the caller's configuration or feeds leaks in."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("TAPEDECK_", "XDG_", "LC_")) and k not in ("NO_COLOR", "LANG")}
    env.update(HOME=home, XDG_DATA_HOME=os.path.join(home, "data"),
               XDG_STATE_HOME=os.path.join(home, "state"),
               XDG_CONFIG_HOME=os.path.join(home, "config"),
               XDG_RUNTIME_DIR=os.path.join(home, "run"), LC_ALL="C.UTF-8", TZ="UTC")
    os.makedirs(os.path.join(home, "run"), mode=0o700, exist_ok=True)
    env.update(extra)
    return env


class Program:
    def __init__(self, path, home):
        self.path, self.home = os.path.abspath(path), home

    def run(self, *words, timeout=120, **env):
        return subprocess.run([self.path, *words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=timeout, cwd=self.home,
                              env=environment(self.home, **env))

    def start(self, *words):
        return subprocess.Popen([self.path, *words], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                cwd=self.home, env=environment(self.home))

    def rows(self, session, kind, *words):
        """Rows of a query as objects, prices as text; an error is an AssertionError."""
        run = self.run("query", session, kind, "--format", "jsonl", *words)
        assert run.returncode in (0, 1), "query %s: exit %d: %s" % (kind, run.returncode, run.stderr)
        return [json.loads(x, parse_float=str) for x in run.stdout.splitlines()]

    def made(self, *words):
        """Runs a command that has to succeed."""
        run = self.run(*words)
        assert run.returncode == 0, "%s: exit %d: %s" % (" ".join(words), run.returncode, run.stderr)
        return run
