"""The program in a tmux pane of its own: keys in, screen and terminal state out."""
import os
import re
import subprocess
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from program import environment  # noqa: E402

# On quit, in the order the shell writes them: modes before, exit status, modes after.
SCRIPT = """stty -a >'%(dir)s/before'
sh -c 'echo $$ >"%(dir)s/pid"; exec "$@"' sh %(command)s
rc=$?
stty -a >'%(dir)s/after'
echo $rc >'%(dir)s/status'
exec sleep 1000
"""


def quoted(words):
    return " ".join("'%s'" % w.replace("'", "'\\''") for w in words)


class Panel:
    """Use as a context: the pane and whatever runs in it end with it."""

    def __init__(self, home, words, size=(80, 24), term="tmux-256color", **env):
        self.home, self.size, self.term, self.env = home, size, term, env
        self.socket = "tapedeck-" + uuid.uuid4().hex[:8]
        self.dir = os.path.join(home, self.socket)
        self.words = words

    def tmux(self, *args):
        return subprocess.run(["tmux", "-u", "-L", self.socket, *args], capture_output=True,
                              text=True).stdout

    def __enter__(self):
        os.makedirs(self.dir)
        conf, script = os.path.join(self.dir, "conf"), os.path.join(self.dir, "script")
        with open(conf, "w") as f:
            f.write('set -g default-terminal "%s"\nset -g status off\nset -g remain-on-exit on\n'
                    'set -sg escape-time 0\n' % self.term)
        with open(script, "w") as f:
            f.write(SCRIPT % {"dir": self.dir, "command": quoted(self.words)})
        subprocess.run(["tmux", "-u", "-L", self.socket, "-f", conf, "new-session", "-d",
                        "-x", str(self.size[0]), "-y", str(self.size[1]), "sh " + script],
                       env=environment(self.home, **self.env), check=True, capture_output=True)
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")

    def screen(self, colours=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if colours else []))

    def keys(self, *names):
        for name in names:
            self.tmux("send-keys", name)
            time.sleep(0.05)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, cols, rows):
        self.tmux("resize-window", "-x", str(cols), "-y", str(rows))

    def until(self, pattern, seconds=10):
        """Waits for the pattern on the screen; False when it never comes."""
        return self.wait(lambda: re.search(pattern, self.screen()), seconds)

    @staticmethod
    def wait(condition, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.05)
        return bool(condition())

    def text_of(self, name):
        path = os.path.join(self.dir, name)
        if not os.path.exists(path):
            return ""
        with open(path) as f:
            return f.read().strip()

    def pid(self):
        self.wait(lambda: self.text_of("pid"))
        return int(self.text_of("pid"))

    def status(self, seconds=10):
        """Exit status of the program, or None while it still runs after so long."""
        self.wait(lambda: self.text_of("status"), seconds)
        text = self.text_of("status")
        return int(text) if text else None

    def left_behind(self):
        """What of the terminal is not as it was before the program started; [] is clean."""
        found = []
        modes = [re.sub(r"rows \d+; columns \d+;", "", self.text_of(n)) for n in ("before", "after")]
        if modes[0] != modes[1]:
            found.append("stty before: %s\nstty after: %s" % tuple(modes))
        flags = ("alternate_on=0 cursor_flag=1 insert_flag=0 keypad_cursor_flag=0 keypad_flag=0 "
                 "mouse_any_flag=0 mouse_button_flag=0 mouse_standard_flag=0 origin_flag=0 "
                 "wrap_flag=1 scroll_region_upper=0")
        for flag in flags.split():
            name, want = flag.split("=")
            have = self.tmux("display-message", "-p", "#{%s}" % name).strip()
            if have != want:
                found.append("%s is %s" % (name, have))
        return found
