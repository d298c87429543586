@errors_deadlines_cancellation.time_left
def time_left(context):
    left = context.time_remaining()
    if left is None:
        return 2.0
    return max(0.0, min(left - 0.05, 2.0))
