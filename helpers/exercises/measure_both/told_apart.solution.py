@measure_both.told_apart
def faster(a, b):
    if len(a) < 8:
        return None
    a_low, _, a_high = statistics.quantiles(a, n=4, method="inclusive")
    b_low, _, b_high = statistics.quantiles(b, n=4, method="inclusive")
    a_won = sum(x < y for x, y in zip(a, b, strict=True))
    b_won = sum(y < x for x, y in zip(a, b, strict=True))
    if a_high < b_low and a_won > 0.9 * len(a):
        return "a"
    if b_high < a_low and b_won > 0.9 * len(b):
        return "b"
    return None
