using Mesh.Client.Filters;
using Mesh.Client.Resilience;
using Mesh.Model;

namespace Mesh.Client.Calls;

/// <content>What a route does to a call besides sending it on.</content>
internal sealed partial class Call
{
    private RequestEdits? _edits;

    /// <summary>An answer of the mesh's own, which is the call's result.</summary>
    public static AttemptResult Answered(HttpResponseMessage answer) => new()
    {
        Response = answer,
        Outcome = GrpcProtocol.ReadStatus(answer.Headers) is { } status ? Outcomes.OfGrpcStatus(status) : Outcomes.OfStatus(answer.StatusCode),
    };

    /// <summary>Delays the request, answers it, or edits it. Null: it is to be sent.</summary>
    public async ValueTask<HttpResponseMessage?> FilterAsync(RouteFilters filters)
    {
        if (filters.Fault is { } fault)
        {
            if (fault.DelayFor(Request) is { Ticks: > 0 } delay)
            {
                Deadline?.StartWaiting();
                Task wait = Task.Delay(delay, _runtime.Time, Token);
                await (IsAsync ? wait : BlockOn(wait)).ConfigureAwait(false);
                _attemptStarted = _runtime.Clock.Now;
            }

            if (fault.AbortFor(Request) is { } abort)
            {
                return MeshAnswers.OfRoute(Request, IsGrpc, abort.StatusCode, abort.GrpcStatus, $"Route '{Route.Name}' aborts it: Fault:Abort.");
            }
        }

        if (filters.DirectResponse is { } direct)
        {
            return AnswerDirectly(direct);
        }

        if (filters.Redirector is { } redirector)
        {
            return Redirect(redirector);
        }

        _edits = filters.Edit(Request);
        return null;
    }

    private HttpResponseMessage AnswerDirectly(DirectResponse direct)
    {
        HttpResponseMessage answer = MeshAnswers.OfRoute(
            Request, IsGrpc, direct.StatusCode, direct.GrpcStatus, $"Route '{Route.Name}' answers it: DirectResponse.");
        if (!IsGrpc && direct.Body is { } body)
        {
            answer.Content = new StringContent(body);
            answer.Content.Headers.Remove("Content-Type");
            answer.Content.Headers.TryAddWithoutValidation("Content-Type", direct.ContentType ?? "text/plain; charset=utf-8");
        }

        return answer;
    }

    private HttpResponseMessage Redirect(RequestRedirector redirector)
    {
        SchemeChoice.Make(Request, _cluster);
        HttpResponseMessage answer = MeshAnswers.OfRoute(
            Request, IsGrpc, redirector.StatusCode, grpcStatus: null, $"Route '{Route.Name}' redirects it: Redirect.");
        if (!IsGrpc)
        {
            answer.Headers.Location = redirector.LocationFor(Request.RequestUri!);
        }

        return answer;
    }

    private void UndoEdits()
    {
        _edits?.Undo();
        _edits = null;
    }

    private static Task BlockOn(Task task)
    {
        task.GetAwaiter().GetResult();
        return task;
    }
}
