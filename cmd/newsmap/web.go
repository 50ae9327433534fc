package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"newsmap/geo/fetch"
	"newsmap/geo/ingest"

	"github.com/spf13/pflag"
)

// addFetchFlags adds the flags of the commands that fetch from the web.
func addFetchFlags(f *pflag.FlagSet) {
	f.StringSlice("allow-private", nil, "private network (`CIDR`, repeatable) that may be fetched from, at any port")
	f.String("contact", "", "web or mail `ADDRESS` to name in the User-Agent, so that sites can reach you")
	f.Duration("host-delay", time.Second, "minimum pause between two requests to one host")
	addFormerFlag(f, "host-delay")
}

// newWeb returns the client that fetches pages and feeds.
func newWeb(cfg *Config, logger *slog.Logger) (*ingest.Web, error) {
	private, err := parsePrefixes(cfg.AllowPrivate)
	if err != nil {
		return nil, err
	}
	client := fetch.New(fetch.Config{Version: version(), Contact: cfg.Contact, AllowPrivate: private, Pace: hostDelay(cfg.HostDelay)})
	return &ingest.Web{Client: client, Logger: logger, Clock: time.Now}, nil
}

// hostDelay turns 0, which the client takes for unset, into no delay at all.
func hostDelay(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}

// parsePrefixes parses networks in CIDR notation. An IP address means itself alone. One
// value may have several, separated by commas, as the environment variable does.
func parsePrefixes(values []string) (out []netip.Prefix, err error) {
	for value := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if value = strings.TrimSpace(value); value == "" {
			continue
		}
		if ip, err := netip.ParseAddr(value); err == nil {
			ip = ip.Unmap()
			out = append(out, netip.PrefixFrom(ip, ip.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(value)
		if err != nil {
			return nil, fmt.Errorf("--allow-private: %q is not a network; write it as 192.168.0.0/16", value)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
