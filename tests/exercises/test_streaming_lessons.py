"""What the checks of streaming lessons stand on, and that they let right answers of another shape pass."""

from __future__ import annotations

import textwrap

import grpc
import pytest

from helpers import protos
from helpers.exercises import bidirectional_streaming, catalog, client_streaming, server_streaming
from helpers.exercises.engine import Choose, WriteClient

pb2, _ = protos.load("greeter/v1/greeter.proto")

RIGHT = [
    (
        server_streaming.ride_so_far,
        """
        @server_streaming.ride_so_far
        def ride_so_far(tracking, parcel_id):
            stream, places = tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id=parcel_id), timeout=1), []
            try:
                places.extend([each.position.x_km, each.position.y_km] for each in stream)
            except grpc.RpcError as error:
                if not places:
                    raise error
            return places, stream.code() is grpc.StatusCode.OK
        """,
    ),
    (
        server_streaming.whole_route,
        """
        @server_streaming.whole_route
        class Routes(tracking_pb2_grpc.TrackingServiceServicer):
            def __init__(self):
                self.routes = {
                    "P-1": [(1, 1), (1, 4), (5, 4)],
                    "P-2": [(2, 2), (2, 3), (2, 2)],
                    "P-3": [(7, 1)],
                }

            def TrackParcel(self, request, context):
                try:
                    *way, end = self.routes[request.parcel_id]
                except KeyError:
                    context.abort(grpc.StatusCode.NOT_FOUND, request.parcel_id)
                message = tracking_pb2.TrackParcelResponse()
                for message.position.x_km, message.position.y_km in way:
                    yield message
                message.position.x_km, message.position.y_km = end
                message.arrived = True
                yield message
        """,
    ),
    (
        client_streaming.photo_pieces,
        """
        @client_streaming.photo_pieces
        def proof_requests(parcel_id, size_bytes, photo):
            header = {"parcel_id": parcel_id, "size_bytes": size_bytes}
            yield tracking_pb2.UploadProofRequest(header=header)
            piece = bytearray(64 * 1024)
            with photo:
                while count := photo.readinto(piece):
                    yield tracking_pb2.UploadProofRequest(chunk=bytes(piece[:count]))
        """,
    ),
    (
        bidirectional_streaming.house_number,
        """
        @bidirectional_streaming.house_number
        def find_house(dispatch):
            left, heard = list(range(1, 101)), queue.Queue()

            def questions():
                nonlocal left
                while True:
                    number = left[len(left) // 2]
                    yield dispatch_pb2.TalkRequest(text=f" {number} ")
                    word = heard.get()
                    if word == "yes":
                        return
                    left = [house for house in left if (house > number if word == "higher" else house < number)]

            for reply in dispatch.Talk(questions()):
                heard.put(reply.text)
            return reply.text
        """,
    ),
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
        client_streaming.photo_pieces,
        """
        @client_streaming.photo_pieces
        def proof_requests(parcel_id, size_bytes, photo):
            request = tracking_pb2.UploadProofRequest()
            request.header.parcel_id, request.header.size_bytes = parcel_id, size_bytes
            yield request
            while True:
                request.chunk = photo.read(1 << 16)  # a oneof: the header goes, and the object is the same
                if not request.chunk:
                    return
                yield request
        """,
    ),
    (
        server_streaming.until_near,
        """
        @server_streaming.until_near
        def follow(tracking, parcel_id, x_km, y_km):
            stream, places, near = None, [], lambda x, y: abs(x - x_km) + abs(y - y_km) <= 1
            stream = tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id=parcel_id), timeout=60)
            try:
                for seen in stream:
                    places.append([seen.position.x_km, seen.position.y_km])
                    if near(*places[-1]):
                        return places
                return places
            finally:
                stream.cancel()
        """,
    ),
    (
        server_streaming.ride_so_far,
        """
        @server_streaming.ride_so_far
        def ride_so_far(tracking, parcel_id):
            places, failure = [], None
            stream = tracking.TrackParcel(tracking_pb2.TrackParcelRequest(parcel_id=parcel_id), timeout=1.0)
            while failure is None:
                try:
                    seen = next(stream)
                except StopIteration:
                    return places, True
                except grpc.RpcError as error:
                    failure = error
                else:
                    places += [(seen.position.x_km, seen.position.y_km)]
            if not places:
                raise failure
            return places, False
        """,
    ),
    (
        server_streaming.planned_ride,
        """
        @server_streaming.planned_ride
        class PlannedRide(tracking_pb2_grpc.TrackingServiceServicer):
            def TrackParcel(self, request, context):
                until = time.monotonic() + 3
                while time.monotonic() < until and context.is_active():
                    time.sleep(0.05)
                if context.is_active():
                    yield tracking_pb2.TrackParcelResponse(arrived=True)
        """,
    ),
    (
        client_streaming.honest_upload,
        """
        @client_streaming.honest_upload
        class HonestProofs(tracking_pb2_grpc.TrackingServiceServicer):
            def UploadProof(self, requests, context):
                for first in requests:
                    break
                else:
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no header")
                if first.WhichOneof("part") != "header":
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no header")
                promised, data = first.header.size_bytes, b""
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
    verdict = exercise.judge_source(textwrap.dedent(answer).strip())
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
        result = check.run(3)
        result.expect(list(result.value) == [0, 1, 2], "0, 1, 2", "others")

    exercise = WriteClient(
        id="sample.count", title="Count", task="Count.", hints=["One.", "Two."], reason="So.", services=[],
        parameters=["upto"], check=check, is_generator=wanted,
    )  # fmt: skip
    verdict = exercise.judge(count)
    assert verdict.outcome == outcome, verdict
    assert wanted or "only makes a generator" in verdict.sentence


@pytest.mark.parametrize("lesson", ["04_client_streaming", "05_bidirectional_streaming"])
def test_three_are_written_and_one_is_a_question(lesson):
    exercises = catalog()[lesson]
    questions = [exercise for exercise in exercises if isinstance(exercise, Choose)]
    assert questions
    assert len(exercises) - len(questions) >= 3


def test_what_an_answer_takes_out_is_there_for_the_next():
    exercise = server_streaming.whole_route
    cells = map(exercise.wrong_cell, exercise.wrong_answers)
    greedy = next(cell for cell in cells if "route.pop(0)" in cell)
    copied = "{name: [*route] for name, route in self.routes.items()}"
    late = greedy.replace("self.routes.get", f'(self.routes if "P-9" in self.routes else {copied}).get')
    assert exercise.judge_source(late).outcome == "passed"  # it empties the last one only
    assert exercise.judge_source(exercise.answer).outcome == "passed"
