"""The judge of errors: what is no good is found, and what is good is let through."""

from __future__ import annotations

from tools.short_errors import LONGEST, objections

GOOD = """---------------------------------------------------------------------------
NameError                                 Traceback (most recent call last)
Cell In[1], line 1
----> 1 server.stop()

NameError: name 'server' is not defined

`server` is not there yet.
Run the setup cell at the top, and then this one."""


def test_a_good_one():
    assert objections(GOOD) == []


def test_what_is_wrong_is_said():
    assert objections(GOOD.replace("Run the", "Look at the")) != []
    assert objections(GOOD.replace("Run the", "Look at the"), needs_cure=False) == []
    (long,) = objections("\n".join(["x"] * LONGEST) + "\n" + GOOD)
    assert f"{LONGEST} at most" in long
    for line in (
        "File ~/env/lib/python3.11/site-packages/grpc/_channel.py:1166, in call(self)",
        '  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode',
        "File src/python/grpcio/grpc/_cython/_cygrpc/channel.pyx.pxi:313, in grpc._cython.cygrpc._call()",
    ):
        (found,) = objections(GOOD.replace("Cell In[1]", f"{line}\nCell In[1]"))
        assert found.startswith("quotes a library: ")
    (chained,) = objections("During handling of the above exception, another exception occurred:\n" + GOOD)
    assert "second traceback" in chained
    assert objections(GOOD.replace("NameError", "\x1b[31mNameError\x1b[0m")) == []
