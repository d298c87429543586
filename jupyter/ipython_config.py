"""Settings of every kernel in the course's environment."""

import os

# gRPC reads this once, when it is imported; a learner's first cell may do that before `import helpers`.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

c = get_config()  # noqa: F821
c.InteractiveShellApp.extensions.append("helpers.notebook")
