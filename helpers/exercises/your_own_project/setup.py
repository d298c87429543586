"""What the lesson's setup cell imports: the names that the exercises, and learners' cells, find there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import grpc

__all__ = ["Path", "grpc", "os", "re", "signal", "subprocess", "sys", "time"]
