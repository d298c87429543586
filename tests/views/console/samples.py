"""Schemas with every kind of field, and a server with every kind of call, for the console's tests."""

from __future__ import annotations

import threading
import time

import grpc

from helpers import protos

EVERY = """
syntax = "proto3";
package console.v1;

import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";

// Calls of every kind.
service Every {
  // Sends the request back.
  rpc Echo(Everything) returns (Everything);
  rpc Count(Item) returns (stream Item);
  rpc Sum(stream Item) returns (Item);
  rpc Chat(stream Item) returns (stream Item);
  rpc Nothing(google.protobuf.Empty) returns (google.protobuf.Empty);
  rpc Word(google.protobuf.StringValue) returns (google.protobuf.StringValue);
  rpc Shape(google.protobuf.Struct) returns (google.protobuf.Struct);
}

// One of three.
enum Color {
  COLOR_UNSPECIFIED = 0;
  COLOR_RED = 1;
  COLOR_MINUS = -7;
}

message Item {
  // What it is called.
  string name = 1;
  int32 amount = 2;
}

message Everything {
  enum Inner { INNER_UNSPECIFIED = 0; INNER_ONE = 1; }
  message Node { string label = 1; Node next = 2; repeated Node children = 3; }

  double a_double = 1;
  float a_float = 2;
  int32 an_int32 = 3;
  int64 an_int64 = 4;
  uint32 a_uint32 = 5;
  uint64 a_uint64 = 6;
  sint32 a_sint32 = 7;
  sint64 a_sint64 = 8;
  fixed32 a_fixed32 = 9;
  fixed64 a_fixed64 = 10;
  sfixed32 a_sfixed32 = 11;
  sfixed64 a_sfixed64 = 12;
  bool a_bool = 13;
  string a_string = 14;
  bytes some_bytes = 15;
  Color color = 16;
  Inner inner = 17;
  Item item = 18;
  Node node = 19;

  optional int32 maybe_int32 = 20;
  optional string maybe_string = 21;
  optional bool maybe_bool = 22;
  optional Color maybe_color = 23;
  optional bytes maybe_bytes = 24;

  oneof choice {
    string by_name = 30;
    int64 by_number = 31;
    Item by_item = 32;
    google.protobuf.Timestamp by_time = 33;
  }

  repeated int64 numbers = 40;
  repeated string words = 41;
  repeated Item items = 42;
  repeated Color colors = 43;
  repeated bytes blobs = 44;
  repeated google.protobuf.Timestamp times = 45;
  repeated float floats = 46;

  map<string, int32> counts = 50;
  map<int64, Item> items_by_number = 51;
  map<bool, string> by_bool = 52;
  map<string, Color> color_by_name = 53;
  map<string, google.protobuf.Duration> duration_by_name = 54;

  google.protobuf.Timestamp at = 60;
  google.protobuf.Duration lasts = 61;
  google.protobuf.Int64Value wrapped_int64 = 62;
  google.protobuf.StringValue wrapped_string = 63;
  google.protobuf.BoolValue wrapped_bool = 64;
  google.protobuf.BytesValue wrapped_bytes = 65;
  google.protobuf.DoubleValue wrapped_double = 66;
  google.protobuf.Struct struct = 67;
  google.protobuf.Value value = 68;
  google.protobuf.ListValue list_value = 69;
  google.protobuf.FieldMask mask = 70;
  google.protobuf.Any any = 71;
  google.protobuf.Empty empty = 72;

  string class = 80;
  string self = 81;
}
"""

OLDER = """
syntax = "proto2";
package console.older;

enum Closed { ONE = 1; TWO = 2; }

message Old {
  required int32 needed = 1;
  optional Closed closed = 2 [default = TWO];
  optional string text = 3 [default = "hi"];
  optional group Pair = 4 { optional int32 left = 1; required int32 right = 2; }
  repeated int32 packed = 5 [packed = true];
  repeated Closed several = 6;
  optional bool flag = 7 [default = true];
  extensions 100 to 200;
}
message Extra {
  extend Old { optional Extra extra = 101; }
  optional string word = 1;
}
extend Old { optional int32 more = 100; repeated int32 many = 102; }

service Olds { rpc Echo(Old) returns (Old); }
"""

EDITION = """
edition = "2023";
package console.edition;

enum Shut { option features.enum_type = CLOSED; SHUT_ZERO = 0; SHUT_ONE = 1; }

message Edition {
  int32 explicit = 1;
  int32 implicit = 2 [features.field_presence = IMPLICIT];
  int32 needed = 3 [features.field_presence = LEGACY_REQUIRED];
  Edition inside = 4 [features.message_encoding = DELIMITED];
  repeated Shut shuts = 5;
  string text = 6;
}

service Editions { rpc Echo(Edition) returns (Edition); }
"""

every_pb2, every_pb2_grpc = protos.compile_cell("every", EVERY)
older_pb2, older_pb2_grpc = protos.compile_cell("older", OLDER)
edition_pb2, edition_pb2_grpc = protos.compile_cell("edition", EDITION)


class Every(every_pb2_grpc.EveryServicer):
    """Keeps what it was told, and does what an item's name says."""

    def __init__(self):
        self.metadata: dict[str, object] = {}
        self.requests: list = []
        self.time_left: float | None = None
        self.ended = threading.Event()

    def _take(self, request, context):
        self.requests.append(request)
        self.metadata = dict(context.invocation_metadata())
        self.time_left = context.time_remaining()

    def Echo(self, request, context):
        self._take(request, context)
        context.send_initial_metadata((("told", "early"), ("raw-bin", b"\x00\xff")))
        context.set_trailing_metadata((("told", "late"),))
        if request.a_string == "refuse":
            context.abort(grpc.StatusCode.NOT_FOUND, "<b>no</b> such thing")
        if request.a_string == "sleep":
            while context.is_active():
                time.sleep(0.01)
        return request

    def Count(self, request, context):
        self._take(request, context)
        context.add_callback(self.ended.set)
        number = 0
        while context.is_active() and (request.name == "forever" or number < request.amount):
            yield every_pb2.Item(name="<i>item</i>", amount=number)
            number += 1
        if request.name == "break":
            raise ValueError("broken on purpose")
        if request.name == "hang":
            while context.is_active():
                time.sleep(0.01)

    def Sum(self, request_iterator, context):
        total = 0
        for request in request_iterator:
            self._take(request, context)
            total += request.amount
            if request.name == "enough":
                break
        return every_pb2.Item(name="sum", amount=total)

    def Chat(self, request_iterator, context):
        context.add_callback(self.ended.set)
        for request in request_iterator:
            self._take(request, context)
            yield every_pb2.Item(name=request.name.upper(), amount=request.amount)

    def Nothing(self, request, context):
        self._take(request, context)
        return request

    def Word(self, request, context):
        self._take(request, context)
        return request

    def Shape(self, request, context):
        self._take(request, context)
        return request


class Olds(older_pb2_grpc.OldsServicer):
    """Sends the request back."""

    def Echo(self, request, context):
        return request


class Editions(edition_pb2_grpc.EditionsServicer):
    """Sends the request back."""

    def Echo(self, request, context):
        return request
