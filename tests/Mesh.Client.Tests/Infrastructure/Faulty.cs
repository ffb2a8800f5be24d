using Microsoft.AspNetCore.Http;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>Backends that answer 500 while they are broken.</summary>
internal sealed class Faulty : IAsyncDisposable
{
    private readonly Dictionary<string, Backend> _backends = [];
    private readonly HashSet<string> _broken = [];
    private readonly Dictionary<string, TaskCompletionSource> _held = [];

    public IEnumerable<Backend> All => _backends.Values;

    public Backend this[string name] => _backends[name];

    public static async Task<Faulty> StartAsync(params string[] names)
    {
        Faulty faulty = new();
        foreach (string name in names)
        {
            faulty._backends[name] = await Backend.StartAsync(name, context => faulty.AnswerAsync(name, context));
        }

        return faulty;
    }

    public void Break(params string[] names) => Change(() => _broken.UnionWith(names));

    public void Repair(params string[] names) => Change(() => _broken.ExceptWith(names));

    /// <summary>Answers of the backend wait for the result.</summary>
    public TaskCompletionSource Hold(string name)
    {
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Change(() => _held[name] = held);
        return held;
    }

    public void Clear()
    {
        foreach (Backend backend in All)
        {
            backend.Requests.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Backend backend in All)
        {
            await backend.DisposeAsync();
        }
    }

    private async Task AnswerAsync(string name, HttpContext context)
    {
        TaskCompletionSource? held;
        bool isBroken;
        lock (_broken)
        {
            held = _held.GetValueOrDefault(name);
            isBroken = _broken.Contains(name);
        }

        await (held?.Task.WaitAsync(context.RequestAborted) ?? Task.CompletedTask);
        context.Response.StatusCode = isBroken ? 500 : 200;
        await context.Response.WriteAsync(name);
    }

    private void Change(Action change)
    {
        lock (_broken)
        {
            change();
        }
    }
}
