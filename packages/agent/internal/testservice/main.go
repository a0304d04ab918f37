// Command testservice is the service that the agent's tests install. It behaves as its environment says, so that one
// program can be a good release and every kind of bad one.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// Modes, in TESTSERVICE_MODE. Without one the service is healthy and stops when asked.
const (
	modeCrash     = "crash"     // ends with exit code 3 at once
	modeExit      = "exit"      // ends with exit code 0 at once
	modeUnhealthy = "unhealthy" // serves, but /health is 503
	modeDeaf      = "deaf"      // doesn't stop when asked
	modeTCP       = "tcp"       // greets whoever connects, and knows no HTTP
	modePanic     = "panic"     // panics at once
	modeTask      = "task"      // works for a second, tells its version and ends with exit code 0
	modeParent    = "parent"    // starts a deaf process, tells its id on standard output, and serves
	modeOrphan    = "orphan"    // the same, and the process outlives it
)

func main() {
	mode := os.Getenv("TESTSERVICE_MODE")
	if len(os.Args) > 1 && os.Args[1] == modeTask { // Wine's services don't get their environment
		mode = modeTask
	}
	switch mode {
	case modeCrash:
		fmt.Println("testservice: crashing as told")
		os.Exit(3)
	case modeExit:
		os.Exit(0)
	case modeTask:
		time.Sleep(time.Second)
		fmt.Println("done by", os.Getenv("WINDOWS_HA_SERVICE_VERSION"))
		os.Exit(0)
	case modePanic:
		panic("as told")
	case modeParent, modeOrphan:
		child := exec.Command(os.Args[0])
		if mode == modeOrphan {
			detach(child)
		}
		child.Env = append(os.Environ(), "TESTSERVICE_MODE="+modeDeaf, "WINDOWS_HA_ADDRESS=")
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Println("child", child.Process.Pid)
	}
	runAsService(serve)
}

// serve answers until stop is cancelled. Without WINDOWS_HA_ADDRESS it only lives.
func serve(stop context.Context) {
	deaf := os.Getenv("TESTSERVICE_MODE") == modeDeaf
	address := os.Getenv("WINDOWS_HA_ADDRESS")
	if os.Getenv("TESTSERVICE_MODE") == modeTCP {
		go greet(address)
		address = ""
	}
	if address != "" {
		server := &http.Server{Addr: address, Handler: handler(), ReadHeaderTimeout: 5 * time.Second}
		go func() {
			if err := listenAndServe(server); err != http.ErrServerClosed {
				fmt.Println("testservice:", err)
				os.Exit(4)
			}
		}()
		defer server.Close()
	}
	<-stop.Done()
	for deaf {
		time.Sleep(time.Hour)
	}
}

func listenAndServe(server *http.Server) error {
	if certificate := os.Getenv("TLS_CERT_FILE"); certificate != "" {
		return server.ListenAndServeTLS(certificate, os.Getenv("TLS_KEY_FILE"))
	}
	return server.ListenAndServe()
}

// Whoami is what /whoami answers.
type Whoami struct {
	PID         int
	Arguments   []string
	Environment []string
	Folder      string
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {
		if os.Getenv("TESTSERVICE_MODE") == modeUnhealthy {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		if _, err := os.Stat(os.Getenv("WINDOWS_HA_DRAIN_FILE")); err == nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/whoami", func(w http.ResponseWriter, _ *http.Request) {
		folder, _ := os.Getwd()
		_ = json.NewEncoder(w).Encode(Whoami{os.Getpid(), os.Args[1:], os.Environ(), folder})
	})
	return mux
}

// greet tells every connection the version and closes it.
func greet(address string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Println("testservice:", err)
		os.Exit(4)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			os.Exit(4)
		}
		fmt.Fprintln(connection, os.Getenv("WINDOWS_HA_SERVICE_VERSION"))
		connection.Close()
	}
}
