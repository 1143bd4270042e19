// Makes gRPC calls as it is told, with Go's own client: one JSON object a line on standard input,
// one outcome a line on standard output. Ends when its input does.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// A call to make; or, with Cancel, one to give up.
type order struct {
	ID         int         `json:"id"`
	Cancel     bool        `json:"cancel"`
	Address    string      `json:"address"`
	Path       string      `json:"path"`
	IsStream   bool        `json:"isStream"`
	IsLeftOpen bool        `json:"isLeftOpen"`
	Messages   [][]byte    `json:"messages"`
	Metadata   [][2]string `json:"metadata"`
	TimeoutMs  int         `json:"timeoutMs"`
}

type outcome struct {
	ID      int    `json:"id"`
	Code    int    `json:"code"`
	Message string `json:"message"`
	Answer  []byte `json:"answer"`
}

// Messages are bytes already.
type bytesCodec struct{}

func (bytesCodec) Name() string                      { return "proto" }
func (bytesCodec) Marshal(value any) ([]byte, error) { return *value.(*[]byte), nil }
func (bytesCodec) Unmarshal(data []byte, to any) error {
	*to.(*[]byte) = append([]byte{}, data...)
	return nil
}

type caller struct {
	connections map[string]*grpc.ClientConn
	cancels     sync.Map
	output      sync.Mutex
}

func main() {
	callers := &caller{connections: map[string]*grpc.ClientConn{}}
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var next order
		if err := json.Unmarshal(line, &next); err != nil {
			log.Fatal(err)
		}
		callers.take(next)
	}
}

func (c *caller) take(next order) {
	if next.Cancel {
		if cancel, ok := c.cancels.Load(next.ID); ok {
			cancel.(context.CancelFunc)()
		}
		return
	}
	ctx, cancel := contextOf(next)
	c.cancels.Store(next.ID, cancel)
	connection := c.connectionTo(next.Address)
	go func() {
		defer c.cancels.Delete(next.ID)
		defer cancel()
		answer, err := call(ctx, connection, next)
		c.report(next.ID, answer, err)
	}()
}

func contextOf(next order) (context.Context, context.CancelFunc) {
	ctx := context.Background()
	for _, pair := range next.Metadata {
		value := pair[1]
		if strings.HasSuffix(pair[0], "-bin") {
			bytes, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				log.Fatal(err)
			}
			value = string(bytes)
		}
		ctx = metadata.AppendToOutgoingContext(ctx, pair[0], value)
	}
	if next.TimeoutMs > 0 {
		return context.WithTimeout(ctx, time.Duration(next.TimeoutMs)*time.Millisecond)
	}
	return context.WithCancel(ctx)
}

// One connection for each address.
func (c *caller) connectionTo(address string) *grpc.ClientConn {
	if found, ok := c.connections[address]; ok {
		return found
	}
	made, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(
			grpc.ForceCodec(bytesCodec{}),
			grpc.MaxCallRecvMsgSize(1<<30), grpc.MaxCallSendMsgSize(1<<30)))
	if err != nil {
		log.Fatal(err)
	}
	c.connections[address] = made
	return made
}

func call(ctx context.Context, connection *grpc.ClientConn, next order) ([]byte, error) {
	var answer []byte
	if !next.IsStream {
		err := connection.Invoke(ctx, next.Path, &next.Messages[0], &answer)
		return answer, err
	}
	stream, err := connection.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true}, next.Path)
	if err != nil {
		return nil, err
	}
	for index := range next.Messages {
		if stream.SendMsg(&next.Messages[index]) != nil {
			break // the reason is what RecvMsg tells
		}
	}
	if !next.IsLeftOpen {
		if err := stream.CloseSend(); err != nil {
			return nil, err
		}
	}
	err = stream.RecvMsg(&answer)
	return answer, err
}

func (c *caller) report(id int, answer []byte, err error) {
	told := status.Convert(err)
	line, err := json.Marshal(outcome{id, int(told.Code()), told.Message(), answer})
	if err != nil {
		log.Fatal(err)
	}
	c.output.Lock()
	defer c.output.Unlock()
	if _, err := os.Stdout.Write(append(line, '\n')); err != nil {
		log.Fatal(err)
	}
}
