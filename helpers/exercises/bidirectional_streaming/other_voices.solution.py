@bidirectional_streaming.other_voices
class Line(dispatch_pb2_grpc.DispatchServiceServicer):
    def __init__(self):
        self.members = set()

    def Talk(self, requests, context):
        mailbox = queue.SimpleQueue()
        self.members.add(mailbox)
        threading.Thread(target=self.listen, args=(requests, mailbox), daemon=True).start()
        try:
            yield from iter(mailbox.get, None)
        finally:
            self.members.discard(mailbox)

    def listen(self, requests, mailbox):
        try:
            for request in requests:
                heard = dispatch_pb2.TalkResponse(author=request.author, text=request.text)
                for other in self.members - {mailbox}:
                    other.put(heard)
        except grpc.RpcError:
            pass
        finally:
            mailbox.put(None)
