using System.Diagnostics;
using Mesh.Client.Resilience;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Calls;

/// <content>What a call tells of itself.</content>
internal sealed partial class Call
{
    private static readonly string[] s_outcomes = ["success", "failure", "timeout", "cancelled"];

    private Activity? _activity;

    // By what name of this process the call counts as active; null: by none.
    private string? _countedFrom;

    private MeshTelemetry Telemetry => _runtime.Telemetry;

    private void StartTelemetry()
    {
        if (Telemetry.ActiveCalls.Enabled)
        {
            _countedFrom = _runtime.Source;
            Telemetry.ActiveCalls.Add(1, Tag(MeshTags.Source, _countedFrom), Tag(MeshTags.Destination, Destination.Name));
        }

        if (Telemetry.Activities.HasListeners())
        {
            _activity = Telemetry.Activities.StartActivity(_service.SpanName);
        }
    }

    private void RecordAttempt(Outcome outcome)
    {
        if (Telemetry.AttemptDuration.Enabled && !Route.IsForCopies)
        {
            Telemetry.AttemptDuration.Record(_attemptTime.TotalSeconds, TagsOf(outcome));
        }
    }

    private void CountRetry(Outcome outcome)
    {
        if (_holdsBudget)
        {
            Telemetry.Retries.Add(1, TagsOf(outcome));
        }
        else
        {
            Telemetry.BudgetExhausted.Add(1, TagsOf(outcome));
        }
    }

    private void CountOverflow() => Telemetry.Overflows.Add(1, TagsOf(Outcomes.Overflow));

    private void EndTelemetry(Outcome outcome)
    {
        if (_countedFrom is { } source)
        {
            _countedFrom = null;
            Telemetry.ActiveCalls.Add(-1, Tag(MeshTags.Source, source), Tag(MeshTags.Destination, Destination.Name));
        }

        if (Route.IsForCopies)
        {
            Telemetry.Mirrors.Add(1, TagsOf(outcome));
        }
        else if (Telemetry.CallDuration.Enabled)
        {
            Telemetry.CallDuration.Record(_runtime.Clock.Between(_started, _runtime.Clock.Now).TotalSeconds, TagsOf(outcome));
        }

        if (_activity is { } activity)
        {
            _activity = null;
            Close(activity, outcome);
        }
    }

    private void ForgetTelemetry()
    {
        _activity = null;
        _countedFrom = null;
    }

    private void Close(Activity activity, Outcome outcome)
    {
        if (activity.IsAllDataRequested)
        {
            activity.SetTag(MeshTags.Source, _runtime.Source);
            activity.SetTag(MeshTags.SourceVersion, _runtime.Settings.Settings.Service.Version);
            activity.SetTag(MeshTags.Destination, Destination.Name);
            activity.SetTag(MeshTags.DestinationVersion, _endpoint?.Description.Version);
            activity.SetTag(MeshTags.Route, Route.Name);
            activity.SetTag(MeshTags.Endpoint, _endpoint?.Description.Address);
            activity.SetTag(MeshTags.Outcome, s_outcomes[(int)outcome.Kind]);
            activity.SetTag(MeshTags.Reason, outcome.Reason);
            if (Route.IsForCopies)
            {
                activity.SetTag(MeshTags.Mirror, true);
            }

            if (_attempts > 1)
            {
                activity.SetTag(MeshTags.Attempts, _attempts);
            }
        }

        if (outcome.Kind is OutcomeKind.Failure or OutcomeKind.Timeout)
        {
            activity.SetStatus(ActivityStatusCode.Error, outcome.Reason);
        }

        // Its end makes the span before it the current one. The call may end where its answer is read, under a span of the reader's own.
        Activity? current = Activity.Current;
        activity.Dispose();
        if (current != activity)
        {
            Activity.Current = current;
        }
    }

    private TagList TagsOf(Outcome outcome)
    {
        TagList tags = new()
        {
            { MeshTags.Source, _runtime.Source },
            { MeshTags.Destination, Destination.Name },
            { MeshTags.Route, Route.Name },
            { MeshTags.Outcome, s_outcomes[(int)outcome.Kind] },
        };
        if (_endpoint?.Description.Version is { } version)
        {
            tags.Add(MeshTags.DestinationVersion, version);
        }

        if (outcome.Reason is { } reason)
        {
            tags.Add(MeshTags.Reason, reason);
        }

        return tags;
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
