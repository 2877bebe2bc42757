"""A throwaway machine: this machine's files under an overlay, booted by systemd in namespaces, with a loopback
interface as its only network.

Everything installed, started or written in it disappears with it; only the project's folder is the real one. Needs
root, overlayfs, and Debian's systemd-container.
"""
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INSIDE = "ANTEROOM_ACCEPTANCE_MACHINE"
BOOT_SECONDS = 90


def enter(*programs):
    """Runs the current script in such a machine and exits with its status; returns only inside the machine. Exits with
    0 if a required program is missing."""
    if os.environ.get(INSIDE):
        return
    name = os.path.basename(sys.argv[0])
    missing = [program for program in ("systemd-nspawn", "nsenter", *programs) if not shutil.which(program)]
    if os.geteuid() != 0 or missing:
        print(f"{name}: skipped, it needs " + ", ".join([*missing, *(["root"] if os.geteuid() else [])]))
        sys.exit(0)
    with booted() as init:
        sys.exit(subprocess.call(
            ["nsenter", "-t", str(init), "-m", "-u", "-i", "-n", "-p", "-r", "-W" + os.getcwd(), "--",
             sys.executable, os.path.abspath(sys.argv[0]), *sys.argv[1:]], env={**os.environ, INSIDE: "1"}))


@contextlib.contextmanager
def booted():
    """Yields the process id of the machine's systemd once it has booted."""
    with tempfile.TemporaryDirectory() as folder, mounted(folder) as root:
        with open(folder + "/console", "w") as console:
            container = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--directory=" + root, "--private-network", "--register=no",
                 "--keep-unit", "--boot", "--machine=anteroom-acceptance", f"--bind={ROOT}", "--",
                 "--unit=basic.target"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT)
        try:
            yield wait_for(container, folder + "/console")
        finally:
            container.send_signal(signal.SIGTERM)  # an orderly power-off
            try:
                container.wait(60)
            except subprocess.TimeoutExpired:
                container.kill()
                container.wait()


@contextlib.contextmanager
def mounted(folder):
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
    root, upper, work = (os.path.join(folder, name) for name in ("root", "upper", "work"))
    try:
        for name in (root, upper, work):
            os.mkdir(name)
        layers = f"lowerdir=/,upperdir={upper},workdir={work}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, root], check=True)
        try:
            yield root
        finally:
            subprocess.run(["umount", root], check=True)
    finally:
        subprocess.run(["umount", folder], check=True)


def is_up(init):
    return subprocess.run(
        ["nsenter", "-t", init, "-m", "-p", "-r", "--", "systemctl", "is-active", "--quiet", "basic.target"],
        stderr=subprocess.DEVNULL).returncode == 0


def wait_for(container, console):
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and container.poll() is None:
        with open(f"/proc/{container.pid}/task/{container.pid}/children") as children:
            init = children.read().split()
        if init and is_up(init[0]):
            return int(init[0])
        time.sleep(0.2)
    with open(console) as said:
        sys.exit("the machine did not boot:\n" + said.read())
