package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"reeve/models"
)

// Deps are the use cases that jobs call, each as small as its job needs.
type Deps struct {
	Triage interface {
		Route(ctx context.Context, report uuid.UUID, round int16) error
		Reassess(ctx context.Context, report uuid.UUID) error
	}
	Linking interface {
		Link(ctx context.Context, report uuid.UUID) error
	}
	Deconflict interface {
		Match(ctx context.Context, report, agency uuid.UUID) error
	}
	Outcome interface {
		SendReturn(ctx context.Context, referral uuid.UUID) error
		SendDueReturns(ctx context.Context) (int, error)
		MarkOverdue(ctx context.Context) (int, error)
		Fold(ctx context.Context) (int, error)
	}
	Pools interface {
		ReturnLate(ctx context.Context) (int, error)
	}
	Territory interface {
		Fold(ctx context.Context) (int, error) // counts of what returns teach
	}
	Intake interface {
		Expire(ctx context.Context) (int, error)
		Erase(ctx context.Context) (int, error)
	}
	Escalation interface {
		Raise(ctx context.Context, report uuid.UUID) error
		Climb(ctx context.Context) (int, error)
	}
	Mail interface {
		Send(ctx context.Context, mail uuid.UUID) error
		SendDue(ctx context.Context) (int, error)
	}
	Public interface {
		Sweep(ctx context.Context) (int, error)
		ReadAddition(ctx context.Context, addition uuid.UUID) error
	}
	Known interface {
		Examine(ctx context.Context, report uuid.UUID) error
		Clear(ctx context.Context, set uuid.UUID) error
		Run(ctx context.Context)
	}
	Sealer interface {
		Run(ctx context.Context)
	}
	Sessions func(ctx context.Context) (int64, error) // removes ended sessions
	Log      *slog.Logger
}

// work makes a river worker of a function.
type work[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	do func(ctx context.Context, args T) error
}

// Work does the job.
func (w *work[T]) Work(ctx context.Context, job *river.Job[T]) error { return w.do(ctx, job.Args) }

// Timeout bounds one try.
func (w *work[T]) Timeout(*river.Job[T]) time.Duration { return 2 * time.Minute }

func add[T river.JobArgs](ws *river.Workers, do func(ctx context.Context, args T) error) {
	river.AddWorker(ws, &work[T]{do: do})
}

// retry tries again soon: an agency waits for the report.
type retry struct{}

// NextRetry is one second after the first failure, doubling up to ten minutes.
func (retry) NextRetry(job *rivertype.JobRow) time.Time {
	wait := time.Second << min(job.Attempt, 9)
	return time.Now().Add(min(wait, 10*time.Minute))
}

// Run works until ctx ends, then finishes what it has begun.
func Run(ctx context.Context, pool *pgxpool.Pool, d Deps) error {
	name := uuid.NewString()
	release, err := holdName(ctx, pool, name)
	if err != nil {
		return fmt.Errorf("starting the worker: %w", err)
	}
	defer release()
	client, err := newClient(pool, name, d)
	if err != nil {
		return err
	}
	// The client outlives ctx for as long as jobs under way need to end.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the worker: %w", err)
	}
	var loops sync.WaitGroup
	loops.Go(func() { d.Sealer.Run(ctx) })
	loops.Go(func() { d.Known.Run(ctx) })
	loops.Go(func() { fold(ctx, d) })
	loops.Go(func() { adopt(ctx, pool, d.Log) })
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 8*time.Second)
	defer cancel()
	err = client.Stop(stop)
	loops.Wait()
	if errors.Is(err, context.DeadlineExceeded) {
		return client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return err
}

func newClient(pool *pgxpool.Pool, name string, d Deps) (*river.Client[pgx.Tx], error) {
	ws := river.NewWorkers()
	add(ws, func(ctx context.Context, a models.RouteReport) error { return d.Triage.Route(ctx, a.ReportID, a.Round) })
	add(ws, func(ctx context.Context, a models.LinkReport) error { return d.Linking.Link(ctx, a.ReportID) })
	add(ws, func(ctx context.Context, a models.ReassessReport) error { return d.Triage.Reassess(ctx, a.ReportID) })
	add(ws, func(ctx context.Context, a models.MatchReport) error {
		return d.Deconflict.Match(ctx, a.ReportID, a.AgencyID)
	})
	add(ws, func(ctx context.Context, a models.SendReturn) error { return d.Outcome.SendReturn(ctx, a.ReferralID) })
	add(ws, func(ctx context.Context, _ models.MarkOverdue) error {
		// A return whose own job was lost is sent here, a little late.
		_, sent := d.Outcome.SendDueReturns(ctx)
		_, marked := d.Outcome.MarkOverdue(ctx)
		_, late := d.Pools.ReturnLate(ctx)
		_, folded := d.Territory.Fold(ctx)
		_, swept := d.Sessions(ctx)
		return errors.Join(sent, marked, late, folded, swept)
	})
	add(ws, func(ctx context.Context, _ models.ExpireReports) error {
		_, expired := d.Intake.Expire(ctx)
		_, swept := d.Public.Sweep(ctx)
		return errors.Join(expired, swept)
	})
	add(ws, func(ctx context.Context, a models.ReadAddition) error {
		return d.Public.ReadAddition(ctx, a.AdditionID)
	})
	add(ws, func(ctx context.Context, a models.ExamineFiles) error { return d.Known.Examine(ctx, a.ReportID) })
	add(ws, func(ctx context.Context, a models.ClearKnown) error { return d.Known.Clear(ctx, a.SetID) })
	add(ws, func(ctx context.Context, _ models.EraseEnded) error { _, err := d.Intake.Erase(ctx); return err })
	add(ws, func(ctx context.Context, a models.RaiseUrgent) error { return d.Escalation.Raise(ctx, a.ReportID) })
	add(ws, func(ctx context.Context, _ models.ClimbUrgent) error { _, err := d.Escalation.Climb(ctx); return err })
	add(ws, func(ctx context.Context, a models.SendMail) error { return d.Mail.Send(ctx, a.MailID) })
	add(ws, func(ctx context.Context, _ models.SendDueMail) error { _, err := d.Mail.SendDue(ctx); return err })

	every := func(period time.Duration, args river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(period), func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: period}}
		}, &river.PeriodicJobOpts{RunOnStart: true})
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		ID:          name,
		Queues:      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 8}},
		Workers:     ws,
		Logger:      slog.New(warnings{d.Log.Handler()}),
		RetryPolicy: retry{},
		// A new job is announced, but announcements are rationed; polling often finds the
		// rest without delay and costs one index look each time.
		FetchCooldown:     20 * time.Millisecond,
		FetchPollInterval: 100 * time.Millisecond,
		PeriodicJobs: []*river.PeriodicJob{
			every(time.Minute, models.MarkOverdue{}),
			every(time.Minute, models.ClimbUrgent{}),
			every(time.Minute, models.SendDueMail{}),
			every(5*time.Minute, models.ExpireReports{}),
			every(15*time.Minute, models.EraseEnded{}),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the worker: %w", err)
	}
	return client, nil
}

// fold folds the board's changes a few times a second while there are any.
func fold(ctx context.Context, d Deps) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := d.Outcome.Fold(ctx); err != nil && ctx.Err() == nil {
				d.Log.Error("folding the board's counts", "error", err)
			}
		}
	}
}
