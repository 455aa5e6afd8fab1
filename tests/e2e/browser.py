"""A headless Chromium, spoken to over a pipe (the DevTools protocol), and what it complains of."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time

from server import PATIENCE, Failure

SIZE = (1000, 420)


def above_9(fd):
    """The same file under a number that has two digits."""
    moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(fd)
    return moved


class Browser:
    """One page. All that it complains of, and all its requests, are kept in `complaints` and `requests`."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="sorteo-browser-")
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        # Chromium reads from 3 and writes to 4, which neither end may be before. Without its sandbox, which root may
        # not use: the page is ours.
        commands, answers = above_9(commands), above_9(answers)
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "bash", program, "--headless=new", "--no-sandbox",
             "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "about:blank"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=dict(os.environ, HOME=self.folder))
        os.close(commands)
        os.close(answers)
        self.buffer, self.number, self.session = b"", 0, None
        self.complaints, self.requests = [], []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(domain + ".enable")
        self.look(*SIZE)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            came = self.read()
            if came.get("id") == self.number:
                if "error" in came:
                    raise Failure(f"{method}: {came['error']}")
                return came["result"]
            self.note(came.get("method"), came.get("params"))

    def read(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.answers, 1 << 16)
            if not piece:
                raise Failure("the browser has ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def note(self, event, about):
        if event == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(about["exceptionDetails"]))
        elif event == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
            self.complaints.append(about["entry"]["text"])

    # ---- The page ----------------------------------------------------------------------------------------

    def visit(self, url):
        self.call("Page.navigate", url=url)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise Failure(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait_for(self, expression, wanted=True):
        """Also where the page is not there yet, and the expression fails."""
        deadline = time.monotonic() + PATIENCE
        tried = f"(() => {{ try {{ return {expression}; }} catch (error) {{ return `${{error}}`; }} }})()"
        while (came := self.evaluate(tried)) != wanted:
            if time.monotonic() > deadline:
                raise Failure(f"{expression} is {came!r}, wanted {wanted!r}")
            time.sleep(0.1)

    def look(self, width, height, dark=False):
        """The size of its window, and which colours its user likes."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def shoot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key],
                      text="\r" if key == "Enter" and kind == "keyDown" else "")

    def roles(self):
        """What a screen reader is told: (role, name) of each thing on the page."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return {(node.get("role", {}).get("value"), node.get("name", {}).get("value", "")) for node in nodes
                if not node.get("ignored")}


KEYS = {"Tab": 9, "Enter": 13}
