"""Text as people paste it, and the bytes that it spells."""

from __future__ import annotations

import pytest

from helpers.wire.direction import TO_CLIENT, TO_SERVER
from helpers.wire.pasted import spelling
from helpers.wire.pasted.spelling import spellings

DATA = b"\x08\x96\x01"
LONG = b"\x08\x96\x01\x12\x16Hello   world, cafe beef\x1a\x00 ab"  # as xxd & Co. have printed it below


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("089601", "hex"),
        ("08 96 01", "hex"),
        ("8 96 1", "hex"),
        ("08:96:01", "hex"),
        ("08-96-01", "hex"),
        ("08\n96\n01\n", "hex"),
        ("0x089601", "hex"),
        ("%08%96%01", "hex"),
        ("{08 96 01}", "hex"),
        ("[08 96 01]", "hex"),
        ("<Buffer 08 96 01>", "hex"),
        ("x'089601'", "hex"),
        (r"\x089601", "hex"),
        ("payload=089601", "hex"),
        ('"089601",', "hex"),
        ("0x08, 0x96, 0x01", "numbers"),
        ("[]byte{0x8, 0x96, 0x1}", "numbers"),
        ("[8, 150, 1]", "numbers"),
        ("[8, -106, 1]", "numbers"),
        ("{8 150 1}", "numbers"),
        ("8, 150, 1", "numbers"),
        (
            "unsigned char x[] = {\n  0x08, 0x96, // one\n  /* two */ 0x01\n};\nunsigned int x_len = 3;",
            "numbers",
        ),
        ("new byte[] {(byte) 0x08, (byte) 0x96, (byte) 0x01}", "numbers"),
        (r"\x08\x96\x01", "escapes"),
        (r"""b'\x08\x96\x01'""", "escapes"),
        (r'''"\010\226"  "\001"''', "escapes"),
        (r'"\u0008\u0096\u0001"', "escapes"),
        ("\x08\x96\x01", "characters"),
        ("CJYB", "base64"),
        ('"CJYB"', "base64"),
        ("CJ\nYB\n", "base64"),
        ("data:application/octet-stream;base64,CJYB", "base64"),
        ("x-thing-bin: CJYB", "base64"),
    ],
)
def test_bytes_are_spelled_in_many_ways(text, how):
    first = spellings(text)[0]
    assert (first.how, first.data) == (how, DATA)


@pytest.mark.parametrize(
    ("text", "data", "told"),
    [
        ("CAUSBG5vbmU=", b"\x08\x05\x12\x04none", "base64"),
        ("CAUSBG5vbmU", b"\x08\x05\x12\x04none", "base64 without padding"),
        ("CAUSBG5vbmU%3D", b"\x08\x05\x12\x04none", "base64"),
        (r"CAUSBG5vbmU\u003d", b"\x08\x05\x12\x04none", "base64"),
        ("--__", b"\xfb\xef\xff", "base64 in the alphabet for addresses (- and _)"),
        ("++//", b"\xfb\xef\xff", "base64"),
    ],
)
def test_base64_of_both_alphabets_padded_or_not(text, data, told):
    first = spellings(text)[0]
    assert (first.told, first.data) == (told, data)


def test_escapes_stand_among_plain_characters():
    assert spellings(r"""b'\n\x05Ada\'s"\t\\'""")[0].data == b"\n\x05Ada's\"\t\\"


DUMPS = {
    "xxd": """
00000000: 0896 0112 1648 656c 6c6f 2020 2077 6f72  .....Hello   wor
00000010: 6c64 2c20 6361 6665 2062 6565 661a 0020  ld, cafe beef.. 
00000020: 6162                                     ab
""",
    "xxd -g1 -u": """
00000000: 08 96 01 12 16 48 65 6C 6C 6F 20 20 20 77 6F 72  .....Hello   wor
00000010: 6C 64 2C 20 63 61 66 65 20 62 65 65 66 1A 00 20  ld, cafe beef.. 
00000020: 61 62                                            ab
""",
    "hexdump -C": """
00000000  08 96 01 12 16 48 65 6c  6c 6f 20 20 20 77 6f 72  |.....Hello   wor|
00000010  6c 64 2c 20 63 61 66 65  20 62 65 65 66 1a 00 20  |ld, cafe beef.. |
00000020  61 62                                             |ab|
00000022
""",
    "hexdump": """
0000000 9608 1201 4816 6c65 6f6c 2020 7720 726f
0000010 646c 202c 6163 6566 6220 6565 1a66 2000
0000020 6261
0000022
""",
    "od -tx1": """
0000000 08 96 01 12 16 48 65 6c 6c 6f 20 20 20 77 6f 72
0000020 6c 64 2c 20 63 61 66 65 20 62 65 65 66 1a 00 20
0000040 61 62
0000042
""",
    "od -A x -t x1z": """
000000 08 96 01 12 16 48 65 6c 6c 6f 20 20 20 77 6f 72  >.....Hello   wor<
000010 6c 64 2c 20 63 61 66 65 20 62 65 65 66 1a 00 20  >ld, cafe beef.. <
000020 61 62                                            >ab<
000022
""",
    "Wireshark": """
0000   08 96 01 12 16 48 65 6c 6c 6f 20 20 20 77 6f 72   .....Hello   wor
0010   6c 64 2c 20 63 61 66 65 20 62 65 65 66 1a 00 20   ld, cafe beef..
0020   61 62                                             ab
""",
    "tcpdump -X": """
12:00:00.000000 IP 127.0.0.1.40000 > 127.0.0.1.50051: Flags [P.], length 34
\t0x0000:  0896 0112 1648 656c 6c6f 2020 2077 6f72  .....Hello...wor
\t0x0010:  6c64 2c20 6361 6665 2062 6565 661a 0020  ld,.cafe.beef...
\t0x0020:  6162                                     ab
""",
    "gdb x/34xb": """
0x7fffffffe000 <buffer>:\t0x08\t0x96\t0x01\t0x12\t0x16\t0x48\t0x65\t0x6c
0x7fffffffe008 <buffer+8>:\t0x6c\t0x6f\t0x20\t0x20\t0x20\t0x77\t0x6f\t0x72
0x7fffffffe010 <buffer+16>:\t0x6c\t0x64\t0x2c\t0x20\t0x63\t0x61\t0x66\t0x65
0x7fffffffe018 <buffer+24>:\t0x20\t0x62\t0x65\t0x65\t0x66\t0x1a\t0x00\t0x20
0x7fffffffe020 <buffer+32>:\t0x61\t0x62
""",
}


