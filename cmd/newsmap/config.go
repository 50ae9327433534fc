package main

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsmap/geo/store"
	"newsmap/geo/subscription"

	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Config holds the settings of all commands. A flag overrides its environment
// variable NEWSMAP_NAME, which overrides the default.
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

	AllowPrivate []string `koanf:"allow-private"` // networks in CIDR notation
	Contact      string   `koanf:"contact"`

	HostDelay time.Duration `koanf:"host-delay"`

	Feeds           string        `koanf:"feeds"` // path of a list
	Poll            bool          `koanf:"poll"`
	PollMinInterval time.Duration `koanf:"poll-min-interval"`
	PollMaxInterval time.Duration `koanf:"poll-max-interval"`
}

// schedule returns how often feeds are polled.
func (c *Config) schedule() subscription.Schedule {
	return subscription.Schedule{MinInterval: c.PollMinInterval, MaxInterval: c.PollMaxInterval}
}

const envPrefix = "NEWSMAP_"

// secrets are the settings that may also be read from the file that the variable
// NEWSMAP_NAME_FILE names.
var secrets = []string{"token", "store"}

// formerNames maps each renamed setting to its former name, which still works as a
// hidden flag and as an environment variable.
var formerNames = map[string]string{
	"host-delay":        "pace",
	"poll-max-interval": "poll-most",
	"poll-min-interval": "poll-least",
}

// addFormerFlag adds the former name of a flag of f.
func addFormerFlag(f *pflag.FlagSet, name string) {
	flag := f.Lookup(name)
	f.AddFlag(&pflag.Flag{Name: formerNames[name], Usage: "deprecated: use --" + name, Value: flag.Value, DefValue: flag.DefValue, Hidden: true})
}

// adoptFormerNames gives the values that were set under former names to the
// present ones, and prints a notice for each. Of two variables the present one wins,
// of two flags the later one.
func adoptFormerNames(cmd *cobra.Command, k *koanf.Koanf) error {
	flags := cmd.Flags()
	for _, name := range slices.Sorted(maps.Keys(formerNames)) {
		former := formerNames[name]
		if k.Exists(former) {
			fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: %s is deprecated; use %s\n", variable(former), variable(name))
			if !k.Exists(name) {
				if err := k.Set(name, k.Get(former)); err != nil {
					return err
				}
			}
		}
		if flags.Changed(former) {
			fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: --%s is deprecated; use --%s\n", former, name)
			// The two flags share one value; this only marks the present one as set.
			if err := flags.Set(name, flags.Lookup(name).Value.String()); err != nil {
				return err
			}
		}
	}
	return nil
}

// variable returns the name of a setting's environment variable.
func variable(name string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

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
			return nil, fileError(variable(name)+"_FILE", err)
		}
		if err := k.Set(name, strings.TrimSpace(string(content))); err != nil {
			return nil, err
		}
	}
	if err := adoptFormerNames(cmd, k); err != nil {
		return nil, err
	}
	if err := checkVariables(k); err != nil {
		return nil, &usageError{cmd.CommandPath(), err}
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

// checkVariables refuses environment variables that have no value of their
// setting's type. An empty switch is off.
func checkVariables(k *koanf.Koanf) error {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		name := field.Tag.Get("koanf")
		if !k.Exists(name) {
			continue
		}
		value, kind, err := k.String(name), "", error(nil)
		switch field.Type {
		case reflect.TypeFor[bool]():
			kind = "bool"
			_, err = strconv.ParseBool(cmp.Or(value, "false"))
		case reflect.TypeFor[time.Duration]():
			kind = "duration"
			_, err = time.ParseDuration(value)
		}
		if err != nil {
			return valueError(variable(name), value, kind)
		}
	}
	return nil
}

// validate reports the first setting that has no meaning.
func (c *Config) validate() error {
	if c.Log != "text" && c.Log != "json" {
		return fmt.Errorf("--log: %q is not a format of log lines; expected text or json", c.Log)
	}
	if c.Listen != "" {
		if _, _, err := net.SplitHostPort(c.Listen); err != nil {
			return fmt.Errorf("--listen: %q is malformed; expected HOST:PORT, such as 127.0.0.1:8080", c.Listen)
		}
	}
	if c.Store != "" {
		if _, err := store.ParseURL(c.Store); err != nil {
			return fmt.Errorf("--%w", err)
		}
	}
	if c.HostDelay < 0 {
		return fmt.Errorf("--host-delay: %s is negative; give 0 or more, such as 2s", c.HostDelay)
	}
	if err := c.validatePolling(); err != nil {
		return err
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
			return fmt.Errorf("--%s: %q is not an http or https address; write it as https://map.example.org", u.flag, u.value)
		}
	}
	if c.TilesCredit != "" && c.TilesURL == "" {
		return fmt.Errorf("--tiles-attribution: there are no tiles to credit; set --tiles-url as well")
	}
	return nil
}

func (c *Config) validatePolling() error {
	switch {
	case c.PollMinInterval < 0:
		return fmt.Errorf("--poll-min-interval: %s is negative; give 0 or more, such as 5m", c.PollMinInterval)
	case c.PollMaxInterval < 0:
		return fmt.Errorf("--poll-max-interval: %s is negative; give 0 or more, such as 6h", c.PollMaxInterval)
	case c.PollMaxInterval > 0 && c.PollMaxInterval < c.PollMinInterval:
		return fmt.Errorf("--poll-max-interval: %s is less than --poll-min-interval, %s; give at least that", c.PollMaxInterval, c.PollMinInterval)
	}
	return nil
}
