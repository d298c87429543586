"""What a project does with generated code works with a schema new to the process, and with an edited one."""

from __future__ import annotations

import copy
import datetime
from concurrent import futures
from pathlib import Path

import grpc
import pytest
from google.protobuf import (
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    empty_pb2,
    json_format,
    message_factory,
    struct_pb2,
    text_format,
    timestamp_pb2,
    wrappers_pb2,
)
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_reflection.v1alpha import reflection
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from helpers import protos

SCHEMA = """
    import "google/protobuf/any.proto";
    import "google/protobuf/duration.proto";
    import "google/protobuf/empty.proto";
    import "google/protobuf/field_mask.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/timestamp.proto";
    import "google/protobuf/wrappers.proto";
    import "google/rpc/status.proto";

    message Item {
      google.protobuf.Timestamp at = 1;
      google.protobuf.Duration takes = 2;
      google.protobuf.Any anything = 3;
      google.protobuf.Struct json = 4;
      google.protobuf.FieldMask mask = 5;
      google.protobuf.StringValue maybe = 6;
      repeated google.protobuf.Timestamp times = 7;
      map<string, google.protobuf.Duration> durations = 8;
      google.rpc.Status status = 9;
      Part part = 10;
      repeated Part parts = 11;
      oneof choice {
        google.protobuf.Timestamp moment = 12;
        string text = 13;
      }
    }

    message Part {
      google.protobuf.Timestamp at = 1;
      int32 number = 2;
    }

    service ItemService {
      rpc Ask(Item) returns (Item);
      rpc Now(google.protobuf.Empty) returns (google.protobuf.Timestamp);
    }
"""


@pytest.fixture(params=["default", "private"])
def modules(request, write, package):
    """The modules of SCHEMA, in the process's own pool and in one of ours."""
    if request.param == "default":
        made = protos.load(write(f"{package}/item.proto", SCHEMA, package=package))
    else:
        write("item.proto", SCHEMA, package=package)
        made = protos.compile_cell("item", Path("item.proto").read_text(encoding="utf-8"))
    is_default = made[0].DESCRIPTOR.pool is descriptor_pool.Default()
    assert is_default == (request.param == "default")
    return made


@pytest.fixture
def pb2(modules):
    return modules[0]


MOMENT = timestamp_pb2.Timestamp(seconds=1_700_000_000, nanos=5)
WHILE = duration_pb2.Duration(seconds=90)


def test_datetimes_can_be_assigned(pb2):
    item = pb2.Item()
    when = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    item.at = when
    item.takes = datetime.timedelta(minutes=2)
    assert item.at.ToDatetime(tzinfo=datetime.timezone.utc) == when
    assert item.takes.ToTimedelta() == datetime.timedelta(minutes=2)
    assert pb2.Item(at=when) == pb2.Item(at=item.at)


def test_well_known_types_have_their_helpers(pb2):
    item = pb2.Item()
    item.at.GetCurrentTime()
    item.json.update({"name": "Ada", "numbers": [1, 2.5, None, {"deep": True}]})
    item.mask.FromJsonString("part.number,text")
    assert item.at.seconds > 1_700_000_000
    assert item.json["numbers"][3]["deep"] is True
    assert list(item.mask.paths) == ["part.number", "text"]


def test_copy_from_a_message_of_google_protobuf(pb2):
    item = pb2.Item()
    item.at.CopyFrom(MOMENT)
    item.takes.MergeFrom(WHILE)
    item.times.add().CopyFrom(MOMENT)
    item.durations["a"].CopyFrom(WHILE)
    item.part.at.CopyFrom(MOMENT)
    item.status.CopyFrom(status_pb2.Status(code=5, message="no"))
    assert item.at.nanos == item.times[0].nanos == item.part.at.nanos == 5
    assert item.durations["a"].seconds == item.takes.seconds == 90
    assert item.status.message == "no"


def test_the_constructor_takes_messages_of_google_protobuf(pb2):
    item = pb2.Item(
        at=MOMENT,
        takes=WHILE,
        maybe=wrappers_pb2.StringValue(value="m"),
        times=[MOMENT, MOMENT],
        durations={"a": WHILE},
        moment=MOMENT,
        part={"at": MOMENT, "number": 1},
        parts=[{"at": MOMENT}, pb2.Part(at=MOMENT, number=2)],
        status=status_pb2.Status(code=code_pb2.NOT_FOUND),
    )
    assert item.at.nanos == item.times[1].nanos == item.moment.nanos == 5
    assert item.part.at.nanos == item.parts[0].at.nanos == item.parts[1].at.nanos == 5
    assert item.durations["a"].seconds == 90
    assert item.maybe.value == "m"
    assert item.status.code == 5
    assert pb2.Item(times=item.times, durations=item.durations).times[1].nanos == 5
    assert pb2.Item.FromString(item.SerializeToString()) == item


