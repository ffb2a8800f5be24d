using System.Diagnostics;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Calls;

/// <content>Copies of the request, and calls that are copies.</content>
internal sealed partial class Call
{
    private bool _isMirrored;

    /// <summary>The time of a call that is a copy begins. It does not count as a call of the application's.</summary>
    /// <param name="origin">The activity that the request was copied in.</param>
    public void StartCopy(Activity? origin)
    {
        StartTime();
        StartSpan(origin);
        RememberRequest();
    }

    /// <summary>Waits until the sources have told of the destination, and for no place.</summary>
    public async ValueTask WaitForDestinationAsync()
    {
        Deadline?.StartWaiting();
        await Destination.WhenDecided(isAsync: true, Token).ConfigureAwait(false);
        _attemptStarted = _runtime.Clock.Now;
    }

    // Once a call, and of what is really sent: the route's edits are made by now.
    private void Mirror()
    {
        if (!_isMirrored)
        {
            _isMirrored = true;
            try
            {
                MirrorCopies.Make(pool, Route, Request, IsGrpc);
            }
            catch (Exception exception)
            {
                // Whatever it is, the call goes on as it would without copies.
                Guarded.Log(() => _runtime.Logger.MirrorFailed(Route.Name, Destination.Name, exception.Message, exception));
            }
        }
    }

    // The copy belongs to the trace of what the request was copied in, whether there will be spans of the mesh's own or of the runtime's
    // alone.
    private void StartSpan(Activity? origin)
    {
        Activity.Current = origin is { IsStopped: true } ? StandIn(origin) : origin;
        if (Telemetry.Activities.HasListeners())
        {
            _activity = Telemetry.Activities.StartActivity(_service.SpanName, ActivityKind.Internal, origin?.Context ?? default);
        }

        if (origin is not null)
        {
            DistributedContextPropagator.Current.Inject(origin, this, static (call, name, value) => ((Call)call!).Inherit(name, value));
        }
    }

    // What is over cannot be the current activity any more.
    private static Activity StandIn(Activity origin) => new Activity(origin.OperationName).SetParentId(origin.Id!).Start();

    // The trace header is the transport's to write, for the attempt's span.
    private void Inherit(string name, string value)
    {
        if (!Request.Headers.NonValidated.Contains(name) && name != TraceParent)
        {
            Request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
