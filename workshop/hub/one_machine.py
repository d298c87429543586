"""Settings for a JupyterHub whose servers share one machine, as with The Littlest JupyterHub: see README.md here.

`benchmarks/hub.py` runs with them.
"""

import pwd

c = get_config()  # noqa: F821


def runtime_folder(spawner):
    """A folder of the learner's with a short path: the name of a Unix socket has room for about a hundred bytes."""
    home = getattr(spawner, "home_dir", "") or pwd.getpwnam(spawner.username_template).pw_dir
    return f"{home}/.run"


# A kernel's ports are picked before the kernel takes them. When a room opens a lesson at the same moment, kernels take
# each other's, and do not start; sockets in the file system have names that nobody else has.
c.Spawner.args.append("--KernelManager.transport=ipc")
c.Spawner.environment.update(
    {
        "JUPYTER_RUNTIME_DIR": runtime_folder,
        # Threads share the places that memory is taken from: a kernel is up to 20 MB smaller.
        "MALLOC_ARENA_MAX": "2",
    }
)
