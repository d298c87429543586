"""A contract of one's own: a service, its methods, and a message for each way of each."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from ..engine import Check, FakeServer, WriteSchema, schemas, wrong

_TEXT = {FieldDescriptor.TYPE_STRING}
_FIELDS: dict[str, dict[str, Any]] = {
    "StoreParcelRequest": {"parcel_id": _TEXT, "weight_grams": schemas.WHOLE},
    "StoreParcelResponse": {"shelf": schemas.WHOLE},
    "ListParcelsRequest": {"shelf": schemas.WHOLE},
    "ListParcelsResponse": {"parcel_ids": _TEXT},
}
_SHELF = 4


def _check_own_contract(check: Check) -> None:
    service = schemas.find_service(check.answer, "DepotService", "depot.v1")
    for name in ("StoreParcel", "ListParcels"):
        _look_at_method(check, schemas.find_method(service, name))
    _serve(check, service)


def _look_at_method(check: Check, method: MethodDescriptor) -> None:
    called = f"rpc {method.name}"
    for streams, side in ((method.client_streaming, "request"), (method.server_streaming, "response")):
        diagnosis = f"`stream` says that any number of messages may be a {side}. A unary method has one: drop the word."
        check.expect(not streams, f"one {side}", f"a stream of {side}s", diagnosis, called=called)
    for message, end in ((method.input_type, "Request"), (method.output_type, "Response")):
        wanted = method.name + end
        goes = "takes" if end == "Request" else "answers with"
        diagnosis = (
            f"`{method.name}` {goes} `{message.name}`. A message of its own, `{wanted}`, can get a field more "
            "without a change to any other method."
        )
        check.expect(message.name == wanted, wanted, message.name, diagnosis, called=called)
        _look_at_fields(check, message)


def _look_at_fields(check: Check, message: Descriptor) -> None:
    wanted = _FIELDS[message.name]
    for name, types in wanted.items():
        called, field = f"{message.name}().{name}", schemas.find_field(message, name)
        there = schemas.in_words(field)
        if name == "parcel_ids":
            any_number = "A shelf has any number of parcels. `repeated string` is a list of texts."
            is_list = field.is_repeated and field.message_type is None
            check.expect(is_list, "repeated string", there, any_number, called=called)
        else:
            schemas.expect_one(field, called)
        diagnosis, expected = f"`{name}` is a whole number here.", "int32, or another whole number"
        if types is _TEXT:
            diagnosis, expected = f"`{name}` is a text here: `string`.", "string"
        check.expect(field.type in types, expected, there, diagnosis, called=called)
    schemas.expect_together(message, list(wanted))


def _serve(check: Check, service: ServiceDescriptor) -> None:
    """The example of the task, over a real connection."""
    methods, shelves = service.methods_by_name, defaultdict[int, list[str]](list)
    answer = {name: GetMessageClass(method.output_type) for name, method in methods.items()}

    def store(request: Any, context: object) -> Message:
        shelves[_SHELF].append(request.parcel_id)
        return answer["StoreParcel"](shelf=_SHELF)

    def look(request: Any, context: object) -> Message:
        return answer["ListParcels"](parcel_ids=shelves[request.shelf])

    check.services = (service,)
    with check.fake_server(StoreParcel=store, ListParcels=look) as server:
        stored = _call(server, methods["StoreParcel"], parcel_id="P-1", weight_grams=1200)
        check.expect(stored.shelf == _SHELF, f"shelf={_SHELF}", f"shelf={stored.shelf}", called="StoreParcel")
        found = list(_call(server, methods["ListParcels"], shelf=_SHELF).parcel_ids)
        check.expect(found == ["P-1"], "parcel_ids=['P-1']", f"parcel_ids={found}", called="ListParcels")


def _call(server: FakeServer, method: MethodDescriptor, **fields: object) -> Any:
    call: Any = server.channel.unary_unary(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    return call(GetMessageClass(method.input_type)(**fields), timeout=5)


own_contract = WriteSchema(
    title="A contract for the depot",
    task="""
        **Input:** a contract whose service has no methods yet.

        **Goal:** give it two unary methods, each with a request and a response of its own. `StoreParcel` takes
        a `StoreParcelRequest` with `parcel_id`, a text, and `weight_grams`, a whole number, and answers with a
        `StoreParcelResponse` with `shelf`, a whole number. `ListParcels` takes a `ListParcelsRequest` with
        `shelf`, and answers with a `ListParcelsResponse` with `parcel_ids`, any number of texts.

        **Example:** the check serves your contract. Its client calls
        `StoreParcel(parcel_id="P-1", weight_grams=1200)`, hears `shelf=4`, and then calls `ListParcels(shelf=4)`.
    """,
    module="depot_service",
    check=_check_own_contract,
    hints=[
        "A method is one line inside of the service: `rpc Name(Request) returns (Response);`.",
        "Request and response are messages, below the service or above it: "
        "`message ListParcelsRequest { int32 shelf = 1; }`. There are four.",
        "A list of texts is `repeated string parcel_ids = 1;`. The word `stream` is not needed here: it would "
        "make a list of whole messages.",
    ],
    reason="A method takes one message and answers with one. Where each has its own, a method can get another field "
    "later without a word to the others; that is why `buf lint` asks for it.",
    wrong_answers=[
        wrong("There is no method `ListParcels` in `DepotService`").diff("""
            -  rpc ListParcels(ListParcelsRequest) returns (ListParcelsResponse);
        """),
        wrong("but one named `ListParcel`. Names must match", ("rpc ListParcels(", "rpc ListParcel(")),
        wrong("but one named `Depot_Service`", ("service DepotService", "service Depot_Service")),
        wrong("The package was `depot.v1`", ("package depot.v1;", "package depot;")),
        wrong(
            "`stream` says that any number of messages may be a response",
            ("returns (ListParcelsResponse)", "returns (stream ListParcelsResponse)"),
        ),
        wrong(
            "`stream` says that any number of messages may be a request",
            ("StoreParcel(StoreParcelRequest)", "StoreParcel(stream StoreParcelRequest)"),
        ),
        wrong("`ListParcels` takes `StoreParcelResponse`", ("(ListParcelsRequest)", "(StoreParcelResponse)")),
        wrong("A shelf has any number of parcels", ("repeated string", "string")),
        wrong("A shelf has any number of parcels", ("repeated string", "map<string, string>")),
        wrong("`parcel_ids` is a text here", ("repeated string", "repeated int32")),
        wrong("no field `shelf` in `ListParcelsRequest`").diff("""
             message ListParcelsRequest {
            -  int32 shelf = 1;
        """),
        wrong("but one named `shelf_number`").diff("""
             message ListParcelsRequest {
            -  int32 shelf = 1;
            +  int32 shelf_number = 1;
        """),
        wrong("`weight_grams` is a whole number", ("int32 weight_grams", "float weight_grams")),
        wrong("`shelf` is a whole number", ("int32 shelf", "string shelf")),
        wrong("`parcel_id` is a text", ("string parcel_id =", "int32 parcel_id =")),
        wrong("so it is no list", ("string parcel_id =", "repeated string parcel_id =")),
        wrong("are members of one `oneof`").diff("""
            -  string parcel_id = 1;
            -  int32 weight_grams = 2;
            +  oneof one {
            +    string parcel_id = 1;
            +    int32 weight_grams = 2;
            +  }
        """),
    ],
)
