package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// slowQuery is the time above which a statement is worth a line.
const slowQuery = 500 * time.Millisecond

// quietLogger writes failed and slow statements without their values: a report's
// content must never reach a log. It implements gorm's ParamsFilter, which keeps
// bound values out of the text that gorm hands over.
type quietLogger struct{ log *slog.Logger }

// gorm's Scan writes the statement down itself before a logger sees it, with the
// values in it unless this says otherwise.
func init() {
	logger.RecorderParamsFilter = func(_ context.Context, sql string, _ ...any) (string, []any) { return sql, nil }
}

func (l quietLogger) LogMode(logger.LogLevel) logger.Interface { return l }
func (l quietLogger) Info(context.Context, string, ...any)     {}
func (l quietLogger) Warn(context.Context, string, ...any)     {}
func (l quietLogger) Error(ctx context.Context, msg string, _ ...any) {
	l.log.ErrorContext(ctx, "database", "what", msg)
}

// ParamsFilter drops the bound values.
func (l quietLogger) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// Trace writes one line for a statement that failed or was slow.
func (l quietLogger) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	took := time.Since(begin)
	switch {
	case err != nil && !errors.Is(err, gorm.ErrRecordNotFound) && ctx.Err() == nil:
		sql, _ := fc()
		// The driver's message may quote a value, so only its class is written.
		l.log.WarnContext(ctx, "statement failed", "sql", sql, "code", sqlState(err), "ms", took.Milliseconds())
	case took > slowQuery:
		sql, rows := fc()
		l.log.WarnContext(ctx, "slow statement", "sql", sql, "rows", rows, "ms", took.Milliseconds())
	}
}

func sqlState(err error) string {
	var s interface{ SQLState() string }
	if errors.As(err, &s) {
		return s.SQLState()
	}
	return ""
}
