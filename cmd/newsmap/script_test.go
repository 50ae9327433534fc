package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){
		"newsmap": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// tests runs the tests of the package, more at once than there are cores: browsers and
// servers wait for each other most of the time.
type tests struct{ *testing.M }

func (m tests) Run() int {
	flag.Parse()
	if n := runtime.GOMAXPROCS(0); flag.Lookup("test.parallel").Value.String() == strconv.Itoa(n) {
		_ = flag.Set("test.parallel", strconv.Itoa(2*n)) // the value is valid
	}
	return m.M.Run()
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Condition: func(name string) (bool, error) {
		if name == "root" {
			return os.Geteuid() == 0, nil
		}
		return false, fmt.Errorf("condition %q is not known", name)
	}})
}
