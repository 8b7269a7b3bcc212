package jobs

import (
	"context"
	"log/slog"
)

// warnings keeps a library's everyday lines out of the log; what it warns of stays.
type warnings struct{ slog.Handler }

// Enabled is true from warnings up.
func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

// WithAttrs keeps the rule for derived loggers.
func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }

// WithGroup keeps the rule for derived loggers.
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
