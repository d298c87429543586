@errors_deadlines_cancellation.every_field
class FormParcels(quote_pb2_grpc.ParcelServiceServicer):
    def CreateParcel(self, request, context):
        problems = error_details_pb2.BadRequest()
        if not request.recipient:
            problems.field_violations.add(field="recipient", description="must not be empty")
        if not 0 < request.weight_grams <= 30_000:
            problems.field_violations.add(field="weight_grams", description="must be 1 to 30000")
        if problems.field_violations:
            status = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message="the parcel is not complete")
            status.details.add().Pack(problems)
            context.abort_with_status(rpc_status.to_status(status))
        parcel = quote_pb2.Parcel(recipient=request.recipient, weight_grams=request.weight_grams)
        return quote_pb2.CreateParcelResponse(parcel=parcel)
