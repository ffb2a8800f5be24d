using System.Collections.Concurrent;
using System.Net;
using Mesh.Client.Sources.Dns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.Client.Tests.Infrastructure;

/// <summary>A resolver of hosts whose answers the test decides, and which counts what it is asked.</summary>
internal sealed class ScriptedHosts : IHostResolver
{
    private readonly ConcurrentDictionary<string, Func<Task<IPAddress[]>>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _questions = new(StringComparer.Ordinal);

    public void AddTo(IHostApplicationBuilder builder) => builder.Services.AddSingleton<IHostResolver>(this);

    public int Questions(string host) => _questions.GetValueOrDefault(host);

    /// <summary>The host has these addresses from now on.</summary>
    public void Have(string host, params string[] addresses) =>
        Answer(host, () => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]));

    /// <summary>It cannot be looked up from now on.</summary>
    public void Fail(string host, string reason) => Answer(host, () => Task.FromException<IPAddress[]>(new IOException(reason)));

    /// <summary>Nothing is heard of it, until the result is set.</summary>
    public TaskCompletionSource<IPAddress[]> Hold(string host)
    {
        TaskCompletionSource<IPAddress[]> held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Answer(host, () => held.Task);
        return held;
    }

    public void Answer(string host, Func<Task<IPAddress[]>> answer) => _answers[host] = answer;

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        _questions.AddOrUpdate(host, 1, static (_, count) => count + 1);
        return _answers.TryGetValue(host, out Func<Task<IPAddress[]>>? answer) ? answer() : Task.FromException<IPAddress[]>(new IOException("No such host."));
    }
}
