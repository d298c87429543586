@bidirectional_streaming.house_number
def find_house(dispatch):
    mailbox = queue.SimpleQueue()
    replies = dispatch.Talk(iter(mailbox.get, None))
    lowest, highest, answer = 1, 100, ""
    while answer != "yes":
        middle = (lowest + highest) // 2
        mailbox.put(dispatch_pb2.TalkRequest(text=str(middle)))
        answer = next(replies).text
        if answer == "higher":
            lowest = middle + 1
        elif answer == "lower":
            highest = middle - 1
    mailbox.put(None)
    return next(replies).text
