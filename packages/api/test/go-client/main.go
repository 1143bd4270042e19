// A client of Tollgate in another language, made from the contract alone: asks an address for the
// plans, with a header as its credential, and prints the id of each with the kinds of its limits.
//
//	client <host:port> <header> <value>
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	billing "example.com/client/gen/tollgate/billing/v1"
)

func main() {
	address, header, value := os.Args[1], os.Args[2], os.Args[3]
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, header, value)
	answer, err := billing.NewBillingServiceClient(connection).ListPlans(ctx, &billing.ListPlansRequest{})
	if err != nil {
		log.Fatal(err)
	}
	for _, plan := range answer.GetPlans() {
		fmt.Print(plan.GetPlanId())
		for _, limit := range plan.GetLimits() {
			fmt.Printf(" %s:%s", limit.GetKind(), limit.GetWindow())
		}
		fmt.Println()
	}
}