@pytest.mark.parametrize("tool", DUMPS)
@pytest.mark.parametrize("around", ["{}", "    {}"])
def test_dumps_of_every_tool(tool, around):
    text = "\n".join(around.format(line) for line in DUMPS[tool].splitlines())
    first = spellings(text)[0]
    assert (first.how, first.data) == ("dump", LONG)
    assert ("swapped" in first.told) is (tool == "hexdump")


@pytest.mark.parametrize(
    ("line", "data"),
    [
        ("00000000: 6162                                     ab", b"ab"),
        ("00000000  08 96 01", DATA),
        ("0000   08 96 01   ...", DATA),
        ("00000000: 6361 6665 2020                           cafe  ", b"cafe  "),
    ],
)
def test_a_dump_of_one_line(line, data):
    first = spellings(line)[0]
    assert (first.how, first.data) == ("dump", data)


@pytest.mark.parametrize("line", ["0896 0112 0548", "0896 0112\n0548 6c6c", "0000 0000 0500"])
def test_groups_of_digits_are_no_offsets(line):
    assert spellings(line)[0].how == "hex"


def test_lines_that_a_dump_leaves_out_are_put_in():
    text = "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\n00000030  01\n00000031"
    assert spellings(text)[0].data == bytes(48) + b"\1"


def test_both_sides_of_a_followed_stream():
    text = """
00000000  50 52 49 20 2a 20 48 54  54 50 2f 32 2e 30 0d 0a   PRI * HT TP/2.0..
00000010  0d 0a 53 4d 0d 0a 0d 0a                            ..SM....
    00000000  00 00 00 04 00 00 00 00  00                        ........ .
00000018  00 00 00 04 01 00 00 00  00                        ........ .
"""
    pieces = spellings(text)[0].pieces
    assert [piece.direction for piece in pieces] == [TO_SERVER, TO_CLIENT, TO_SERVER]
    assert pieces[0].data.startswith(b"PRI * HTTP/2.0")
    assert pieces[2].data == b"\0\0\0\4\1\0\0\0\0"
    arrays = "char peer0_0[] = { /* Packet 4 */\n0x50, 0x52 };\nchar peer1_0[] = { /* Packet 6 */\n0x00 };"
    assert [piece.direction for piece in spellings(arrays)[0].pieces] == [TO_SERVER, TO_CLIENT]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hello, world", "as hex, 'h' is no digit; as base64, there are spaces in it"),
        ("08961", "this looks like hex, but 5 digits are an odd number|as hex, 5 digits are an odd number"),
        ("089", "It would be 2 bytes as base64"),
        ("08 960", "'960' has an odd number of digits"),
        ("caf\ufffd", "which stands for bytes that could not be read as text, and are lost"),
        (r"\x0a\ufffd", "U\\+FFFD"),
        ("A", "as base64"),
        ("AB+-", "characters of both alphabets"),
        ("00000000: 00\n*\nffffffff: 00", "as hex"),
    ],
)
def test_what_spells_no_bytes_says_why(text, told):
    with pytest.raises(ValueError, match=told):
        spellings(text)


def test_one_spelling_can_be_asked_for():
    assert spellings("cafe", "base64")[0].data == b"q\xa7\xde"
    with pytest.raises(ValueError, match="this is not spelled as dump: its lines have no offsets"):
        spellings("cafe", "dump")
    with pytest.raises(ValueError, match="there is no spelling 'morse'; there are characters, escapes, dump"):
        spellings("cafe", "morse")
    with pytest.raises(ValueError, match=r"stands for 4,294,967,\d+ bytes"):
        spellings("00000000: 00\n*\nffffffff: 00", "dump")


def test_ambiguity_is_kept():
    assert [each.how for each in spellings("cafe")] == ["hex", "base64"]


def test_what_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(spelling, "MOST_TEXT", 100)
    with pytest.raises(ValueError, match="that is 101 characters; at most 100 are read"):
        spellings("0" * 101)
    monkeypatch.setattr(spelling, "MOST_BYTES", 10)
    with pytest.raises(ValueError, match="that is 11 bytes; at most 10 are read"):
        spellings("00" * 11)


@pytest.mark.parametrize("text", ["", "  \n", '""', "\ufeff"])
def test_nothing_is_no_byte(text):
    assert spellings(text)[0].data == b""
