import static java.util.concurrent.TimeUnit.SECONDS;

import courier.v1.Customs.Declaration;
import courier.v1.Customs.DeclareRequest;
import courier.v1.Customs.FollowParcelRequest;
import courier.v1.Customs.Goods;
import courier.v1.CustomsServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;

public class Declare {
  public static void main(String[] arguments) {
    ManagedChannel channel =
        ManagedChannelBuilder.forTarget(arguments[0]).usePlaintext().build();
    var office = CustomsServiceGrpc.newBlockingStub(channel).withDeadlineAfter(5, SECONDS);

    Declaration papers =
        Declaration.newBuilder()
            .setWaybill(Long.parseUnsignedLong("18446744073709551615"))
            .setValueCents(12900)
            .setGoods(Goods.GOODS_FOOD)
            .setRecipientName("Ada")
            .build();
    var reply = office.declare(DeclareRequest.newBuilder().setDeclaration(papers).build());
    System.out.println("waybill " + reply.getDeclaration().getWaybill());

    var parcel = FollowParcelRequest.newBuilder().setWaybill(4711).build();
    office.followParcel(parcel).forEachRemaining(position -> System.out.println(position.getGate()));
    channel.shutdownNow();
  }
}
