// Command driver-client talks to PostgreSQL and Redis with the very drivers that Memos and its Redis patch are built with.
//
//	driver-client queries DSN COUNT   COUNT queries at once, with parameters; prints how many failed, and one error
//	driver-client hold DSN COUNT      COUNT connections, all open at once, two queries on each
//	driver-client cache URL ADDRESS   every command of the Redis patch; dials ADDRESS, but checks the URL's host name
//	driver-client load URL ADDRESSES  writes for 15 seconds through each of ADDRESSES in turn, with the patch's settings, and reads
//	                                  afterwards what was acknowledged; dials them, but checks the URL's host name
package main

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/lib/pq"
	"github.com/redis/go-redis/v9"
)

func main() {
	if len(os.Args) != 4 {
		fail(errors.New("driver-client queries|hold|cache|load TARGET ARGUMENT"))
	}
	limited, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	switch os.Args[1] {
	case "queries":
		queries(limited, os.Args[2], number(os.Args[3]))
	case "hold":
		hold(limited, os.Args[2], number(os.Args[3]))
	case "cache":
		cache(limited, os.Args[2], os.Args[3])
	case "load":
		load(limited, os.Args[2], strings.Split(os.Args[3], ","))
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func number(text string) int {
	count, err := strconv.Atoi(text)
	fail(err)
	return count
}

// queries differ in the number of their parameters, so that a statement of one client cannot serve another's.
func queries(ctx context.Context, dsn string, count int) {
	db, err := sql.Open("postgres", dsn)
	fail(err)
	var group sync.WaitGroup
	failures := make([]error, count)
	for at := range count {
		group.Go(func() { failures[at] = query(ctx, db, at) })
	}
	group.Wait()
	failed := 0
	for _, err := range failures {
		if err != nil {
			failed++
		}
	}
	fmt.Printf("%d of %d failed\n", failed, count)
	if failed > 0 {
		fmt.Println(errors.Join(failures...))
	}
}

func query(ctx context.Context, db *sql.DB, at int) error {
	var places []string
	var values []any
	var expected string
	for parameter := range at%5 + 1 {
		places = append(places, fmt.Sprintf("$%d::text", parameter+1))
		value := fmt.Sprintf("%d-%d;", at, parameter)
		values = append(values, value)
		expected += value
	}
	var found string
	err := db.QueryRowContext(ctx, "SELECT "+strings.Join(places, " || "), values...).Scan(&found)
	if err == nil && found != expected {
		err = fmt.Errorf("expected %q, found %q", expected, found)
	}
	return err
}

func hold(ctx context.Context, dsn string, count int) {
	db, err := sql.Open("postgres", dsn)
	fail(err)
	var connections []*sql.Conn
	for range count {
		connection, err := db.Conn(ctx)
		fail(err)
		fail(connection.PingContext(ctx))
		connections = append(connections, connection)
	}
	backends := map[int]bool{}
	for _, connection := range connections {
		var backend int
		fail(connection.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&backend))
		backends[backend] = true
	}
	fmt.Printf("%d clients, %d backends\n", count, len(backends))
}

// through dials the addresses in turn, as a Service sends connections to its pods.
func through(options *redis.Options, addresses []string) {
	secure := options.TLSConfig
	var turn atomic.Uint64
	options.Dialer = func(ctx context.Context, network, _ string) (net.Conn, error) {
		address := addresses[turn.Add(1)%uint64(len(addresses))]
		connection, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, network, address)
		if err != nil || secure == nil {
			return connection, err
		}
		return tls.Client(connection, secure), nil
	}
}

// load is four writers on a pool as the patch sets it up: ten connections, 5 s to dial, 3 s to read and to write.
func load(ctx context.Context, url string, addresses []string) {
	options, err := redis.ParseURL(url)
	fail(err)
	through(options, addresses)
	options.PoolSize, options.DialTimeout = 10, 5*time.Second
	options.ReadTimeout, options.WriteTimeout = 3*time.Second, 3*time.Second
	client := redis.NewClient(options)
	fail(client.Ping(ctx).Err())
	var group sync.WaitGroup
	var lock sync.Mutex
	var keys []string
	var longest time.Duration
	refused := 0
	last, end := time.Now(), time.Now().Add(15*time.Second)
	for writer := range 4 {
		group.Go(func() {
			for at := 0; time.Now().Before(end); at++ {
				key := fmt.Sprintf("memos:load:%d:%d", writer, at)
				err := client.Set(ctx, key, "x", 10*time.Minute).Err()
				lock.Lock()
				if err != nil {
					refused++
				} else {
					longest = max(longest, time.Since(last))
					last = time.Now()
					keys = append(keys, key)
				}
				lock.Unlock()
				time.Sleep(4 * time.Millisecond)
			}
		})
	}
	group.Wait()
	lost := 0
	for _, key := range keys {
		found, err := client.Exists(ctx, key).Result()
		fail(err)
		lost += 1 - int(found)
	}
	fmt.Printf("%d acknowledged, %d lost, %d ms without one, %d refused\n", len(keys), lost, longest.Milliseconds(), refused)
}

func cache(ctx context.Context, url, address string) {
	options, err := redis.ParseURL(url)
	fail(err)
	through(options, []string{address})
	options.MaxRetries = -1
	client := redis.NewClient(options)
	fail(client.Ping(ctx).Err())

	const channel, key = "memos:user:events", "memos:user:\x01"
	subscription := client.Subscribe(ctx, channel)
	_, err = subscription.Receive(ctx)
	fail(err)

	fail(client.Set(ctx, key, `{"id":1}`, 10*time.Minute).Err())
	value, err := client.Get(ctx, key).Result()
	fail(err)
	keys, _, err := client.Scan(ctx, 0, "memos:user:*", 100).Result()
	fail(err)
	fail(client.Publish(ctx, channel, "set").Err())
	message, err := subscription.ReceiveMessage(ctx)
	fail(err)
	removed, err := client.Del(ctx, key).Result()
	fail(err)
	_, err = client.Get(ctx, key).Result()
	fmt.Printf("%s %d %s %d %v\n", value, len(keys), message.Payload, removed, err)
}