def test_the_constructor_refuses_what_generated_code_refuses(pb2):
    for wrong in ({"at": 3}, {"times": 3}, {"durations": 3}, {"part": pb2.Item()}, {"text": MOMENT}):
        with pytest.raises(TypeError):
            pb2.Item(**wrong)
    with pytest.raises(ValueError, match='has no "nonsense" field'):
        pb2.Item(nonsense=1, at=MOMENT)


def test_nothing_of_an_iterator_is_lost(pb2):
    parts = pb2.Item(parts=(pb2.Part(number=number) for number in range(3))).parts
    assert [part.number for part in parts] == [0, 1, 2]
    try:
        times = pb2.Item(times=(MOMENT for _ in range(3))).times
    except TypeError:
        return
    assert len(times) == 3


def test_any_is_packed_and_unpacked(pb2):
    item = pb2.Item()
    item.anything.Pack(pb2.Part(number=7))
    part = pb2.Part()
    assert item.anything.Is(pb2.Part.DESCRIPTOR)
    assert item.anything.Unpack(part)
    assert part.number == 7
    loose = any_pb2.Any()
    loose.Pack(part)
    assert pb2.Item(anything=loose).anything == item.anything
    item.anything.Pack(MOMENT)
    moment = timestamp_pb2.Timestamp()
    assert item.anything.Unpack(moment)
    assert moment == MOMENT


def test_json_goes_both_ways(pb2):
    pool = pb2.DESCRIPTOR.pool
    item = pb2.Item(at=MOMENT, times=[MOMENT], part=pb2.Part(number=3), text="t")
    item.json.update({"a": 1})
    item.anything.Pack(pb2.Part(number=7))
    text = json_format.MessageToJson(item, descriptor_pool=pool)
    assert '"number": 7' in text
    assert json_format.Parse(text, pb2.Item(), descriptor_pool=pool) == item
    item.ClearField("anything")
    assert json_format.Parse(json_format.MessageToJson(item), pb2.Item()) == item
    assert json_format.ParseDict(json_format.MessageToDict(item), pb2.Item()) == item
    assert text_format.Parse(text_format.MessageToString(item), pb2.Item()) == item


def test_copies_and_comparisons(pb2):
    item = pb2.Item(at=MOMENT, parts=[pb2.Part(number=1)])
    for twin in (copy.copy(item), copy.deepcopy(item)):
        assert twin == item
        assert type(twin) is pb2.Item
        twin.parts[0].number = 2
        assert twin != item
    item.MergeFrom(pb2.Item(parts=[pb2.Part(number=5)]))
    assert [part.number for part in item.parts] == [1, 5]


def test_classes_know_where_they_are_from(pb2):
    assert type(pb2.Item().at).__name__ == "Timestamp"
    assert type(pb2.Item().at).__module__ == "google.protobuf.timestamp_pb2"
    assert pb2.Item.__module__ == pb2.__name__
    assert message_factory.GetMessageClass(pb2.Item.DESCRIPTOR) is pb2.Item


@pytest.fixture
def serve(modules):
    """Starts a plain server for a servicer and returns a stub."""
    _, pb2_grpc = modules
    server = grpc.server(futures.ThreadPoolExecutor(2))
    channels = []

    def serve(servicer):
        pb2_grpc.add_ItemServiceServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        channels.append(grpc.insecure_channel(f"127.0.0.1:{port}"))
        return channels[0], server

    yield serve
    for channel in channels:
        channel.close()
    server.stop(None).wait()


def test_calls_with_messages_of_google_protobuf(modules, serve):
    pb2, pb2_grpc = modules

    class Items(pb2_grpc.ItemServiceServicer):
        def Ask(self, request, context):
            return pb2.Item(at=request.at, times=[request.at])

        def Now(self, request, context):
            return MOMENT

    channel, _ = serve(Items())
    stub = pb2_grpc.ItemServiceStub(channel)
    assert stub.Ask(pb2.Item(at=MOMENT), timeout=10) == pb2.Item(at=MOMENT, times=[MOMENT])
    assert stub.Now(empty_pb2.Empty(), timeout=10) == MOMENT


