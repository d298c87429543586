#include <grpcpp/grpcpp.h>

#include <iostream>

#include "courier/v1/customs.grpc.pb.h"

using namespace courier::v1;

int main(int argc, char** argv) {
  auto channel = grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials());
  auto office = CustomsService::NewStub(channel);

  DeclareRequest request;
  Declaration* papers = request.mutable_declaration();
  papers->set_waybill(18446744073709551615u);
  papers->set_value_cents(12900);
  papers->set_goods(GOODS_FOOD);
  papers->set_recipient_name("Ada");

  DeclareResponse reply;
  grpc::ClientContext declaring;
  grpc::Status status = office->Declare(&declaring, request, &reply);
  if (!status.ok()) {
    std::cerr << status.error_code() << ": " << status.error_message() << std::endl;
    return 1;
  }
  std::cout << "waybill " << reply.declaration().waybill() << std::endl;

  FollowParcelRequest parcel;
  parcel.set_waybill(4711);
  FollowParcelResponse position;
  grpc::ClientContext following;
  auto gates = office->FollowParcel(&following, parcel);
  while (gates->Read(&position)) std::cout << position.gate() << std::endl;
  return gates->Finish().ok() ? 0 : 1;
}
