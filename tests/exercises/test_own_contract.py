"""The exercise in which the learner writes a service: right contracts pass, and wrong ones hear the real cause."""

from __future__ import annotations

import textwrap

import pytest

from helpers import protos
from helpers.exercises import unary

OWN = unary.own_contract


def edited(*edits: tuple[str, str]) -> str:
    source = OWN.answer
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    return source


@pytest.mark.parametrize(
    "edits",
    [
        [("int32 shelf = 1", "int64 shelf = 5")],
        [("(StoreParcelRequest)", "(.depot.v1.StoreParcelRequest)")],
        [("(StoreParcelRequest)", "(depot.v1.StoreParcelRequest)")],
        [("returns (StoreParcelResponse);", "returns (StoreParcelResponse) {}")],
        [("(ListParcelsResponse);", "(ListParcelsResponse) { option deprecated = true; }")],
        [("(ListParcelsResponse);", "(ListParcelsResponse);\n  rpc Go(StoreParcelRequest) returns (StoreParcelRequest);")],
        [("int32 weight_grams = 2;", "int32 weight_grams = 2;\n  string note = 3;")],
        [("service DepotService", "service Another {}\n\nservice DepotService")],
    ],
)  # fmt: skip
def test_a_right_contract_passes(edits):
    verdict = OWN.judge_source(edited(*edits))
    assert verdict.outcome == "passed", verdict


def test_another_order_and_syntax_pass():
    source = """
        edition = "2023";
        package depot.v1;
        message ListParcelsResponse { repeated string parcel_ids = 3; }
        message ListParcelsRequest { uint32 shelf = 1; }
        message StoreParcelResponse { uint32 shelf = 1; }
        message StoreParcelRequest { uint64 weight_grams = 1; string parcel_id = 2; }
        service DepotService {
          rpc ListParcels(ListParcelsRequest) returns (ListParcelsResponse);
          rpc StoreParcel(StoreParcelRequest) returns (StoreParcelResponse);
        }
    """
    assert OWN.judge_source(textwrap.dedent(source).strip()).outcome == "passed"


@pytest.mark.parametrize(
    ("says", "edits"),
    [
        ("`ListParcels` answers with `StoreParcelResponse`", [("(ListParcelsResponse)", "(StoreParcelResponse)")]),
        ("takes `Empty`", [("package depot.v1;", 'package depot.v1;\nimport "google/protobuf/empty.proto";'),
                           ("(ListParcelsRequest)", "(google.protobuf.Empty)")]),
        ("one named `storeParcel`", [("rpc StoreParcel(", "rpc storeParcel(")]),
        ("one named `store_parcel`", [("rpc StoreParcel(", "rpc store_parcel(")]),
        ("There is no method `ListParcels` in `DepotService`; there is one in `Other`", [
            ("  rpc ListParcels(ListParcelsRequest) returns (ListParcelsResponse);\n}",
             "}\nservice Other {\n  rpc ListParcels(ListParcelsRequest) returns (ListParcelsResponse);\n}")]),
        ("There is no service `DepotService`", [("service DepotService", "service Shelves")]),
        ("`parcel_ids` is a `oneof` here", [
            ("repeated string parcel_ids = 1;", "oneof parcel_ids { string one = 1; string two = 2; }")]),
        ("A shelf has any number of parcels", [("repeated string parcel_ids", "string parcel_ids")]),
        ("A shelf has any number of parcels", [("repeated string parcel_ids", "repeated StoreParcelRequest parcel_ids")]),
        ("`weight_grams` is a whole number here", [("int32 weight_grams", "bool weight_grams")]),
        ("no field `weight_grams` in `StoreParcelRequest`, but one named `weightGrams`", [("weight_grams", "weightGrams")]),
        ("`parcel_id` is a text here", [("string parcel_id =", "bytes parcel_id =")]),
    ],
)  # fmt: skip
def test_a_wrong_contract_hears_the_real_cause(says, edits):
    verdict = OWN.judge_source(edited(*edits))
    assert (verdict.outcome, says in verdict.sentence) == ("failed", True), verdict


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ([(" returns (StoreParcelResponse)", "")], "rpc"),
        ([("(StoreParcelRequest)", "(string)")], "message"),
        ([("message ListParcelsRequest {\n  int32 shelf = 1;\n}", "")], "Define it in this file"),
        ([("(StoreParcelRequest)", "()")], "An rpc takes one message"),
    ],
)
def test_what_does_not_compile_says_what_to_write(edits, says):
    with pytest.raises(protos.SchemaError) as caught:
        protos.compile_cell("depot_service", edited(*edits))
    assert says in str(caught.value).splitlines()[-1]