def test_rich_errors_carry_details_of_the_schema(modules, serve):
    pb2, pb2_grpc = modules

    class Items(pb2_grpc.ItemServiceServicer):
        def Ask(self, request, context):
            status = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message="bad part")
            status.details.add().Pack(pb2.Part(number=13))
            status.details.add().Pack(error_details_pb2.ErrorInfo(reason="SHAPE"))
            context.abort_with_status(rpc_status.to_status(status))

    channel, _ = serve(Items())
    with pytest.raises(grpc.RpcError) as caught:
        pb2_grpc.ItemServiceStub(channel).Ask(pb2.Item(), timeout=10)
    status = rpc_status.from_call(caught.value)
    part, info = pb2.Part(), error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(part)
    assert status.details[1].Unpack(info)
    assert (caught.value.code(), part.number, info.reason) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        13,
        "SHAPE",
    )
    assert pb2.Item(status=status).status.message == "bad part"


def test_reflection_tells_the_schema(modules, serve):
    pb2, pb2_grpc = modules
    channel, server = serve(pb2_grpc.ItemServiceServicer())
    name = pb2.DESCRIPTOR.services_by_name["ItemService"].full_name
    reflection.enable_server_reflection([name, reflection.SERVICE_NAME], server, pool=pb2.DESCRIPTOR.pool)
    database = ProtoReflectionDescriptorDatabase(channel)
    assert name in database.get_services()
    told = descriptor_pool.DescriptorPool(database).FindServiceByName(name)
    assert [method.name for method in told.methods] == ["Ask", "Now"]
    ours, theirs = descriptor_pb2.FileDescriptorProto(), descriptor_pb2.FileDescriptorProto()
    pb2.DESCRIPTOR.CopyToProto(ours)
    told.file.CopyToProto(theirs)
    assert theirs == ours


def test_two_versions_do_not_mix_silently(write, package):
    def version(fields: str):
        text = f"message Box {{ Item item = 1; repeated Item items = 2; }} message Item {{ {fields} }}"
        write("box.proto", text, package=package)
        return protos.compile_cell("box", Path("box.proto").read_text(encoding="utf-8"))[0]

    old, new = version("int32 a = 1;"), version("int32 a = 1; int32 b = 2;")
    carried = old.Item(a=3)
    for mix in (
        lambda: new.Box(item=carried),
        lambda: new.Box(items=[carried]),
        lambda: new.Item().CopyFrom(carried),
        lambda: new.Item().MergeFrom(carried),
    ):
        with pytest.raises(TypeError, match=r"another version of test\d+\.Item") as caught:
            mix()
        assert "FromString" in str(caught.value)
        assert caught.value.__suppress_context__
    assert new.Item.FromString(carried.SerializeToString()) == new.Item(a=3)


def test_a_twin_of_an_unchanged_schema_is_taken_over(write, package):
    """The schema of a cell imports one from disk, and takes messages made with that one's own modules."""
    text = "message Item { int32 a = 1; }"
    item, _ = protos.load(write(f"{package}/item.proto", text, package=package))
    box, _ = protos.compile_cell(
        "box",
        f'syntax = "proto3"; import "{package}/item.proto"; '
        f"message Box {{ {package}.Item item = 1; map<int32, {package}.Item> items = 2; }}",
    )
    packed = box.Box(item=item.Item(a=1), items={7: item.Item(a=2)})
    packed.items[8].CopyFrom(item.Item(a=3))
    assert (packed.item.a, packed.items[7].a, packed.items[8].a) == (1, 2, 3)


def test_struct_takes_what_google_protobuf_made(pb2):
    made = struct_pb2.Struct()
    made.update({"a": [1, 2]})
    assert json_format.MessageToDict(pb2.Item(json=made).json) == {"a": [1.0, 2.0]}


def test_installed_schemas_are_the_packages_own_modules():
    assert protos.load("google/protobuf/timestamp.proto")[0] is timestamp_pb2
    assert protos.load("google/rpc/status.proto")[0] is status_pb2
    assert protos.load("google/protobuf/empty.proto")[0] is empty_pb2
    assert (
        timestamp_pb2.Timestamp.__doc__ is None or "message Timestamp" not in timestamp_pb2.Timestamp.__doc__
    )


def test_a_name_that_google_s_folder_does_not_ship_is_our_own(write, package):
    path = write(f"google/{package}/own.proto", "message Own {}", package=f"google.{package}")
    assert protos.load(path)[0].Own.DESCRIPTOR.full_name == f"google.{package}.Own"
