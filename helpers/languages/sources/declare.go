package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"google.golang.org/grpc"

	pb "courier/v1"
)

func main() {
	channel, err := grpc.Dial(os.Args[1], grpc.WithInsecure())
	if err != nil {
		log.Fatal(err)
	}
	defer channel.Close()
	office := pb.NewCustomsServiceClient(channel)

	papers := &pb.Declaration{
		Waybill:       18446744073709551615,
		ValueCents:    12900,
		Goods:         pb.Goods_GOODS_FOOD,
		RecipientName: "Ada",
	}
	reply, err := office.Declare(context.Background(), &pb.DeclareRequest{Declaration: papers})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("waybill", reply.Declaration.Waybill)

	gates, err := office.FollowParcel(context.Background(), &pb.FollowParcelRequest{Waybill: 4711})
	for err == nil {
		var position *pb.FollowParcelResponse
		if position, err = gates.Recv(); err == nil {
			fmt.Println(position.Gate)
		}
	}
	if err != io.EOF {
		log.Fatal(err)
	}
}
