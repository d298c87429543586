@measure_both.lines
def records(chunks):
    rest = b""
    for chunk in chunks:
        rest += chunk
        while b"\n" in rest:
            line, _, rest = rest.partition(b"\n")
            if line.strip():
                yield json.loads(line)
    if rest.strip():
        yield json.loads(rest)
