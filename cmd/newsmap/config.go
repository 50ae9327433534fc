package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"newsmap/geo/subscription"

	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"
)

// Config is what flags and environment variables set. A flag beats its variable
// NEWSMAP_NAME, which beats the default.
type Config struct {
	Listen    string `koanf:"listen"`
	Store     string `koanf:"store"`
	Gazetteer string `koanf:"gazetteer"`
	Outlets   string `koanf:"outlets"`
	BaseURL   string `koanf:"base-url"`
	TilesURL  string `koanf:"tiles-url"`
	Basemap   string `koanf:"basemap"`

	TilesCredit string `koanf:"tiles-attribution"`

	Token    string `koanf:"token"`
	Demo     bool   `koanf:"demo"`
	Log      string `koanf:"log"`
	Geocoder string `koanf:"geocoder"`

	AllowPrivate []string `koanf:"allow-private"` // networks in CIDR form
	Contact      string   `koanf:"contact"`

	Pace time.Duration `koanf:"pace"` // between requests to a host

	Feeds     string        `koanf:"feeds"` // file
	Poll      bool          `koanf:"poll"`
	PollLeast time.Duration `koanf:"poll-least"`
	PollMost  time.Duration `koanf:"poll-most"`
}

// schedule says when feeds are polled.
func (c *Config) schedule() subscription.Schedule {
	return subscription.Schedule{Least: c.PollLeast, Most: c.PollMost}
}

const envPrefix = "NEWSMAP_"

// secrets are the settings that may also stand in a file named by
// NEWSMAP_NAME_FILE.
var secrets = []string{"token", "store"}

// loadConfig reads the settings of cmd.
func loadConfig(cmd *cobra.Command) (*Config, error) {
	k := koanf.New("\x00") // no delimiter: names are flat
	if err := k.Load(env.Provider("\x00", env.Opt{Prefix: envPrefix, TransformFunc: func(key, value string) (string, any) {
		return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(key, envPrefix)), "_", "-"), value
	}}), nil); err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	for _, name := range secrets {
		path := k.String(name + "-file")
		if path == "" || k.Exists(name) {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s%s_FILE: %w", envPrefix, strings.ToUpper(name), err)
		}
		if err := k.Set(name, strings.TrimSpace(string(content))); err != nil {
			return nil, err
		}
	}
	if err := k.Load(posflag.Provider(cmd.Flags(), "\x00", k), nil); err != nil {
		return nil, fmt.Errorf("flags: %w", err)
	}
	cfg := &Config{}
	if err := k.Unmarshal("", cfg); err != nil {
		return nil, usage(cmd, "settings: %v", err)
	}
	if err := cfg.validate(); err != nil {
		return nil, &usageError{cmd.CommandPath(), err}
	}
	return cfg, nil
}

func (c *Config) validate() error {
	if c.Log != "text" && c.Log != "json" {
		return fmt.Errorf("--log: %q is neither text nor json", c.Log)
	}
	if c.Listen != "" {
		if _, _, err := net.SplitHostPort(c.Listen); err != nil {
			return fmt.Errorf("--listen: %q is not HOST:PORT", c.Listen)
		}
	}
	if scheme, path, _ := strings.Cut(c.Store, ":"); strings.EqualFold(scheme, "sqlite") && path == "" {
		return fmt.Errorf("--store: %q names no file; it is due as in %s", c.Store, defaultStore)
	}
	if c.Pace < 0 {
		return fmt.Errorf("--pace: %s is less than nothing", c.Pace)
	}
	if c.PollLeast < 0 || c.PollMost < 0 || c.PollMost > 0 && c.PollMost < c.PollLeast {
		return fmt.Errorf("--poll-most: %s is less than --poll-least, %s", c.PollMost, c.PollLeast)
	}
	if _, err := parsePrefixes(c.AllowPrivate); err != nil {
		return err
	}
	for _, u := range [...]struct{ flag, value string }{{"base-url", c.BaseURL}, {"tiles-url", c.TilesURL}} {
		if u.value == "" {
			continue
		}
		parsed, err := url.Parse(u.value)
		if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
			return fmt.Errorf("--%s: %q is not an http or https address", u.flag, u.value)
		}
	}
	if c.TilesCredit != "" && c.TilesURL == "" {
		return fmt.Errorf("--tiles-attribution: is of the tiles that --tiles-url names, and there are none")
	}
	return nil
}
