"""What the checks of streaming lessons stand on, and that they let right answers of another shape pass."""

from __future__ import annotations

import textwrap

import grpc
import pytest

from helpers import protos
from helpers.exercises import bidirectional_streaming, client_streaming
from helpers.exercises.engine import Choose, WriteClient

pb2, _ = protos.load("greeter/v1/greeter.proto")

RIGHT = [
    (
        client_streaming.red_lights,
        """
        @client_streaming.red_lights
        class Rides(tracking_pb2_grpc.TrackingServiceServicer):
            def RecordRoute(self, requests, context):
                route = []
                for position in [request.position for request in requests]:
                    if not route or position != route[-1]:
                        route.append(position)
                if not route:
                    context.set_code(grpc.StatusCode.INVALID_ARGUMENT)
                    context.set_details("no POINT has arrived")
                    return tracking_pb2.RecordRouteResponse()
                legs = (math.hypot(b.x_km - a.x_km, b.y_km - a.y_km) for a, b in zip(route, route[1:]))
                return tracking_pb2.RecordRouteResponse(points=len(route), distance_km=sum(legs))
        """,
    ),
    (
        client_streaming.photo_pieces,
        """
        @client_streaming.photo_pieces
        def proof_requests(parcel_id, size_bytes, photo):
            def chunks():
                for chunk in iter(lambda: photo.read(65536), b""):
                    yield tracking_pb2.UploadProofRequest(chunk=chunk)

            request = tracking_pb2.UploadProofRequest()
            request.header.parcel_id, request.header.size_bytes = parcel_id, size_bytes
            rest = chunks()
            return iter(lambda first=[request]: first.pop() if first else next(rest, None), None)
        """,
    ),
    (
        client_streaming.honest_upload,
        """
        @client_streaming.honest_upload
        class HonestProofs(tracking_pb2_grpc.TrackingServiceServicer):
            def UploadProof(self, requests, context):
                promised, data = next(requests).header.size_bytes, b""
                while (request := next(requests, None)) is not None:
                    data += request.chunk
                    if len(data) > promised:
                        context.set_code(grpc.StatusCode.INVALID_ARGUMENT)
                        context.set_details(f"{promised} bytes were promised")
                        return tracking_pb2.UploadProofResponse()
                if len(data) != promised:
                    context.abort(grpc.StatusCode.DATA_LOSS, f"{promised} bytes were promised")
                return tracking_pb2.UploadProofResponse(
                    size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest()
                )
        """,
    ),
    (
        bidirectional_streaming.three_at_a_time,
        """
        @bidirectional_streaming.three_at_a_time
        class Batches(dispatch_pb2_grpc.DispatchServiceServicer):
            def Talk(self, requests, context):
                for request in requests:
                    batch = [request.text]
                    for other in requests:
                        batch.append(other.text)
                        if len(batch) == 3:
                            break
                    yield dispatch_pb2.TalkResponse(author="depot", text=", ".join(batch))
        """,
    ),
    (
        bidirectional_streaming.house_number,
        """
        @bidirectional_streaming.house_number
        def find_house(dispatch):
            answers, left, last = queue.Queue(), range(1, 101), []

            def questions():
                nonlocal left
                while True:
                    middle = left[len(left) // 2]
                    yield dispatch_pb2.TalkRequest(author="Ada", text=str(middle))
                    answer = answers.get()
                    if answer == "yes":
                        return
                    left = range(middle + 1, left.stop) if answer == "higher" else range(left.start, middle)

            for heard in dispatch.Talk(questions()):
                last.append(heard.text)
                answers.put(heard.text)
            return last[-1]
        """,
    ),
    (
        bidirectional_streaming.other_voices,
        """
        @bidirectional_streaming.other_voices
        class Line(dispatch_pb2_grpc.DispatchServiceServicer):
            def __init__(self):
                self.members, self.lock = {}, threading.Lock()

            def Talk(self, requests, context):
                mailbox = queue.Queue()
                with self.lock:
                    self.members[context] = mailbox
                context.add_callback(lambda: self.leave(context))
                threading.Thread(target=self.listen, args=(requests, context), daemon=True).start()
                while (heard := mailbox.get()) is not None:
                    yield heard

            def leave(self, context):
                with self.lock:
                    mailbox = self.members.pop(context, None)
                if mailbox is not None:
                    mailbox.put(None)

            def listen(self, requests, context):
                try:
                    for request in requests:
                        with self.lock:
                            others = [box for each, box in self.members.items() if each is not context]
                        for box in others:
                            box.put(dispatch_pb2.TalkResponse(author=request.author, text=request.text))
                except grpc.RpcError:
                    return
                self.leave(context)
        """,
    ),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=lambda item: getattr(item, "id", ""))
def test_a_right_answer_of_another_shape_passes(exercise, answer):
    verdict = exercise.rehearse(textwrap.dedent(answer).strip())
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize(("ending", "over"), [("return", True), ("list(request)", False)])
def test_whether_a_server_ends_a_call_that_is_not_half_closed(judge, ending, over):
    def check(service) -> None:
        call = service.start("SayHelloToAll")
        call.send(pb2.SayHelloToAllRequest(name="Ada"))
        service.arrival()
        assert call.over(within=3 if over else 0.3) is over
        assert call.finish().code is grpc.StatusCode.OK

    body = f"""
        class Greeter(greeter_pb2_grpc.GreeterServiceServicer):
            def SayHelloToAll(self, request, context):
                next(request)
                {"pass" if ending == "return" else ending}
                return greeter_pb2.SayHelloToAllResponse()
    """
    verdict = judge(body, check, methods=["SayHelloToAll"])
    assert verdict.outcome == "passed", verdict


def test_the_learners_object_can_be_looked_at(judge):
    def check(service) -> None:
        service.call("SayHello", pb2.SayHelloRequest(name="Ada")).expect_reply()
        assert service.servicer.people == ["Ada"]

    body = """
        class Greeter(greeter_pb2_grpc.GreeterServiceServicer):
            def __init__(self):
                self.people = []

            def SayHello(self, request, context):
                self.people.append(request.name)
                return greeter_pb2.SayHelloResponse()
    """
    verdict = judge(body, check)
    assert verdict.outcome == "passed", verdict


@pytest.mark.parametrize(("wanted", "outcome"), [(True, "passed"), (False, "failed")])
def test_a_generator_is_taken_where_one_is_asked_for(wanted, outcome):
    def count(upto):
        yield from range(upto)

    def check(check) -> None:
        ran = check.run(3)
        ran.expect(list(ran.value) == [0, 1, 2], "0, 1, 2", "others")

    exercise = WriteClient(
        id="sample.count", title="Count", task="Count.", hints=["One.", "Two."], reason="So.", services=[],
        parameters=["upto"], check=check, is_generator=wanted,
    )  # fmt: skip
    verdict = exercise.judge(count)
    assert verdict.outcome == outcome, verdict
    assert wanted or "only makes a generator" in verdict.sentence


@pytest.mark.parametrize(
    "lesson", [client_streaming, bidirectional_streaming], ids=lambda lesson: lesson.LESSON
)
def test_three_are_written_and_one_is_a_question(lesson):
    questions = [exercise for exercise in lesson.EXERCISES if isinstance(exercise, Choose)]
    assert questions
    assert len(lesson.EXERCISES) - len(questions) >= 3
