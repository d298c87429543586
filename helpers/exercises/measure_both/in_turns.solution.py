@measure_both.in_turns
def in_turns(candidates, rounds):
    names = list(candidates)
    for name in names:
        candidates[name]()
    times = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            started = time.perf_counter()
            candidates[name]()
            times[name].append(time.perf_counter() - started)
    return times
