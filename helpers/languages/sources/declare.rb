require "courier/v1/customs_services_pb"

include Courier::V1

office = CustomsService::Stub.new(ARGV[0], :this_channel_is_insecure)

papers = Declaration.new(
  waybill: 18_446_744_073_709_551_615,
  value_cents: 12_900,
  goods: :GOODS_FOOD,
  recipient_name: "Ada"
)
reply = office.declare(DeclareRequest.new(declaration: papers))
puts "waybill #{reply.declaration.waybill}"

office.follow_parcel(FollowParcelRequest.new(waybill: 4711)).each do |position|
  puts position.gate
end
